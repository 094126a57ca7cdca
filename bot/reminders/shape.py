"""What of a unit its duties depend on, so that thousands of units are planned by the few sorts there are of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from rubrics import Rubric, Unit
from rubrics.schema.condition import Condition

OLD = 3  # years before which it makes no difference when a unit was founded
Bounds = tuple[tuple[str, tuple[Any, ...]], ...]  # field of a headcount -> the figures it is compared with, rising


@dataclass(frozen=True, slots=True)
class Shaped:
    """A unit that stands for all of its shape: equal when they owe the same, as long as nothing has been done."""

    shape: tuple[Any, ...]
    rubrics: tuple[Rubric, ...]
    unit: Unit = field(compare=False)


def shaped(unit: Unit, rubrics: tuple[Rubric, ...], first: date) -> Shaped:
    """A unit, comparable to others by what the rulebooks can see of it. first: the day from which it is planned."""
    bounds, texts = _seen(rubrics)
    attributes = tuple((name, str(value)) for name, value in sorted(unit.attributes.items()) if name in texts)
    founded = unit.founded_on if unit.founded_on and unit.founded_on.year >= first.year - OLD else None
    return Shaped((founded, attributes, tuple(_counts(unit, bounds))), rubrics, unit)


@lru_cache(maxsize=64)
def answers_asked(rubrics: tuple[Rubric, ...]) -> bool:
    """Whether what happened calls for an answer, so that the record says what is owed."""
    return any(isinstance(model, Condition) and model.after is not None for model in _parts(rubrics))


def _counts(unit: Unit, bounds: Bounds) -> Iterator[tuple[Any, ...]]:
    """Each headcount by where its figures lie among those it is compared with; the party groups, by how many."""
    before: tuple[Any, ...] | None = None
    for count in sorted(unit.headcounts, key=lambda h: h.since):
        figures = {
            "full": count.full, "probationary": count.probationary, "members": count.full + count.probationary,
            "floating": count.floating, "on_leave": count.on_leave, "committee": count.committee,
            "groups": len(count.groups), "activists": count.activists,
        }  # fmt: skip
        places = tuple((bisect_left(v, figures[name]), bisect_right(v, figures[name])) for name, v in bounds)
        now = (len(count.groups), *places)
        if now != before:
            yield (count.since, *now)
        before = now


@lru_cache(maxsize=64)
def _seen(rubrics: tuple[Rubric, ...]) -> tuple[Bounds, frozenset[str]]:
    """The figures that headcounts are compared with, and every text in the rulebooks: an attribute whose name is not
    among them can't be asked for."""
    found: dict[str, set[Any]] = {}
    texts: set[str] = set()
    for model in _parts(rubrics):
        texts |= {value for value in vars(model).values() if isinstance(value, str)}
        if isinstance(model, Condition) and model.headcount is not None:
            bounds = {model.at_least, model.at_most, *(model.between or ())}
            if model.at_least_by is not None:
                bounds |= set(model.at_least_by.table.values())
            found.setdefault(model.headcount, set()).update(bounds - {None})
    return tuple((name, tuple(sorted(values))) for name, values in sorted(found.items())), frozenset(texts)


def _parts(rubrics: tuple[Rubric, ...]) -> Iterator[BaseModel]:
    """Every part of rulebooks, in all their versions: a plan may reach into the next year's."""
    for rubric in rubrics:
        for edition in rubric.editions or (rubric,):
            yield from _models(edition.book)


def _models(value: Any) -> Iterator[BaseModel]:
    """Every part of a rulebook, however deep."""
    if isinstance(value, BaseModel):
        yield value
        for inner in vars(value).values():
            yield from _models(inner)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _models(inner)
    elif isinstance(value, dict):
        yield from _models(list(value.values()))
