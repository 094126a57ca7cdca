"""Grades: by points, by place in a pool, undone by a veto."""

from __future__ import annotations

from decimal import Decimal

from rubrics.evaluate.conditions import Case, evaluate, holds
from rubrics.evaluate.ground import Ground
from rubrics.evaluate.value import NIL
from rubrics.schema.rulebook import Band, Named, Pool
from rubrics.sheet import Line, State

EXACT = Decimal("1E-12")


def pool_of(ground: Ground) -> Pool | None:
    """The pool whose grades a unit gets; None when the rulebook has none for it."""
    for pool in ground.shared.rubric.book.grades:
        if pool.when is None or holds(ground, pool.when, ground.as_of):
            return pool
    return None


def by_points(pool: Pool, points: Decimal, full: Decimal, of_full: Decimal) -> str | None:
    """The grade of a total; None where places are needed. full: of the rulebook, of_full: what remained of it."""
    if any(band.top is not None or band.bottom is not None for band in pool.bands):
        return None
    return band_name(pool, points, full, of_full, 0, 0)


def band_name(pool: Pool, points: Decimal, full: Decimal, of_full: Decimal, place: int, size: int) -> str | None:
    """The first band that fits. place: from 1; size: of the pool. Division's last digits don't decide a grade."""
    scaled = (points * full / of_full if of_full != full and of_full else points).quantize(EXACT)
    return next((band.name for band in pool.bands if _fits(band, scaled, place, size)), None)


def _fits(band: Band, points: Decimal, place: int, size: int) -> bool:
    if band.at_least is not None and points < band.at_least:
        return False
    if band.at_most is not None and points > band.at_most:
        return False
    if band.top is not None and place > band.top:
        return False
    return band.bottom is None or place > size - band.bottom


def vetoed(ground: Ground) -> tuple[str | None, list[Line]]:
    """The words that a veto puts in the grade's place, and a line for each veto."""
    lines = []
    grade = None
    for veto in ground.shared.rubric.book.veto:
        hit = bool(ground.findings(None, veto.clause)) or (
            veto.when is not None and evaluate(ground, veto.when, Case(veto.clause)).met is True
        )
        if hit:
            grade = grade or veto.grade
        lines.append(_line(ground, veto, "veto", hit, f"发生：{veto.grade}" if hit else "没有"))
    return grade, lines


def qualifications(ground: Ground, attested: dict[str, bool | None]) -> list[Line]:
    """A line for each condition and step without points. attested: by clause, what people confirmed."""
    lines = []
    for named in ground.shared.rubric.book.qualify:
        met = attested.get(named.clause)
        if met is None and named.when is not None:
            met = evaluate(ground, named.when, Case(named.clause)).met
        words = "达到" if met else "待佐证" if met is None else "未达到"
        lines.append(_line(ground, named, "qualify", met is not None, words))
    for step in ground.shared.rubric.book.procedure:
        if step.when is not None:
            outcome = evaluate(ground, step.when, Case(step.clause))
            named = Named(clause=step.clause, title=step.title, line=step.line)
            lines.append(_line(ground, named, "step", outcome.met is not None, outcome.words))
    return lines


def _line(ground: Ground, named: Named, kind: str, known: bool, words: str) -> Line:
    rubric = ground.shared.rubric
    state = State.CERTAIN if known or kind == "veto" else State.AWAITING_EVIDENCE
    parent = {"veto": "一票否决", "qualify": "资格", "step": "步骤"}[kind]
    return Line(
        clause=named.clause, title=named.title, parent=parent, kind=kind, maximum=NIL, points=NIL, floor=NIL,
        ceiling=NIL, state=state, arithmetic=words, missing=named.note or "",
        source=(rubric.book.source.file, named.line), readings=rubric.used.get(named.clause, ()),
    )  # fmt: skip
