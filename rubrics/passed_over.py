"""What of a facts file has no part in a sheet though it reads well: mostly a slip of a year, a number, a name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rubrics.facts import Facts, Finding, Judgement
from rubrics.rulebooks import Rubric
from rubrics.sheet import ScoreSheet
from rubrics.told import attributes, nodes

_SLIPS = frozenset({"outside_window", "after_as_of", "out_of_range", "wrong_step"})
_MANY = 8  # slips of one sort that are worth telling
_SORT = "类型"  # the attribute that of_units goes by


def passed_over(rubric: Rubric, facts: Facts, sheet: ScoreSheet) -> tuple[str, ...]:
    """A sentence for each thing."""
    refused = [r for line in sheet.lines for r in line.refused if r.reason in _SLIPS]
    return (
        *list(dict.fromkeys(r.words for r in refused))[:_MANY],
        *_elsewhere(rubric, facts, sheet),
        *_results(facts),
        *_unread(rubric, facts),
        *_unpriced(rubric, facts),
    )


def _elsewhere(rubric: Rubric, facts: Facts, sheet: ScoreSheet) -> Iterator[str]:
    """Judgements and findings of other rulebooks, of other years, or of a day still to come (those judgements that the
    sheet itself refuses are told by then)."""
    first, last = sheet.window
    lines = {clause.clause for clause, _ in rubric.clauses()}
    on_sheet = [
        j for j in facts.judgements if j.on > sheet.as_of and (j.year or first <= j.on <= last) and j.clause in lines
    ]
    judged = [j for j in facts.judgements if j not in on_sheet]
    told: dict[str, Sequence[Judgement | Finding]] = {"评分": judged, "查出的问题": facts.findings}
    for name, entries in told.items():
        if strange := sorted({str(e.rubric) for e in entries if e.rubric not in (None, rubric.id)}):
            yield f"写给别的规则（{'、'.join(strange)}）的{name}，这里不计。"
        if late := sorted(
            {e.on.isoformat() for e in entries if e.on > sheet.as_of or not (e.year or first <= e.on <= last)}
        ):
            yield f"{'、'.join(late[:4])} 的{name}不在考核期内或晚于计分日，不计。"


def _results(facts: Facts) -> Iterator[str]:
    """Results of one name and day that differ: the one told last counts."""
    held: dict[tuple[object, ...], object] = {}
    for result in facts.results:
        key = (result.name, result.on, result.year)
        if held.get(key, result.value) != result.value:
            yield f"“{result.name}”同一天写了 {held[key]} 和 {result.value}，按后写的计。"
        held[key] = result.value


def _unread(rubric: Rubric, facts: Facts) -> Iterator[str]:
    """Attributes, roles and figures of people that no clause of this rulebook reads, and words that it doesn't know."""
    known = {_SORT, *attributes(rubric), *rubric.book.attributes}
    roles, values = _named(rubric, "people", "pairs", "coverage"), _named(rubric, "value", "average")
    units = (facts.unit, *facts.subunits)
    for name in dict.fromkeys(name for unit in units for name in unit.attributes if name not in known):
        yield f"属性“{name}”这份规则不用。用到的有：{_list(known - {_SORT})}。"
    for unit in units:
        for name, value in unit.attributes.items():
            allowed = rubric.book.attributes.get(name)
            if allowed and str(value) not in allowed:
                yield f"{unit.name} 的属性“{name}”写的是“{value}”，应为{'、'.join(allowed)}之一。"
    for role in dict.fromkeys(role for person in facts.people for role in person.roles if role not in roles):
        yield f"身份“{role}”这份规则不用。用到的有：{_list(roles)}。"
    for name in dict.fromkeys(name for person in facts.people for name in person.values if name not in values):
        yield f"人员的“{name}”这份规则不用。用到的有：{_list(values)}。"


def _unpriced(rubric: Rubric, facts: Facts) -> Iterator[str]:
    """Points of findings where the rulebook itself says how much each time costs."""
    book = rubric.book
    picked = {entry.clause for entry in (*book.deductions, *book.bottom_lines)}
    for finding in facts.findings:
        ours = finding.rubric in (None, rubric.id) and finding.points is not None
        if ours and finding.kind != "falsification" and finding.clause not in picked:
            yield f"{finding.clause} 查出的问题按次计，扣多少由规则定，写的 points 不用。"


def _named(rubric: Rubric, *keys: str) -> set[str]:
    found: list[Any] = [node.get(key) for node in nodes(rubric.resolved.data) for key in keys]
    return {name for name in found if isinstance(name, str)}


def _list(names: set[str]) -> str:
    return "、".join(sorted(names)) or "（没有）"
