"""A turn's effects, kept: records written and messages put into the outbox, in the turn's own transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, replace
from datetime import date, datetime, tzinfo
from typing import Any

from bot.dialogue.context import Context
from bot.dialogue.office_effects import OfficeEffect
from bot.dialogue.turn import (
    NUMBER,
    Amend,
    Ask,
    Attach,
    Detach,
    File,
    Inform,
    Later,
    Lift,
    Mark,
    PaperEffect,
    Purge,
    Record,
    Say,
    Setting,
    Tell,
    Turn,
    Waive,
    Withdraw,
)
from bot.dialogue.values import encode
from bot.erasing import erase
from bot.events import Inbound, Kind
from bot.keeping_offices import GivenOut, keep_office, with_codes
from bot.keeping_papers import keep_paper
from bot.locale import words
from bot.papers import holders
from bot.parcels import Parcels
from bot.pictures import size
from bot.places import place_of
from bot.reminders.plan import AGAIN
from bot.rendering import SORRY
from bot.rendering import message as contents
from bot.watching import note_strange
from storage import activities, outbox, rooms, timers, units, waivers
from storage.database import Connection
from storage.outbox import OutboxRow, transaction_id
from storage.timers import Timer

UNREAD = "/unread"  # after the id of an event: what is said of it while it can't be read


def cause_of(event: Inbound) -> str:
    """What the answers to an event are named after. A word on one that can't be read is not its answer, which may come
    yet."""
    return event.event_id + UNREAD if event.kind is Kind.UNREADABLE else event.event_id


async def keep(
    conn: Connection,
    account: str,
    event: Inbound,
    turn: Turn,
    context: Context,
    at: datetime,
    relation: dict[str, Any],
    parcels: Parcels,
) -> set[str]:
    """Write what a turn decided. at: UTC; relation: m.relates_to of the answers (a thread, a reply), empty for none;
    parcels: where the files lie that are to be sent. Gives the sha256 of files that a record or draft has let go."""
    numbers: list[int] = []
    given: list[GivenOut] = []
    freed: set[str] = set()
    told: set[tuple[str, str]] = set()
    for effect in turn.effects:
        if isinstance(effect, Record):
            numbers.append(await _record(conn, effect, event.sender, at))
        elif isinstance(effect, Waive):
            numbers.append(await _waive(conn, effect, event, at))
        elif isinstance(effect, Amend | Withdraw | Lift):
            await _change(conn, effect, event, at)
        elif isinstance(effect, Attach | Detach | Mark | Purge):
            freed |= await _beside(conn, effect, event, at)
        elif isinstance(effect, Setting):
            await units.change_setting(conn, effect.unit, effect.name, effect.value, by=event.sender, at=at)
        elif isinstance(effect, Later):
            await _later(conn, account, effect)
        elif isinstance(effect, Tell | Inform | Ask):
            await _elsewhere(conn, effect, event, context, at, told)
        elif isinstance(effect, OfficeEffect):
            made = await keep_office(conn, effect, event, _zone(context), at)
            given += [made] if made is not None else []
        elif isinstance(effect, PaperEffect):
            freed |= await keep_paper(conn, effect, event, _zone(context), at)
    await note_strange(conn, event, context, at)
    said = [replace(e, text=with_codes(e.text, given)) if isinstance(e, Say) else e
            for e in turn.effects if isinstance(e, Say | File)]  # fmt: skip
    rows = [row async for row in _rows(event, said, numbers, context, relation, parcels)]
    if rows:
        await outbox.put(conn, account, rows, at)
    return freed


def _zone(context: Context) -> tzinfo:
    zone = context.now.tzinfo
    assert zone is not None, "a message has a time in a zone"
    return zone


async def _change(conn: Connection, effect: Amend | Withdraw | Lift, event: Inbound, at: datetime) -> None:
    by, source = event.sender, event.event_id
    match effect:
        case Amend():
            changes = {
                "occurred_on": effect.occurred_on,
                "period": effect.period,
                "slots": {name: encode(value) for name, value in effect.slots.items()},
            }
            await activities.amend(conn, effect.number, changes, by=by, source_event=source, at=at)
        case Withdraw():
            await activities.withdraw(conn, effect.number, by=by, source_event=source, at=at, reason=effect.reason)
        case Lift():
            for row in await waivers.current(conn, [effect.unit], date.min):
                if row.number == effect.number:
                    await waivers.lift(conn, row, by=by, source_event=source, at=at)


async def _beside(conn: Connection, effect: Attach | Detach | Mark | Purge, event: Inbound, at: datetime) -> set[str]:
    """What lies with a record, changed; the sha256 of files it has let go."""
    by, source = event.sender, event.event_id
    match effect:
        case Attach():
            files = [asdict(file) for file in effect.files]
            await activities.attach(conn, effect.number, files, by=by, source_event=source, at=at)
        case Detach():
            return set(await activities.detach(conn, effect.number, effect.event, by=by, at=at))
        case Mark():
            await activities.mark(conn, effect.number, effect.evidence, by=by, source_event=source, at=at)
        case Purge():
            return await erase(conn, effect, by, at)
    return set()


async def _waive(conn: Connection, new: Waive, event: Inbound, at: datetime) -> int:
    return await waivers.waive(
        conn, new.unit, key=new.key, label=new.label, last=new.last, reason=new.reason, by=event.sender,
        source_event=event.event_id, at=at,
    )  # fmt: skip


async def _later(conn: Connection, account: str, effect: Later) -> None:
    """A reminder of its own for the next day; said twice for one day, it is still one."""
    key = f"again/{effect.unit}/{effect.day}"
    before = await timers.one(conn, key)
    items = [list(item) for item in ((before.content or {}).get("items", []) if before else [])]
    items += [[name, AGAIN] for name in effect.keys if [name, AGAIN] not in items]
    await timers.plan(conn, [Timer(key, "again", effect.due_at, account, effect.unit, {"items": items})])


async def _record(conn: Connection, new: Record, by: str, at: datetime) -> int:
    return await activities.record(
        conn,
        new.unit,
        kind=new.kind,
        occurred_on=new.occurred_on,
        period=new.period,
        slots={name: encode(value) for name, value in new.slots.items()},
        gathering=new.gathering,
        by=by,
        source_event=new.source,
        at=at,
        files=[asdict(file) for file in new.files],
    )


async def _rows(
    event: Inbound,
    texts: list[Say | File],
    numbers: list[int],
    context: Context,
    relation: dict[str, Any],
    parcels: Parcels,
) -> AsyncIterator[OutboxRow]:
    position = 0
    for said in texts:
        for content in [_announced(said, context)] if isinstance(said, File) else _contents(said, numbers, context):
            if relation:
                content["m.relates_to"] = relation
            about = _about(said, numbers) if isinstance(said, Say) else None
            key = transaction_id(cause_of(event), position)
            if isinstance(said, File):
                await parcels.put(key, _bytes(said))
            file = key if isinstance(said, File) else None
            yield OutboxRow(key, event.room_id, "m.room.message", content, about, event.event_id, file)
            position += 1


async def _elsewhere(
    conn: Connection,
    news: Tell | Inform | Ask,
    event: Inbound,
    context: Context,
    at: datetime,
    told: set[tuple[str, str]],
) -> None:
    """Words that go to another room than the message's own. told: who has heard which in this turn."""
    if isinstance(news, Ask):
        await _ask(conn, news, event, context, at)
    else:
        await _tell(conn, news, event, context, at, told)


