"""From the outbox to the rooms: answers before what we say on our own, then oldest first; one at a time in a room, each
with the id its cause gave it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from bot.crew import Crew
from bot.events import Delivery, Outgoing, Verdict
from bot.meters import Meters
from bot.parcels import Parcels
from bot.patience import passing, persist, put_off
from bot.rendering import SORRY, message
from bot.typing_notice import Tell, TypingNotice
from storage import outbox
from storage.database import Database, DatabaseError
from storage.outbox import OutboxRow

Upload = Callable[[str, bytes, str, str], Awaitable[Mapping[str, Any] | Delivery]]
log = structlog.get_logger(__name__)

AT_ONCE = 8
IN_LINE = 32  # rows looked up at once: a storm of reminders needs no look for each
GATHERS = 0.2  # seconds that a delivered reminder waits to be marked together with others


class Sender:
    """Sends what the outbox holds. deliver: the Matrix edge; typing: tells a room that an answer is on its way; upload:
    stores a file for a room (bytes, name, type) and gives its event's content; parcels: where files lie until then;
    meters: of the process."""

    def __init__(
        self,
        database: Database,
        account: str,
        deliver: Callable[[Outgoing], Awaitable[Delivery]],
        typing: Tell,
        clock: Callable[[], datetime],
        upload: Upload,
        parcels: Parcels,
        meters: Meters | None = None,
    ) -> None:
        self._database = database
        self._account = account
        self._deliver = deliver
        self._typing = TypingNotice(typing)
        self._clock = clock
        self._upload = upload
        self._parcels = parcels
        self._meters = meters or Meters()
        self._rooms = Crew()
        self._resting: set[str] = set()
        self._line: deque[OutboxRow] = deque()
        self._news = False
        self._delivered: dict[str, tuple[OutboxRow, Delivery]] = {}
        self._marking = asyncio.Lock()

    def wake(self) -> None:
        """There is something to send."""
        self._news = True
        self._rooms.ring()

    async def run(self, ready: asyncio.Event) -> None:
        """Send until cancelled, once sync has caught up: until then an answer may already have been sent."""
        await ready.wait()
        self._rooms.ring()
        try:
            while True:
                await self._rooms.rung()
                await self._start()
        finally:
            await self._rooms.stop()
            self._typing.stop()

    async def _start(self) -> None:
        free = AT_ONCE - (len(self._rooms.busy) - len(self._resting))
        if free <= 0:
            return
        if self._news or not self._line:  # what is new may have to go before what is in line
            self._news = False
            self._line = deque(await persist(partial(self._next, IN_LINE)))
        for _ in range(min(free, len(self._line))):
            row = self._line.popleft()
            self._rooms.start(row.room_id, partial(self._send, row))

    async def _next(self, limit: int) -> list[OutboxRow]:
        async with self._database.glance() as conn:
            return await outbox.unsent(conn, self._account, limit=limit, busy=self._rooms.busy)

    async def _send(self, row: OutboxRow) -> None:
        try:
            with self._typing.meanwhile(row.room_id):
                content = row.content if row.file is None else await self._store(row, row.file)
                if not isinstance(content, Delivery):
                    content = await self._deliver(Outgoing(row.transaction_id, row.room_id, row.event_type, content))
                await self._settle(row, content)
        except DatabaseError as error:
            await put_off(error, room=row.room_id)  # the row stays unsent, and its id makes the resend no double

    async def _store(self, row: OutboxRow, name: str) -> Mapping[str, Any] | Delivery:
        """Upload a row's file; its address and keys are on record before its event is sent, so that a resend is the
        same event. Killed in between, the file is uploaded again, and only the one in the event counts."""
        data = await self._parcels.get(name)
        if data is None:
            return Delivery(Verdict.REFUSED, why="the file is gone")
        told = await self._upload(row.room_id, data, str(row.content["body"]), str(row.content["info"]["mimetype"]))
        if isinstance(told, Delivery):
            return told
        relation = row.content.get("m.relates_to")
        info = {**row.content["info"], **told.get("info", {})}  # a picture's width and height are in ours
        content = {**told, "info": info, **({"m.relates_to": relation} if relation else {})}
        async with self._database.turn(holding=()) as conn:
            await outbox.uploaded(conn, self._account, row.transaction_id, content)
        await self._parcels.forget(name)
        return content

    async def sweep(self) -> None:
        """Forget files that no row waits for: made by a turn that was undone, or uploaded just before the end.

        Only while no turn is under way: the file of one that has not committed yet would be taken for one of them.
        """
        with passing():  # the next start sweeps
            for name in self._parcels.names():
                async with self._database.look() as conn:
                    row = await outbox.by_transaction(conn, self._account, name)
                if row is None or row.file != name:
                    await self._parcels.forget(name)

    async def _settle(self, row: OutboxRow, delivery: Delivery) -> None:
        if delivery.verdict is Verdict.LATER:
            log.info("send_later", room=row.room_id, seconds=delivery.retry_after, why=delivery.why)
            await self._rest(row.room_id, delivery.retry_after)
            return
        asked = row.cause.startswith("$")
        self._delivered[row.transaction_id] = (row, delivery)
        try:
            if not asked:
                await self._rest(row.room_id, GATHERS)
            async with self._marking:
                if row.transaction_id in self._delivered:
                    await self._mark()
        finally:
            self._delivered.pop(row.transaction_id, None)
        self._news |= asked  # an answer may go on, and its room is not in line

    async def _mark(self) -> None:
        """What became of all that was delivered while the last of these turns was written, in one turn."""
        some = dict(self._delivered)
        async with self._database.turn(holding=()) as conn:
            for row, delivery in some.values():
                if delivery.verdict is Verdict.SENT and delivery.event_id:
                    await outbox.sent(conn, self._account, row.transaction_id, delivery.event_id, self._clock())
                else:
                    log.warning("send_refused", room=row.room_id, why=delivery.why)
                    await outbox.set_aside(conn, self._account, row.transaction_id, delivery.why, self._clock())
                    await outbox.put(conn, self._account, _sorry(row), self._clock())
        for key, (row, delivery) in some.items():
            if delivery.verdict is Verdict.SENT:
                self._meters.sent(row.cause)
            self._delivered.pop(key, None)

    async def _rest(self, room_id: str, seconds: float) -> None:
        """A room that has to wait keeps nobody else from being sent to."""
        self._resting.add(room_id)
        self._rooms.ring()
        try:
            await asyncio.sleep(seconds)
        finally:
            self._resting.discard(room_id)


def _sorry(row: OutboxRow) -> list[OutboxRow]:
    """What is said in a room instead of a file that the homeserver did not take."""
    if row.file is None or SORRY not in row.content:
        return []
    relation = row.content.get("m.relates_to")
    return [
        replace(row, transaction_id=f"{row.transaction_id}-sorry", file=None, put_at=None,
                content={**said, **({"m.relates_to": relation} if relation else {})})
        for said in message(row.content[SORRY], {})
    ]  # fmt: skip
