"""When to speak of what: a week ahead, three days, the day, once after; never in the hours a unit keeps quiet, and all
of a day at once. Whether there still is a reason to speak is looked at again when the time has come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.reminders.deadlines import Charge, Deadline, chosen, deadlines, elections, unmet
from bot.reminders.shape import Shaped, answers_asked, shaped

DAY = timedelta(days=1)
SPEAK_AT = time(9, 0)  # in the unit's zone
QUIET = {"from": "20:00", "to": "08:00"}  # for a unit that set no hours
STAGES = {"week": 7, "three": 3, "day": 0, "after": -1}  # days before
LONGEST = max(STAGES.values())
Item = tuple[str, str]  # a deadline's key and a stage, or AGAIN
Days = Mapping[date, tuple[Item, ...]]
AGAIN = "again"  # asked for: 明天再说


@dataclass(frozen=True, slots=True)
class Reminder:
    """All that a unit is to be reminded of on a day. key: the same however often it is planned; due_at: UTC."""

    key: str
    unit: str
    day: date
    due_at: datetime
    items: tuple[Item, ...]


def needs_record(charge: Charge) -> bool:
    """Whether what a unit owes depends on what happened."""
    return answers_asked(charge.rubrics)


def plan(charge: Charge, today: date, until: date) -> tuple[Reminder, ...]:
    """The unit's reminders from today until a day, a day each, oldest first. Pure: the same for the same charge.

    What was done is left out of account, so that units of a shape share the work, but where a rulebook asks for answers
    to what happened; it is looked at when the time has come.
    """
    off = tuple(charge.settings.get("stages_off") or ())
    first, last = today - DAY, until + DAY * LONGEST
    own = charge.closed_on is not None or bool(charge.waived) or needs_record(charge)
    if own:
        days = _by_day(deadlines(charge, first, last, today), off)
    else:
        days = _shared(shaped(charge.unit, charge.rubrics, first), chosen(charge), off, first, last, today)
        for day, items in _by_day(elections(charge, first, last), off).items():
            days = {**days, day: (*days.get(day, ()), *items)}
    unit = charge.unit.id
    return tuple(
        Reminder(f"remind/{unit}/{day}", unit, day, speak_hour(charge, day), days[day])
        for day in sorted(days)
        if today <= day <= until and _there(charge, day)
    )


@lru_cache(maxsize=1024)
def _shared(shape: Shaped, choices: str, off: tuple[str, ...], first: date, last: date, today: date) -> Days:
    return _by_day(unmet(shape, choices, first, last, today), off)


def _by_day(found: Iterable[Deadline], off: tuple[str, ...]) -> Days:
    days: dict[date, list[Item]] = {}
    for deadline in found:
        if deadline.waived is None:
            for day, stage in stages(deadline):
                if stage not in off:
                    days.setdefault(day, []).append((deadline.key, stage))
    return {day: tuple(items) for day, items in days.items()}


def stages(deadline: Deadline) -> Iterator[tuple[date, str]]:
    """The days on which a deadline is spoken of; a unit's own day is followed by the last on which it counts."""
    for stage, ahead in STAGES.items():
        yield deadline.day - DAY * ahead, stage
    if deadline.last > deadline.day + DAY:
        yield deadline.last, "day"


def _there(charge: Charge, day: date) -> bool:
    founded, closed = charge.unit.founded_on, charge.closed_on
    return (founded is None or day >= founded) and (closed is None or day < closed)


def still(charge: Charge, items: Sequence[Item], today: date) -> tuple[Deadline, ...]:
    """Those of the items that there is still a reason to speak of, by what is on record now; by day."""
    off = charge.settings.get("stages_off") or ()
    wanted = {key: stage for key, stage in items if stage not in off}
    if not wanted:
        return ()
    return tuple(
        d
        for d in deadlines(charge, today - DAY * 31, today + DAY * 31, today)
        if d.open and d.key in wanted and (wanted[d.key] == AGAIN or d.day <= today + DAY * LONGEST)
    )


def coming(charge: Charge, today: date, days: int) -> tuple[Deadline, ...]:
    """What is to be done in the next days, or was to be done and still can be; also what does not apply."""
    found = deadlines(charge, today, today + DAY * days, today)
    return tuple(d for d in found if d.lacking and d.day <= today + DAY * days)


def overdue(charge: Charge, first: date, last: date, today: date) -> tuple[Deadline, ...]:
    """What was not done by its last day, where that lies between two days; also what was said not to apply."""
    return tuple(d for d in deadlines(charge, first, last, today) if d.lacking and first <= d.last <= last)


def ends(charge: Charge, first: date, last: date) -> frozenset[date]:
    """The last days of what a unit owes between two days, whether it was done or not."""
    found = (deadline.last for deadline in (*_unmet_ends(charge, first, last), *elections(charge, first, last)))
    return frozenset(day for day in found if first <= day <= last and _there(charge, day))


def _unmet_ends(charge: Charge, first: date, last: date) -> tuple[Deadline, ...]:
    if needs_record(charge):
        return deadlines(charge, first, last, first)
    return unmet(shaped(charge.unit, charge.rubrics, first), chosen(charge), first, last, first)


def speak_hour(charge: Charge, day: date) -> datetime:
    """When a unit is spoken to on a day, UTC."""
    quiet = charge.settings.get("quiet_hours") or QUIET
    return speak_at(day, quiet["from"], quiet["to"], charge.zone)


@lru_cache(maxsize=16384)
def speak_at(day: date, quiet_from: str, quiet_to: str, zone: ZoneInfo) -> datetime:
    """When a day's message is due, UTC: at nine, or when the quiet hours end."""
    at = time.fromisoformat(quiet_to) if _within(SPEAK_AT, quiet_from, quiet_to) else SPEAK_AT
    return datetime.combine(day, at, zone).astimezone(UTC)


def may_speak(settings: Mapping[str, Any], local: datetime) -> bool:
    """Whether a unit wants to be spoken to at a time of its own zone."""
    quiet = settings.get("quiet_hours") or QUIET
    return not _within(local.time(), quiet["from"], quiet["to"])


def _within(at: time, start: str, end: str) -> bool:
    first, last = time.fromisoformat(start), time.fromisoformat(end)
    return first <= at < last if first < last else at >= first or at < last
