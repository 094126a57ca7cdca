"""What a units file says of units, and how that which it leaves as it is comes out of the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from storage.people import Person
from storage.units import Headcount, UnitRow

FIELDS = ("name", "parent", "place", "founded_on", "closed_on", "merged_into")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What an entry speaks of, when not of everything: a table's empty cells leave the record as it is.

    fields: of UnitEntry; attributes and headcounts are then laid over the record's, but for those gone; roles: those it
    gives."""

    fields: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    gone: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """What a file says of one unit. attributes: None takes one away; settings: None where the unit is to have none of
    its own, names that are missing stay; people: with their roles; spoken: None for all of it."""

    id: str
    name: str
    parent: str | None = None
    place: int = 0
    founded_on: date | None = None
    closed_on: date | None = None
    merged_into: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    headcounts: tuple[Headcount, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    people: tuple[tuple[Person, tuple[str, ...]], ...] = ()
    spoken: Spoken | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between file and record. what: unit | name | parent | place | founded_on | closed_on |
    merged_into | attribute | headcount | setting | role | person; key: which one; before, after: None where absent.

    ended: a role that the file still gives and that has been ended in office; it stays ended."""

    unit_id: str
    what: str
    key: str = ""
    before: Any = None
    after: Any = None


class ImportRefused(Exception):
    """The file doesn't fit. unit_id: where; code: parent_unknown | merged_unknown | circle | name_missing."""

    def __init__(self, unit_id: str, code: str, other: str = "") -> None:
        super().__init__(f"{unit_id}: {code} {other}")
        self.unit_id = unit_id
        self.code = code
        self.other = other


def completed(entries: Sequence[UnitEntry], known: Mapping[str, UnitRow]) -> list[UnitEntry]:
    """The entries with all that they leave as it is, out of the record. Raises ImportRefused."""
    whole = []
    for entry in entries:
        unit = known.get(entry.id)
        if entry.spoken is None:
            whole.append(entry)
        elif unit is not None:
            whole.append(_laid_over(entry, entry.spoken, unit))
        elif "name" in entry.spoken.fields:
            whole.append(replace(entry, attributes={k: v for k, v in entry.attributes.items() if v is not None}))
        else:
            raise ImportRefused(entry.id, "name_missing")
    return _placed(whole, known)


def _laid_over(entry: UnitEntry, spoken: Spoken, unit: UnitRow) -> UnitEntry:
    untold = {name: getattr(unit, name) for name in FIELDS if name not in spoken.fields}
    attributes = {**unit.attributes, **entry.attributes}
    counts = {count.since: count for count in (*unit.headcounts, *entry.headcounts) if count.since not in spoken.gone}
    return replace(
        entry,
        **untold,
        attributes={name: value for name, value in attributes.items() if value is not None},
        headcounts=tuple(counts[day] for day in sorted(counts)),
    )


def _placed(entries: list[UnitEntry], known: Mapping[str, UnitRow]) -> list[UnitEntry]:
    """Units that stand in the file in the order that they have on record keep their places in it."""
    siblings: dict[str | None, list[UnitEntry]] = {}
    for entry in entries:
        siblings.setdefault(entry.parent, []).append(entry)
    same: set[str] = set()
    for parent, group in siblings.items():
        ids = [entry.id for entry in group]
        if all(id_ in known and known[id_].parent == parent for id_ in ids):
            same |= set(ids) if sorted(ids, key=lambda id_: (known[id_].place, id_)) == ids else set()
    return [replace(entry, place=known[entry.id].place) if entry.id in same else entry for entry in entries]
