"""score(): one unit under one rulebook in one window, as a whole sheet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from rubrics.evaluate import totals
from rubrics.evaluate.conditions import holds
from rubrics.evaluate.ground import Ground, ground
from rubrics.evaluate.judging import attestations, by_clause, views
from rubrics.evaluate.totals import Total
from rubrics.evaluate.tree import Inherited, Tree, hidden, remaining
from rubrics.evaluate.value import NIL, said
from rubrics.facts import Facts
from rubrics.grades import by_points, pool_of, qualifications, vetoed
from rubrics.rulebooks import Rubric
from rubrics.schema.rulebook import Interpretation
from rubrics.sheet import Line, ScoreSheet, State

_SETTLED = (State.CERTAIN, State.NOT_APPLICABLE)


def score(rubric: Rubric, facts: Facts, as_of: date, *, year: int | None = None) -> ScoreSheet:
    """Score a unit by the version that holds for the year. as_of: what happened later isn't known; year: the assessed
    year, else the one as_of falls in.

    Order: clauses, clamp, parts, sections, mix, bonus, deductions and bottom lines, falsification, veto, grade.
    """
    rubric = rubric.of_year(year, as_of)
    here = ground(rubric, facts, as_of, year)
    book = rubric.book
    full = _full(rubric, here)
    tree = Tree(here, views(book), rubric.points_missing)
    above = Inherited(partial=book.partial)
    nodes = [tree.clause(section, None, above) for section in book.sections]
    sections = [line for line in tree.lines if line.parent is None]
    left = None if full is None else remaining(full, nodes)[0]
    total = _sections(sections, rubric, left, hidden(left, nodes), len(tree.lines) - len(sections))
    totals.mix(total, here, book, full or NIL, left if left is not None else NIL)
    totals.bonus(total, here, book)
    totals.deductions(total, here, book, sections)
    totals.falsification(total, here, book)
    total.floor, total.ceiling = max(NIL, total.floor), max(NIL, total.ceiling)
    veto, veto_lines = vetoed(here)
    total.order.append(f"一票否决：{veto}" if veto else "一票否决：没有" if book.veto else "一票否决：规则没有规定")
    attested = {clause: attestations(entries)[0] for clause, entries in by_clause(here).items()} if book.qualify else {}
    lines = (*tree.lines, *total.lines, *veto_lines, *qualifications(here, attested))
    grade, low, high = _grade(here, total, veto, full, left)
    total.order.append(f"等次：{grade}" if grade else "等次：规则没有规定" if not book.grades else "等次：还不能定")
    lost = max(NIL, left - total.ceiling) if left is not None else NIL
    return ScoreSheet(
        rubric=rubric.id, version=rubric.version, rubric_hash=rubric.hash, title=rubric.title, unit=facts.unit.id,
        as_of=as_of, window=here.span, full=left, lines=lines, total=None if total.open else total.floor,
        floor=total.floor, ceiling=total.ceiling, earned=total.floor, reachable=total.ceiling - total.floor, lost=lost,
        grade=grade, grade_floor=low, grade_ceiling=high, example_points=rubric.example,
        refusal=_refusal(rubric, lines, here.span[1]), order=tuple(total.order), readings=dict(rubric.choices),
        short=rubric.short,
        meanings={r.id: _meaning(r, rubric.choices[r.id]) for r in book.interpret},
        graded=_graded(here),
        mixed=any(term.column is None for term in book.mix),
    )  # fmt: skip


def _full(rubric: Rubric, here: Ground) -> Decimal | None:
    for entry in rubric.book.full_when:
        if holds(here, entry.when, here.as_of):
            return entry.points
    return rubric.book.full


def _sections(sections: list[Line], rubric: Rubric, full: Decimal | None, unseen: Decimal, clauses: int) -> Total:
    floor, ceiling = sum((s.floor for s in sections), NIL), sum((s.ceiling for s in sections), unseen)
    total = Total(floor, ceiling, any(s.points is None or s.state not in _SETTLED for s in sections))
    total.open = total.open or floor != ceiling
    if rubric.points_missing:
        total.open, total.ceiling = True, full if full is not None else NIL
    listed = " + ".join(f"{s.clause} {_bounds(s)}" for s in sections if s.state is not State.NOT_APPLICABLE)
    total.order += [f"条款：{clauses}条，各限在0～分值", f"各部分：{listed} = {total.shown()}"]
    return total


def _bounds(line: Line) -> str:
    return said(line.floor) if line.floor == line.ceiling else f"{said(line.floor)}～{said(line.ceiling)}"


def _grade(
    here: Ground, total: Total, veto: str | None, full: Decimal | None, left: Decimal | None
) -> tuple[str | None, str | None, str | None]:
    """The grade, and those of the least and the most that the total can become; by place: rank() knows."""
    if veto is not None:
        return veto, veto, veto
    pool = pool_of(here)
    if pool is None or full is None or left is None or here.shared.rubric.points_missing:
        return None, None, None
    low, high = (by_points(pool, points, full, left) for points in (total.floor, total.ceiling))
    return (low if low == high or not total.open else None), low, high


def _meaning(reading: Interpretation, choice: str) -> str:
    return f"{reading.question}：{reading.choices[choice]}" + ("" if reading.confirmed else "（未确认）")


def _graded(here: Ground) -> str:
    pool = pool_of(here)
    if pool is None:
        return ""
    return "place" if any(b.top is not None or b.bottom is not None for b in pool.bands) else "points"


def _refusal(rubric: Rubric, lines: tuple[Line, ...], end: date) -> str:
    until = rubric.book.effective.until
    if until is not None and end > until:
        return f"这份办法（{rubric.version}）只到{until}为止，{end.year}年的还没有，不计总分。管理员补上后即可计分。"
    if rubric.points_missing:
        return "原附件的分值表没有收录，只列义务和佐证，不计总分。管理员补上分值表后即可计分。"
    absent = [line.clause for line in lines if line.kind == "absent" and line.state is State.POINTS_MISSING]
    if absent:
        return f"原文有缺失（{'、'.join(absent)}），不计总分。"
    return ""
