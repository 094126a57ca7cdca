"""What in a facts file a rulebook can't make sense of: nothing is to be dropped in silence."""

from __future__ import annotations

from collections.abc import Iterator

from rubrics.facts import Facts
from rubrics.fields import Strict
from rubrics.rulebooks import Rubric
from rubrics.schema.clause import Clause
from rubrics.schema.rulebook import Rulebook


def known_clauses(book: Rulebook) -> set[str]:
    """Every number that a judgement or finding may name."""
    named = {clause.clause for section in book.sections for clause in _all(section)}
    named |= {clause.clause for item in (book.bonus.items if book.bonus else ()) for clause in _all(item)}
    for entries in (book.deductions, book.bottom_lines, book.veto, book.qualify, book.procedure):
        named |= {entry.clause for entry in entries}
    return named | ({book.falsification.clause} if book.falsification else set())


def _all(clause: Clause) -> Iterator[Clause]:
    yield clause
    for child in clause.children:
        yield from _all(child)


def check_facts(rubric: Rubric, facts: Facts) -> tuple[str, ...]:
    """One sentence for each judgement, finding or result that the rulebook has no place for."""
    known = known_clauses(rubric.book)
    problems = []
    for name, entries in (("judgements", facts.judgements), ("findings", facts.findings)):
        for entry in entries:
            if entry.rubric in (None, rubric.id) and entry.clause not in known:
                said = f"{rubric.id} 没有条款“{entry.clause}”。请用 zhibu rubric show {rubric.id} 查编号。"
                problems.append(f"{name}：{said}")
    results = _results(rubric.book)
    for result in facts.results:
        if result.name not in results:
            said = "、".join(sorted(results)) or "（没有）"
            problems.append(f"results：{rubric.id} 不用“{result.name}”这项结果。用到的有：{said}。")
    numbers = {activity.number for activity in facts.activities}
    for finding in facts.findings:
        if lost := [str(number) for number in finding.numbers if number not in numbers]:
            problems.append(f"findings：没有编号为 {'、'.join(lost)} 的活动（条款 {finding.clause}）。")
    return tuple(problems)


def _results(book: Rulebook) -> set[str]:
    """The names of results that a rulebook reads."""
    found: set[str] = {term.result for term in book.mix if term.result}
    _collect(book, found)
    return found


def _collect(value: object, found: set[str]) -> None:
    if isinstance(value, tuple):
        for item in value:
            _collect(item, found)
    elif isinstance(value, Strict):
        name = getattr(value, "result", None)
        if isinstance(name, str):
            found.add(name)
        for field in type(value).model_fields:
            _collect(getattr(value, field), found)
