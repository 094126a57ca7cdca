"""What a year comes to for a unit: the columns, their mix, what is added and taken off, the veto, grade and place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from rubrics.evaluate.judging import COLUMN
from rubrics.evaluate.value import NIL, decimal, said
from rubrics.facts import Facts, Judgement, Unit
from rubrics.procedure import columns, ranks, self_rating_months, side_by_side
from rubrics.ranking import rank
from rubrics.rating import column_sheet
from rubrics.rulebooks import Rubric
from rubrics.scoring import score
from rubrics.sheet import ScoreSheet, State
from rubrics.words import leaves

SEVERAL_COLUMNS = "几栏没有写怎样合成，不另算总分"
_TAKEN = frozenset({"deduction", "bottom_line", "falsification"})


@dataclass(frozen=True, slots=True)
class Tally:
    """What a year comes to.

    columns: each rated column with what it comes to alone, None while it is open; total: None while something is open,
    or where the rulebook gives none, and then refusal says why; open: the clauses not decided, as (number, title);
    mixed: how the total comes about, in words; bonus, taken: added and taken off; place: None where the rulebook
    doesn't rank or the others aren't known; follows: what grade or place bring, as (clause, words).
    """

    unit: str
    sheet: ScoreSheet
    columns: tuple[tuple[str, Decimal | None], ...]
    total: Decimal | None
    open: tuple[tuple[str, str], ...]
    mixed: str
    bonus: Decimal
    taken: Decimal
    refusal: str = ""
    grade: str | None = None
    place: int | None = None
    size: int = 0
    follows: tuple[tuple[str, str], ...] = ()


def tally(rubric: Rubric, facts: Facts, as_of: date, year: int) -> Tally:
    """A unit's year under one rulebook, without the other units."""
    rubric = rubric.of_year(year)
    sheet = score(rubric, facts, as_of, year=year)
    apart = side_by_side(rubric)
    refusal = sheet.refusal or (SEVERAL_COLUMNS if apart else "")
    rated = _columns(rubric, facts, as_of, year)
    open_ = tuple((line.clause, line.title) for line in leaves(sheet) if _open(line.state) and not apart)
    open_ += tuple((line.clause, line.title) for line in sheet.lines if line.kind in _TAKEN and _open(line.state))
    return Tally(
        unit=facts.unit.id, sheet=sheet, columns=rated, total=None if refusal else sheet.total, open=open_,
        mixed="" if refusal else _mixed(rubric, sheet, rated), bonus=_added(sheet), taken=_taken(sheet),
        refusal=refusal, grade=None if apart else sheet.grade,
    )  # fmt: skip


def _open(state: State) -> bool:
    return state in (State.AWAITING_ASSESSMENT, State.AWAITING_EVIDENCE)


def _columns(rubric: Rubric, facts: Facts, as_of: date, year: int) -> tuple[tuple[str, Decimal | None], ...]:
    names = [*(["self"] if self_rating_months(rubric) is not None else []), *(name for name, _ in columns(rubric))]
    found = []
    for name in dict.fromkeys(names):
        alone = replace(facts, judgements=tuple(_of_column(rubric, facts, name, year)))
        sheet = column_sheet(rubric, alone, name, as_of, year)
        known = bool(alone.judgements) and sheet.floor == sheet.ceiling and not sheet.refusal
        found.append((name, sheet.floor if known else None))
    return tuple(found)


def _of_column(rubric: Rubric, facts: Facts, column: str, year: int) -> list[Judgement]:
    """The judgements of a column: of a self-rating only those of the months that the mix counts."""
    months = next((term.months for term in rubric.book.mix if term.column == column), ())
    return [
        j for j in facts.judgements
        if j.column == column and j.year in (None, year) and (not months or j.on.month in months)
    ]  # fmt: skip


def _mixed(rubric: Rubric, sheet: ScoreSheet, rated: Sequence[tuple[str, Decimal | None]]) -> str:
    """自评81.39 × 30% + 考评79.75 × 70%; for results from outside the step of the sheet itself."""
    weights = {str(t.column): decimal(t.weight) for t in rubric.book.mix if t.column is not None}
    parts = [f"{COLUMN[c]}{said(p)} × {said(weights[c] * 100)}%" for c, p in rated if c in weights and p is not None]
    if parts:
        return " + ".join(parts)
    step = next((s for s in sheet.order if s.startswith("加权：")), "")
    return step.removeprefix("加权：") if sheet.mixed else ""


def _added(sheet: ScoreSheet) -> Decimal:
    return sum((line.points for line in sheet.lines if line.parent == "加分" and line.points is not None), NIL)


def _taken(sheet: ScoreSheet) -> Decimal:
    return -sum((line.points for line in sheet.lines if line.kind in _TAKEN and line.points is not None), NIL)


def placed(
    rubric: Rubric, found: Sequence[tuple[Unit, Tally]], before: Mapping[str, Sequence[str]] | None = None
) -> tuple[Tally, ...]:
    """The same with grades that go by place, and what follows. before: by unit, the grades of the years before, the
    newest first. Places only where the rulebook itself ranks."""
    if side_by_side(rubric):
        return tuple(one for _, one in found)
    standings = {s.unit: s for s in rank(rubric, [(unit, one.sheet) for unit, one in found], before)}
    shown = ranks(rubric)
    return tuple(
        replace(
            one, grade=standings[unit.id].grade, follows=standings[unit.id].follows,
            place=standings[unit.id].place if shown else None, size=standings[unit.id].size if shown else 0,
        )
        for unit, one in found
    )  # fmt: skip
