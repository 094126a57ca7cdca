"""What a sync brings, stored: events, echoes, keys, rooms and where the next sync begins, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.carried import from_json, to_json
from bot.events import Batch, Inbound, Kind, Withheld
from bot.house import House
from bot.loading import load_context
from bot.locale import words
from bot.rendering import message
from storage import inbox, outbox, rooms, withheld
from storage.database import Connection, Database
from storage.inbox import InboxRow
from storage.outbox import OutboxRow, transaction_id
from storage.rooms import RoomRow
from storage.withheld import WithheldRow

ReadAgain = Callable[[Mapping[str, Any]], Inbound | None]


async def store(
    conn: Connection, account: str, batch: Batch, house: House, at: datetime, offset: timedelta, read_again: ReadAgain
) -> None:
    """Store a batch. at: UTC; offset: of the clock that people live by; read_again: decrypts a kept event whose key has
    come."""
    await inbox.take_in(conn, account, [_row(event) for event in batch.events])
    for echo in batch.echoes:
        await outbox.sent(conn, account, echo.transaction_id, echo.event_id, at)
    seen = [RoomRow(r.room_id, r.direct, r.encrypted, r.others, r.name) for r in batch.rooms]
    await rooms.saw(conn, account, seen, at)
    await _welcome(conn, account, seen, house, at, offset)
    if batch.left:
        await rooms.left(conn, account, batch.left, at)
    for event in batch.events:
        if event.kind is Kind.REDACTION and event.target:
            await inbox.forget_body(conn, event.target, at)
            await outbox.forget_body(conn, event.target)
    for refused in batch.withheld:
        await _refused(conn, account, refused, at)
    for room_id, session in batch.keys:
        await withheld.given(conn, account, room_id, session)
        await _open_kept(conn, account, room_id, session, read_again)
    if batch.token is not None:
        await inbox.save_token(conn, account, batch.token)


class Receiving:
    """Takes in the syncs of one account. read_again: as store() has it."""

    def __init__(self, database: Database, account: str, house: House, read_again: ReadAgain) -> None:
        self._database = database
        self._account = account
        self._house = house
        self._read_again = read_again
        self._left_out = False

    async def take(self, batch: Batch, at: datetime, offset: timedelta) -> None:
        """Store a batch in one transaction, unless it is known and the one before was stored. at, offset: as store()
        has them."""
        self._left_out = not self._left_out and await self._known(batch)
        if self._left_out:
            return  # never two in a row, so that little is asked for again after a kill
        async with self._database.turn(holding=()) as conn:
            await store(conn, self._account, batch, self._house, at, offset, self._read_again)

    async def _known(self, batch: Batch) -> bool:
        """Whether it only brings back what we said, and all of that is known to be sent."""
        if not batch.echoes or batch.events or batch.keys or batch.withheld or batch.rooms or batch.left:
            return False
        async with self._database.glance() as conn:
            return await outbox.all_sent(conn, self._account, {echo.transaction_id for echo in batch.echoes})


async def _welcome(
    conn: Connection, account: str, seen: Sequence[RoomRow], house: House, at: datetime, offset: timedelta
) -> None:
    """Say once in a direct room with someone enrolled what can be said there; the row's id makes it once."""
    for room in seen:
        if not room.direct or not room.others:
            continue
        context = await load_context(conn, account, room.others[0], house, at + offset)
        if context.units or context.assessed or context.administers:
            cause = f"welcome/{room.room_id}"
            key = "welcome" if context.units else "welcome.assessor" if context.assessed else "welcome.administrator"
            say = words(context.language)
            text = say(key) if room.encrypted else say(key) + "\n\n" + say("welcome.unencrypted")
            content = next(message(text, {}))
            row = OutboxRow(transaction_id(cause, 0), room.room_id, "m.room.message", content, None, cause)
            await outbox.put(conn, account, [row], at)


async def _refused(conn: Connection, account: str, one: Withheld, at: datetime) -> None:
    """Who refuses us which key; of people who share a room with us, since anybody can send these."""
    if one.room_id:
        room = await rooms.room(conn, account, one.room_id)
        known = room is not None and one.sender in room.others
    else:
        known = await rooms.direct_room(conn, one.sender) is not None
    if known:
        await withheld.note(conn, account, [WithheldRow(one.room_id, one.session, one.sender, one.code)], at)


async def _open_kept(conn: Connection, account: str, room_id: str, session: str, read_again: ReadAgain) -> None:
    for row in await inbox.unreadable_for(conn, account, room_id, session):
        kept = from_json(dict(row.content))
        event = read_again(kept.raw or {})
        if event is not None:
            late = replace(event, late=True)
            await inbox.become_readable(conn, account, row.event_id, str(event.kind), to_json(late))


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
