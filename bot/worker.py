"""The loop: one inbox row, one transaction, done. A room is handled in order; rooms don't wait for each other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog

from bot.carried import from_json
from bot.crew import Crew
from bot.dialogue.accepting import refusal
from bot.dialogue.engine import step
from bot.dialogue.session import VERSION, Session, dump, restore
from bot.dialogue.turn import Say, Turn
from bot.events import Arrived, Batch, Inbound, Kind
from bot.filing import Fetch, Filing, nowhere
from bot.house import House
from bot.keeping import keep
from bot.loading import load_context
from bot.locale import words
from bot.meters import Meters
from bot.parcels import Parcels
from bot.patience import persist
from bot.reach import reach, within
from bot.receiving import Receiving
from bot.snapshot import snapshot
from bot.surveying import survey
from bot.trying import Attempt, tried
from bot.typing_notice import Tell, TypingNotice, to_nobody
from storage import inbox, outbox, rooms, sessions, withheld
from storage.database import Connection, Database, DatabaseError, Holding
from storage.inbox import InboxRow

log = structlog.get_logger(__name__)

KEY_PATIENCE = timedelta(seconds=20)  # room keys often come a moment after their message
ROOMS_AT_ONCE = 8
EVER = datetime.min.replace(tzinfo=UTC)


class Worker:
    """Takes in what sync brings and answers it, for one account.

    clock: gives UTC now; offset: gives what is added to a message's own time (demo and tests shift both by the same);
    read_again: decrypts a kept event once its key is here; keys_since: what was sent before then was not meant for the
    keys we have; fetch: downloads a file, at most so many bytes; typing: tells a room that an answer is on its way;
    wake_sender: called after answers were stored; meters: of the process.
    """

    def __init__(
        self,
        database: Database,
        account: str,
        house: House,
        *,
        clock: Callable[[], datetime],
        offset: Callable[[], timedelta] = timedelta,
        read_again: Callable[[Mapping[str, Any]], Inbound | None] = lambda raw: None,
        keys_since: datetime = EVER,
        fetch: Fetch = nowhere,
        typing: Tell = to_nobody,
        wake_sender: Callable[[], None] = lambda: None,
        meters: Meters | None = None,
    ) -> None:
        self.database = database
        self.account = account
        self.house = house
        self._clock = clock
        self._offset = offset
        self._receiving = Receiving(database, account, house, read_again)
        self._keys_since = keys_since
        self._typing = TypingNotice(typing)
        self._filing = Filing(house.settings.files, fetch, house.settings.attachments.limits, typing=typing)
        self._wake_sender = wake_sender
        self._meters = meters or Meters()
        self._parcels = Parcels(house.settings.parcels)
        self._rooms = Crew()
        self._running = False
        self._slots = asyncio.Semaphore(ROOMS_AT_ONCE)

    async def receive(self, batch: Batch) -> None:
        """Store all of one sync: events, echoes, rooms and the token, in one transaction; tried again while the record
        is unavailable for a passing reason. Of one that tells nothing new nothing is stored."""
        await persist(lambda: self._receiving.take(batch, self._now(), self._offset()))
        self._meters.synced(event.event_id for event in batch.events)
        if self._running:
            self._start(event.room_id for event in batch.events)
            self._start(room_id for room_id, _ in batch.keys)
        if batch.rooms:
            self._wake_sender()  # a welcome may be among the answers

    async def run(self) -> None:
        """Answer until cancelled. What is left in the inbox from before is taken up first. Raises what a room's turn
        failed with when that was neither the message's fault nor passing."""
        self._filing.store.clear_temporary()
        self._running = True
        try:
            self._start(await persist(self._waiting))
            while True:
                await self._rooms.rung()
        finally:
            self._running = False
            await self._rooms.stop()
            self._typing.stop()

    async def _waiting(self) -> list[str]:
        """The rooms where something is to be answered."""
        async with self.database.look() as conn:
            return await inbox.rooms_waiting(conn, self.account)

    async def drain(self) -> None:
        """Answer all that waits, then return (for a talk without a homeserver, and for tests)."""
        while waiting := await self._waiting():
            for room_id in waiting:
                await self._answer_room(room_id)

    async def tell_unreadable(self) -> None:
        """Tell the sender, once, of messages whose keys have not come in a while; all of one room in one sentence."""
        async with self.database.glance() as conn:
            rows = await inbox.untold(conn, self.account, self._now() - KEY_PATIENCE)
        waiting: dict[tuple[str, str], list[InboxRow]] = {}
        for row in rows:
            waiting.setdefault((row.room_id, row.sender), []).append(row)
        for several in waiting.values():
            event = from_json(dict(several[-1].content))
            async with self.database.look() as conn:
                holding = await reach(conn, event.sender, self.house, self._time_of(event))
            await self._turn(several[-1], event, holding, told=several)

    def _now(self) -> datetime:
        return self._clock()

    def _lived(self) -> datetime:
        """The time that people live in, by which the record is dated."""
        return self._clock() + self._offset()

    def _start(self, room_ids: Iterable[str]) -> None:
        for room_id in room_ids:
            self._rooms.start(room_id, partial(self._room, room_id))

    async def _room(self, room_id: str) -> None:
        await self._answer_room(room_id)

    async def _answer_room(self, room_id: str) -> None:
        while await persist(partial(self._answer_next, room_id), room=room_id):
            pass

    async def _answer_next(self, room_id: str) -> bool:
        """Answer the room's oldest row; whether there was one after it. What comes meanwhile starts the room again."""
        async with self.database.glance() as conn:
            rows = await inbox.oldest(conn, self.account, room_id, 2)
            if not rows:
                return False
            row = rows[0]
            event = from_json(dict(row.content))
            holding = await reach(conn, event.sender, self.house, self._time_of(event))
        if event.kind is Kind.FILE and await self._takes(event):
            async with self._filing.arrival(event) as arrived:
                await self._turn(row, event, holding, arrived=arrived)
        else:
            await self._turn(row, event, holding)
        return len(rows) > 1

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

    async def _turn(
        self,
        row: InboxRow,
        event: Inbound,
        holding: Holding,
        *,
        told: Sequence[InboxRow] = (),
        arrived: Arrived | None = None,
    ) -> None:
        """One row, one transaction: consumed with its session, its records and its answers. event: what is in the row;
        holding: what its turn reaches; told: rows that can't be read yet, this one the last of them, of which their
        sender is to know; arrived: what became of its file."""
        try:
            async with self._slots:
                seen = await survey(self.database, self.house, event, self._time_of(event))
                take = partial(self._take, row, event, arrived, told)
                making = partial(self._typing.meanwhile, event.room_id)
                await tried(Attempt(holding, seen), take, self._filing.store.intact, making)
        except DatabaseError:
            raise
        except Exception:
            log.exception("turn_failed", event_id=row.event_id)
            await self._set_aside(row, event, told=told)
            self._meters.turned(row.event_id, "failed")
        self._wake_sender()

    async def _take(
        self, row: InboxRow, event: Inbound, arrived: Arrived | None, told: Sequence[InboxRow], attempt: Attempt
    ) -> None:
        """One try of the turn. Raises Wider, Unmade."""
        async with self.database.turn(attempt.holding) as conn:
            now = await inbox.hold(conn, self.account, row.event_id)
            if now is None or now.state != row.state:  # deleted, or become readable, since it was looked up
                await self._filing.forget(conn, (), arrived)
                return
            outcome = await self._decide(conn, event, arrived, told, attempt)
            await self._consumed(conn, row, outcome, told=told)
        self._meters.turned(row.event_id, "unreadable" if told else outcome)

    async def _consumed(self, conn: Connection, row: InboxRow, outcome: str, *, told: Sequence[InboxRow]) -> None:
        for unread in told:
            await inbox.told(conn, self.account, unread.event_id)
        if not told:
            await inbox.done(conn, self.account, row.event_id, outcome, self._now())

    async def _set_aside(self, row: InboxRow, event: Inbound, *, told: Sequence[InboxRow]) -> None:
        """A message we fail on is answered as such and never blocks the room."""
        async with self.database.turn() as conn:
            context = await load_context(conn, self.account, event.sender, self.house, self._time_of(event))
            turn = Turn(Session(), (Say(words(context.language)("failed", contact=context.contact)),))
            await keep(conn, self.account, event, turn, context, self._lived(), {}, self._parcels)
            await self._consumed(conn, row, "failed", told=told)

    async def _decide(
        self, conn: Connection, event: Inbound, arrived: Arrived | None, unread: Sequence[InboxRow], attempt: Attempt
    ) -> str:
        room = await rooms.room(conn, self.account, event.room_id)
        direct = room is None or room.direct
        if not direct and not await self._addressed(conn, event):
            return "not_addressed"
        saved = await sessions.load(conn, self.account, event.room_id, event.sender)
        session = restore(saved.text if saved else None)
        context = await snapshot(conn, self.account, self.house, event, session, direct=direct, arrived=arrived,
                                 now=self._time_of(event), at=self._now())  # fmt: skip
        context = replace(context, survey=attempt.survey)
        if unread:
            times = tuple(row.sent_at + self._offset() for row in unread)
            context = replace(context, unread=times, keys=await self._why_unread(conn, unread))
        if not direct and not context.units:
            return "not_addressed"
        turn = step(session, event, context)
        within(attempt.holding, turn, context)
        turn = attempt.ready(turn)
        if turn.session != session:
            text = dump(turn.session)
            await sessions.save(conn, self.account, event.room_id, event.sender, VERSION, text, self._now())
        relation = _relation(event, direct=direct)
        freed = await keep(conn, self.account, event, turn, context, self._lived(), relation, self._parcels)
        await self._filing.forget(conn, freed | session.held, arrived, still=turn.session.held | turn.recorded)
        return "answered" if turn.effects else "heard"

    async def _why_unread(self, conn: Connection, rows: Sequence[InboxRow]) -> str:
        """Why keys are missing, as the dialogue has it."""
        if rows[-1].sent_at < self._keys_since:
            return "lost"
        refused = await withheld.why(conn, self.account, rows[-1].room_id, [row.session for row in rows])
        return "withheld" if refused else "late"

    def _time_of(self, event: Inbound) -> datetime:
        return event.sent_at + self._offset()

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
