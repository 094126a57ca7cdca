"""How often: so many in every period, by whom it is owed, and what is lost for good."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Protocol

from rubrics.evaluate.ground import Ground, months_of, place, refuse
from rubrics.evaluate.outcome import Outcome, not_asked
from rubrics.evaluate.selecting import counted, pick, weight
from rubrics.facts import Activity
from rubrics.periods import Span, in_period, month_words, split
from rubrics.schema.condition import Condition
from rubrics.sheet import Refused

PERIOD_WORDS = {
    "week": "周",
    "two_weeks": "两周",
    "month": "个月",
    "quarter": "个季度",
    "half_year": "个半年",
    "year": "年",
}


class Holds(Protocol):
    """Evaluates a condition on a ground, as of a day: True, False or not known."""

    def __call__(self, ground: Ground, condition: Condition, on: date) -> bool | None: ...


@dataclass(slots=True)
class Owed:
    """What one period asks. group: which party group owes it (from 1), None for the unit; needed, done: occurrences."""

    span: Span
    group: int | None
    needed: int
    done: int = 0
    activities: list[Activity] = field(default_factory=list)

    @property
    def lacking(self) -> int:
        """How many are still to come."""
        return max(0, self.needed - self.done)


def owed(ground: Ground, condition: Condition, holds: Holds) -> tuple[list[Owed], list[Refused]]:
    """Every period of the window that asks for something, with what was done in it; and what doesn't count."""
    periods = _periods(ground, condition, holds)
    found, refused = pick(ground, condition)
    by_period: dict[Span, list[Owed]] = {}
    for entry in periods:
        by_period.setdefault(entry.span, []).append(entry)
    assert condition.every is not None
    spans = split(ground.span, condition.every)
    for activity in found:
        days = _days(activity, condition)
        hit = [span for span in spans if any(span[0] <= day <= span[1] for day in days)]
        entries = [entry for span in hit for entry in by_period.get(span, ())]
        if not entries:
            refused.append(refuse(activity, "not_owed" if hit else "outside_window"))
        elif condition.each_group:
            if not _assign(activity, entries):
                refused.append(refuse(activity, "group_unknown"))
        else:
            for entry in entries:
                entry.activities.append(activity)
                entry.done += weight(activity, condition)
    if condition.cover:
        for entry in periods:
            _cover(entry)
    return periods, refused


def _periods(ground: Ground, condition: Condition, holds: Holds) -> list[Owed]:
    assert condition.every is not None
    needed = (condition.times or 1) * in_period(condition.every)
    founded = ground.unit.founded_on
    result = []
    for span in split(ground.span, condition.every):
        if founded is not None and span[1] < founded:
            continue
        day = min(span[1], ground.as_of) if span[0] <= ground.as_of else ground.as_of
        if condition.when is not None and holds(ground, condition.when, day) is False:
            continue
        if not condition.each_group:
            result.append(Owed(span, None, needed))
            continue
        count = ground.headcount(day)
        result += [Owed(span, group, needed) for group in range(1, (len(count.groups) if count else 0) + 1)]
    return result


def _days(activity: Activity, condition: Condition) -> list[date]:
    """The days that say which periods an activity is for."""
    if condition.spread == "months":
        return [date(int(month[:4]), int(month[5:7]), 1) for month in months_of(activity)]
    return [place(activity)]


def _assign(activity: Activity, entries: list[Owed]) -> bool:
    """Give a group's activity to its group; without a group said, to the only one or the first that lacks one."""
    group = activity.slots.get("group")
    if group is None and len(entries) > 1:
        entry = next((e for e in entries if e.lacking), entries[0])
    else:
        entry = next((e for e in entries if group is None or e.group == group), entries[0])
        if group is not None and entry.group != group:
            return False
    entry.activities.append(activity)
    entry.done += 1
    return True


def _cover(entry: Owed) -> None:
    """Done when the months of the reports cover the period; a report without months is for the whole of it."""
    months = {span[0].isoformat()[:7] for span in split(entry.span, "month")}
    covered = {m for a in entry.activities for m in (months_of(a) if "months" in a.slots else months)}
    entry.done = entry.needed if months <= covered else 0


