"""What an evaluation stands on: the facts of a window, sorted once by unit and kind, and what can't count at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter

from rubrics.activities import kind_name
from rubrics.facts import Activity, Facts, Finding, Headcount, Result, Unit
from rubrics.fields import parse_day
from rubrics.periods import Span, assessed_year, day_words, on_day, window_span
from rubrics.reasons import REASONS
from rubrics.rulebooks import Rubric
from rubrics.sheet import Counted, Refused
from rubrics.strict_yaml import FileError

Sorted = tuple[list[Activity], list[Refused]]
_in_order = attrgetter("occurred_on", "number")
_new = tuple.__new__  # a named tuple's own maker takes twice as long


@lru_cache(maxsize=512)
def _month_end(period: str) -> date:
    return on_day(int(period[:4]), f"{period[5:7]}-31")


def place(activity: Activity) -> date:
    """The day that decides which period an activity belongs to: its own, or the last of the month it is meant for."""
    period = activity.period
    if period is None or period == activity.occurred_on.isoformat()[:7]:
        return activity.occurred_on
    return _month_end(period)


def months_of(activity: Activity) -> tuple[str, ...]:
    """The months (YYYY-MM) that a report speaks of."""
    months = activity.slots.get("months")
    if isinstance(months, tuple) and months:
        return months
    return (place(activity).isoformat()[:7],)


def name(activity: Activity) -> str:
    """支委会 1月8日; a late record with both dates: 支委会 1月8日（2026年3月20日补录）."""
    named = _named(activity.kind, activity.occurred_on)
    return f"{named}（{late_words(activity)}）" if activity.late else named


def late_words(activity: Activity) -> str:
    """2026年3月20日补录, of a late record."""
    day = activity.recorded_on
    assert day is not None, "a late record has a day on which it was recorded"
    return f"{day.year}年{day_words(day)}补录"


@lru_cache(maxsize=16384)
def _named(kind: str, day: date) -> str:
    return f"{kind_name(kind)} {day_words(day)}"


@lru_cache(maxsize=16384)
def _refused(kind: str, day: date, why: str) -> str:
    return f"{_named(kind, day)}（{why}）"


def refuse(activity: Activity, reason: str, said: str = "") -> Refused:
    """One activity that does not count. said: other words for the reason."""
    return Refused(activity.number, reason, _refused(activity.kind, activity.occurred_on, said or REASONS[reason]))


def count_all(activities: Iterable[Activity], points: Decimal | None = None) -> list[Counted]:
    """Many activities that count, each for so much (None: for the whole)."""
    return [
        _new(Counted, (a.number, _named(a.kind, a.occurred_on) if a.recorded_on is None else name(a), points))
        for a in activities
    ]


def refuse_all(activities: Sequence[Activity], reason: str) -> list[Refused]:
    """Many activities that do not count, all for one reason: a sheet may refuse hundreds."""
    words = REASONS[reason]
    return [_new(Refused, (a.number, reason, _refused(a.kind, a.occurred_on, words))) for a in activities]


@dataclass(slots=True)
class Shared:
    """What the evaluations of one sheet share. year: the assessed year; span: the rulebook's window; closes: the day
    of the assessment, after which nothing counts; false: numbers found false; by_unit: activities by unit and kind, by
    day; kinds: all that there are; sorted: those by window."""

    rubric: Rubric
    facts: Facts
    as_of: date
    year: int
    span: Span
    closes: date | None
    false: frozenset[int]
    by_unit: dict[str, dict[str, list[Activity]]]
    kinds: frozenset[str]
    sorted: dict[tuple[Span, str, str], Sorted]
    headcounts: dict[tuple[str, date], Headcount | None]

    def split(self, span: Span, unit: str, kind: str) -> Sorted:
        """The activities of a unit and kind that can count in a window, by day, and those that can't."""
        key = (span, unit, kind)
        found = self.sorted.get(key)
        if found is None:
            found = self.sorted[key] = self._split(self.by_unit.get(unit, {}).get(kind, []), span)
        return found

    def _split(self, activities: list[Activity], span: Span) -> Sorted:
        first, last = span
        last = min(last, self.as_of)
        closes = self.closes if span == self.span else None
        end, false = min(last, closes) if closes else last, self.false
        plain = [
            a
            for a in activities
            if first <= a.occurred_on <= end
            and a.withdrawn_on is None
            and a.returned_on is None
            and a.period is None
            and a.number not in false
        ]
        if len(plain) == len(activities):
            return plain, []
        good: list[Activity] = []
        bad: list[Refused] = []
        for activity in activities:
            refused = self._why_not(activity, span, closes)
            if refused is None:
                good.append(activity)
            else:
                bad.append(refused)
        return good, bad

    def _why_not(self, activity: Activity, span: Span, closes: date | None) -> Refused | None:
        if activity.withdrawn_on is not None:
            return refuse(activity, "withdrawn", f"{day_words(activity.withdrawn_on)}已撤回")
        if activity.returned_on is not None:
            return refuse(activity, "returned")
        if activity.number in self.false:
            return refuse(activity, "false_entry")
        if activity.occurred_on > self.as_of:
            return refuse(activity, "after_as_of")
        if not self._within(activity, span):
            return refuse(activity, "outside_window")
        if closes is not None and activity.occurred_on > closes:
            return refuse(activity, "after_assessment")
        return None

    def _within(self, activity: Activity, span: Span) -> bool:
        first, last = span
        if first <= place(activity) <= last:
            return True
        if "months" not in activity.slots:
            return False
        return any(first.isoformat()[:7] <= month <= last.isoformat()[:7] for month in months_of(activity))


