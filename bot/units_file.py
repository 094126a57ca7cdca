"""Reads a units file: the tree, headcounts, settings and people, with every mistake named by file, place and cure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.roster.reading import TABLES, read_tables
from bot.roster.told import TableDocument
from bot.units_schema import PersonModel, UnitModel, UnitsModel
from rubrics import load_catalog
from rubrics.strict_yaml import Document, FileError, Key, fit, load
from storage.people import Person
from storage.unit_entry import ImportRefused, Spoken, UnitEntry
from storage.units import Headcount

_SHEETS = (".xls", ".et", ".ods", ".numbers", ".xlsb", ".doc", ".docx", ".wps", ".txt")
SETTINGS = ("rulebooks", "language", "time_zone", "party_day", "quiet_hours", "deadlines", "holidays")
_REFUSED = {
    "parent_unknown": ("parent", "没有编号为“{other}”的上级。请先导入它，或改正编号。"),
    "merged_unknown": ("merged_into", "没有编号为“{other}”的单位。请改正编号。"),
    "circle": ("id", "上下级成了一个圈（经过“{other}”）。请改正上级。"),
    "name_missing": ("id", "在册的单位里没有这个编号。新单位要在“单位”表里写名称；不是新单位，请改正编号。"),
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
    """A file that can be imported. keys: where each unit stands in it; lacking: by role, the ids of units whose holder
    is named without an account."""

    entries: tuple[UnitEntry, ...]
    document: Document
    keys: dict[str, Key]
    lacking: Mapping[str, list[str]]

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
    if path.suffix.lower() in TABLES:
        document: Document = read_tables(path)
    elif path.suffix.lower() in _SHEETS:
        raise FileError([f"{path}：读不了 {path.suffix} 格式。请另存为 .xlsx 或 .csv。"])
    else:
        document = load(path)
    places = list(_walk(fit(document, UnitsModel).units, ("units",), None))
    spoken = document.spoken if isinstance(document, TableDocument) else {}
    problems = [*_tree(document, places, spoken), *_books(document, places, rulebooks), *_people(document, places)]
    problems += _days(document, places)
    if problems:
        raise FileError(problems)
    keys = {place.unit.id: place.key for place in places}
    entries = tuple(_entry(place, spoken.get(place.unit.id)) for place in places)
    lacking: dict[str, list[str]] = {}
    for unit, role in document.lacking if isinstance(document, TableDocument) else ():
        lacking.setdefault(role, []).append(unit)
    return UnitsFile(entries, document, keys, lacking)


def _walk(units: tuple[UnitModel, ...], key: Key, parent: str | None) -> Iterator[_Place]:
    for index, unit in enumerate(units):
        here = (*key, index)
        yield _Place(unit, here, parent or unit.parent, index)
        yield from _walk(unit.children, (*here, "children"), unit.id)


def _tree(document: Document, places: list[_Place], spoken: Mapping[str, Spoken]) -> Iterator[str]:
    ids: dict[str, _Place] = {}
    names: dict[tuple[str | None, str], _Place] = {}
    for place in places:
        unit = place.unit
        if (first := ids.setdefault(unit.id, place)) is not place:
            where = document.where((*first.key, "id"))
            yield document.problem((*place.key, "id"), f"编号“{unit.id}”在{where}已经用过。请换一个。")
        elif not _told(unit, "parent", spoken):
            pass  # the record knows its place
        elif (first := names.setdefault((place.parent, unit.name), place)) is not place:
            where = document.where((*first.key, "name"))
            said = f"同一上级下已有“{unit.name}”（{where}），会分不清。请换一个名称。"
            yield document.problem((*place.key, "name"), said)
        if unit.parent is not None and len(place.key) > 2:
            yield document.problem((*place.key, "parent"), "下级单位的上级就是它所在的单位，请删去这一项。")
        if unit.merged_into is not None and unit.closed_on is None and _told(unit, "closed_on", spoken):
            yield document.problem((*place.key, "merged_into"), "合并的单位要写 closed_on（撤销日期，如 2026-07-01）。")


def _told(unit: UnitModel, field: str, spoken: Mapping[str, Spoken]) -> bool:
    """Whether the file itself says this of a unit, or that it has none."""
    return unit.id not in spoken or field in spoken[unit.id].fields


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
    names: dict[str, tuple[str, str]] = {}
    for place in places:
        here: set[str] = set()
        for index, person in enumerate(place.unit.people):
            key = (*place.key, "people", index)
            if person.id in here:
                yield document.problem(key, f"{person.id} 在本单位写了两次。请合为一条，职务写在一起。")
            here.add(person.id)
            yield from _one_name(document, key, person, names)


def _one_name(document: Document, key: Key, person: PersonModel, names: dict[str, tuple[str, str]]) -> Iterator[str]:
    name, where = names.setdefault(person.id, (person.name, document.where(key)))
    if name != person.name:
        yield document.problem((*key, "name"), f"{person.id} 在{where}叫“{name}”，这里叫“{person.name}”。请写成一样。")


def _days(document: Document, places: list[_Place]) -> Iterator[str]:
    for place in places:
        days = set()
        for index, count in enumerate(place.unit.headcounts):
            if count.since in days:
                said = f"{count.since} 的人数写了两次。请留一个。"
                yield document.problem((*place.key, "headcounts", index, "since"), said)
            days.add(count.since)


def _given(attributes: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in attributes.items() if value is not None}


def _entry(place: _Place, spoken: Spoken | None) -> UnitEntry:
    unit = place.unit
    settings = unit.model_dump(include=set(SETTINGS), exclude_unset=spoken is not None)
    if spoken is None:  # a table says nothing of it
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
        attributes=unit.attributes if spoken is not None else _given(unit.attributes),
        headcounts=tuple(Headcount(**count.model_dump()) for count in unit.headcounts),
        settings=settings,
        people=tuple((Person(person.id, person.name), person.roles) for person in unit.people),
        spoken=spoken,
    )
