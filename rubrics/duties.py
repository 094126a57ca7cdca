"""What must happen in a stretch of time, by every rulebook that applies: what reminders and 月报 are made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from rubrics.activities import kind_name
from rubrics.evaluate.conditions import holds
from rubrics.evaluate.frequency import Owed, owed
from rubrics.evaluate.ground import Ground, ground
from rubrics.evaluate.selecting import pick
from rubrics.facts import Facts
from rubrics.periods import Span, months_before, on_day, split
from rubrics.rulebooks import Rubric
from rubrics.schema.clause import Clause
from rubrics.schema.condition import Condition
from rubrics.schema.rulebook import Procedure
from rubrics.sheet import Duty

NUMERALS = "零一二三四五六七八九十"
TIMED = frozenset({"every", "by", "on", "after"})  # the forms of condition that ask for something at a time


@dataclass(frozen=True, slots=True)
class Source:
    """A condition that asks for something, under the numbered clause that people know it by. scope: own or sum."""

    clause: Clause
    numbered: Clause
    condition: Condition
    applies: tuple[Condition, ...]
    scope: str = "own"


def duties(rubrics: Sequence[Rubric], facts: Facts, period: Span, as_of: date) -> tuple[Duty, ...]:
    """Everything due between the two days of a period, each once however many rulebooks ask for it.

    A duty belongs to the stretch in which its last day lies: what is owed by quarter is due in the quarter's last
    month. as_of: what is done after it isn't known. Only what the unit has: no committee, no committee meeting.
    """
    found: dict[object, Duty] = {}
    for newest in rubrics:
        for year in range(period[0].year, period[1].year + 2):
            rubric = newest.of_year(year)
            here = ground(rubric, facts, as_of, year)
            if here.span[0] > period[1] or here.span[1] < period[0] or not rubric.in_force(here.span[1]):
                continue
            for duty in _of_rubric(rubric, here, period):
                same = (duty.kinds, duty.period, duty.label)
                found[same] = _merged(found[same], duty) if same in found else duty
    return tuple(sorted(found.values(), key=lambda d: (d.due, -len(split(d.period, "month")))))


def _merged(one: Duty, other: Duty) -> Duty:
    """Two rulebooks asking the same: the one that asks more, naming the other."""
    first, second = (other, one) if other.lacking > one.lacking else (one, other)
    named = (second.rubric_title, second.clause, second.title)
    also = tuple(dict.fromkeys((*first.also, *second.also, named)))
    return replace(first, also=tuple(a for a in also if a != (first.rubric_title, first.clause, first.title)))


def _of_rubric(rubric: Rubric, here: Ground, period: Span) -> Iterator[Duty]:
    for source in sources(rubric):
        if any(holds(here, condition, here.as_of) is False for condition in source.applies):
            continue
        whose = here.scoped(source.scope, None)[0]
        yield from _BY_FORM[source.condition.form](rubric, whose, period, source)
    for step in rubric.book.procedure:
        yield from _steps(rubric, here, period, step)


@lru_cache(maxsize=256)
def sources(rubric: Rubric) -> tuple[Source, ...]:
    """Every condition of a rulebook that asks for something at a time."""
    found: list[Source] = []
    for section in rubric.book.sections:
        _collect(section, section, (), "own", found)
    return tuple(found)


def _collect(clause: Clause, numbered: Clause, applies: tuple[Condition, ...], above: str, found: list[Source]) -> None:
    """numbered: the clause people know it by; a lettered part (（三）4.a) goes by the clause it is a part of.

    above: the scope it inherits. What each branch owes by itself is asked of the branches under their own rulebooks.
    """
    applies = (*applies, clause.applies) if clause.applies is not None else applies
    scope = clause.scope or above
    missed = [entry.short_of for entry in clause.less if entry.short_of is not None]
    for condition in (*clause.met, *clause.duties, *missed):
        for single in _singles(condition):
            whose = single.scope or scope
            if single.form in TIMED and single.owed is not False and whose in ("own", "sum"):
                found.append(Source(clause, numbered, single, applies, whose))
    for child in clause.children:
        shown = numbered if child.clause.startswith(f"{numbered.clause}.") else child
        _collect(child, shown, applies, scope, found)


def _singles(condition: Condition) -> Iterator[Condition]:
    yield condition
    for inner in condition.all:
        yield from _singles(inner)


def label(condition: Condition, group: int | None, groups: int) -> str:
    """How a person names one of what a condition asks for; of a group's, where there are several: 第二党小组会."""
    if group is None or groups == 1:
        return condition.label or condition.title or kind_name(condition.selected[0])
    word = NUMERALS[group] if group < len(NUMERALS) else str(group)
    return f"第{word}{condition.label or kind_name(condition.selected[0])}"