@dataclass(slots=True)
class Ground:
    """One evaluation's ground: whose attributes (unit), whose activities (ids), which window."""

    shared: Shared
    unit: Unit
    ids: tuple[str, ...]
    span: Span

    @property
    def as_of(self) -> date:
        """The day it is scored on."""
        return self.shared.as_of

    @property
    def closed(self) -> bool:
        """Whether the window is over: nothing can be added to it any more."""
        return self.shared.as_of >= self.span[1]

    def over(self, last: date) -> bool:
        """Whether a period that ends on a day is over. Its last day isn't, unless it is the window's too."""
        return last < self.shared.as_of or self.closed

    def activities(self, kinds: Sequence[str]) -> list[Activity]:
        """Those of some kinds that can count, by day."""
        split, span = self.shared.split, self.span
        lists = [found for unit in self.ids for kind in kinds if (found := split(span, unit, kind)[0])]
        if len(lists) <= 1:
            return lists[0] if lists else []
        return sorted((a for found in lists for a in found), key=_in_order)

    def refused(self, kinds: Sequence[str]) -> list[Refused]:
        """Those of some kinds that can't count in this window at all."""
        split, span = self.shared.split, self.span
        return [refused for unit in self.ids for kind in kinds for refused in split(span, unit, kind)[1]]

    def headcount(self, on: date) -> Headcount | None:
        """The unit's headcount in force on a day."""
        key = (self.unit.id, on)
        if key not in self.shared.headcounts:
            self.shared.headcounts[key] = self.unit.headcount(on)
        return self.shared.headcounts[key]

    def scoped(self, scope: str, of_units: str | None) -> list[Ground]:
        """The grounds of a scope: one for own and sum, one for each branch (or unit of a sort) otherwise."""
        if scope == "own":
            return [self]
        below = [u for u in self.shared.facts.subunits if of_units is None or u.attributes.get("类型") == of_units]
        if scope == "sum":
            return [Ground(self.shared, self.unit, (self.unit.id, *(u.id for u in below)), self.span)]
        if of_units is None:
            parents = {unit.parent for unit in below}
            below = [unit for unit in below if unit.id not in parents]
        return [Ground(self.shared, unit, (unit.id,), self.span) for unit in below] or ([self] if not of_units else [])

    def left_out(self, kinds: Sequence[str], grounds: Sequence[Ground]) -> list[Refused]:
        """The unit's own activities of some kinds, where a clause counts those of its branches."""
        if any(ground.unit is self.unit for ground in grounds):
            return []
        return [*self.refused(kinds), *(refuse(a, "own_level") for a in self.activities(kinds))]

    def findings(self, kind: str | None, clause: str) -> list[Finding]:
        """What was found in the window under a clause's number, of one kind or any."""
        return [
            f
            for f in self.shared.facts.findings
            if f.clause == clause
            and (kind is None or f.kind == kind)
            and self._counts(f.on, f.year)
            and f.rubric in (None, self.shared.rubric.id)
        ]

    def result(self, name: str) -> Result | None:
        """The newest result of a name for the window; of the same day the one told last."""
        found = [r for r in self.shared.facts.results if r.name == name and self._counts(r.on, r.year)]
        return max(reversed(found), key=lambda r: r.on) if found else None

    def _counts(self, on: date, year: int | None) -> bool:
        if on > self.shared.as_of:
            return False
        return year == self.shared.year if year is not None else self.span[0] <= on <= self.span[1]


def _closing_day(unit: Unit, attribute: str | None) -> date | None:
    """The day of the assessment that a unit's attribute holds. Raises FileError when it isn't a day."""
    held = unit.attributes.get(attribute) if attribute else None
    if held is None:
        return None
    day = parse_day(str(held))
    if day is None:
        raise FileError([f"{unit.name} 的属性“{attribute}”应为日期（如 2026-12-20），写的是“{held}”。"])
    return day


def ground(rubric: Rubric, facts: Facts, as_of: date, year: int | None = None) -> Ground:
    """The ground of a whole sheet. year: the assessed year, else the one that as_of falls in."""
    year = assessed_year(rubric.book.window, as_of) if year is None else year
    span = window_span(rubric.book.window, year)
    closes = _closing_day(facts.unit, rubric.book.window.closes)
    false = frozenset(
        n
        for f in facts.findings
        if f.kind == "falsification" and f.on <= as_of and f.rubric in (None, rubric.id)
        for n in f.numbers
    )
    by_unit: dict[str, dict[str, list[Activity]]] = {}
    for activity in sorted(facts.activities, key=_in_order):
        by_unit.setdefault(activity.unit, {}).setdefault(activity.kind, []).append(activity)
    kinds = frozenset(kind for found in by_unit.values() for kind in found)
    shared = Shared(rubric, facts, as_of, year, span, closes, false, by_unit, kinds, {}, {})
    return Ground(shared, facts.unit, (facts.unit.id,), span)
