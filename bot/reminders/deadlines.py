"""What a unit is held to and until when: the rulebooks' duties, the unit's own days, the end of its term."""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.events import Kept
from bot.reminders.days import moved, party_day, provisional
from bot.reminders.shape import Shaped
from rubrics import Duty, Facts, Rubric, Unit, duties
from rubrics.periods import months_before

TERM_END = "任期届满日"
ELECTIONS = {"election_reminder": 6, "election_request": 4}  # months before the term ends
SETTLES = ("election_request", "committee_election", "term_change_approved")
THEMED = "themed_party_day"
Keyed = tuple[tuple[str, Duty], ...]
OWN_DAYS = ("party_day", "deadlines", "holidays")


@dataclass(frozen=True, slots=True)
class Waived:
    """What a branch said does not apply to it. key: the deadline's; label: as it was named; source: the message."""

    number: int
    key: str
    label: str
    reason: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """One unit as its deadlines see it. settings: those in force (party_day, deadlines, holidays, quiet_hours,
    stages_off); room: where reminders go if not to the secretary's own; closed_on: the first day it owes nothing;
    waived: by the deadline's key; files: of its records, by number; head: the end of its chain as it is printed, empty
    before its first entry; links: addresses of the messages behind its records, by number."""

    facts: Facts
    rubrics: tuple[Rubric, ...]
    zone: ZoneInfo
    settings: Mapping[str, Any] = field(default_factory=dict)
    room: str | None = None
    closed_on: date | None = None
    waived: Mapping[str, Waived] = field(default_factory=dict)
    files: Mapping[int, tuple[Kept, ...]] = field(default_factory=dict)
    head: str = ""
    links: Mapping[int, str] = field(default_factory=dict)

    @property
    def unit(self) -> Unit:
        """Whose it is."""
        return self.facts.unit


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something to be done. key: the same whichever rulebook asks for it; kind: duty | election_reminder |
    election_request; day: by which the unit wants it done; last: the last day on which it counts; lacking: how many
    are still to come; about: the day the term ends; provisional: the day may still move; waived: why it is not owed.
    """

    key: str
    kind: str
    day: date
    last: date
    lacking: int
    duty: Duty | None = None
    about: date | None = None
    provisional: bool = False
    waived: Waived | None = None

    @property
    def open(self) -> bool:
        """Whether it is still to be done."""
        return self.lacking > 0 and self.waived is None


def key_of(duty: Duty) -> str:
    """What a duty is known by, whichever of the rulebooks that ask for it is named first."""
    return "/".join(("+".join(duty.kinds), duty.period[0].isoformat(), duty.period[1].isoformat(), duty.label))


def deadlines(charge: Charge, first: date, last: date, today: date) -> tuple[Deadline, ...]:
    """The deadlines with a day between two days, by day. today: what is done later is not known."""
    asked = duties(charge.rubrics, charge.facts, _reach(first, last), today)
    found = _of_duties(_keyed(asked), chosen(charge), first, last)
    found = tuple(d for d in (*found, *elections(charge, first, last)) if _owes(charge, d))
    if charge.waived:
        found = tuple(replace(d, waived=charge.waived.get(d.key)) for d in found)
    return tuple(sorted(found, key=_in_order))


def chosen(charge: Charge) -> str:
    """The unit's own days, as text that can be compared."""
    return json.dumps({name: charge.settings.get(name) for name in OWN_DAYS}, sort_keys=True)


@lru_cache(maxsize=512)
def unmet(shape: Shaped, choices: str, first: date, last: date, today: date) -> tuple[Deadline, ...]:
    """The duties' deadlines of a unit like this as if nothing had been done; elections apart."""
    found = _of_duties(_bare(shape, *_reach(first, last), today), choices, first, last)
    founded = shape.unit.founded_on
    return tuple(sorted((d for d in found if founded is None or d.last >= founded), key=_in_order))


def _in_order(deadline: Deadline) -> tuple[date, date]:
    return deadline.day, deadline.last


def _reach(first: date, last: date) -> tuple[date, date]:
    """Duties end in their month's last day, and a named day a little before its own end."""
    last += timedelta(days=31)
    return first, date(last.year, last.month, monthrange(last.year, last.month)[1])


@lru_cache(maxsize=512)
def _bare(shape: Shaped, first: date, last: date, today: date) -> Keyed:
    return _keyed(duties(shape.rubrics, Facts(shape.unit), (first, last), today))


def _keyed(found: tuple[Duty, ...]) -> Keyed:
    return tuple((key_of(duty), duty) for duty in found)


def _of_duties(found: Keyed, choices: str, first: date, last: date) -> tuple[Deadline, ...]:
    settings = json.loads(choices)
    holidays = settings["holidays"] or "stay"
    result = []
    for key, duty in found:
        day = moved(_wanted(duty, settings), holidays, duty.period[0], duty.due)
        if first <= day <= last or first <= duty.due <= last:
            provisory = provisional(day, holidays)
            result.append(Deadline(key, "duty", day, duty.due, duty.lacking, duty, provisional=provisory))
    return tuple(result)


def _wanted(duty: Duty, settings: Mapping[str, Any]) -> date:
    """The day by which a unit wants a duty done: the named day, its own deadline, its party day, or the last day."""
    if duty.on is not None:
        return duty.on
    year, month = duty.due.year, duty.due.month
    if own := settings["deadlines"]:
        for kind in duty.kinds:
            if kind in own:
                return max(duty.period[0], party_day({"day": own[kind]}, year, month))
    if settings["party_day"] and THEMED in duty.kinds and duty.needed == 1 and _monthly(duty):
        return party_day(settings["party_day"], year, month)
    return duty.due


def _monthly(duty: Duty) -> bool:
    return duty.period[0] == duty.due.replace(day=1)


def elections(charge: Charge, first: date, last: date) -> Iterator[Deadline]:
    """Six months before a term ends the election is announced, four months before it is asked for."""
    told = charge.unit.attributes.get(TERM_END)
    try:
        end = date.fromisoformat(str(told)) if told else None
    except ValueError:  # the units file takes any words for an attribute
        end = None
    if end is None:
        return
    holidays = charge.settings.get("holidays") or "stay"
    since = months_before(end, 12)
    done = {a.kind for a in charge.facts.activities if a.withdrawn_on is None and since <= a.occurred_on}
    for kind, months in ELECTIONS.items():
        latest = months_before(end, months)
        day = moved(latest, "stay" if holidays == "stay" else "earlier", since, latest)
        if first <= day <= last or first <= latest <= last:
            lacking = 0 if done & {kind, *SETTLES} else 1
            yield Deadline(
                f"{kind}/{end.isoformat()}", kind, day, latest, lacking, about=end,
                provisional=provisional(day, holidays),
            )  # fmt: skip


def _owes(charge: Charge, deadline: Deadline) -> bool:
    founded, closed = charge.unit.founded_on, charge.closed_on
    return (founded is None or deadline.last >= founded) and (closed is None or deadline.last < closed)
