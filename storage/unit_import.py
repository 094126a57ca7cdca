"""Brings a file of units into the record: the difference first, then all of it or nothing.

The file speaks for the units it names, and only for them: units it leaves out stay, people enrolled otherwise stay.
A role that the file no longer gives ends on the day of the import; one that was ended in office is not given back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import audit
from storage.columns import in_utc
from storage.overruled import Overrules, overruled
from storage.people import FROM_FILE, Post, ended_in_office, everybody
from storage.tables import headcounts, people, posts, settings, units
from storage.unit_entry import FIELDS, Change, ImportRefused, UnitEntry, completed
from storage.units import Headcount, UnitRow, all_units
from storage.upsert import add_new, put_over

__all__ = ["Change", "ImportRefused", "UnitEntry", "compare", "import_units"]

ENDED = "ended"


async def compare(conn: AsyncConnection, entries: Sequence[UnitEntry], at: datetime) -> list[Change]:
    """What an import would change. Raises ImportRefused."""
    known = {unit.id: unit for unit in await all_units(conn)}
    return (await _compared(conn, completed(entries, known), known, at))[0]


async def import_units(
    conn: AsyncConnection, entries: Sequence[UnitEntry], *, at: datetime, by: str, overrule: bool = False
) -> list[Change]:
    """Make the record say what the file says; what was changed. overrule: also where that undoes what was changed in
    chat or by a command since. Raises ImportRefused, and Overrules unless it is to."""
    known = {unit.id: unit for unit in await all_units(conn)}
    whole = completed(entries, known)
    changes, touched = await _compared(conn, whole, known, at)
    if not touched:
        return changes
    if not overrule and (undone := await overruled(conn, touched)):
        raise Overrules(undone)
    await _write_units(conn, whole)
    await _write_details(conn, whole)
    await _write_people(conn, whole, changes, _day(at))
    for unit_id in dict.fromkeys(change.unit_id for change in touched):
        said = [plain(change) for change in touched if change.unit_id == unit_id]
        await audit.note(conn, by, "import", unit_id, {"changes": said}, at)
    return changes


async def _compared(
    conn: AsyncConnection, entries: Sequence[UnitEntry], known: Mapping[str, UnitRow], at: datetime
) -> tuple[list[Change], list[Change]]:
    """All differences, and those of them that are to be written."""
    _check_tree(entries, known)
    named = {row.id: row.name for row in await conn.execute(select(people))}
    held = await everybody(conn, _day(at))
    ended = await ended_in_office(conn, _day(at) + timedelta(days=1))  # today, where the units are: ahead of UTC
    changes: list[Change] = []
    for entry in entries:
        changes += _unit_changes(entry, known.get(entry.id))
        changes += _role_changes(entry, [post for post in held if post.unit_id == entry.id], ended)
    told: dict[str, str] = {}
    for entry in entries:
        for person, _ in entry.people:
            if named.get(person.id) != person.name and told.setdefault(person.id, entry.id) == entry.id:
                changes.append(Change(entry.id, "person", person.id, named.get(person.id), person.name))
    return changes, [change for change in changes if change.what != ENDED]


def _day(at: datetime) -> date:
    """The day on which roles begin and end: in UTC, never ahead of the units' own, so both hold at once."""
    return in_utc(at).date()


def plain(change: Change) -> dict[str, Any]:
    """A change as JSON holds it."""
    return {name: value for name, value in asdict(change).items() if value not in ("", None) and name != "unit_id"}


def _check_tree(entries: Sequence[UnitEntry], known: Mapping[str, UnitRow]) -> None:
    parents = {unit.id: unit.parent for unit in known.values()} | {entry.id: entry.parent for entry in entries}
    for entry in entries:
        if entry.parent is not None and entry.parent not in parents:
            raise ImportRefused(entry.id, "parent_unknown", entry.parent)
        if entry.merged_into is not None and entry.merged_into not in parents:
            raise ImportRefused(entry.id, "merged_unknown", entry.merged_into)
        above, seen = entry.parent, {entry.id}
        while above is not None:
            if above in seen:
                raise ImportRefused(entry.id, "circle", above)
            seen.add(above)
            above = parents[above]


