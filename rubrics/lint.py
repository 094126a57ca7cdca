"""zhibu rubric check: does an encoded rulebook hold together, and what of it is computed, judged, missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from rubrics.evaluate.value import NIL, said
from rubrics.lint_book import check_book
from rubrics.lint_sums import check_sums, visible
from rubrics.periods import in_period, on_day, split, window_span
from rubrics.readings import BY
from rubrics.rulebooks import Rubric, beside
from rubrics.schema.clause import Clause
from rubrics.schema.rulebook import Rulebook
from rubrics.strict_yaml import FileError
from rubrics.told import attributes

YEAR = 2021  # any year: the sums are checked on the last day of its window
PERSONAL = frozenset({"judge", "attest"})  # rules that leave a clause to a person


@dataclass(slots=True)
class Report:
    """What a check found. problems: to be mended; known: faults of the text that the rulebook names; coverage: how
    many leaves of each sort; points: of each sort."""

    problems: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    coverage: dict[str, int] = field(default_factory=dict)
    points: dict[str, Decimal] = field(default_factory=dict)


def check(rubric: Rubric) -> Report:
    """Check a rulebook and every choice of its readings."""
    report = Report()
    _numbers(rubric, report)
    report.problems += [_at(rubric, clause, words) for clause, words in check_sums(rubric, YEAR)]
    for clause, _ in rubric.clauses():
        report.problems += [_at(rubric, clause.clause, words) for words in _rule(clause, rubric)]
    items = rubric.book.bonus.items if rubric.book.bonus else ()
    report.problems += [_at(rubric, clause, words) for clause, words in _scopes((*rubric.book.sections, *items), None)]
    report.problems += list(_references(rubric))
    report.problems += [rubric.document.problem((key,), words) for key, words in check_book(rubric.book)]
    report.problems += list(_choices(rubric))
    report.problems += list(_attributes(rubric))
    if rubric.book.points == "incomplete":
        found, seen = visible(rubric)
        report.problems += [_at(rubric, clause, words) for clause, words in found]
        report.known.append(seen)
    report.known += [f"第{f.line}行：{f.words}" for f in rubric.book.faults]
    _cover(rubric, report)
    report.problems = list(dict.fromkeys(report.problems))
    return report


def _at(rubric: Rubric, clause: str, words: str) -> str:
    """A problem of a clause, with the line of the YAML file that it stands on."""
    document = rubric.document
    keys = (key for key in document.lines if key and key[-1] == "clause" and _value(rubric, key) == clause)
    key = next(keys, ("full",) if clause == "full" else None)
    place = f" 第{document.line(key)}行" if key else ""
    return f"{document.name}{place} 条款 {clause}：{words}"


def _value(rubric: Rubric, key: tuple[str | int, ...]) -> object:
    value: object = rubric.document.data
    for part in key:
        value = value[part] if isinstance(value, dict | list) else None  # type: ignore[index]
    return value


def _numbers(rubric: Rubric, report: Report) -> None:
    """Every number once, every line within the source."""
    book = rubric.book
    named = [(clause.clause, clause.line) for clause, _ in rubric.clauses()]
    named += [(entry.clause, entry.line) for _, _, entries in beside(book) for entry in entries]
    for number, times in Counter(number for number, _ in named).items():
        if times > 1:
            report.problems.append(_at(rubric, number, "编号用了两次。请改其中一个。"))
    for number, line in named:
        if line > book.source.lines:
            report.problems.append(_at(rubric, number, f"原文只有{book.source.lines}行，没有第{line}行。"))


def _rule(clause: Clause, rubric: Rubric) -> Iterator[str]:
    """What is wrong with one clause's rule."""
    given = rubric.book.points != "missing" or rubric.overlay is not None
    if clause.points is None and given and not clause.parts and not clause.absent:
        yield "没有 points（分值）。请补上；原文没有分值的，把 points: missing 写在文件开头。"
    if clause.points is None or clause.points == 0:
        return
    if clause.count is not None:
        yield from _count(clause, clause.points, rubric.book)
    if clause.judge is not None:
        rule = clause.judge
        if rule.step is not None and clause.points % rule.step != 0:
            yield f"分值{said(clause.points)}不是 step {said(rule.step)} 的整数倍。"
        if rule.most is not None and rule.most > clause.points:
            yield f"judge 的 most {said(rule.most)} 超过分值{said(clause.points)}。"
    if clause.scale is not None and clause.scale.steps:
        best = max(step.points for step in clause.scale.steps)
        if best != clause.points:
            yield f"scale 最高{said(best)}分，分值是{said(clause.points)}。"
    if clause.levels is not None and max(clause.levels.points.values(), default=NIL) > clause.points:
        yield "levels 里有的级别超过分值。"


