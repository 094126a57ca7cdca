"""Units and people on record as rows of the three sheets: what reading takes, this gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.roster.columns import ATTRIBUTE, COUNTS, PEOPLE, SHEETS, UNITS
from bot.units_schema import ROLE_NAMES
from bot.units_words import in_words
from storage.people import Post
from storage.units import Headcount, UnitRow

Value = str | int | date | None
Rows = list[dict[str, Value]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to be written. columns: the headings in order."""

    name: str
    columns: tuple[str, ...]
    rows: Rows


def sheets(units: Sequence[UnitRow], posts: Sequence[Post]) -> tuple[Sheet, ...]:
    """All three, with a column for every attribute that any of the units has; nothing stands in two places."""
    fixed = {c.key.removeprefix("attributes.") for c in SHEETS[UNITS]}
    more = dict.fromkeys(name for unit in units for name in unit.attributes if name not in fixed)
    held: dict[str, list[Post]] = {}
    for post in posts:
        held.setdefault(post.unit_id, []).append(post)
    return (
        Sheet(UNITS, (*_headings(UNITS), *(f"{ATTRIBUTE}{name}" for name in more)),
              [_unit(unit, held.get(unit.id, [])) for unit in units]),
        Sheet(COUNTS, _headings(COUNTS),
              [{"单位编号": unit.id, **_count(count)} for unit in units for count in unit.headcounts[:-1]]),
        Sheet(PEOPLE, _headings(PEOPLE),
              [_person(post) for unit in units for post in held.get(unit.id, []) if post != _secretary(held[unit.id])]),
    )  # fmt: skip


def _headings(sheet: str) -> tuple[str, ...]:
    return tuple(c.name for c in SHEETS[sheet])


def _unit(unit: UnitRow, posts: Sequence[Post]) -> dict[str, Value]:
    row: dict[str, Value] = {
        "单位编号": unit.id, "名称": unit.name, "上级": unit.parent, "成立日期": unit.founded_on,
        "撤销日期": unit.closed_on, "并入": unit.merged_into,
    }  # fmt: skip
    if unit.headcounts:
        row |= _count(unit.headcounts[-1])
    if (secretary := _secretary(posts)) is not None:
        row |= {"书记姓名": secretary.name, "书记账号": secretary.person}
    row |= _attributes(unit.attributes)
    for c in SHEETS[UNITS]:
        if c.key in unit.settings:
            row[c.name] = in_words(c.key, unit.settings[c.key])
    return row


def _secretary(posts: Sequence[Post]) -> Post | None:
    """The one who stands in the unit's own row."""
    return next((post for post in posts if post.role == "secretary"), None)


def _attributes(attributes: Mapping[str, Any]) -> dict[str, Value]:
    known = {c.key: c.name for c in SHEETS[UNITS]}
    return {known.get(f"attributes.{name}", f"{ATTRIBUTE}{name}"): str(value) for name, value in attributes.items()}


def _count(count: Headcount) -> dict[str, Value]:
    return {
        "人数起始": count.since, "正式": count.full, "预备": count.probationary, "流动": count.floating,
        "长期请假": count.on_leave, "委员": count.committee, "党小组": _groups(count.groups),
        "积极分子": count.activists,
    }  # fmt: skip


def _groups(sizes: Sequence[int]) -> str:
    if not any(sizes):
        return str(len(sizes))
    return f"{sizes[0]}人" if len(sizes) == 1 else "、".join(map(str, sizes))


def _person(post: Post) -> dict[str, Value]:
    return {"单位编号": post.unit_id, "职务": ROLE_NAMES[post.role], "姓名": post.name, "账号": post.person}
