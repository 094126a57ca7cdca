"""Units with their record as it is scored and reminded of, out of what is stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.dialogue.values import decode_all
from bot.events import Kept
from bot.house import House
from bot.papers import Names, names_of, with_papers
from bot.reminders.deadlines import Charge, Waived
from bot.rendering import permalink
from rubrics import Activity, Facts, Headcount, Rubric, Unit
from storage import activities, chain, inbox, papers, units, waivers
from storage.activities import ActivityRow
from storage.database import Connection
from storage.papers import PaperRow
from storage.units import UnitRow


async def load_charges(
    conn: Connection,
    house: House,
    ids: Collection[str],
    now: datetime,
    year: int | None = None,
    *,
    judged: tuple[Sequence[PaperRow], Names] | None = None,
) -> dict[str, Charge]:
    """Units with their record and all that says what they are held to, in the order of their ids. now: UTC; year: the
    one it is about, this one unless said; judged: their papers and who judged, where they are at hand already.

    Points look at a year and the one before, so older records are not loaded.
    """
    settings = await units.inherited(conn, ids)
    since = date((year or now.astimezone(house.settings.zone).year) - 1, 1, 1)
    done: dict[str, list[ActivityRow]] = {}
    for activity in await activities.current(conn, ids, since=since):
        done.setdefault(activity.unit_id, []).append(activity)
    waived: dict[str, dict[str, Waived]] = {}
    for w in await waivers.current(conn, ids, since):
        waived.setdefault(w.unit_id, {})[w.key] = Waived(w.number, w.key, w.label, w.reason, w.source_event)
    if judged is None:
        read = await papers.current(conn, ids)
        judged = read, await names_of(conn, read)
    found = {}
    for row in await units.units(conn, ids):
        bare = as_charge(row, settings[row.id], house, now)
        facts = Facts(bare.unit, tuple(as_activity(one, bare.zone) for one in done.get(row.id, ())))
        files = {one.number: tuple(Kept(**file) for file in one.files) for one in done.get(row.id, ()) if one.files}
        found[row.id] = replace(bare, facts=with_papers(facts, *judged), waived=waived.get(row.id, {}), files=files)
    return found


def as_charge(row: UnitRow, settings: Mapping[str, Any], house: House, now: datetime) -> Charge:
    """A unit as its deadlines see it, without its record. settings: those in force for it; now: UTC."""
    zone = ZoneInfo(settings.get("time_zone") or house.settings.time_zone)
    room = row.settings.get("remind_room")  # its own: a committee's room is not for what its branches are told
    rubrics = applying(settings, house.rubrics, now.astimezone(zone).date())
    return Charge(Facts(as_unit(row)), rubrics, zone, settings, room, row.closed_on)


def applying(settings: Mapping[str, Any], rubrics: Mapping[str, Rubric], today: date) -> tuple[Rubric, ...]:
    """The rulebooks a unit's settings name, with the points of the overlay it chose, in the versions of this year."""
    chosen = settings.get("rulebooks") or ()
    names = (f"{book['id']}.{book['points']}" if book.get("points") else book["id"] for book in chosen)
    return tuple(rubrics[name].of_year(on=today) for name in names if name in rubrics)


def as_unit(row: UnitRow) -> Unit:
    """A stored unit as the rulebooks see it."""
    counts = tuple(
        Headcount(h.since, h.full, h.probationary, h.floating, h.on_leave, h.committee, h.groups, h.activists)
        for h in row.headcounts
    )
    return Unit(row.id, row.name, row.parent, counts, row.attributes, row.founded_on)


def as_activity(row: ActivityRow, zone: ZoneInfo) -> Activity:
    """A stored activity, newest version, as the rulebooks see it."""
    withdrawn = row.withdrawn_at.astimezone(zone).date() if row.withdrawn_at else None
    returned = row.returned_at.astimezone(zone).date() if row.returned_at else None
    return Activity(
        number=row.number,
        unit=row.unit_id,
        kind=row.kind,
        occurred_on=row.occurred_on,
        slots=decode_all(row.slots),
        period=row.period,
        gathering=row.gathering,
        recorded_on=row.recorded_at.astimezone(zone).date(),
        source=row.source_event,
        withdrawn_on=withdrawn,
        returned_on=returned,
        version=row.version,
        evidence=tuple(sorted({*row.evidence, *(file["shows"] for file in row.files if file["shows"])})),
    )


async def head_words(conn: Connection, unit: str) -> str:
    """The end of a unit's chain as it is printed; empty before its first entry."""
    head = await chain.head(conn, unit)
    return f"第{head.position}条 {head.hash}" if head is not None else ""


async def load_links(conn: Connection, account: str, done: Collection[Activity]) -> dict[int, str]:
    """The address of the message behind each activity's number, where this account heard it."""
    where = await inbox.rooms_of(conn, account, {one.source for one in done if one.source})
    return {one.number: permalink(where[one.source], one.source) for one in done if one.source in where}