def frequency(ground: Ground, condition: Condition, holds: Holds) -> Outcome:
    """So many in every period."""
    if condition.longest_gap is not None:
        return _gaps(ground, condition)
    periods, refused = owed(ground, condition, holds)
    if not periods:
        outcome = not_asked("不要求")
        outcome.refused = refused
        return outcome
    total = sum(p.needed for p in periods)
    done = sum(min(p.done, p.needed) for p in periods)
    gone = [p for p in periods if p.lacking and ground.over(p.span[1])]
    lost = sum(p.lacking for p in gone)
    activities = {a.number: a for p in periods for a in p.activities}
    if condition.fixed_day:
        others = _other_days(periods)
        done, lost = done - len(others), lost + len(others)
        refused += [refuse(activities.pop(a.number), "other_day", "不在固定的日子") for a in others]
    met = True if done >= total else False if lost else None
    words = f"{done}/{total}{condition.measure}"
    if condition.times in (None, 1) and not condition.each_group and condition.every != "two_weeks":
        words = f"{done}/{total}{PERIOD_WORDS[condition.every or 'month']}"
    outcome = Outcome(met, Fraction(done, total), Fraction(total - lost, total), words, refused=refused)
    outcome.counted, outcome.value = counted(activities.values()), Fraction(done)
    outcome.todo = total - done - lost
    outcome.short, outcome.lacks = Fraction(total - done), _lacks(periods, ground, condition)
    return outcome


def _lacks(periods: list[Owed], ground: Ground, condition: Condition) -> str:
    gone = [p for p in periods if p.lacking and ground.over(p.span[1])]
    coming = sum(p.lacking for p in periods) - sum(p.lacking for p in gone)
    held = {p.span for p in periods if p.activities}
    none = list(dict.fromkeys(month_words(p.span) for p in gone if p.span not in held))
    said = ["、".join(none[:4]) + ("等" if len(none) > 4 else "") + "没有"] if none else []
    short: dict[str, int] = {}
    for p in gone:
        if p.span in held:
            short[month_words(p.span)] = short.get(month_words(p.span), 0) + p.lacking
    few = [span + ("不全" if condition.cover else f"少{n}{condition.measure}") for span, n in short.items()]
    if few:
        said.append("、".join(few[:4]) + (f"等{len(few)}处" if len(few) > 4 else ""))
    if coming:
        said.append(f"还要{coming}{condition.measure}")
    return "，".join(said)


def _other_days(periods: list[Owed]) -> list[Activity]:
    """Those not held on the usual day: the day of the month, or the weekday, that most are on."""
    found = [a for p in periods for a in p.activities[:1]]
    if len(found) < 2:
        return []
    best: list[Activity] = []
    for key in ("day", "weekday"):
        groups: dict[int, list[Activity]] = {}
        for activity in found:
            mark = activity.occurred_on.day if key == "day" else activity.occurred_on.weekday()
            groups.setdefault(mark, []).append(activity)
        best = max([best, *groups.values()], key=len)
    return [activity for activity in found if activity not in best]


def _gaps(ground: Ground, condition: Condition) -> Outcome:
    """No two further apart than longest_gap days, from the window's first day to its last or the day of scoring."""
    found, refused = pick(ground, condition)
    gap = max(1, condition.longest_gap or 1)
    start = max(ground.span[0], ground.unit.founded_on or ground.span[0])
    end = min(ground.span[1], ground.as_of)
    days = [start, *(place(a) for a in found if place(a) >= start), end]
    missed = sum(((b - a).days - 1) // gap for a, b in pairwise(days) if b > a)
    total = max(1, (ground.span[1] - start).days // gap)
    missed = min(missed, total)
    done = min(len(found), total - missed)
    met = False if missed else True if ground.closed else None
    words = f"间隔超过{gap}天的有{missed}处" if missed else f"{len(found)}{condition.measure}，间隔都不超过{gap}天"
    progress = Fraction(total - missed if ground.closed else done, total)
    outcome = Outcome(met, progress, Fraction(total - missed, total), words, words if missed else "", refused=refused)
    outcome.value, outcome.short, outcome.counted = Fraction(len(found)), Fraction(missed), counted(found)
    return outcome
