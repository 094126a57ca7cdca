"""What lies in units' hash chains, as turns see it: read once for each state of a chain, whose end seals all that is in
it. It is right for as long as the chain ends there, whoever lengthens it, and whether or not a turn was undone."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.dialogue.values import decode_all
from bot.events import Kept
from bot.reminders.deadlines import Waived
from bot.rendering import permalink
from rubrics import Activity
from storage import activities, chain, inbox, papers, waivers
from storage.activities import ActivityRow
from storage.chain import Head
from storage.database import Connection
from storage.papers import PaperRow
from storage.waivers import WaiverRow

RECORDS = 20_000  # as many activities are kept in mind: 20 MB, the two years of 80 branches
State = tuple[Head | None, date, str]
Row = TypeVar("Row", ActivityRow, WaiverRow, PaperRow)


@dataclass(frozen=True, slots=True)
class Chained:
    """One unit's. head: the chain's end as it is printed, empty before its first entry; activities: since a day; files:
    by their numbers; waived: by the deadline's key; papers: in the order they were put in; links: addresses of the
    messages behind the activities' numbers, by the account that heard them."""

    head: str = ""
    activities: tuple[Activity, ...] = ()
    files: Mapping[int, tuple[Kept, ...]] = field(default_factory=dict)
    waived: Mapping[str, Waived] = field(default_factory=dict)
    papers: tuple[PaperRow, ...] = ()
    links: dict[str, Mapping[int, str]] = field(default_factory=dict)


class Chains:
    """Reads chains, and keeps in mind what was read last."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[State, Chained]] = OrderedDict()
        self._records = 0

    async def read(
        self, conn: Connection, zones: Mapping[str, ZoneInfo], since: date, heard_by: str | None = None
    ) -> dict[str, Chained]:
        """What is chained of these units. zones: theirs, by their ids; heard_by: an account, for its links."""
        ends = await chain.ends_of(conn, zones) if zones else {}
        states = {unit: (ends.get(unit), since, zone.key) for unit, zone in zones.items()}
        found = {unit: chained for unit, state in states.items() if (chained := self._remembered(unit, state))}
        if missing := {unit: zone for unit, zone in zones.items() if unit not in found}:
            for unit, chained in (await _read(conn, missing, since, ends)).items():
                self._remember(unit, states[unit], chained)
                found[unit] = chained
        if heard_by is not None:
            await _link(conn, heard_by, [one for one in found.values() if heard_by not in one.links])
        return {unit: found[unit] for unit in zones}

    def _remembered(self, unit: str, state: State) -> Chained | None:
        known, chained = self._known.get(unit, (None, None))
        if known != state:
            return None
        self._known.move_to_end(unit)
        return chained

    def _remember(self, unit: str, state: State, chained: Chained) -> None:
        if unit in self._known:
            self._forget(unit)
        self._known[unit] = (state, chained)
        self._records += 1 + len(chained.activities)
        while self._records > RECORDS:
            self._forget(next(iter(self._known)))

    def _forget(self, unit: str) -> None:
        _, chained = self._known.pop(unit)
        self._records -= 1 + len(chained.activities)


async def _read(
    conn: Connection, zones: Mapping[str, ZoneInfo], since: date, ends: Mapping[str, Head]
) -> dict[str, Chained]:
    done = _by_unit(await activities.current(conn, zones, since=since))
    waived = _by_unit(await waivers.current(conn, zones, since))
    judged = _by_unit(await papers.current(conn, zones))
    return {
        unit: Chained(
            head=f"第{ends[unit].position}条 {ends[unit].hash}" if unit in ends else "",
            activities=tuple(as_activity(row, zone) for row in done.get(unit, ())),
            files={row.number: tuple(Kept(**file) for file in row.files) for row in done.get(unit, ()) if row.files},
            waived={w.key: Waived(w.number, w.key, w.label, w.reason, w.source_event) for w in waived.get(unit, ())},
            papers=tuple(judged.get(unit, ())),
        )
        for unit, zone in zones.items()
    }


async def _link(conn: Connection, account: str, several: Collection[Chained]) -> None:
    """Note the links that an account has for what it has none of yet."""
    sources = {activity.source for one in several for activity in one.activities if activity.source}
    rooms = await inbox.rooms_of(conn, account, sources) if sources else {}
    for one in several:
        heard = [activity for activity in one.activities if activity.source in rooms]
        one.links[account] = {a.number: permalink(rooms[a.source], a.source) for a in heard if a.source}


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


def _by_unit(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.unit_id, []).append(row)
    return found
