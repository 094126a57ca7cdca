"""A typing notice in a room while its answer takes its time: only after a second, and never awaited."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager

TYPING_AFTER = 1.0  # seconds

Tell = Callable[[str, bool], Coroutine[None, None, None]]


async def to_nobody(room_id: str, on: bool) -> None:
    """Tells no one: for talks without a homeserver."""


class TypingNotice:
    """Says in a room that an answer is on its way. tell: the Matrix edge."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._background: set[asyncio.Task[None]] = set()

    @contextmanager
    def meanwhile(self, room_id: str) -> Iterator[None]:
        """Around what an answer waits for."""
        slow = asyncio.get_running_loop().call_later(TYPING_AFTER, self._say, room_id)
        try:
            yield
        finally:
            slow.cancel()

    def stop(self) -> None:
        """Let go of what is still being told."""
        for task in self._background:
            task.cancel()

    def _say(self, room_id: str) -> None:
        task = asyncio.create_task(self._tell(room_id, True))
        self._background.add(task)
        task.add_done_callback(self._background.discard)
