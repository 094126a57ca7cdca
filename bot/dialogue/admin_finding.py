"""Which units and people an administrator's words name, among those the administrator looks after."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.dialogue.offices import Administration, Holder, Managed
from bot.understanding.text import clean

_ID = re.compile(r"[\w.\-]+")
_BETWEEN = re.compile(r"[\s，,、。;；：“”\"'()（）]+")  # no plain colon: it stands in accounts
_WITH = re.compile(r"^(?:由|从|原(?:书记)?|换成|换为|是)|(?:同志|书记|老师)$")


@dataclass(frozen=True, slots=True)
class Named:
    """The units that words may mean (several of one name, none where nothing fits), and the words without them.

    assumed: nothing was named, and there is only one."""

    units: tuple[Managed, ...]
    rest: str
    assumed: bool = False

    @property
    def one(self) -> Managed | None:
        """The unit, where it is clear."""
        return self.units[0] if len(self.units) == 1 else None


def units_in(text: str, admin: Administration) -> Named:
    """By id as a word of its own, or by name; of a name in another the longer, of a unit and one above it the lower.

    An only unit needs no naming."""
    flat = clean(text).shown
    ids = {word.rstrip(".") for word in _ID.findall(flat)}
    by_id = [unit for unit in admin.units if unit.id in ids]
    names = {unit.name for unit in admin.units if unit.name in flat}
    names = {name for name in names if not any(name != other and name in other for other in names)}
    found = by_id or [unit for unit in admin.units if unit.name in names]
    above = {name for unit in found for name in unit.above}
    lower = [unit for unit in found if unit.name not in above]
    found = lower or found
    if not found and len(admin.units) == 1:
        return Named(admin.units, flat, assumed=True)
    # One of several units of a name is told by the name of one above it.
    told = [unit for unit in found if any(name in flat for name in unit.above)]
    found = told if len(found) > 1 and told else found
    return Named(tuple(found), _without(flat, [*names, *(unit.id for unit in by_id)]))


def people_in(text: str, admin: Administration) -> list[Holder]:
    """The offices of those whom words name, by name or account, each as a word of its own: 李明 is not in 李明华."""
    said = {_WITH.sub("", word) for word in _BETWEEN.split(clean(text).shown) if word}
    return [h for h in admin.holders if h.name in said or h.person in said]


def persons(holders: Iterable[Holder]) -> list[str]:
    """Who they are, each once."""
    return list(dict.fromkeys(h.person for h in holders))


def _without(text: str, names: Iterable[str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    return re.sub(" +", " ", text).strip(" ，,：:、。")
