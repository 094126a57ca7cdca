"""How a year is assessed by a rulebook's own procedure: who rates which column, whether the result is made known, who
decides on it."""

from __future__ import annotations

from functools import lru_cache

from rubrics.rulebooks import Rubric
from rubrics.schema.rulebook import Column, Procedure

SELF_EVALUATION = "self_evaluation"


def self_rating_months(rubric: Rubric) -> frozenset[int] | None:
    """The months of the rulebook's self-ratings; none: at any time; None: it has no self-rating."""
    steps = [s for s in rubric.book.procedure if s.self_rating or SELF_EVALUATION in s.kinds]
    if not steps:
        return None
    return frozenset(month for step in steps for month in step.months)


@lru_cache(maxsize=64)
def columns(rubric: Rubric) -> tuple[tuple[Column, str], ...]:
    """The columns that people from above rate, with who they are, in the order of the steps; who is empty where the
    rulebook names nobody."""
    named = tuple((s.column, s.who or "") for s in rubric.book.procedure if s.column is not None)
    return named or (("assessor", ""),)


def side_by_side(rubric: Rubric) -> bool:
    """Whether several columns stand beside each other and the rulebook doesn't say what they come to together."""
    weighed = any(term.column is not None for term in rubric.book.mix)
    return len(columns(rubric)) > 1 and not weighed


@lru_cache(maxsize=64)
def assessed_by(rubric: Rubric) -> dict[str, str]:
    """The body that assesses each clause, its own or that of what it is part of; empty: whoever assesses the rest."""
    found: dict[str, str] = {}
    for clause, parent in rubric.clauses():
        found[clause.clause] = clause.who or found.get(parent or "", "")
    return found


def publicity(rubric: Rubric) -> Procedure | None:
    """The step in which the result is made known; None where the rulebook has none."""
    return next((step for step in rubric.book.procedure if step.publicity), None)


def approval(rubric: Rubric) -> Procedure | None:
    """The step in which somebody decides on the result; None where the rulebook has none."""
    return next((step for step in rubric.book.procedure if step.approval), None)


def ranks(rubric: Rubric) -> bool:
    """Whether the rulebook itself ranks the units: by grades or consequences that go by place."""
    bands = any(b.top is not None or b.bottom is not None for pool in rubric.book.grades for b in pool.bands)
    return bands or any(c.top is not None or c.bottom is not None for c in rubric.book.consequences)
