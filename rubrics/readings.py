"""Readings: where the text leaves a meaning open, the file holds each, and the choice in force picks one.

Anywhere in a rulebook a value may be written {by_reading: ID, CHOICE: value, ...}; what is validated and scored is the
document with the chosen values put in, so every choice is a whole rulebook that is checked like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rubrics.strict_yaml import Document, FileError, Key

BY = "by_reading"
# A key without its value is mostly a slip, and `at_least:` would hold of anything; a choice may well be nothing.
_EMPTY = "冒号后面没有写值。请写上，或删去这个键。"
_MAY_BE_EMPTY = ("attributes",)  # any value is right there


@dataclass(frozen=True, slots=True)
class Resolved:
    """A document with its readings put in. choices: reading to choice; used: clause to the readings it rests on."""

    document: Document
    choices: Mapping[str, str]
    used: Mapping[str, tuple[str, ...]]


def resolve(document: Document, switched: Mapping[str, str]) -> Resolved:
    """Put the chosen values in. switched: choices other than the file's own. Raises FileError."""
    data = document.data if isinstance(document.data, dict) else {}
    offered, chosen, problems = _offered(document, data)
    for reading, choice in switched.items():
        if reading not in offered:
            problems.append(f"{document.name}：没有解释“{reading}”。可以切换的有：{'、'.join(offered) or '（无）'}。")
        elif choice not in offered[reading]:
            problems.append(f"{document.name}：解释“{reading}”只能选：{'、'.join(offered[reading])}。")
        else:
            chosen[reading] = choice
    walk = _Walk(document, offered, chosen, problems, {}, {})
    result = walk.value(data, (), (), None)
    if problems:
        raise FileError(problems)
    used = {clause: tuple(dict.fromkeys(ids)) for clause, ids in walk.used.items()}
    return Resolved(Document(document.name, result, walk.lines), chosen, used)


def _offered(document: Document, data: Mapping[str, Any]) -> tuple[dict[str, list[str]], dict[str, str], list[str]]:
    """What may be chosen and what is, as far as the interpret list can be read (its model complains of the rest)."""
    offered: dict[str, list[str]] = {}
    chosen: dict[str, str] = {}
    problems: list[str] = []
    entries = data.get("interpret")
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        if not isinstance(entry, dict) or not isinstance(entry.get("choices"), dict):
            continue
        name = str(entry.get("id"))
        if name in offered:
            problems.append(document.problem(("interpret", index, "id"), f"解释“{name}”写了两次。请改名或删去一个。"))
        offered[name] = list(entry["choices"])
        chosen[name] = str(entry.get("choice"))
    return offered, chosen, problems


@dataclass(slots=True)
class _Walk:
    document: Document
    offered: Mapping[str, list[str]]
    chosen: Mapping[str, str]
    problems: list[str]
    lines: dict[Key, int]
    used: dict[str, list[str]]

    def value(self, data: Any, read: Key, write: Key, clause: str | None) -> Any:
        """One value; read: where it stands in the file, write: where it goes."""
        self.lines[write] = self.document.line(read)
        if isinstance(data, dict):
            if BY in data:
                return self.switch(data, read, write, clause)
            clause = data["clause"] if isinstance(data.get("clause"), str) else clause
            if read[:1] != _MAY_BE_EMPTY:
                self.problems += [self.document.problem((*read, key), _EMPTY) for key in data if data[key] is None]
            return {key: self.value(item, (*read, key), (*write, key), clause) for key, item in data.items()}
        if isinstance(data, list):
            return [self.value(item, (*read, i), (*write, i), clause) for i, item in enumerate(data)]
        return data

    def switch(self, data: dict[str, Any], read: Key, write: Key, clause: str | None) -> Any:
        """The chosen one of the values of a by_reading."""
        name = data[BY] if isinstance(data[BY], str) else ""
        if name not in self.offered:
            what = f"interpret 里没有 id 为“{name}”的解释。请先在 interpret 里写明。"
            self.problems.append(self.document.problem((*read, BY), what))
            return None
        wrong = sorted((set(data) - {BY}) ^ set(self.offered[name]))
        if wrong:
            what = f"要为每个选项各写一个值（{'、'.join(self.offered[name])}），多了或少了：{'、'.join(wrong)}。"
            self.problems.append(self.document.problem(read, what))
            return None
        if clause is not None:
            self.used.setdefault(clause, []).append(name)
        choice = self.chosen.get(name, "")
        if choice not in data:
            return None
        return self.value(data[choice], (*read, choice), write, clause)
