"""Places in a pool of units, the grades they bring, and what follows from grades and places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rubrics.evaluate.conditions import holds
from rubrics.evaluate.ground import Ground, ground
from rubrics.facts import Facts, Unit
from rubrics.grades import EXACT, band_name, pool_of
from rubrics.rulebooks import Rubric
from rubrics.schema.rulebook import Consequence, Pool
from rubrics.sheet import ScoreSheet


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit among others. best, worst: the places it can still take, equal once all totals are known; units that tie
    share the better place; size: of its pool; grade: None while it can't be said; follows: what the grade or place
    brings, as (clause, words)."""

    unit: str
    name: str
    floor: Decimal
    ceiling: Decimal
    best: int
    worst: int
    size: int
    grade: str | None
    follows: tuple[tuple[str, str], ...]

    @property
    def place(self) -> int | None:
        """The place, from 1, once it is certain."""
        return self.best if self.best == self.worst else None


@dataclass(slots=True)
class _Entry:
    unit: Unit
    sheet: ScoreSheet
    here: Ground
    pool: Pool | None


def rank(
    rubric: Rubric, scored: Sequence[tuple[Unit, ScoreSheet]], before: Mapping[str, Sequence[str]] | None = None
) -> tuple[Standing, ...]:
    """The units in order, best first, each within its own pool. before: by unit, the grades of the years before, the
    newest first."""
    if scored:
        rubric = rubric.of_year(scored[0][1].window[1].year)
    entries = []
    for unit, sheet in scored:
        here = ground(rubric, Facts(unit), sheet.as_of, sheet.window[1].year)
        entries.append(_Entry(unit, sheet, here, pool_of(here)))
    pools: dict[int, list[_Entry]] = {}
    for entry in entries:
        pools.setdefault(id(entry.pool), []).append(entry)
    result = [standing for pool in pools.values() for standing in _within(rubric, pool, before or {})]
    return tuple(result)


def _within(rubric: Rubric, entries: list[_Entry], before: Mapping[str, Sequence[str]]) -> list[Standing]:
    size = len(entries)
    floors = sorted(_exact(e.sheet.floor) for e in entries)
    ceilings = sorted(_exact(e.sheet.ceiling) for e in entries)
    result = []
    for entry in entries:
        low, high = _exact(entry.sheet.floor), _exact(entry.sheet.ceiling)
        best = 1 + size - _at_most(floors, high)
        above = size - _at_most(ceilings, low) - (1 if high > low else 0)
        worst = max(best, 1 + above)
        grade = _grade(rubric, entry, best, worst, size)
        follows = tuple(
            (rule.clause, rule.title)
            for rule in rubric.book.consequences
            if _follows(rule, entry, grade, best, worst, size, before.get(entry.unit.id, ()))
        )
        unit, sheet = entry.unit, entry.sheet
        result.append(Standing(unit.id, unit.name, sheet.floor, sheet.ceiling, best, worst, size, grade, follows))
    return sorted(result, key=lambda s: (s.best, s.worst, -s.ceiling, s.unit))


def _exact(points: Decimal) -> Decimal:
    return points.quantize(EXACT)


def _at_most(ordered: list[Decimal], bound: Decimal) -> int:
    """How many of an ascending list are not above a bound."""
    low, high = 0, len(ordered)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if ordered[middle] <= bound else (low, middle)
    return low


def _grade(rubric: Rubric, entry: _Entry, best: int, worst: int, size: int) -> str | None:
    sheet = entry.sheet
    if sheet.grade is not None or entry.pool is None or sheet.full is None:
        return sheet.grade
    full = sheet.full
    for condition in rubric.book.full_when:
        if holds(entry.here, condition.when, sheet.as_of):
            full = condition.points
            break
    else:
        full = rubric.book.full if rubric.book.full is not None else full
    names = {
        band_name(entry.pool, points, full, sheet.full, place, size)
        for points in (sheet.floor, sheet.ceiling)
        for place in (best, worst)
    }
    return names.pop() if len(names) == 1 else None


def _follows(
    rule: Consequence, entry: _Entry, grade: str | None, best: int, worst: int, size: int, before: Sequence[str]
) -> bool:
    if rule.when is not None and not holds(entry.here, rule.when, entry.sheet.as_of):
        return False
    if rule.grade:
        years = [grade, *before[: rule.years - 1]]
        return len(years) == rule.years and all(name in rule.grade for name in years)
    if rule.bottom is not None:
        return best > size - rule.bottom
    return rule.top is not None and worst <= rule.top
