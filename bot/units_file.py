"""Reads a units file: the tree, headcounts, settings and people, with every mistake named by file, line and key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.units_schema import PersonModel, UnitModel, UnitsModel
from rubrics import load_catalog
from rubrics.strict_yaml import Document, FileError, Key, fit, load
from storage.people import Person
from storage.unit_import import ImportRefused, UnitEntry
from storage.units import Headcount

SETTINGS = ("rulebooks", "language", "time_zone", "party_day", "quiet_hours", "deadlines", "holidays")
_REFUSED = {
    "parent_unknown": ("parent", "没有编号为“{other}”的上级。请先导入它，或改正编号。"),
    "merged_unknown": ("merged_into", "没有编号为“{other}”的单位。请改正编号。"),
    "circle": ("id", "上下级成了一个圈（经过“{other}”）。请改正上级。"),
}


@dataclass(frozen=True, slots=True)
class _Place:
    """A unit where it stands in the file."""

    unit: UnitModel
    key: Key
    parent: str | None
    place: int


@dataclass(frozen=True, slots=True)
class UnitsFile:
    """A file that can be imported. keys: where each unit stands in it."""

    entries: tuple[UnitEntry, ...]
    document: Document
    keys: dict[str, Key]

    def refused(self, error: ImportRefused) -> FileError:
        """What the record has against the file, said of the line where it is."""
        key, words = _REFUSED[error.code]
        said = words.format(other=error.other)
        return FileError([self.document.problem((*self.keys[error.unit_id], key), said)])


def read_units(path: Path, rulebooks: Path | None = None) -> tuple[UnitEntry, ...]:
    """The units of a file, parents before children. rulebooks: a folder with rulebooks of one's own.

    Raises FileError with every mistake in it.
    """
    return read_file(path, rulebooks).entries


def read_file(path: Path, rulebooks: Path | None = None) -> UnitsFile:
    """The same, with the places in the file."""
    document = load(path)
    places = list(_walk(fit(document, UnitsModel).units, ("units",), None))
    problems = [*_tree(document, places), *_books(document, places, rulebooks), *_people(document, places)]
    problems += _days(document, places)
    if problems:
        raise FileError(problems)
    keys = {place.unit.id: place.key for place in places}
    return UnitsFile(tuple(_entry(place) for place in places), document, keys)


def _walk(units: tuple[UnitModel, ...], key: Key, parent: str | None) -> Iterator[_Place]:
    for index, unit in enumerate(units):
        here = (*key, index)
        yield _Place(unit, here, parent or unit.parent, index)
        yield from _walk(unit.children, (*here, "children"), unit.id)


def _tree(document: Document, places: list[_Place]) -> Iterator[str]:
    ids: dict[str, _Place] = {}
    names: dict[tuple[str | None, str], _Place] = {}
    for place in places:
        unit, line = place.unit, document.line
        if (first := ids.setdefault(unit.id, place)) is not place:
            where = line((*first.key, "id"))
            yield document.problem((*place.key, "id"), f"编号“{unit.id}”在第{where}行已经用过。请换一个。")
        elif (first := names.setdefault((place.parent, unit.name), place)) is not place:
            where = line((*first.key, "name"))
            said = f"同一上级下已有“{unit.name}”（第{where}行），会分不清。请换一个名称。"
            yield document.problem((*place.key, "name"), said)
        if unit.parent is not None and len(place.key) > 2:
            yield document.problem((*place.key, "parent"), "下级单位的上级就是它所在的单位，请删去这一项。")
        if unit.merged_into is not None and unit.closed_on is None:
            yield document.problem((*place.key, "merged_into"), "合并的单位要写 closed_on（撤销日期，如 2026-07-01）。")


def _books(document: Document, places: list[_Place], folder: Path | None) -> Iterator[str]:
    if not any(place.unit.rulebooks for place in places):
        return
    known = load_catalog(folder)
    for place in places:
        seen: set[str] = set()
        for index, book in enumerate(place.unit.rulebooks or ()):
            key = (*place.key, "rulebooks", index)
            if book.id in seen:
                yield document.problem(key, f"规则“{book.id}”写了两次。请留一个。")
            seen.add(book.id)
            if book.id not in known or "." in book.id:
                names = "、".join(name for name in known if "." not in name)
                yield document.problem(key, f"没有规则“{book.id}”，只能是：{names}。")
            elif book.points is not None and f"{book.id}.{book.points}" not in known:
                sheets = [name.partition(".")[2] for name in known if name.startswith(f"{book.id}.")]
                have = f"只能是：{'、'.join(sheets)}" if sheets else "这份规则没有另附的分值表，请删去 points"
                yield document.problem((*key, "points"), f"没有分值表“{book.points}”，{have}。")


def _people(document: Document, places: list[_Place]) -> Iterator[str]:
    names: dict[str, tuple[str, int]] = {}
    for place in places:
        here: set[str] = set()
        for index, person in enumerate(place.unit.people):
            key = (*place.key, "people", index)
            if person.id in here:
                yield document.problem(key, f"{person.id} 在本单位写了两次。请合为一条，职务写在一起。")
            here.add(person.id)
            yield from _one_name(document, key, person, names)


def _one_name(document: Document, key: Key, person: PersonModel, names: dict[str, tuple[str, int]]) -> Iterator[str]:
    name, line = names.setdefault(person.id, (person.name, document.line(key)))
    if name != person.name:
        yield document.problem(
            (*key, "name"), f"{person.id} 在第{line}行叫“{name}”，这里叫“{person.name}”。请写成一样。"
        )


def _days(document: Document, places: list[_Place]) -> Iterator[str]:
    for place in places:
        days = set()
        for index, count in enumerate(place.unit.headcounts):
            if count.since in days:
                said = f"{count.since} 的人数写了两次。请留一个。"
                yield document.problem((*place.key, "headcounts", index, "since"), said)
            days.add(count.since)


def _entry(place: _Place) -> UnitEntry:
    unit = place.unit
    settings = unit.model_dump(include=set(SETTINGS), exclude_unset=False)
    settings["bodies"] = {person.id: list(person.bodies) for person in unit.people if person.bodies} or None
    if unit.rulebooks is not None:
        settings["rulebooks"] = [book.model_dump(exclude_none=True) for book in unit.rulebooks]
    return UnitEntry(
        id=unit.id,
        name=unit.name,
        parent=place.parent,
        place=place.place,
        founded_on=unit.founded_on,
        closed_on=unit.closed_on,
        merged_into=unit.merged_into,
        attributes=unit.attributes,
        headcounts=tuple(Headcount(**count.model_dump()) for count in unit.headcounts),
        settings=settings,
        people=tuple((Person(person.id, person.name), person.roles) for person in unit.people),
    )
