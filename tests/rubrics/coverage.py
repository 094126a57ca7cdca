"""What of a rulebook the cases speak of: read off the catalog here, off the cases as they are scored there.

A thing to be covered is a few words that name it (规3.a: 已封顶). owed() lists what a rulebook asks for, seen() what a
case brings; a case brings only what it expects something of.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

from rubrics import Line, Rubric
from rubrics.evaluate import conditions
from rubrics.evaluate.outcome import Outcome
from rubrics.facts import Activity
from rubrics.periods import window_span
from rubrics.reasons import REASONS
from rubrics.schema.clause import Clause
from rubrics.schema.condition import Condition
from tests.rubrics.cases import Loaded

NOWHERE = ""  # conditions that are asked outside any clause (applies, if): any case of the rulebook will do


def owed(rubric: Rubric) -> set[str]:
    """All that a rulebook asks a case for."""
    book = rubric.book
    found = {f"理解 {r.id}={choice}" for r in book.interpret if r.fixed is None for choice in r.choices}
    for clause, _ in rubric.clauses():
        found |= {f"计分办法 {clause.rule}"} | set(_of_clause(clause))
    for entry in (*book.veto, *book.qualify):
        found |= {f"{entry.clause}: 成立", f"{entry.clause}: 不成立"}
    for entry in (*book.deductions, *book.bottom_lines):
        found |= {f"{entry.clause}: 扣", f"{entry.clause}: 不扣"}
        found |= set(_sides(entry.clause, entry.when)) if entry.when else set()
    if book.deductions or book.bottom_lines:
        found.add("扣分: 超出范围")
    if book.falsification is not None:
        found |= {f"{book.falsification.clause}: 扣"} if book.falsification.range else {"弄虚作假: 倒扣"}
    if book.bonus is not None and book.bonus.cap is not None:
        found |= {"加分: 封顶", "加分: 没有封顶"}
    if any(term.months for term in book.mix):
        found.add("加权: 不在这些月")
    found |= {f"加权: {term.result}" for term in book.mix if term.result}
    found |= {
        f"等次: {b.name}" for pool in book.grades for b in pool.bands if not any(x.top or x.bottom for x in pool.bands)
    }
    found |= {"区间: 第一天", "区间: 最后一天", "区间: 以外"} | ({"区间: 考核以后"} if book.window.closes else set())
    if book.bonus is not None and book.bonus.window is not None:
        found |= {"加分区间: 第一天", "加分区间: 最后一天", "加分区间: 以外"}
    return found


def _of_clause(clause: Clause) -> Iterator[str]:
    name = clause.clause
    if clause.count is not None:
        yield from (f"{name}: 满", f"{name}: 未满")
        limited = any(pick.at_most is not None for pick in clause.count.picks)
        yield f"{name}: {REASONS['period_limit' if limited else 'capped']}"
    if clause.levels is not None:
        yield from (f"{name}: {level}" for level in clause.levels.points)
        yield from (f"{name}: {word}" for table in clause.levels.factors.values() for word in table)
        if clause.levels.best_per:
            yield f"{name}: {REASONS['same_project']}"
    if clause.judge is not None and clause.judge.step is not None:
        yield f"{name}: {REASONS['wrong_step']}"
    if clause.judge is not None and clause.judge.least is not None:
        yield f"{name}: {REASONS['out_of_range']}"
    if clause.scale is not None:
        yield from (f"{name}: 分档{step.points}" for step in clause.scale.steps)
    if clause.scope not in (None, "own"):
        yield f"范围 {clause.scope}"
    for condition in (*clause.met, clause.trigger):
        yield from _sides(name, condition) if condition is not None else ()
    for condition in (clause.applies, *(entry.when for entry in clause.points_when)):
        yield from _sides(NOWHERE, condition) if condition is not None else ()
    for change in (*clause.less, *clause.plus):
        yield from (f"{name}: 扣加 {change.title}", f"{name}: 不扣加 {change.title}")


def _sides(name: str, condition: Condition) -> Iterator[str]:
    """A condition met and not met; with a bound, at the very figure and on its other side."""
    said = words(condition)
    yield from (f"{name}: 达到 {said}", f"{name}: 未达到 {said}")
    if condition.form in ("people", "pairs") or (condition.form in ("ratio", "slot") and condition.over == "each"):
        return
    for bound in _bounds(condition):
        yield f"{name}: 恰好 {bound} {said}"
    if condition.between is not None:
        yield from (f"{name}: 低于 {condition.between[0]} {said}", f"{name}: 高于 {condition.between[1]} {said}")


def _bounds(condition: Condition) -> tuple[Fraction, ...]:
    by = tuple(condition.at_least_by.table.values()) if condition.at_least_by else ()
    single = tuple(b for b in (condition.at_least, condition.at_most) if b is not None)
    return tuple(dict.fromkeys((*by, *single, *(condition.between or ()))))


def words(condition: Condition) -> str:
    """A condition as its file has it, near enough to find it again."""
    return str(condition.model_dump(exclude_unset=True, by_alias=True))


@contextmanager
def listening(found: list[tuple[str, Condition, Outcome]]) -> Iterator[None]:
    """Every condition that is evaluated meanwhile, with its clause and what it came to."""
    plain = conditions._single

    def heard(ground: conditions.Ground, condition: Condition, case: conditions.Case) -> Outcome:
        outcome = plain(ground, condition, case)
        found.append((case.clause, condition, outcome))
        return outcome

    conditions._single = heard
    try:
        yield
    finally:
        conditions._single = plain


def seen(loaded: Loaded) -> set[str]:
    """What a case brings."""
    heard: list[tuple[str, Condition, Outcome]] = []
    with listening(heard):
        sheet = loaded.sheet
    expected = set(loaded.case.expect)
    lines = {line.clause: line for line in sheet.lines if line.clause in expected}
    clauses = {clause.clause: clause for clause, _ in loaded.rubric.clauses()}
    activities = {activity.number: activity for activity in loaded.facts.activities}
    found = {f"理解 {reading}={loaded.rubric.choices[reading]}" for line in lines.values() for reading in line.readings}
    found |= {f"理解 {reading}={choice}" for reading, choice in loaded.case.readings.items()}
    if expected & {
        "total",
        "floor",
        "ceiling",
        "grade",
    }:  # readings that rest on no line: of the mix, the window, grades
        named = {reading for line in sheet.lines for reading in line.readings}
        found |= {
            f"理解 {reading}={choice}" for reading, choice in loaded.rubric.choices.items() if reading not in named
        }
    for clause, condition, outcome in heard:
        if clause == NOWHERE or clause in lines:
            found |= set(_came_to(clause, condition, outcome))
    for line in lines.values():
        found |= set(_of_line(line, clauses.get(line.clause), activities, loaded))
    return found | set(_of_sheet(loaded, sheet.order, expected, sheet.grade))


def _came_to(name: str, condition: Condition, outcome: Outcome) -> Iterator[str]:
    said = words(condition)
    if not outcome.asked:
        return
    yield f"{name}: {'达到' if outcome.met is True else '未达到'} {said}"
    for bound in _bounds(condition):
        if outcome.value == bound:
            yield f"{name}: 恰好 {bound} {said}"
    if condition.between is not None and outcome.value is not None:
        low, high = condition.between
        yield from (f"{name}: 低于 {low} {said}",) if outcome.value < low else ()
        yield from (f"{name}: 高于 {high} {said}",) if outcome.value > high else ()


def _of_line(line: Line, clause: Clause | None, activities: dict[int, Activity], loaded: Loaded) -> Iterator[str]:
    name = line.clause
    yield from (f"{name}: {REASONS[refused.reason]}" for refused in line.refused)
    if line.kind in ("veto", "qualify"):
        yield f"{name}: {'成立' if line.arithmetic.startswith(('发生', '达到')) else '不成立'}"
    if line.kind in ("deduction", "bottom_line", "falsification"):
        yield f"{name}: {'扣' if line.floor < 0 else '不扣'}"
        yield from ("扣分: 超出范围" for refused in line.refused if refused.reason == "out_of_range")
    yield from ("加权: 不在这些月" for refused in line.refused if refused.reason == "other_month")
    if "虚假" in line.arithmetic:
        yield "弄虚作假: 倒扣"
    yield from _window(line, activities, loaded)
    if clause is None:
        return
    yield f"计分办法 {clause.rule}"
    if line.points is not None and line.maximum is not None:
        yield f"{name}: {'满' if line.points == line.maximum else '未满'}"
    for change in (*clause.less, *clause.plus):
        yield f"{name}: {'扣加' if str(change.title) in line.arithmetic else '不扣加'} {change.title}"
    if clause.scale is not None and line.points is not None:
        yield f"{name}: 分档{line.points}"
    if clause.scope and loaded.facts.subunits:
        yield f"范围 {clause.scope}"
    if clause.levels is not None:
        told = [activities[c.number] for c in line.counted if c.number in activities]
        yield from (f"{name}: {value}" for activity in told for value in activity.slots.values())


def _window(line: Line, activities: dict[int, Activity], loaded: Loaded) -> Iterator[str]:
    bonus = loaded.rubric.book.bonus
    own = bonus.window if bonus and any(line.clause.startswith(item.clause) for item in bonus.items) else None
    year = loaded.case.year or loaded.case.as_of.year
    first, last = window_span(own or loaded.rubric.book.window, year)
    name = "加分区间" if own else "区间"
    days = {activities[c.number].occurred_on for c in line.counted if c.number in activities}
    yield from (f"{name}: {'第一天' if day == first else '最后一天'}" for day in (first, last) if day in days)
    for refused in line.refused:
        if refused.reason == "outside_window":
            yield f"{name}: 以外"
        if refused.reason == "after_assessment":
            yield "区间: 考核以后"


def _of_sheet(loaded: Loaded, order: tuple[str, ...], expected: set[str], grade: str | None) -> Iterator[str]:
    if "grade" in expected and grade:
        yield f"等次: {grade}"
    if expected & {"total", "floor", "ceiling"}:
        added = next(step for step in order if step.startswith("加分"))
        yield f"加分: {'封顶' if '封顶' in added else '没有封顶' if added != '加分：0' else ''}"
        yield from (f"加权: {term.result}" for term in loaded.rubric.book.mix if term.result)
