"""The whole bot for the bench of a storm: its clock is set, and its tick called, by lines on standard input."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from bot import app
from bot.clock import utc_now
from bot.settings import read_settings


async def main(config: str, now: str) -> None:
    """Each line is a time to live in from then on; answered with "ticked" when its tick is over. now: the first."""
    control = app.Control(datetime.fromisoformat(now) - utc_now())
    running = asyncio.create_task(app.run(read_settings(Path(config)), control))
    await control.started.wait()
    assert control.tick is not None
    print("ready", flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        control.offset = datetime.fromisoformat(line.strip()) - utc_now()
        await control.tick()
        print("ticked", flush=True)
    control.stop.set()
    await running


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
