"""Tells systemd that the bot has started and still turns; does nothing where no systemd listens."""

from __future__ import annotations

import asyncio
import os
import socket


def notify(state: str) -> None:
    """Send one line, as READY=1. A service manager that is gone is no matter."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
            out.sendto(state.encode(), "\0" + address[1:] if address.startswith("@") else address)
    except OSError:
        return


async def keep_alive() -> None:
    """Say every half of the watchdog's time that the event loop turns; for ever, also where no watchdog is set."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    every = int(microseconds) / 2_000_000 if microseconds.isdigit() else 3600.0
    while True:
        notify("WATCHDOG=1")
        await asyncio.sleep(every)
