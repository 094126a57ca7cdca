"""What the rows of a file have said so far, unit by unit, and where each of it stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.roster.columns import BLANK, ID, NAMES
from bot.roster.tables import Row, Table
from bot.roster.values import READ, CellError
from bot.understanding.text import visible
from rubrics.strict_yaml import Document, Key
from storage.unit_entry import Spoken


@dataclass(frozen=True, slots=True)
class TableDocument(Document):
    """A document whose places are rows and columns. spoken: by unit id; lacking: people named without an account, as
    unit id and role."""

    places: Mapping[Key, str] = field(default_factory=dict)
    spoken: Mapping[str, Spoken] = field(default_factory=dict)
    lacking: tuple[tuple[str, str], ...] = ()

    def where(self, key: Key) -> str:
        """The cell; where it has no words, the row and the column it would be in."""
        inner = key
        while key not in self.places and key:
            key = key[:-1]
        lacking = str(inner[len(key)]) if len(inner) > len(key) else ""
        return self.places.get(key, "") + (f"“{NAMES[lacking]}”列" if lacking in NAMES else "")

    def problem(self, key: Key, what: str) -> str:
        """A sentence about one cell, with its place."""
        return f"{self.name} {self.where(key)}：{what}"


@dataclass(frozen=True, slots=True)
class Line:
    """One row being read. problems: what is wrong with its cells is added to them."""

    table: Table
    row: Row
    problems: list[str]

    def place(self, name: str = "") -> str:
        """Where the row, or a cell of it, is."""
        return self.table.place(self.row.number, name)

    def said(self, name: str) -> str:
        """A cell's words, half width but for names; empty when it says nothing."""
        text = visible(self.row.cells.get(name, "")).strip()
        if text and self.table.columns[name].kind != "name":
            text = unicodedata.normalize("NFKC", text)
        return "" if text in BLANK else text

    def wrong(self, name: str, what: str) -> None:
        """Something about a cell is to be put right."""
        self.problems.append(f"{self.place(name)}：{what}")

    def value(self, name: str, text: str) -> Any:
        """What a cell says, as the units file says it; None where it can't be read."""
        col = self.table.columns[name]
        if col.choices and text not in col.choices:
            self.wrong(name, f"只能是：{'、'.join(col.choices)}（写的是“{text}”）。")
            return None
        try:
            return READ[col.kind](text)
        except CellError as error:
            self.wrong(name, str(error))
            return None


@dataclass(frozen=True, slots=True)
class Told:
    """One unit of the file. data: as the units file has it; fields, roles, gone: what its cells speak of."""

    key: Key
    data: dict[str, Any]
    fields: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    gone: set[date] = field(default_factory=set)

    @property
    def id(self) -> str:
        """The unit's id."""
        return str(self.data["id"])


class Telling:
    """All units of a file."""

    def __init__(self) -> None:
        self._units: list[Told] = []
        self._by_id: dict[str, Told] = {}
        self._named: dict[str, list[str]] = {}
        self.places: dict[Key, str] = {}
        self.lacking: list[tuple[str, str]] = []

    def new(self, id_: str, line: Line) -> Told:
        """A unit with a row of its own, or one that only the record has: then its name is not spoken of."""
        told = Told(("units", len(self._units)), {"id": id_, "name": id_[:60]})
        self._units.append(told)
        self._by_id.setdefault(id_, told)
        self.places[told.key] = line.place()
        self.places[*told.key, "id"] = line.place(ID.name)
        return told

    def at(self, id_: str, line: Line) -> Told:
        """The unit that a row of another sheet is about."""
        id_ = self.called(id_)
        return self._by_id[id_] if id_ in self._by_id else self.new(id_, line)

    def called(self, text: str) -> str:
        """An id, or the id of the one unit that has this name."""
        named = self._named.get(text, [])
        return named[0] if text not in self._by_id and len(named) == 1 else text

    def put(self, told: Told, key: str, value: Any, place: str) -> None:
        """A unit's field, or an attribute (attributes.类型)."""
        name, _, attribute = key.partition(".")
        if attribute:
            told.data.setdefault("attributes", {})[attribute] = value
            self.places[*told.key, name, attribute] = place
            return
        told.data[name] = value
        told.fields.add(name)
        self.places[*told.key, name] = place
        if name == "name" and value:
            self._named.setdefault(value, []).append(told.id)

    def add(self, told: Told, name: str, entry: dict[str, Any], places: Mapping[str, str], place: str) -> None:
        """One more headcount or person of a unit. places: of its values."""
        entries = told.data.setdefault(name, [])
        key = (*told.key, name, len(entries))
        self.places[key] = place
        self.places |= {(*key, value): where for value, where in places.items()}
        entries.append(entry)

    def document(self, name: str) -> TableDocument:
        """All of it; parents may have been called by their names."""
        for told in self._units:
            for key in ("parent", "merged_into"):
                if told.data.get(key):
                    told.data[key] = self.called(told.data[key])
        spoken = {
            told.id: Spoken(frozenset(told.fields), frozenset(told.roles), frozenset(told.gone))
            for told in self._by_id.values()
        }
        data = {"units": [told.data for told in self._units]}
        return TableDocument(name, data, {}, self.places, spoken, tuple(self.lacking))