def _count(clause: Clause, cap: Decimal, book: Rulebook) -> Iterator[str]:
    """Each times so many must make the cap."""
    rule = clause.count
    assert rule is not None
    year = window_span(book.window, YEAR)
    room = NIL
    for pick in rule.picks:
        each = pick.each if pick.each is not None else rule.each
        if not each:
            yield "each（每次几分）要大于 0。"
            return
        if pick.at_most is None:
            if cap % each != 0 and clause.waive is None:
                yield f"每次{said(each)}分凑不成分值{said(cap)}。请核对 each 和 points；原文如此的写 waive。"
            return
        room += each * pick.at_most * (len(split(year, pick.per)) * in_period(pick.per) if pick.per else 1)
    if room != cap and clause.waive is None:
        yield f"各组满额合计{said(room)}分，分值是{said(cap)}。请核对 each、at_most 和 points；原文如此的写 waive。"


def _scopes(clauses: tuple[Clause, ...], above: str | None) -> Iterator[tuple[str, str]]:
    """Whose activities count, where a rule can't take it."""
    for clause in clauses:
        scope = clause.scope or above
        if clause.levels is not None and scope not in (None, "own", "sum"):
            yield clause.clause, "levels（按级别给分）不能按支部平均，只能用 scope: own 或 sum。"
        yield from _scopes(clause.children, scope)


def _references(rubric: Rubric) -> Iterator[str]:
    """Names that point nowhere."""
    book = rubric.book
    known = {clause.clause for clause, _ in rubric.clauses()}
    everywhere = known | {entry.clause for _, _, entries in beside(book) for entry in entries}
    everywhere |= {pool.clause for pool in book.grades if pool.clause}
    for entry in (*book.deductions, *book.bottom_lines):
        if entry.within is not None and entry.within not in known:
            yield _at(rubric, entry.clause, f"within 写的“{entry.within}”不是条款编号。")
    for reading in book.interpret:
        for clause in reading.clauses:
            if clause not in everywhere:
                yield f"{rubric.document.name} interpret {reading.id}：没有条款“{clause}”。"
    for fault in book.faults:
        if fault.clause is not None and fault.clause not in everywhere:
            yield f"{rubric.document.name} faults 第{fault.line}行：没有条款“{fault.clause}”。"
    names = {band.name for pool in book.grades for band in pool.bands} | {veto.grade for veto in book.veto}
    for rule in book.consequences:
        for grade in rule.grade:
            if grade not in names:
                yield _at(rubric, rule.clause, f"没有等次“{grade}”，grades 里有：{'、'.join(sorted(names))}。")
    if book.window.start == book.window.end or on_day(YEAR, book.window.end) < on_day(YEAR, "01-01"):
        yield f"{rubric.document.name} window：开始和结束不能是同一天。"


def _choices(rubric: Rubric) -> Iterator[str]:
    """Every choice of a reading makes a rulebook that loads, and is used somewhere."""
    used = set(_switched(rubric.document.data))
    for reading in rubric.book.interpret:
        place = f"{rubric.document.name} interpret {reading.id}"
        if reading.id not in used and reading.fixed is None:
            yield f"{place}：没有哪一处随它而变。请用 by_reading，或写 fixed（为什么不能切换）。"
        if reading.id in used and len(reading.choices) == 1:
            yield f"{place}：只有一个选项。请写其他选项。"
        for choice in reading.choices:
            try:
                rubric.with_readings({reading.id: choice})
            except FileError as error:
                yield f"选 {reading.id} = {choice} 时：{error.problems[0]}"


def _switched(data: object) -> Iterator[str]:
    """The readings that some by_reading names."""
    if isinstance(data, dict):
        if isinstance(data.get(BY), str):
            yield data[BY]
        data = list(data.values())
    if isinstance(data, list):
        for item in data:
            yield from _switched(item)


def _cover(rubric: Rubric, report: Report) -> None:
    names = {"judge": "评定", "attest": "证明", "absent": "缺失"}
    for clause, _ in rubric.clauses():
        if not clause.children:
            sort = names.get(clause.rule, "计算")
            report.coverage[sort] = report.coverage.get(sort, 0) + 1
            report.points[sort] = report.points.get(sort, NIL) + (clause.points or NIL)


def _attributes(rubric: Rubric) -> Iterator[str]:
    """Where the rulebook names its attributes, every one that it reads is among them."""
    declared = rubric.book.attributes
    if not declared:
        return
    for name in sorted(attributes(rubric) - set(declared)):
        yield f"{rubric.document.name} attributes：条件里用了“{name}”，这里没有列出。请补上。"