async def _tell(
    conn: Connection, news: Tell | Inform, event: Inbound, context: Context, at: datetime, told: set[tuple[str, str]]
) -> None:
    """One message to each of them, in the room where they are spoken to alone; who has none sees it when asking. told:
    who has heard which words in this turn."""
    if isinstance(news, Inform):
        persons, about = [news.person], "person"
    else:
        persons = await holders(conn, news.unit, news.role, context.now.date())
        about = f"{news.role}/{news.unit}"
    for person in persons:
        where = await rooms.direct_room(conn, person) if person != event.sender else None
        if where is None or (person, news.text) in told:
            continue
        told.add((person, news.text))
        account, room_id = where
        cause = f"{event.event_id}/{about}/{person}/{len(told)}"
        rows = [
            OutboxRow(transaction_id(cause, position), room_id, "m.room.message", content, None, event.event_id)
            for position, content in enumerate(contents(news.text, context.links, rings=True))
        ]
        await outbox.put(conn, account, rows, at)


async def _ask(conn: Connection, ask: Ask, event: Inbound, context: Context, at: datetime) -> None:
    """One message to where a unit is reminded, and nowhere else."""
    where = await place_of(conn, ask.unit, context.now.date())
    if where is None:
        return
    account, room_id = where
    rows = [
        OutboxRow(transaction_id(f"{event.event_id}/ask/{ask.unit}", position), room_id, "m.room.message", content,
                  dict(ask.about), event.event_id)
        for position, content in enumerate(contents(ask.text, context.links, rings=ask.rings))
    ]  # fmt: skip
    await outbox.put(conn, account, rows, at)


def _contents(said: Say, numbers: list[int], context: Context) -> Iterator[dict[str, Any]]:
    text = said.text
    for index, number in enumerate(numbers):
        text = text.replace(NUMBER.format(index), f"#{number}")
    return contents(text, context.links)


def _about(said: Say, numbers: list[int]) -> dict[str, Any] | None:
    """What a message is about, with the numbers that its records were given."""
    about = dict(said.about)
    if "records" in about:
        new = {NUMBER.format(index): number for index, number in enumerate(numbers)}
        about["records"] = [new.get(record, record) for record in about["records"]]
    return about or None


def _bytes(file: File) -> bytes:
    assert isinstance(file.data, bytes), "a turn is kept with all its sheets made"
    return file.data


def _announced(file: File, context: Context) -> dict[str, Any]:
    """What is known of a file's event before the file is uploaded, and what is said instead when the homeserver doesn't
    take it. A picture is shown in the room, and its place is kept free for it."""
    data = _bytes(file)
    info: dict[str, Any] = {"mimetype": file.mimetype, "size": len(data)}
    sorry = words(context.language)("file.not_taken", name=file.name, contact=context.contact)
    if not file.mimetype.startswith("image/"):
        return {"msgtype": "m.file", "body": file.name, "info": info, SORRY: sorry}
    info |= dict(zip("wh", size(data), strict=False))
    return {"msgtype": "m.image", "body": file.name, "info": info, SORRY: sorry}
