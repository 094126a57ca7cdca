"""What a clause reads of the facts: where there is none of it, the clause comes to the same for every unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rubrics.fields import Strict
from rubrics.schema.condition import Condition
from rubrics.schema.select import Select

_OF_THE_UNIT = ("attribute", "headcount", "people", "pairs", "average", "per", "at_least_by", "each_group", "coverage")


@dataclass(frozen=True, slots=True)
class Reads:
    """kinds: of activities; results: by name; unit: whether anything of the unit or its people matters; conditions:
    whether there are any, which may be asked of each unit below; numbers: of the clause and all it is made of."""

    kinds: frozenset[str]
    results: frozenset[str]
    unit: bool
    conditions: bool
    numbers: frozenset[str]


def reads(clause: Strict) -> Reads:
    """What a clause and all it is made of read."""
    parts = list(_parts(clause))
    kinds = frozenset(kind for part in parts for kind in _kinds(part))
    results = frozenset(part.result for part in parts if isinstance(getattr(part, "result", None), str))
    # a limit per period is no attribute of the unit; a condition's `per` is one
    unit = any(
        getattr(part, name, None)
        for part in parts
        for name in _OF_THE_UNIT
        if name != "per" or isinstance(part, Condition)
    )
    numbers = frozenset(part.clause for part in parts if isinstance(getattr(part, "clause", None), str))
    return Reads(kinds, results, bool(unit), any(isinstance(part, Condition) for part in parts), numbers)


def _parts(value: Any) -> Iterator[Any]:
    """Every model within a clause, itself first; not what it is only reminded of."""
    if isinstance(value, tuple):
        for item in value:
            yield from _parts(item)
    elif isinstance(value, Strict):
        yield value
        for name in type(value).model_fields:
            if name != "duties":
                yield from _parts(getattr(value, name))


def _kinds(part: Any) -> tuple[str, ...]:
    kinds = part.selected if isinstance(part, Select) else ()
    return (*kinds, *getattr(part, "absentees", ()), *getattr(part, "shows", ()))
