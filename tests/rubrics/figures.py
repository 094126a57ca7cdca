"""Every figure of a rulebook moved by one step: what its cases must notice.

A figure is a cap, a threshold, a limit, a date, a window, a period, a range, points that no sum holds; also whose
activities count (scope), each kind that counts, and what a report must carry. A moved figure that no case notices has a
side without a case.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from rubrics import Rubric, explain
from rubrics.lint import check
from rubrics.rulebooks import _make, lay_over
from rubrics.strict_yaml import Document, FileError
from tests.rubrics.cases import Loaded, differences

Path = tuple[str | int, ...]
ELSEWHERE = frozenset(
    {
        "duties",
        "procedure",
        "variants",
        "interpret",
        "faults",
        "effective",
        "source",
        "form",
        "attributes",
        "shows",
        "consequences",
    }
)  # fmt: skip  no points hang on these; tests of their own hold them, and test_ranking.py those that hang on places
_NUMBERS = frozenset({
    "each", "at_least", "at_most", "between", "times", "months", "days", "within", "longest_gap", "turnout",
    "least_hours", "range", "cap", "most", "least", "step", "out_of", "top", "bottom", "years", "linear",
})  # fmt: skip
_PRICES = frozenset({"levels", "scale", "points_when", "bonus", "factors"})  # points under these are in no sum
_TAKEN_OUT = frozenset({"has", "evidence", "spread", "weigh", "cover", "each_group", "fixed_day", "once", "under"})
_DAYS = frozenset({"from", "to", "by", "on"})
_PERIODS = ("two_weeks", "month", "quarter", "half_year", "year")
_SCOPES = ("own", "sum", "mean_of_branches", "every_branch")


@dataclass(frozen=True)
class Moved:
    """A figure moved. clause: whose, empty for the whole rulebook's; words: which, from what to what."""

    clause: str
    words: str
    data: Any
    choice: tuple[str, str] | None = None  # the reading and the choice that it stands under


def moved(document: Document) -> Iterator[Moved]:
    """A rulebook with each of its figures moved, one after the other."""
    for path, value, clause in _leaves(document.data, (), ""):
        if _ranked(path, document.data):
            continue
        for other in _others(path, str(value), document.data):
            data = _with(document.data, path, other)
            words = f"{'.'.join(map(str, path[-4:]))}: {value} → {other or '没有'}"
            yield Moved(clause, words, data, _choice(path, document.data))


def _leaves(data: Any, path: Path, clause: str) -> Iterator[tuple[Path, Any, str]]:
    if isinstance(data, dict):
        clause = str(data.get("clause", clause))
        for key, value in data.items():
            if key not in ELSEWHERE:
                yield from _leaves(value, (*path, key), clause)
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _leaves(value, (*path, index), clause)
    elif data is not None:
        yield path, data, clause


def _others(path: Path, value: str, data: Any) -> Iterator[str]:
    """What a figure is moved to; nothing for what is no figure."""
    key = _key(path, data)
    if key == "scope" and value in _SCOPES:
        yield from (scope for scope in _SCOPES if scope != value)
    elif key in ("every", "per") and value in _PERIODS:
        place = _PERIODS.index(value)
        yield from _PERIODS[max(0, place - 1) : place] + _PERIODS[place + 1 : place + 2]
    elif (key == "kinds" and _siblings(path, data) > 1) or key in _TAKEN_OUT:
        yield ""
    elif key in _DAYS and re.fullmatch(r"\d\d-\d\d", value):
        day = date(2025, int(value[:2]), int(value[3:]))
        yield from ((day + timedelta(n)).strftime("%m-%d") for n in (1, -1) if (day + timedelta(n)).year == 2025)
    elif key in _NUMBERS or (_PRICES & set(path) and "points" in path):
        yield from _beside(value)


def _beside(value: str) -> Iterator[str]:
    if match := re.fullmatch(r"(\d+)%", value):
        yield from (f"{int(match[1]) + n}%" for n in (1, -1))
    elif value == "1/3":
        yield from ("34%", "33%")
    elif re.fullmatch(r"-?\d+(\.\d+)?", value):
        step = Decimal(1) if "." not in value else Decimal("0.1")
        yield from (f"{Decimal(value) + n:f}" for n in (step, -step) if Decimal(value) + n >= 0)


def _key(path: Path, data: Any) -> str:
    """The key that a value stands for, whichever list and reading it lies in."""
    nodes = [data]
    for part in path[:-1]:
        nodes.append(nodes[-1][part])
    for part, node in zip(reversed(path), reversed(nodes), strict=True):
        if isinstance(part, str) and "by_reading" not in node:
            return part
    return ""


def _ranked(path: Path, data: Any) -> bool:
    """Whether a figure stands in grades that go by places."""
    if path[:1] != ("grades",) or len(path) < 2:
        return False
    bands = data["grades"][path[1]].get("bands", [])
    return any("top" in band or "bottom" in band for band in bands)


def _choice(path: Path, data: Any) -> tuple[str, str] | None:
    found = None
    for part in path:
        if isinstance(data, dict) and "by_reading" in data:
            found = (str(data["by_reading"]), str(part))
        data = data[part]
    return found


def _siblings(path: Path, data: Any) -> int:
    for part in path[:-1]:
        data = data[part]
    return len(data) if isinstance(data, list) else 0


def _with(data: Any, path: Path, value: str) -> Any:
    """A copy with one value replaced; an empty one is taken out of its list."""
    made = copy.copy(data)
    if len(path) > 1:
        made[path[0]] = _with(data[path[0]], path[1:], value)
    elif value:
        made[path[0]] = value
    else:
        del made[path[0]]
    return made


def unnoticed(rubric: Rubric, told: Sequence[Loaded], known: Collection[str] = ()) -> list[str]:
    """The figures of a rulebook that can be moved without its check or any of its cases noticing. known: those that
    nothing can notice."""
    found, order = [], list(told)
    for one in moved(rubric.document):
        words = f"{one.clause} {one.words}"
        if words in known:
            continue
        try:
            made = _make(Document(rubric.document.name, one.data, rubric.document.lines), rubric.key, {})
            by = _noticing(made, _nearest(order, one))
            if by is not None:
                order.remove(by)
                order.insert(0, by)  # what noticed one figure mostly notices its neighbours
            elif not check(made).problems:
                found.append(words)
        except FileError:
            continue  # a figure that can't be loaded is noticed
    return found


def _nearest(told: Sequence[Loaded], one: Moved) -> list[Loaded]:
    """Cases that speak of a clause first; without those that read the text otherwise."""
    if one.choice is not None:
        reading, choice = one.choice
        told = [loaded for loaded in told if loaded.rubric.choices[reading] == choice]
    return sorted(told, key=lambda x: one.clause not in x.case.expect and one.clause not in x.case.explain)


def _noticing(made: Rubric, told: Sequence[Loaded]) -> Loaded | None:
    """The first case that comes out otherwise."""
    kept: dict[object, Rubric] = {}
    for loaded in told:
        key = (loaded.rubric.key, *loaded.case.readings.items())
        if key not in kept:
            overlay = loaded.rubric.overlay
            laid = lay_over(made, overlay, loaded.rubric.key) if overlay else made
            kept[key] = laid.with_readings(loaded.case.readings)
        now = Loaded(loaded.case, loaded.facts, kept[key])
        explained = ((explain(now.sheet, about), text) for about, text in loaded.case.explain.items())
        if differences(now) or any(words != text.rstrip("\n") for words, text in explained):
            return loaded
    return None
