"""The part of a turn's snapshot that is about offices: the code in a message, and what an administrator looks after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot import codes as giving
from bot.dialogue import administering, enrolling
from bot.dialogue.admin_finding import units_in
from bot.dialogue.context import Context
from bot.dialogue.offices import Administration, Enrolment, Holder, Managed, OpenCode
from bot.dialogue.session import Session
from bot.events import Inbound, Kind
from bot.house import House
from rubrics import Headcount
from storage import codes, people, units
from storage.codes import CodeRow
from storage.database import Connection
from storage.people import Person
from storage.units import UnitRow

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


async def with_administration(
    conn: Connection, session: Session, message: Inbound, house: House, context: Context, at: datetime
) -> Context:
    """The context with all that an administrator looks after, for a message that may be about it. at: UTC."""
    if not context.administers or message.kind is not Kind.TEXT or not administering.meant(session, message.body):
        return context
    day = context.now.astimezone(house.settings.zone).date()
    roots = await people.units_of(conn, context.person, ("administrator",), day)
    rows = _in_tree({row.id: row for root in roots for row in await units.subtree(conn, root)})
    managed = {row.id: Managed(row.id, row.name, _above(row, rows), row.closed_on, _counts(row), row.settings)
               for row in rows.values()}  # fmt: skip
    held = [post for post in await people.everybody(conn, day) if post.unit_id in rows]
    open_ = await codes.open_of(conn, list(rows), at)
    zone = house.settings.zone
    found = Administration(
        on=day,
        units=tuple(managed.values()),
        holders=tuple(Holder(p.unit_id, p.person, p.name, p.role, p.since) for p in held),
        codes=tuple(
            OpenCode(c.number, c.unit_id, c.role, (c.expires_at - SECOND).astimezone(zone).date(), c.replaces)
            for c in open_
        ),
    )
    named = units_in(message.body, found).one
    if named is not None:
        told = await _inherited(conn, named.id)
        found = replace(found, units=tuple(replace(u, inherited=told) if u.id == named.id else u for u in found.units))
    return replace(context, administration=found)


def _in_tree(rows: Mapping[str, UnitRow]) -> dict[str, UnitRow]:
    """The units with those below each right after it."""
    below: dict[str | None, list[UnitRow]] = {}
    for row in rows.values():
        below.setdefault(row.parent if row.parent in rows else None, []).append(row)
    found: dict[str, UnitRow] = {}
    waiting = below.get(None, [])[::-1]
    while waiting:
        row = waiting.pop()
        found[row.id] = row
        waiting += below.get(row.id, [])[::-1]
    return found


def _above(row: UnitRow, rows: Mapping[str, UnitRow]) -> tuple[str, ...]:
    names: list[str] = []
    at = row.parent
    while at is not None and at in rows:
        names.insert(0, rows[at].name)
        at = rows[at].parent
    return tuple(names)


def _counts(row: UnitRow) -> tuple[Headcount, ...]:
    return tuple(Headcount(**asdict(count)) for count in row.headcounts)


async def _inherited(conn: Connection, unit_id: str) -> dict[str, tuple[str, Any]]:
    """Each setting in force for a unit, and the name of the unit that it comes from; empty for its own. Of deadlines,
    which pass down kind by kind, the whole, under the lowest unit that says anything of them."""
    told = await units.sources(conn, unit_id)
    in_force = (await units.inherited(conn, [unit_id]))[unit_id]
    whose = {name: values[-1][0] for name, values in told.items()}
    names = {row.id: row.name for row in await units.units(conn, set(whose.values()))}
    return {
        name: ("" if id_ == unit_id else names[id_], in_force[name]) for name, id_ in whose.items() if name in in_force
    }


def _name(known: Person | None) -> str:
    return known.name if known is not None else ""
