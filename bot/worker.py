"""The loop: one inbox row, one transaction, done. A room is handled in order; rooms don't wait for each other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from bot.carried import from_json, to_json
from bot.crew import Crew
from bot.dialogue.accepting import refusal
from bot.dialogue.engine import step
from bot.dialogue.session import VERSION, Session, dump, restore
from bot.dialogue.turn import Say, Turn
from bot.events import Arrived, Batch, Inbound, Kind
from bot.filing import Fetch, Filing, nowhere
from bot.house import House
from bot.keeping import keep, transaction_id
from bot.loading import load_context
from bot.locale import words
from bot.parcels import Parcels
from bot.rendering import message
from bot.snapshot import snapshot
from storage import inbox, outbox, rooms, sessions
from storage.database import Connection, Database, DatabaseError
from storage.inbox import InboxRow
from storage.outbox import OutboxRow
from storage.rooms import RoomRow

log = structlog.get_logger(__name__)

KEY_PATIENCE = timedelta(seconds=20)  # room keys often come a moment after their message
RETRY_SECONDS = 2.0
ROOMS_AT_ONCE = 8


class Worker:
    """Takes in what sync brings and answers it, for one account.

    clock: gives UTC now; offset: added to a message's own time (demo and tests shift both by the same);
    read_again: decrypts a kept event once its key is here; fetch: downloads a file, at most so many bytes; wake_sender:
    called after answers were stored.
    """

    def __init__(
        self,
        database: Database,
        account: str,
        house: House,
        *,
        clock: Callable[[], datetime],
        offset: timedelta = timedelta(),
        read_again: Callable[[Mapping[str, Any]], Inbound | None] = lambda raw: None,
        fetch: Fetch = nowhere,
        wake_sender: Callable[[], None] = lambda: None,
    ) -> None:
        self.database = database
        self.account = account
        self.house = house
        self._clock = clock
        self._offset = offset
        self._read_again = read_again
        self._filing = Filing(house.settings.files, fetch, house.settings.attachments.limits)
        self._wake_sender = wake_sender
        self._parcels = Parcels(house.settings.parcels)
        self._rooms = Crew()
        self._running = False
        self._slots = asyncio.Semaphore(ROOMS_AT_ONCE)

    async def receive(self, batch: Batch) -> None:
        """Store all of one sync: events, echoes, rooms and the token, in one transaction; tried again while the record
        is unavailable for a passing reason."""
        while True:
            try:
                await self._store(batch)
                break
            except DatabaseError as error:
                if not error.temporary:
                    raise
                log.warning("record_unavailable", error=str(error))
                await asyncio.sleep(RETRY_SECONDS)
        if self._running:
            self._start(event.room_id for event in batch.events)
            self._start(room_id for room_id, _ in batch.keys)
        if batch.rooms:
            self._wake_sender()  # a welcome may be among the answers

    async def _store(self, batch: Batch) -> None:
        async with self.database.turn() as conn:
            await inbox.take_in(conn, self.account, [_row(event) for event in batch.events])
            for echo in batch.echoes:
                await outbox.sent(conn, self.account, echo.transaction_id, echo.event_id, self._now())
            seen = [RoomRow(r.room_id, r.direct, r.encrypted, r.others, r.name) for r in batch.rooms]
            await rooms.saw(conn, self.account, seen, self._now())
            await self._welcome(conn, seen)
            if batch.left:
                await rooms.left(conn, self.account, batch.left, self._now())
            for event in batch.events:
                if event.kind is Kind.REDACTION and event.target:
                    await inbox.forget_body(conn, event.target, self._now())
                    await outbox.forget_body(conn, event.target)
            for room_id, session in batch.keys:
                await self._open_kept(conn, room_id, session)
            await inbox.save_token(conn, self.account, batch.token)

    async def run(self) -> None:
        """Answer until cancelled. What is left in the inbox from before is taken up first. Raises what a room's turn
        failed with when that was neither the message's fault nor passing."""
        self._filing.store.clear_temporary()
        self._running = True
        try:
            async with self.database.look() as conn:
                self._start(await inbox.rooms_waiting(conn, self.account))
            while True:
                await self._rooms.rung()
        finally:
            self._running = False
            await self._rooms.stop()

    async def drain(self) -> None:
        """Answer all that waits, then return (for a talk without a homeserver, and for tests)."""
        while True:
            async with self.database.look() as conn:
                waiting = await inbox.rooms_waiting(conn, self.account)
            if not waiting:
                return
            for room_id in waiting:
                await self._answer_room(room_id)

    async def tell_unreadable(self) -> None:
        """Tell the sender, once, of a message whose key has not come in a while."""
        async with self.database.look() as conn:
            rows = await inbox.untold(conn, self.account, self._now() - KEY_PATIENCE)
        for row in rows:
            await self._turn(row, told=True)

    def _now(self) -> datetime:
        return self._clock()

    def _lived(self) -> datetime:
        """The time that people live in, by which the record is dated."""
        return self._clock() + self._offset

    async def _welcome(self, conn: Connection, seen: list[RoomRow]) -> None:
        """Say once in a direct room with someone enrolled what can be said there; the row's id makes it once."""
        for room in seen:
            if not room.direct or not room.others:
                continue
            context = await load_context(conn, self.account, room.others[0], self.house, self._lived())
            if context.units or context.assessed:
                cause = f"welcome/{room.room_id}"
                key = "welcome" if context.units else "welcome.assessor"
                content = next(message(words(context.language)(key), {}))
                row = OutboxRow(transaction_id(cause, 0), room.room_id, "m.room.message", content, None, cause)
                await outbox.put(conn, self.account, [row], self._now())

    def _start(self, room_ids: Iterable[str]) -> None:
        for room_id in room_ids:
            self._rooms.start(room_id, partial(self._room, room_id))

    async def _room(self, room_id: str) -> None:
        await self._answer_room(room_id)

    async def _answer_room(self, room_id: str) -> None:
        while True:
            try:
                async with self.database.look() as conn:
                    row = await inbox.oldest(conn, self.account, room_id)
                if row is None:
                    return
                event = from_json(dict(row.content))
                if event.kind is Kind.FILE and await self._takes(event):
                    async with self._filing.arrival(event) as arrived:
                        await self._turn(row, arrived=arrived)
                else:
                    await self._turn(row)
            except DatabaseError as error:
                if not error.temporary:
                    raise
                log.warning("record_unavailable", room=room_id, error=str(error))
                await asyncio.sleep(RETRY_SECONDS)

    async def _takes(self, event: Inbound) -> bool:
        """Whether the file of a message is to be downloaded: by its own words, its sender, and where it was sent."""
        if refusal(event, self.house.settings.attachments.limits) is not None:
            return False
        async with self.database.look() as conn:
            room = await rooms.room(conn, self.account, event.room_id)
            if room is not None and not room.direct and not await self._addressed(conn, event):
                return False
            context = await load_context(conn, self.account, event.sender, self.house, self._time_of(event))
        return bool(context.units)

    async def _turn(self, row: InboxRow, *, told: bool = False, arrived: Arrived | None = None) -> None:
        """One row, one transaction: consumed with its session, its records and its answers. told: the row can't be
        read yet, and its sender is to know; arrived: what became of its file."""
        event = from_json(dict(row.content))
        try:
            async with self._slots, self.database.turn() as conn:
                now = await inbox.row(conn, self.account, row.event_id)
                if now is None or now.state != row.state:  # deleted, or become readable, since it was looked up
                    await self._filing.forget(conn, (), arrived)
                    return
                outcome = await self._decide(conn, event, arrived)
                await self._consumed(conn, row, outcome, told=told)
        except DatabaseError:
            raise
        except Exception:
            log.exception("turn_failed", event_id=row.event_id)
            await self._set_aside(row, event, told=told)
        self._wake_sender()

    async def _consumed(self, conn: Connection, row: InboxRow, outcome: str, *, told: bool) -> None:
        if told:
            await inbox.told(conn, self.account, row.event_id)
        else:
            await inbox.done(conn, self.account, row.event_id, outcome, self._now())

    async def _set_aside(self, row: InboxRow, event: Inbound, *, told: bool) -> None:
        """A message we fail on is answered as such and never blocks the room."""
        async with self.database.turn() as conn:
            context = await load_context(conn, self.account, event.sender, self.house, self._time_of(event))
            turn = Turn(Session(), (Say(words(context.language)("failed", contact=context.contact)),))
            await keep(conn, self.account, event, turn, context, self._lived(), {}, self._parcels)
            await self._consumed(conn, row, "failed", told=told)

    async def _decide(self, conn: Connection, event: Inbound, arrived: Arrived | None) -> str:
        room = await rooms.room(conn, self.account, event.room_id)
        direct = room is None or room.direct
        if not direct and not await self._addressed(conn, event):
            return "not_addressed"
        saved = await sessions.load(conn, self.account, event.room_id, event.sender)
        session = restore(saved.text if saved else None)
        context = await snapshot(conn, self.account, self.house, event, session, direct=direct, arrived=arrived,
                                 now=self._time_of(event), at=self._now())  # fmt: skip
        if not direct and not context.units:
            return "not_addressed"
        turn = step(session, event, context)
        if turn.session != session:
            text = dump(turn.session)
            await sessions.save(conn, self.account, event.room_id, event.sender, VERSION, text, self._now())
        relation = _relation(event, direct=direct)
        freed = await keep(conn, self.account, event, turn, context, self._lived(), relation, self._parcels)
        await self._filing.forget(conn, freed | session.held, arrived, still=turn.session.held | turn.recorded)
        return "answered" if turn.effects else "heard"

    def _time_of(self, event: Inbound) -> datetime:
        return event.sent_at + self._offset

    async def _addressed(self, conn: Connection, event: Inbound) -> bool:
        """In a group room: the bot was named, or this is a thread it has answered in, or is about what it heard."""
        if event.mentions_me:
            return True
        about = event.thread or event.reply_to or event.target
        if about is None:
            return False
        if await outbox.by_event(conn, self.account, about) is not None:
            return True
        heard = await inbox.row(conn, self.account, about)
        return heard is not None and heard.outcome == "answered"

    async def _open_kept(self, conn: Connection, room_id: str, session: str) -> None:
        for row in await inbox.unreadable_for(conn, self.account, room_id, session):
            kept = from_json(dict(row.content))
            event = self._read_again(kept.raw or {})
            if event is not None:
                late = replace(event, late=True)
                await inbox.become_readable(conn, self.account, row.event_id, str(event.kind), to_json(late))


def _row(event: Inbound) -> InboxRow:
    state = "unreadable" if event.kind is Kind.UNREADABLE else "waiting"
    return InboxRow(
        event.event_id,
        event.room_id,
        event.sender,
        event.sent_at,
        str(event.kind),
        to_json(event),
        event.session,
        state,
    )


def _relation(event: Inbound, *, direct: bool) -> dict[str, Any]:
    """Where an answer belongs: in a group room in a thread, late ones as a reply, else plainly in the room."""
    if not direct or event.thread:
        root = event.thread or event.event_id
        return {
            "rel_type": "m.thread",
            "event_id": root,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": event.event_id},
        }
    return {"m.in_reply_to": {"event_id": event.event_id}} if event.late else {}
