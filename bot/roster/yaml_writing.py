"""Units and people on record as a units file in YAML: read again, it changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from bot.roster.columns import COUNTED
from bot.units_schema import ROLE_NAMES
from bot.units_words import UNSET, in_words, kind_words
from storage.people import Post
from storage.units import Headcount, UnitRow

_FILE_SETTINGS = ("language", "time_zone", "quiet_hours", "holidays", "rulebooks", "party_day", "deadlines")
_COUNTS = ("full", "probationary", "floating", "on_leave", "committee", "groups", "activists")


def as_yaml(units: Sequence[UnitRow], posts: Sequence[Post]) -> bytes:
    """The whole file. units: parents before children, siblings in order."""
    held: dict[str, dict[str, list[Post]]] = {}
    for post in posts:
        held.setdefault(post.unit_id, {}).setdefault(post.person, []).append(post)
    made: dict[str, dict[str, Any]] = {}
    tops = []
    for unit in units:
        made[unit.id] = entry = _unit(unit, held.get(unit.id, {}), top=unit.parent not in made)
        if unit.parent in made:
            made[unit.parent].setdefault("children", []).append(entry)
        else:
            tops.append(entry)
    text = yaml.safe_dump({"units": tops}, allow_unicode=True, sort_keys=False, width=120, default_flow_style=None)
    return text.encode()


def _unit(unit: UnitRow, people: Mapping[str, Sequence[Post]], *, top: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": unit.id, "name": unit.name}
    if top and unit.parent is not None:
        entry["parent"] = unit.parent
    for name in ("founded_on", "closed_on"):
        if (day := getattr(unit, name)) is not None:
            entry[name] = day.isoformat()
    if unit.merged_into is not None:
        entry["merged_into"] = unit.merged_into
    if unit.attributes:
        entry["attributes"] = {name: str(value) for name, value in unit.attributes.items()}
    entry |= {name: _setting(name, unit.settings[name]) for name in _FILE_SETTINGS if name in unit.settings}
    if unit.headcounts:
        entry["headcounts"] = [_count(count) for count in unit.headcounts]
    bodies = unit.settings.get("bodies") or {}
    if people:
        entry["people"] = [
            {"id": id_, "name": posts[0].name, "roles": [ROLE_NAMES[post.role] for post in posts]}
            | ({"bodies": list(bodies[id_])} if id_ in bodies else {})
            for id_, posts in people.items()
        ]
    return entry


def _setting(name: str, value: Any) -> Any:
    if name == "rulebooks":
        return [dict(book) for book in value]
    if name == "deadlines":
        return {kind_words(kind): UNSET if day is None else day for kind, day in value.items()}
    return in_words(name, value)


def _count(count: Headcount) -> dict[str, Any]:
    names = {key: c.name for key, c in zip(_COUNTS, COUNTED, strict=True)}
    told = {names[key]: getattr(count, key) for key in _COUNTS if getattr(count, key)}
    if "党小组" in told:
        told["党小组"] = list(count.groups)
    return {"since": count.since.isoformat(), names["full"]: count.full, **told}
