"""What in a facts file a rulebook can't make sense of: nothing is to be dropped in silence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rubrics.facts import Facts, Finding, Judgement, Unit
from rubrics.fields import Strict
from rubrics.rulebooks import Rubric
from rubrics.schema.clause import Clause
from rubrics.schema.rulebook import Rulebook
from rubrics.strict_yaml import Key
from rubrics.told import amiss, results


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


def check_facts(rubric: Rubric, facts: Facts) -> tuple[tuple[Key, str], ...]:
    """A place in the facts file and a sentence for each entry that the rulebook has no place for, or would misread."""
    return (*_clauses(rubric, facts), *_told(rubric, facts), *_attributes(rubric, facts), *_before(rubric, facts))


def _clauses(rubric: Rubric, facts: Facts) -> Iterator[tuple[Key, str]]:
    """Judgements and findings under numbers that there aren't."""
    known = known_clauses(rubric.book)
    lists: tuple[tuple[str, Sequence[Judgement | Finding]], ...] = (
        ("judgements", facts.judgements),
        ("findings", facts.findings),
    )
    for name, entries in lists:
        for index, entry in enumerate(entries):
            if entry.rubric in (None, rubric.id) and entry.clause not in known:
                said = f"{rubric.id} 没有条款“{entry.clause}”。请用 zhibu rubric show {rubric.id} 查编号。"
                yield (name, index, "clause"), said
    read = {clause.clause: set(_findings(clause)) for clause, _ in rubric.clauses()}
    for index, finding in enumerate(facts.findings):
        kinds = read.get(finding.clause)
        ours = finding.rubric in (None, rubric.id) and finding.kind != "falsification"
        if ours and kinds is not None and finding.kind not in kinds:
            said = f"这一条认的是：{'、'.join(sorted(kinds))}。" if kinds else "这一条不看查出的问题。"
            yield ("findings", index, "kind"), f"条款 {finding.clause} 不认“{finding.kind}”。{said}"
    numbers = {activity.number for activity in facts.activities}
    for index, finding in enumerate(facts.findings):
        if lost := [str(number) for number in finding.numbers if number not in numbers]:
            yield ("findings", index, "numbers"), f"没有编号为 {'、'.join(lost)} 的活动（条款 {finding.clause}）。"


def _findings(value: object) -> Iterator[str]:
    """The kinds of finding that a clause's own rule reads."""
    if isinstance(value, tuple):
        for item in value:
            yield from _findings(item)
    elif isinstance(value, Strict):
        kind = getattr(value, "finding", None)
        if isinstance(kind, str):
            yield kind
        for field in type(value).model_fields:
            if field not in ("parts", "best_of"):
                yield from _findings(getattr(value, field))


def _told(rubric: Rubric, facts: Facts) -> Iterator[tuple[Key, str]]:
    """Results that no clause reads, or that are written in another way than it reads them."""
    known = results(rubric)
    for index, result in enumerate(facts.results):
        if result.name not in known:
            said = "、".join(sorted(known)) or "（没有）"
            yield ("results", index, "name"), f"{rubric.id} 不用“{result.name}”这项结果。用到的有：{said}。"
        elif right := amiss(rubric, "result", result.name, result.value):
            yield ("results", index, "value"), f"“{result.name}”写的是 {result.value}，请写 {right}。"


def _attributes(rubric: Rubric, facts: Facts) -> Iterator[tuple[Key, str]]:
    """Attributes that are written in another way than a clause reads them."""
    places: list[tuple[Key, Unit]] = [(("unit",), facts.unit)]
    places += [(("subunits", index), unit) for index, unit in enumerate(facts.subunits)]
    for place, unit in places:
        for name, value in unit.attributes.items():
            if right := amiss(rubric, "attribute", name, value):
                yield (*place, "attributes", name), f"“{name}”写的是 {value}，请写 {right}。"


def _before(rubric: Rubric, facts: Facts) -> Iterator[tuple[Key, str]]:
    """Grades of the years before that the rulebook doesn't give."""
    known = [band.name for pool in rubric.book.grades for band in pool.bands] + [v.grade for v in rubric.book.veto]
    for index, grade in enumerate(facts.before):
        if grade not in known:
            said = "、".join(dict.fromkeys(known)) or "（没有）"
            yield ("before", index), f"{rubric.id} 没有等次“{grade}”。有的是：{said}。"
