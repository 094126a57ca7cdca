"""The facts a rubric is scored on: what happened, who the unit is, what people judged and found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache

SlotValue = str | int | Decimal | date | tuple[str, ...]
IN_TIME = 10  # the day of the next month until which a month is still being recorded


@lru_cache(maxsize=4096)
def last_in_time(day: date) -> date:
    """The last day on which what happened on a day is recorded in time; what comes later is a late record (补录)."""
    return date(day.year + day.month // 12, day.month % 12 + 1, IN_TIME)


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing a unit did, in its newest version.

    number: what people call it (#128); kind: an id from activities.yaml; occurred_on: the day it happened in the
    unit's time zone; period: the month it belongs to (YYYY-MM), when that differs from the day (dues, late reports);
    slots: expected, present, leave (int), hours (Decimal), amount (int, whole fen), count (int), topic, place,
    speaker, host (str), titles, months (tuple of str; months as YYYY-MM), group (int): see rubrics/activities.py;
    gathering: shared by activities of one gathering (同场); recorded_on: the day it was first recorded, None while that
    isn't known; source: the Matrix event that reported it; withdrawn_on: the day it was withdrawn, else None (a
    withdrawn activity is listed as refused, never dropped in silence); evidence: what lies with it besides the report
    (record, attendance, document: files; platform: it was entered in the official platform); returned_on: the day an
    assessor sent it back, until it is corrected (it does not count meanwhile); version: which of its versions this is,
    from 1.
    """

    number: int
    unit: str
    kind: str
    occurred_on: date
    slots: Mapping[str, SlotValue] = field(default_factory=dict)
    period: str | None = None
    gathering: str | None = None
    recorded_on: date | None = None
    source: str | None = None
    withdrawn_on: date | None = None
    evidence: tuple[str, ...] = ()
    returned_on: date | None = None
    version: int = 1

    @property
    def late(self) -> bool:
        """Whether it was recorded long after it happened (补录): later than the tenth of the month after."""
        return self.recorded_on is not None and self.recorded_on > last_in_time(self.occurred_on)


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many a unit had from a day on. full/probationary: 正式/预备; floating: 流动; on_leave: 长期请假;
    committee: 支委; groups: party groups, a tuple of their sizes; activists: 积极分子."""

    since: date
    full: int
    probationary: int = 0
    floating: int = 0
    on_leave: int = 0
    committee: int = 0
    groups: tuple[int, ...] = ()
    activists: int = 0


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the tree. attributes: by name, as the rubrics ask for them (units.yaml)."""

    id: str
    name: str
    parent: str | None = None
    headcounts: tuple[Headcount, ...] = ()
    attributes: Mapping[str, str | int | Decimal | bool] = field(default_factory=dict)
    founded_on: date | None = None

    def headcount(self, on: date) -> Headcount | None:
        """The headcount in force on a day; None where none was told."""
        past = [h for h in self.headcounts if h.since <= on]
        return max(past, key=lambda h: h.since) if past else None


@dataclass(frozen=True, slots=True)
class Judgement:
    """Points or an attestation given by a person for one clause. column: self (自评) | assessor (考评) |
    acceptance (验收) | department (主管部门). points None with met True/False: attested or denied. year: the assessed
    year, where it isn't that of the day; rubric: the rulebook's id, since clause numbers recur (None: any)."""

    clause: str
    column: str
    on: date
    by: str
    points: Decimal | None = None
    met: bool | None = None
    note: str = ""
    year: int | None = None
    rubric: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found against (or for) the unit. kind: criticism | violation | falsification | veto | ..., by clause;
    points: what the assessor picked within the rubric's range; numbers: the activities it is about; year: the assessed
    year, where it isn't that of the day; rubric: the rulebook's id, since clause numbers recur (None: any)."""

    kind: str
    clause: str
    on: date
    times: int = 1
    points: Decimal | None = None
    numbers: tuple[int, ...] = ()
    note: str = ""
    year: int | None = None
    rubric: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """An external result that a clause reads: a rate, a rank, a satisfaction score. name: as the rubric says; year: the
    assessed year, where it isn't that of the day."""

    name: str
    value: Decimal | str
    on: date
    note: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Someone whom a clause about each person speaks of. id: a name or pseudonym, as activities' people slot has it;
    roles: as the rubrics say (党员, 班子成员); values: figures by name (学时)."""

    id: str
    roles: tuple[str, ...] = ()
    values: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a score rests on, for one unit and those below it. before: its grades of the years before, the newest
    first, for what follows in the second year running."""

    unit: Unit
    activities: tuple[Activity, ...] = ()
    subunits: tuple[Unit, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    findings: tuple[Finding, ...] = ()
    results: tuple[Result, ...] = ()
    people: tuple[Person, ...] = ()
    before: tuple[str, ...] = ()
