"""Units with their record as it is scored and reminded of, out of what is stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bot.house import House
from bot.papers import Names, names_of, with_papers
from bot.reminders.deadlines import Charge
from rubrics import Facts, Headcount, Rubric, Unit
from storage import papers, units
from storage.database import Connection
from storage.papers import PaperRow
from storage.units import UnitRow


class Loaded(NamedTuple):
    """Units with their record, in the order of their ids; all papers about them, and what to call who judged."""

    charges: dict[str, Charge]
    papers: list[PaperRow]
    names: Names


async def load(
    conn: Connection,
    house: House,
    ids: Collection[str],
    now: datetime,
    year: int | None = None,
    *,
    heard_by: str | None = None,
    others: Collection[str] = (),
) -> Loaded:
    """Units with their record and all that says what they are held to. now: UTC; year: the one it is about, this one
    unless said; heard_by: the account whose links to messages are wanted; others: further units, for their papers.

    Points look at a year and the one before, so older records are not loaded.
    """
    bare = {row.id: as_charge(row, settings, house, now) for row, settings in await units.in_force(conn, ids)}
    since = date((year or now.astimezone(house.settings.zone).year) - 1, 1, 1)
    chained = await house.chains.read(conn, {unit: one.zone for unit, one in bare.items()}, since, heard_by)
    judged = [paper for one in chained.values() for paper in one.papers]
    judged += await papers.current(conn, others) if others else []
    names = await names_of(conn, judged)
    charges = {}
    for unit, one in chained.items():
        facts = with_papers(Facts(bare[unit].unit, one.activities), one.papers, names)
        links = one.links.get(heard_by, {}) if heard_by else {}
        charges[unit] = replace(bare[unit], facts=facts, waived=one.waived, files=one.files, head=one.head, links=links)
    return Loaded(charges, judged, names)


async def load_charges(
    conn: Connection, house: House, ids: Collection[str], now: datetime, year: int | None = None
) -> dict[str, Charge]:
    """The units alone, as load() has them."""
    return (await load(conn, house, ids, now, year)).charges


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