def _unit_changes(entry: UnitEntry, unit: UnitRow | None) -> list[Change]:
    if unit is None:
        return [Change(entry.id, "unit", after=entry.name)]
    changes = [
        Change(entry.id, name, "", _json(getattr(unit, name)), _json(getattr(entry, name)))
        for name in FIELDS
        if getattr(unit, name) != getattr(entry, name)
    ]
    pairs = (
        ("attribute", unit.attributes, entry.attributes),
        ("setting", {name: unit.settings.get(name) for name in entry.settings}, entry.settings),
        ("headcount", _by_day(unit.headcounts), _by_day(entry.headcounts)),
    )
    for what, old, new in pairs:
        for key in dict.fromkeys((*old, *new)):
            if old.get(key) != new.get(key):
                changes.append(Change(entry.id, what, key, old.get(key), new.get(key)))
    return changes


def _role_changes(
    entry: UnitEntry, held: Sequence[Post], ended: Mapping[tuple[str, str, str], date]
) -> list[Change]:  # fmt: skip
    wanted = [(person.id, role) for person, roles in entry.people for role in roles]
    have = [(post.person, post.role) for post in held if (entry.id, post.person, post.role) not in ended]
    ends = [(post.person, post.role) for post in held if post.origin == FROM_FILE and _speaks_of(entry, post.role)]
    new = [(person, role) for person, role in wanted if (person, role) not in have]
    return [
        *(_given(entry.id, person, role, ended.get((entry.id, person, role))) for person, role in new),
        *(Change(entry.id, "role", person, role, None) for person, role in ends if (person, role) not in wanted),
    ]


def _given(unit_id: str, person: str, role: str, ended: date | None) -> Change:
    if ended is not None:
        return Change(unit_id, ENDED, person, ended.isoformat(), role)
    return Change(unit_id, "role", person, None, role)


def _speaks_of(entry: UnitEntry, role: str) -> bool:
    return entry.spoken is None or role in entry.spoken.roles


def _by_day(counts: Sequence[Headcount]) -> dict[str, dict[str, Any]]:
    return {count.since.isoformat(): {**asdict(count), "since": count.since.isoformat()} for count in counts}


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


async def _write_units(conn: AsyncConnection, entries: Sequence[UnitEntry]) -> None:
    """First all rows, then what points from one to another."""
    bare = [{"id": e.id, "name": e.name, "place": e.place, "attributes": {}} for e in entries]
    await add_new(conn, units, bare)
    full = [
        {
            "unit": e.id,
            "name": e.name,
            "parent": e.parent,
            "place": e.place,
            "founded_on": e.founded_on,
            "closed_on": e.closed_on,
            "merged_into": e.merged_into,
            "attributes": dict(e.attributes),
        }
        for e in entries
    ]
    await conn.execute(
        update(units)
        .where(units.c.id == bindparam("unit"))
        .values({name: bindparam(name) for name in (*FIELDS, "attributes")}),
        full,
    )


async def _write_details(conn: AsyncConnection, entries: Sequence[UnitEntry]) -> None:
    which = [{"unit": e.id} for e in entries]
    await conn.execute(delete(headcounts).where(headcounts.c.unit_id == bindparam("unit")), which)
    counts = [
        {**asdict(count), "groups": list(count.groups), "unit_id": e.id} for e in entries for count in e.headcounts
    ]
    await add_new(conn, headcounts, counts)
    names = [{"unit": e.id, "setting": name} for e in entries for name in e.settings]
    if names:
        here = (settings.c.unit_id == bindparam("unit"), settings.c.name == bindparam("setting"))
        await conn.execute(delete(settings).where(*here), names)
    values = [
        {"unit_id": e.id, "name": name, "value": value}
        for e in entries
        for name, value in e.settings.items()
        if value is not None
    ]
    await add_new(conn, settings, values)


async def _write_people(
    conn: AsyncConnection, entries: Sequence[UnitEntry], changes: Sequence[Change], on: date
) -> None:
    persons = {person.id: person.name for e in entries for person, _ in e.people}
    await put_over(conn, people, [{"id": person_id, "name": name} for person_id, name in persons.items()])
    for change in changes:
        if change.what != "role":
            continue
        if change.after is None:
            here = (posts.c.unit_id == change.unit_id, posts.c.person == change.key, posts.c.role == change.before)
            await conn.execute(update(posts).where(*here, posts.c.until.is_(None)).values(until=on))
        else:
            given = {"unit_id": change.unit_id, "person": change.key, "role": change.after, "since": on}
            await put_over(conn, posts, [{**given, "until": None, "origin": FROM_FILE}])
