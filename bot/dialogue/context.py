"""The read-only snapshot a turn is decided on: who speaks, for which branches, and what is on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot.dialogue.accepting import Limits
from bot.dialogue.offices import Administration, Enrolment
from bot.dialogue.outcome import Outcome
from bot.events import Arrived, Kept
from bot.reminders.deadlines import Charge, Waived
from bot.sheets.overview import Standing
from rubrics import Activities, Activity, Facts, Rubric, Unit


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet somebody submitted. rubric: the rulebook's id; side: the column; period: the month or year it was due in;
    by, person: whose name and id; activities: number to version of all it counted; points: by clause (1 and 0 for a
    fact attested or denied); notes: the reasons given, by clause; given: the sum of what was rated; bodies: on whose
    part, where a rulebook's clauses are divided among several (none: all that is nobody's); stands: False once sent
    back, with the reason; example: rated on example points; source: the message that submitted it."""

    number: int
    unit: str
    rubric: str
    side: str
    year: int
    period: str
    on: date
    by: str
    person: str
    total: Decimal | None
    activities: Mapping[int, int] = field(default_factory=dict)
    points: Mapping[str, Decimal] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    given: Decimal = Decimal(0)
    bodies: tuple[str, ...] = ()
    stands: bool = True
    reason: str = ""
    example: bool = False
    source: str | None = None

    @property
    def comes_to(self) -> Decimal:
        """Its total; of a part, or where the rulebook gives none, the sum of what was rated."""
        return self.total if self.total is not None else self.given


@dataclass(frozen=True, slots=True)
class Noted:
    """A finding or result from outside that stands. number: the paper's; body: as it was put in."""

    number: int
    on: date
    by: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asking:
    """Something that an assessor asked a unit for (催办). id: the message that confirmed it; by, person: whose name and
    id; replies: day, name and words of each."""

    id: str
    unit: str
    on: date
    by: str
    person: str
    what: str
    replies: tuple[tuple[date, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Assessed:
    """A unit the person assesses, or decides on. facts: only of the units a message is about, None for the others, and
    so charge: what it is held to, and head: the end of its chain, in words; noted: its findings and results; bodies:
    those for which the person assesses, none: whatever is nobody's; others: the bodies for which somebody else does;
    askings: what it was asked for; reached: whether somebody of it can be written to."""

    unit: Unit
    rubrics: tuple[Rubric, ...]
    papers: tuple[Paper, ...] = ()
    facts: Facts | None = None
    outcomes: tuple[Outcome, ...] = ()
    noted: tuple[Noted, ...] = ()
    bodies: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    charge: Charge | None = None
    head: str = ""
    askings: tuple[Asking, ...] = ()
    reached: bool = False


@dataclass(frozen=True, slots=True)
class Purgeable:
    """An activity that an administrator may purge. files: how many lie with it."""

    activity: Activity
    unit_name: str
    files: int = 0


@dataclass(frozen=True, slots=True)
class Heritage:
    """A unit that was merged into another, to be looked at by whoever speaks for that one, and changed by nobody.
    since: its first day no more."""

    unit: Unit
    since: date
    activities: tuple[Activity, ...]
    files: Mapping[int, tuple[Kept, ...]] = field(default_factory=dict)
    head: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """Loaded by the worker inside the room's turn.

    now: the message's own time, in the unit's zone; units: the branches the person may report for; facts, rubrics: by
    unit id; charges: what each is held to and by when; about: what our own message that this one answers was about;
    sourced: activities recorded from the message that this one edits or deletes, or that a file answers; links: address
    of the message behind an activity's number; contact: whom an unknown person asks; language: of the words to say;
    direct: nobody else is in the room; offices: those of the units whose secretary the person is; papers: submitted
    sheets, by unit; outcomes: what its years came to; drafts: ratings under way, by unit, the rulebook's key and side;
    assessed: the units the person assesses; decides: those on whose outcomes the person decides, when a message is
    about outcomes; heads: the end of each unit's hash chain, in words; files: by activity number; arrived: what became
    of this message's file, None when it has none or was refused; limits: which files are taken; administers: the
    person administers some unit; purgeable: the activity that a purge speaks of, where the person may purge it; own:
    the message that this one edits or deletes is the person's own; enrolment: what the code in a message is good for;
    me: our own account; survey: how the units the person assesses stand in the month that a message names, None when it
    asks for no overview; askings: what the person's units were asked for, by unit; heritage: what was merged into each
    of them; unread: when the messages were sent
    that can't be read, this one among them; keys: why their keys are missing (late | withheld: refused to us | lost:
    they went to a device that we no longer have).
    """

    now: datetime
    person: str
    name: str
    kinds: Activities
    units: tuple[Unit, ...] = ()
    facts: Mapping[str, Facts] = field(default_factory=dict)
    rubrics: Mapping[str, tuple[Rubric, ...]] = field(default_factory=dict)
    charges: Mapping[str, Charge] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)
    sourced: tuple[int, ...] = ()
    links: Mapping[int, str] = field(default_factory=dict)
    contact: str = ""
    language: str = "zh_CN"
    direct: bool = True
    offices: frozenset[str] = frozenset()
    papers: Mapping[str, tuple[Paper, ...]] = field(default_factory=dict)
    drafts: Mapping[tuple[str, str, str], Mapping[str, Any]] = field(default_factory=dict)
    assessed: tuple[Assessed, ...] = ()
    decides: tuple[Assessed, ...] = ()
    outcomes: Mapping[str, tuple[Outcome, ...]] = field(default_factory=dict)
    heads: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[int, tuple[Kept, ...]] = field(default_factory=dict)
    arrived: Arrived | None = None
    limits: Limits = field(default_factory=Limits)
    administers: bool = False
    purgeable: Purgeable | None = None
    own: bool = False
    enrolment: Enrolment | None = None
    administration: Administration | None = None
    me: str = ""
    unread: tuple[datetime, ...] = ()
    keys: str = "late"
    survey: tuple[Standing, ...] | None = None
    askings: Mapping[str, tuple[Asking, ...]] = field(default_factory=dict)
    heritage: Mapping[str, tuple[Heritage, ...]] = field(default_factory=dict)

    def assesses(self, unit: str | None) -> Assessed | None:
        """The unit of an id, where the person assesses it."""
        return next((one for one in self.assessed if one.unit.id == unit), None)

    def unit(self, unit_id: str) -> Unit:
        """One of the person's units."""
        return next(unit for unit in self.units if unit.id == unit_id)

    def activity(self, number: int) -> Activity | None:
        """A recorded activity of one of the person's units; None for any other number."""
        found = (a for facts in self.facts.values() for a in facts.activities if a.number == number)
        return next(found, None)

    def waived(self, unit_id: str) -> Mapping[str, Waived]:
        """What one of the person's units said does not apply to it, by the deadline's key."""
        charge = self.charges.get(unit_id)
        return charge.waived if charge is not None else {}