def _recurring(rubric: Rubric, here: Ground, period: Span, source: Source) -> Iterator[Duty]:
    condition = source.condition
    if condition.when is not None and not holds(here, condition.when, min(here.as_of, period[1])):
        return
    if not any(_due_in(span, period) for span in split(here.span, condition.every or "month")):
        return
    periods, _ = owed(here, condition, holds)
    for entry in periods:
        if _due_in(entry.span, period):
            groups = sum(1 for other in periods if other.span == entry.span)
            yield _duty(rubric, source, entry, label(condition, entry.group, groups))


def _due_in(span: Span, period: Span) -> bool:
    return period[0] <= span[1] <= period[1]


def _duty(rubric: Rubric, source: Source, entry: Owed, label: str) -> Duty:
    clause, condition = source.numbered, source.condition
    start, end = entry.span
    key = "/".join(
        [rubric.id, source.clause.clause, "+".join(condition.selected), start.isoformat(), str(entry.group or "")]
    )
    return Duty(
        key=key.rstrip("/"), rubric=rubric.id, clause=clause.clause, title=clause.title, kinds=condition.selected,
        label=label, period=entry.span, due=end, needed=entry.needed, done=entry.done,
        numbers=tuple(dict.fromkeys(a.number for a in entry.activities)), rubric_title=rubric.short,
        measure=condition.measure, group=entry.group,
    )  # fmt: skip


def _dated(rubric: Rubric, here: Ground, period: Span, source: Source) -> Iterator[Duty]:
    condition = source.condition
    year = here.span[1].year
    due = on_day(year, condition.by or "12-31")
    start = on_day(year, condition.start) if condition.start else here.span[0]
    if period[0] <= due <= period[1]:
        entry = Owed((start, due), None, condition.times or 1)
        entry.activities = [a for a in pick(here, condition)[0] if start <= a.occurred_on <= due]
        entry.done = len(entry.activities)
        yield _duty(rubric, source, entry, label(condition, None, 1))


def _on_days(rubric: Rubric, here: Ground, period: Span, source: Source) -> Iterator[Duty]:
    condition = source.condition
    reach = timedelta(days=condition.within)
    for month_day in condition.on:
        day = on_day(here.span[1].year, month_day)
        if period[0] <= day + reach <= period[1]:
            entry = Owed((day - reach, day + reach), None, 1)
            entry.activities = [a for a in pick(here, condition)[0] if abs(a.occurred_on - day) <= reach]
            entry.done = len(entry.activities)
            yield replace(_duty(rubric, source, entry, label(condition, None, 1)), on=day)


def _steps(rubric: Rubric, here: Ground, period: Span, step: Procedure) -> Iterator[Duty]:
    """Steps of the assessment that the unit itself takes in certain months."""
    clause = Clause(clause=step.clause, title=step.title, line=step.line, attest=step.title)
    if step.when is not None and step.when.after is not None:
        yield from _answers(rubric, here, period, Source(clause, clause, step.when, ()))
    for span in split(here.span, "month"):
        if step.kinds and span[0].month in step.months and _due_in(span, period):
            condition = Condition(kinds=step.kinds, every="month", label=step.label or step.title)
            entry = Owed(span, None, 1)
            entry.activities = [a for a in here.activities(step.kinds) if span[0] <= a.occurred_on <= span[1]]
            entry.done = len(entry.activities)
            yield _duty(rubric, Source(clause, clause, condition, ()), entry, step.label or step.title)


def _answers(rubric: Rubric, here: Ground, period: Span, source: Source) -> Iterator[Duty]:
    """An answer to each event, within its months or days, or by the end of the event's month."""
    asked = source.condition.after
    assert asked is not None
    free = list(pick(here, source.condition)[0])
    for event in pick(here, asked)[0]:
        due = months_before(event.occurred_on, -asked.months, -asked.days)
        if not (asked.months or asked.days):
            due = split((due, due), "month")[0][1]
        answer = next((a for a in free if event.occurred_on <= a.occurred_on <= due), None)
        if answer is not None:
            free.remove(answer)
        if period[0] <= due <= period[1]:
            entry = Owed((event.occurred_on, due), None, 1, 1 if answer else 0, [answer] if answer else [])
            yield _duty(rubric, source, entry, label(source.condition, None, 1))


_BY_FORM = {"every": _recurring, "by": _dated, "on": _on_days, "after": _answers}
