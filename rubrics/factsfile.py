"""Facts from YAML and back: one format for tests, the command line and the export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from rubrics.activities import SLOTS, load_activities
from rubrics.facts import Activity, Facts, Finding, Headcount, Judgement, Person, Result, SlotValue, Unit
from rubrics.fields import parse_number
from rubrics.periods import months_before, split
from rubrics.schema.factsfile import FactEntry, FactsFile, SlotEntry, UnitEntry
from rubrics.strict_yaml import Document, FileError, Key, fit, load


def load_facts(path: Path, year: int | None = None) -> Facts:
    """The facts of a file. year: of entries with `per` and no day. Raises FileError naming file, line, key and cure."""
    document = load(path)
    return facts_of(fit(document, FactsFile), document, year)


def facts_of(file: FactsFile, document: Document, year: int | None = None, at: Key = ()) -> Facts:
    """Facts from a file's content. at: where in the document it stands. Raises FileError."""
    units = {file.unit.id, *(unit.id for unit in file.subunits)}
    problems = [document.problem((*at, *key), words) for key, words in _twice(file)]
    problems += [document.problem((*at, *key), words) for key, words in _astray(file)]
    activities: list[Activity] = []
    used = {entry.number for entry in file.facts if entry.number is not None}
    free = (number for number in range(1, 10**9) if number not in used)
    for index, entry in enumerate(file.facts):
        key = (*at, "facts", index)
        if entry.unit is not None and entry.unit not in units:
            said = f"没有单位“{entry.unit}”。请写 unit 或 subunits 里的 id：{'、'.join(sorted(units))}。"
            problems.append(document.problem((*key, "unit"), said))
            continue
        days = list(_days(entry, year))
        if len(days) < entry.times:
            said = f"从这一天起放不下 {entry.times} 个周期（{entry.per}）：一年只有 {len(days)} 个。"
            problems.append(document.problem((*key, "times"), said))
        activities += [_activity(entry, day, free, file.unit.id) for day in days]
    if problems:
        raise FileError(problems)
    return Facts(
        unit=_unit(file.unit), activities=tuple(activities), subunits=tuple(_unit(unit) for unit in file.subunits),
        judgements=tuple(Judgement(**entry.model_dump()) for entry in file.judgements),
        findings=tuple(Finding(**entry.model_dump()) for entry in file.findings),
        results=tuple(Result(e.name, result_value(e.value), e.on, e.note, e.year) for e in file.results),
        people=tuple(Person(**entry.model_dump()) for entry in file.people), before=file.before,
    )  # fmt: skip


def _twice(file: FactsFile) -> Iterator[tuple[Key, str]]:
    """Names that must differ and don't, each where it stands the second time."""
    seen: set[tuple[str, object]] = {("id", file.unit.id)}
    named: list[tuple[Key, str, object, str]] = [
        *((("subunits", n, "id"), "id", unit.id, "两个单位的 id") for n, unit in enumerate(file.subunits)),
        *((("facts", n, "number"), "number", e.number, "两条活动的 number") for n, e in enumerate(file.facts)),
        *((("people", n, "id"), "person", person.id, "两个人的 id") for n, person in enumerate(file.people)),
    ]
    for key, sort, name, said in named:
        if name is not None and (sort, name) in seen:
            yield key, f"{said} 相同（{name}）。请改其中一个。"
        seen.add((sort, name))


def _astray(file: FactsFile) -> Iterator[tuple[Key, str]]:
    """Units below whose parents don't lead up to the unit."""
    parents = {unit.id: unit.parent for unit in file.subunits}
    for index, unit in enumerate(file.subunits):
        if unit.parent is not None and unit.parent not in parents and unit.parent != file.unit.id:
            said = f"没有单位“{unit.parent}”。请写 unit 或 subunits 里的 id。"
            yield ("subunits", index, "parent"), said
        above, steps = unit.parent, 0
        while above in parents and steps <= len(parents):
            above, steps = parents[above], steps + 1
        if steps > len(parents):
            yield ("subunits", index, "parent"), "上下级绕成了一圈。请核对各单位的 parent。"


