"""What in a facts file a rulebook can't make sense of: nothing is to be dropped in silence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rubrics.evaluate.judging import views
from rubrics.facts import Facts, Finding, Judgement, Unit
from rubrics.fields import Strict, parse_day
from rubrics.rulebooks import Rubric
from rubrics.schema.clause import Clause
from rubrics.schema.rulebook import Rulebook
from rubrics.strict_yaml import Key
from rubrics.told import amiss, dates, results


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
    return (
        *_clauses(rubric, facts), *_judgements(rubric, facts), *_findings(rubric, facts), *_told(rubric, facts),
        *_attributes(rubric, facts), *_before(rubric, facts),
    )  # fmt: skip


def _clauses(rubric: Rubric, facts: Facts) -> Iterator[tuple[Key, str]]:
    """Judgements and findings under numbers that there aren't."""
    known = known_clauses(rubric.book)
    lists: tuple[tuple[str, Sequence[Judgement | Finding]], ...] = (
        ("judgements", facts.judgements),
        ("findings", facts.findings),
    )
    for name, entries in lists:
        for index, entry in enumerate(entries):
            if entry.rubric in (None, rubric.id) and entry.clause not in known and not _anywhere(rubric, entry):
                said = f"{rubric.id} 没有条款“{entry.clause}”。请用 zhibu rubric show {rubric.id} 查编号。"
                yield (name, index, "clause"), said


def _anywhere(rubric: Rubric, entry: Judgement | Finding) -> bool:
    """Whether it is a false entry under a rulebook that takes nothing off for it: no clause is needed then."""
    return isinstance(entry, Finding) and entry.kind == "falsification" and rubric.book.falsification is None


def _judgements(rubric: Rubric, facts: Facts) -> Iterator[tuple[Key, str]]:
    """Judgements that say what their clause does not ask for: a yes where points are given, points where there are
    none, anything where nobody judges."""
    book = rubric.book
    scored = {clause.clause: clause for clause, _ in rubric.clauses()}
    confirmed = {entry.clause for entry in book.qualify}
    found = {entry.clause for entry in (*book.deductions, *book.bottom_lines)} | {veto.clause for veto in book.veto}
    found |= {book.falsification.clause} if book.falsification else set()
    steps = {entry.clause for entry in book.procedure} - confirmed - found - set(scored)
    columns = {column for view in views(book) for column in view.columns} | {"self"}
    for index, entry in enumerate(facts.judgements):
        key, number = ("judgements", index), entry.clause
        if entry.rubric not in (None, rubric.id):
            continue
        if entry.column not in columns:
            yield (*key, "column"), f"{rubric.id} 没有 {entry.column} 这一栏。用到的有：{'、'.join(sorted(columns))}。"
        elif number in steps:
            yield (*key, "clause"), f"{number} 是考核步骤，不评分。请删去这一条评分。"
        elif number in found:
            yield (*key, "clause"), f"{number} 不评分。发生了的，写在 findings 里。"
        elif number in confirmed and entry.points is not None:
            yield (*key, "points"), f"{number} 没有分。请改写 met：true 达到，false 没达到。"
        elif number in scored and entry.met is not None and not _asks(scored[number]):
            yield (*key, "met"), f"{number} 不是由人证明的条款。请改写 points：几分。"


def _asks(value: object) -> bool:
    """Whether a clause's own rule, or a condition in it, is something that a person confirms."""
    if isinstance(value, tuple):
        return any(_asks(item) for item in value)
    if not isinstance(value, Strict):
        return False
    if getattr(value, "attest", None) is not None:
        return True
    return any(_asks(getattr(value, name)) for name in type(value).model_fields if name not in ("parts", "best_of"))


def _findings(rubric: Rubric, facts: Facts) -> Iterator[tuple[Key, str]]:
    """Findings of kinds that their clause doesn't read, and of activities that aren't there."""
    book = rubric.book
    read = {clause.clause: set(_read(clause)) for clause, _ in rubric.clauses()}
    read |= {step.clause: set(_read(step)) for step in book.procedure}
    read |= {named.clause: set(_read(named)) for named in book.qualify}
    numbers = {activity.number for activity in facts.activities}
    for index, finding in enumerate(facts.findings):
        key, kinds = ("findings", index), read.get(finding.clause)
        if finding.rubric in (None, rubric.id):
            if finding.kind == "falsification":
                yield from ((key, words) for words in _false(rubric, finding, kinds or set()))
            elif kinds is not None and finding.kind not in kinds:
                said = f"这一条认的是：{'、'.join(sorted(kinds))}。" if kinds else "这一条不看查出的问题。"
                yield (*key, "kind"), f"条款 {finding.clause} 不认“{finding.kind}”。{said}"
        if lost := [str(number) for number in finding.numbers if number not in numbers]:
            yield (*key, "numbers"), f"没有编号为 {'、'.join(lost)} 的活动（条款 {finding.clause}）。"


def _false(rubric: Rubric, finding: Finding, kinds: set[str]) -> Iterator[str]:
    """False entries that would cost nothing though the rulebook means them to, or that name nothing."""
    rule = rubric.book.falsification
    if rule is None and not finding.numbers:
        yield "这份规则没有写弄虚作假扣多少。请用 numbers 写明哪几条活动是虚假的，它们就不计。"
    if rule is not None and rule.range is not None and finding.clause != rule.clause and "falsification" not in kinds:
        yield f"弄虚作假从总分里扣，请写在条款 {rule.clause} 下，用 numbers 写明是哪几条活动。"


def _read(value: object) -> Iterator[str]:
    """The kinds of finding that a clause's own rule reads."""
    if isinstance(value, tuple):
        for item in value:
            yield from _read(item)
    elif isinstance(value, Strict):
        kind = getattr(value, "finding", None)
        if isinstance(kind, str):
            yield kind
        for field in type(value).model_fields:
            if field not in ("parts", "best_of"):
                yield from _read(getattr(value, field))


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
    days = dates(rubric)
    for place, unit in places:
        for name, value in unit.attributes.items():
            if name in days and parse_day(str(value)) is None:
                yield (*place, "attributes", name), f"“{name}”写的是 {value}，应为日期，如 2026-12-31。"
            if right := amiss(rubric, "attribute", name, value):
                yield (*place, "attributes", name), f"“{name}”写的是 {value}，请写 {right}。"


def _before(rubric: Rubric, facts: Facts) -> Iterator[tuple[Key, str]]:
    """Grades of the years before that the rulebook doesn't give."""
    known = [band.name for pool in rubric.book.grades for band in pool.bands] + [v.grade for v in rubric.book.veto]
    for index, grade in enumerate(facts.before):
        if grade not in known:
            said = "、".join(dict.fromkeys(known)) or "（没有）"
            yield ("before", index), f"{rubric.id} 没有等次“{grade}”。有的是：{said}。"
