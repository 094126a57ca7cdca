"""Events and files on their way to the homeserver. What keeps all of them back is waited for once, what keeps one room
back by that room alone."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import structlog

from bot.events import Delivery, Outgoing, Verdict
from bot.matrix import media
from bot.matrix.backoff import AWAY, Backoff
from bot.matrix.client import GuardedClient, NotShared
from bot.matrix.errors import CallFailed, Unreachable
from bot.matrix.rooms import view
from bot.matrix.sending import NotInRoom, TooLong, send
from bot.matrix.store import kept

log = structlog.get_logger(__name__)

GAP_REST = 0.5  # seconds until a room is looked at again whose gap is being filled


class Gate:
    """Closed while the homeserver is away, or limits us: nobody asks it anything then."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()
        self._later: asyncio.TimerHandle | None = None
        self._limited = False

    async def passed(self) -> None:
        """Wait until it is open."""
        await self._open.wait()

    def close(self, seconds: float, *, limited: bool = False) -> None:
        """For some time. limited: by the server's own word, so that nothing opens it before."""
        if self._later is not None:
            self._later.cancel()
        self._open.clear()
        self._limited = limited
        self._later = asyncio.get_running_loop().call_later(seconds, self._opened)

    def answered(self) -> None:
        """The server has answered something: it is there again."""
        if not self._limited and self._later is not None:
            self._later.cancel()
            self._opened()

    def _opened(self) -> None:
        self._later, self._limited = None, False
        self._open.set()


class Post:
    """Sends for one client, after ready: one event at a time in a room. waits: whether something said in a room is
    still to come, which may show that what is to be sent was sent before."""

    def __init__(self, client: GuardedClient, ready: asyncio.Event, waits: Callable[[str], bool]) -> None:
        self.gate = Gate()
        self._client = client
        self._ready = ready
        self._waits = waits
        self._away = Backoff()
        self._rooms: defaultdict[str, Backoff] = defaultdict(Backoff)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.going = 0  # events on their way
        self._ebb = asyncio.Event()

    async def ebb(self, longest: float) -> None:
        """Wait until something has gone and nothing more is on its way, at most so many seconds."""
        self._ebb.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(longest):
                await self._ebb.wait()

    async def deliver(self, out: Outgoing) -> Delivery:
        """Send one event; never raises for what the server or the network does. Raises KeysUnsaved."""
        self.going += 1
        try:
            return await self._deliver(out)
        finally:
            self.going -= 1
            if not self.going:
                self._ebb.set()

    async def _deliver(self, out: Outgoing) -> Delivery:
        await self._ready.wait()
        if self._waits(out.room_id):
            return Delivery(Verdict.LATER, retry_after=GAP_REST, why="the room's gap is being filled")
        async with self._turns[out.room_id]:
            await self.gate.passed()
            try:
                with kept():
                    event_id = await send(self._client, out.room_id, out.event_type, out.content, out.transaction_id)
            except (NotInRoom, TooLong, Unreachable, CallFailed) as error:
                return self._failed(out.room_id, error)
        self._worked(out.room_id)
        return Delivery(Verdict.SENT, event_id=event_id)

    async def upload(self, room_id: str, data: bytes, name: str, mimetype: str) -> Mapping[str, Any]:
        """Store a file for an event in that room: its whole content, to be kept before the event is sent.

        Raises CallFailed or Unreachable, NotInRoom.
        """
        seen = view(self._client, room_id)
        if seen is None:
            raise NotInRoom(room_id)
        fields = await media.upload(self._client, data, name, mimetype, encrypted=seen.encrypted)
        return media.event_fields(fields, name, mimetype, len(data))

    async def store(self, room_id: str, data: bytes, name: str, mimetype: str) -> Mapping[str, Any] | Delivery:
        """upload(), which never raises for what the server or the network does: the content, or why there is none."""
        await self.gate.passed()
        try:
            content = await self.upload(room_id, data, name, mimetype)
        except (NotInRoom, Unreachable, CallFailed) as error:
            return self._failed(room_id, error)
        self._worked(room_id)
        return content

    def _worked(self, room_id: str) -> None:
        self._away.succeeded()
        self._rooms.pop(room_id, None)

    def _failed(self, room_id: str, error: NotInRoom | TooLong | Unreachable | CallFailed) -> Delivery:
        """What becomes of an event that could not be sent: the room's other events wait with it."""
        words = str(error)
        if isinstance(error, NotInRoom | TooLong):
            return Delivery(Verdict.REFUSED, why=f"{type(error).__name__}: {words}")
        if isinstance(error, NotShared):
            return Delivery(Verdict.LATER, retry_after=self._rooms[room_id].failed(longest=AWAY), why=words)
        if isinstance(error, Unreachable):
            return self._shut(self._away.failed(longest=AWAY), words)
        if error.status == 429:  # limits are an account's, not a room's
            return self._shut(self._away.failed(error.retry_after), words, limited=True)
        if error.passing or error.revoked:
            return Delivery(Verdict.LATER, retry_after=self._rooms[room_id].failed(error.retry_after), why=words)
        return Delivery(Verdict.REFUSED, why=words)

    def _shut(self, seconds: float, why: str, *, limited: bool = False) -> Delivery:
        log.warning("sends_wait", seconds=round(seconds, 1), why=why)
        self.gate.close(seconds, limited=limited)
        return Delivery(Verdict.LATER, retry_after=0.0, why=why)
