"""Tasks by name, one at a time each, and a bell that rings when one ends: what worker and sender are made of."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

Work = Callable[[], Coroutine[None, None, None]]


class Crew:
    """Runs at most one task for each key. A task that fails is not lost: the next wait raises its error."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: dict[str, Work] = {}
        self._bell = asyncio.Event()
        self._error: BaseException | None = None

    @property
    def busy(self) -> list[str]:
        """The keys that have a task."""
        return list(self._tasks)

    def ring(self) -> None:
        """There is something to do."""
        self._bell.set()

    async def rung(self) -> None:
        """Wait for the bell. Raises what a task failed with."""
        await self._bell.wait()
        self._bell.clear()
        if self._error is not None:
            raise self._error

    def start(self, key: str, work: Work) -> None:
        """Begin a key's task, or have it done once more when the one that runs has ended. An end rings the bell."""
        if key in self._tasks:
            self._again[key] = work
            return
        task = asyncio.create_task(work())
        self._tasks[key] = task
        task.add_done_callback(lambda done: self._ended(key, done))

    async def stop(self) -> None:
        """Cancel what runs and wait for its end."""
        self._again.clear()
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, key: str, task: asyncio.Task[None]) -> None:
        del self._tasks[key]
        if not task.cancelled() and task.exception() is not None:
            self._error = task.exception()
        if (again := self._again.pop(key, None)) is not None:
            self.start(key, again)
        self._bell.set()
