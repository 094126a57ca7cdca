"""Runs a link against a homeserver that misbehaves, without ever sleeping."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from bot.events import Batch
from bot.matrix.backoff import Backoff
from bot.matrix.link import Link
from tests.matrix.fake import Request

Reply = Callable[[Request], web.StreamResponse]


class Rests:
    """Takes the place of sleeping: keeps what would have been slept, and ends the run after so many."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, enough: int = 12) -> None:
        self.seconds: list[float] = []
        self.enough = enough
        self.done = asyncio.Event()
        monkeypatch.setattr(Backoff, "rest", self)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        if len(self.seconds) >= self.enough:
            self.done.set()
            await asyncio.Event().wait()


async def nothing(_: Batch) -> None:
    """Receives."""


async def run_until(link: Link, event: asyncio.Event, since: str | None = "SAVED", receive: Any = nothing) -> None:
    """Run a link until the event, and close it."""
    running = asyncio.create_task(link.run(since, receive))
    waiting = asyncio.create_task(event.wait())
    done, _ = await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED, timeout=60)
    running.cancel()
    waiting.cancel()
    await link.close()
    if running in done:
        await running
    assert done, "nothing happened"