def _days(entry: FactEntry, year: int | None) -> Iterator[date]:
    """The day of each fact that an entry stands for."""
    if entry.per is None:
        assert entry.on is not None
        yield from [entry.on] * entry.times
        return
    if entry.on is None:
        first = year if year is not None else 2000
        spans = split((date(first, 1, 1), date(first, 12, 31)), entry.per)
        if entry.per == "two_weeks":
            days = [day for span in spans for day in (span[0] + timedelta(7), span[0] + timedelta(21))]
        else:
            days = [span[0] + timedelta(3 if entry.per == "week" else 14) for span in spans]
        yield from [day for day in days if day.year == first][: entry.times]
        return
    steps = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
    for count in range(entry.times):
        if entry.per in steps:
            yield months_before(entry.on, -count * steps[entry.per])
        else:
            yield entry.on + timedelta(count * (7 if entry.per == "week" else 14))


def _activity(entry: FactEntry, day: date, free: Iterator[int], unit: str) -> Activity:
    kind = load_activities().named(entry.kind)
    assert kind is not None
    slots: dict[str, SlotValue] = {
        name: getattr(entry, name) for name in SlotEntry.model_fields if getattr(entry, name) is not None
    }
    return Activity(
        number=entry.number if entry.number is not None else next(free), unit=entry.unit or unit, kind=kind.id,
        occurred_on=day, slots=slots, period=entry.period, gathering=entry.gathering, withdrawn_on=entry.withdrawn_on,
        evidence=tuple(entry.evidence), returned_on=entry.returned_on, recorded_on=entry.recorded_on,
    )  # fmt: skip


def _unit(entry: UnitEntry) -> Unit:
    return Unit(
        id=entry.id, name=entry.name or entry.id, parent=entry.parent, founded_on=entry.founded_on,
        headcounts=tuple(Headcount(**count.model_dump()) for count in entry.headcounts),
        attributes={name: attribute(value) for name, value in entry.attributes.items()},
    )  # fmt: skip


def attribute(text: str) -> str | int | Decimal | bool:
    """An attribute's value as written: true, false, a whole number, a number, else the words."""
    if text in ("true", "false"):
        return text == "true"
    number = parse_number(text)
    if number is None:
        return text
    return int(number) if number == number.to_integral_value() and "." not in text else number


def result_value(text: str) -> Decimal | str:
    """A result as a figure where it is one, else its words (percentages too, which the rulebooks read)."""
    number = parse_number(text)
    return text if number is None else number


def dump_facts(facts: Facts) -> str:
    """The file that load_facts reads back as these facts (without the messages they were told in)."""
    data: dict[str, Any] = {"unit": _plain(facts.unit)}
    data["subunits"] = [_plain(unit) for unit in facts.subunits]
    data["facts"] = [_entry(activity) for activity in facts.activities]
    for name in ("judgements", "findings", "results", "people"):
        data[name] = [_plain(entry) for entry in getattr(facts, name)]
    data["before"] = list(facts.before)
    kept = {key: value for key, value in data.items() if value}
    head = "# 事实文件：单位、活动、评分、查出的问题、外来结果；写法见 docs/rubrics.md。\n"
    return head + yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=110)


def _entry(activity: Activity) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "kind": activity.kind,
        "on": activity.occurred_on.isoformat(),
        "number": str(activity.number),
    }
    entry["unit"] = activity.unit
    for name in ("period", "gathering", "recorded_on", "withdrawn_on", "returned_on", "evidence"):
        value = getattr(activity, name)
        if value not in (None, ()):
            entry[name] = _said(value)
    told = [name for name in SLOTS if name in activity.slots and name not in ("date", "period")]
    return entry | {name: _said(activity.slots[name]) for name in told}


def _plain(entry: Any) -> dict[str, Any]:
    """A dataclass as a mapping of words, without what is empty."""
    values = {f.name: getattr(entry, f.name) for f in fields(entry)}
    return {name: _said(value) for name, value in values.items() if value not in (None, (), "", {})}


def _said(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, tuple | list):
        return [_plain(item) if isinstance(item, Headcount) else _said(item) for item in value]
    if isinstance(value, Mapping):
        return {str(name): _said(item) for name, item in value.items()}
    return value.isoformat() if isinstance(value, date) else str(value)
