"""A year's outcome as the record has it: what was made known, the objections to it, who decided, what was corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from rubrics import Rubric, Tally

PUBLIC, OBJECTED, READY, FINAL = "public", "objected", "ready", "final"


@dataclass(frozen=True, slots=True)
class Objection:
    """Something said against an outcome made known. number: from 1; upheld: None until it is answered."""

    number: int
    on: date
    by: str
    words: str
    upheld: bool | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One edition of what a unit's year came to, frozen as it was put in.

    paper: its number; by, person: who put it in; total: None where there is none; shown: the rest of its figures, as
    words; until: the last day of its publicity, None where it has none; stands: False once taken back, with ended
    saying why; final: since when it is decided, by whom and on what ground; why: what the edition before was changed
    for; correcting: why it is being corrected, empty otherwise; example: it rests on example points.
    """

    paper: int
    unit: str
    rubric: str
    year: int
    edition: int
    on: date
    by: str
    person: str
    total: Decimal | None
    shown: str
    grade: str | None = None
    until: date | None = None
    objections: tuple[Objection, ...] = ()
    stands: bool = True
    ended: str = ""
    final: date | None = None
    final_by: str = ""
    ground: str = ""
    why: str = ""
    correcting: str = ""
    example: bool = False

    def stage(self, today: date) -> str:
        """public (公示中) | objected (异议待答复) | ready (可以决定) | final (定论)."""
        if self.final is not None:
            return FINAL
        if any(objection.upheld is None for objection in self.objections):
            return OBJECTED
        return PUBLIC if self.until is not None and today <= self.until else READY


def of_year(outcomes: Sequence[Outcome], rubric: str, year: int) -> list[Outcome]:
    """The editions of a year, oldest first."""
    return [one for one in outcomes if (one.rubric, one.year) == (rubric, year)]


def current(outcomes: Sequence[Outcome], rubric: str, year: int) -> Outcome | None:
    """The newest edition that stands; None where nothing was put in, or what was has been taken back."""
    found = [one for one in of_year(outcomes, rubric, year) if one.stands]
    return found[-1] if found else None


def fixed(outcomes: Sequence[Outcome], rubric: str, year: int) -> Outcome | None:
    """The edition that nothing may change under now; None where there is none, or it is being corrected."""
    one = current(outcomes, rubric, year)
    return one if one is not None and not one.correcting else None


def body(
    rubric: Rubric, made: Tally, year: int, edition: int, shown: str, until: date | None, why: str
) -> Mapping[str, Any]:
    """An outcome as the record keeps it. shown: its figures in words; why: what the edition before was changed for."""
    return {
        "rubric": rubric.id, "key": rubric.key, "version": rubric.version, "hash": rubric.hash,
        "example": rubric.example, "year": year, "edition": edition,
        "columns": [[column, _text(points)] for column, points in made.columns],
        "total": _text(made.total), "mixed": made.mixed, "bonus": _text(made.bonus), "taken": _text(made.taken),
        "grade": made.grade, "place": made.place, "size": made.size,
        "follows": [list(pair) for pair in made.follows], "refusal": made.refusal, "shown": shown,
        "until": until.isoformat() if until else None, "why": why,
    }  # fmt: skip


def _text(points: Decimal | None) -> str | None:
    return None if points is None else f"{points:f}"
