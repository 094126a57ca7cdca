"""Loose ends: gaps to fill, invitations to answer. Only the room they are in waits for them, however long they take;
where the next sync begins is not stored before they are done, so a kill loses none."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace

import structlog

from bot.matrix.backoff import Backoff
from bot.matrix.client import GuardedClient
from bot.matrix.errors import CallFailed, Unreachable
from bot.matrix.feed import Found, Gap, Taken
from bot.matrix.gaps import Missed, fetch, opened
from bot.matrix.rooms import answer_invite

log = structlog.get_logger(__name__)

Store = Callable[[Missed], Awaitable[None]]


class LooseEnds:
    """Those of one link. store: takes in a part of a gap; settled: called when the last loose end is tied."""

    def __init__(
        self,
        client: GuardedClient,
        may_invite: Callable[[str], bool],
        store: Store,
        settled: Callable[[], Awaitable[None]],
    ) -> None:
        self._client = client
        self._may_invite = may_invite
        self._store = store
        self._settled = settled
        self._rooms: dict[str, deque[Gap | tuple[Found, ...]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._error: BaseException | None = None

    @property
    def open(self) -> bool:
        """Whether any is left."""
        return bool(self._tasks)

    def waits(self, room_id: str) -> bool:
        """Whether something that was said in a room is still to come."""
        return room_id in self._rooms

    def take(self, taken: Taken) -> Taken:
        """What of a sync can be stored now; the rest is begun, or follows what was begun before. Raises what a loose
        end failed with."""
        if self._error is not None:
            raise self._error
        for room_id, inviter in taken.invites.items():
            self._begin(answer_invite(self._client, room_id, inviter, self._may_invite, Backoff()))
        for gap in taken.gaps:
            fresh = gap.room_id not in self._rooms
            self._rooms.setdefault(gap.room_id, deque()).append(gap)
            if fresh:
                self._begin(self._fill(gap.room_id))
        for room_id, waiting in self._rooms.items():
            if said := tuple(found for found in taken.found if found.room_id == room_id):
                waiting.append(said)
        return replace(taken, found=tuple(found for found in taken.found if found.room_id not in self._rooms))

    async def stop(self) -> None:
        """Leave them as they are: the next start finds them again."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(self._tie(work))
        self._tasks.add(task)

    async def _tie(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.current_task()
        assert task is not None
        try:
            await work
            self._tasks.discard(task)
            if not self._tasks:
                await self._settled()
        except CallFailed as error:
            if not error.revoked:  # the sync will be told the same, and ends the run
                self._error = error
        except Exception as error:
            self._error = error

    async def _fill(self, room_id: str) -> None:
        """All that waits in a room, in order."""
        waiting = self._rooms[room_id]
        while waiting:
            first = waiting[0]
            if isinstance(first, Gap):
                missed = await self._insist(first)
                for part in opened(self._client, room_id, missed):
                    await self._store(part)
                    await asyncio.sleep(0)
            else:
                await self._store(Missed(first, ()))
            waiting.popleft()
        del self._rooms[room_id]

    async def _insist(self, gap: Gap) -> list[dict[str, object]]:
        backoff = Backoff()
        while True:
            try:
                return await fetch(self._client, gap)
            except Unreachable as error:
                wait, why = backoff.failed(), str(error)
            except CallFailed as error:
                if error.revoked:
                    raise
                wait, why = backoff.failed(error.retry_after), str(error)
            log.warning("gap_waits", room=gap.room_id, seconds=round(wait, 1), error=why)
            await backoff.rest(wait)
