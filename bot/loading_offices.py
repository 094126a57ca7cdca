"""The part of a turn's snapshot that is about offices: what the enrolment code in a message is good for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot import codes as giving
from bot.dialogue import enrolling
from bot.dialogue.context import Context
from bot.dialogue.offices import Enrolment
from bot.dialogue.session import Session
from bot.events import Inbound, Kind
from bot.house import House
from storage import codes, people, units
from storage.codes import CodeRow
from storage.database import Connection
from storage.people import Person

SECOND = timedelta(seconds=1)


async def with_enrolment(
    conn: Connection, session: Session, message: Inbound, house: House, context: Context, at: datetime
) -> Context:
    """The context with the code that a message holds, or asks about, looked up. at: the machine's time, UTC."""
    enrolled = bool(context.units or context.assessed or context.administers)
    meant = enrolling.meant(session, message.body, enrolled=enrolled) if message.kind is Kind.TEXT else None
    if meant is None or not context.direct:
        return context
    day = context.now.astimezone(house.settings.zone).date()
    if isinstance(meant, str) and await giving.locked_out(conn, context.person, at):
        return replace(context, enrolment=Enrolment("locked", day))
    row = await _found(conn, meant)
    if row is None:
        return replace(context, enrolment=Enrolment("unknown", day))
    found = await _enrolment(conn, row, context.person, day, at, house)
    return replace(context, enrolment=replace(found, shown=message.shown))


async def _found(conn: Connection, meant: str | int) -> CodeRow | None:
    if isinstance(meant, int):
        return await codes.by_number(conn, meant)
    return await codes.by_hash(conn, await giving.hashed(meant))


async def _enrolment(
    conn: Connection, row: CodeRow, person: str, day: date, at: datetime, house: House
) -> Enrolment:  # fmt: skip
    unit = await units.unit(conn, row.unit_id)
    assert unit is not None, "a code has a unit"
    known = await people.person(conn, person)
    state = row.state(at)
    if state == codes.USED and row.used_by == person:
        state = "own"
    if state == codes.OPEN and unit.closed_on is not None and unit.closed_on <= day:
        state = "closed"
    held = any((p.unit_id, p.role) == (row.unit_id, row.role) for p in await people.posts_of(conn, person, day))
    maker = row.made_by if row.made_by.startswith("@") else None
    return Enrolment(
        state=state, on=day, number=row.number, unit=unit.id, unit_name=unit.name, role=row.role,
        expired=(row.expires_at - SECOND).astimezone(house.settings.zone).date(), held=held, known=_name(known),
        maker=maker, replaces=row.replaces,
    )  # fmt: skip


def _name(known: Person | None) -> str:
    return known.name if known is not None else ""
