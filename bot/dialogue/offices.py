"""What a turn is shown of offices and who holds them: the code in a message, and what an administrator looks after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rubrics import Headcount


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The code that a message holds, or asked about before, looked up.

    state: open | unknown | used | own (used by this person) | expired | cancelled | closed (the unit is) | locked
    (too many guesses); number: what the code is called; on: today, as offices are counted; expired: its last day;
    held: the person has the office already; known: the person's name on record, shown: the one they go by in the room,
    each empty where there is none; maker, replaces: whose code it is, and whose office it takes over: Matrix ids."""

    state: str
    on: date
    number: int = 0
    unit: str = ""
    unit_name: str = ""
    role: str = ""
    expired: date | None = None
    held: bool = False
    known: str = ""
    shown: str = ""
    maker: str | None = None
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Managed:
    """A unit that an administrator looks after. above: the names of those it belongs to, as far as the administrator
    reaches, from the top; headcounts: by day; own: its own settings; inherited: who each setting in force comes from
    (the unit's name, empty for its own) and its value, for units that a message is about."""

    id: str
    name: str
    above: tuple[str, ...] = ()
    closed_on: date | None = None
    headcounts: tuple[Headcount, ...] = ()
    own: Mapping[str, Any] = field(default_factory=dict)
    inherited: Mapping[str, tuple[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody in an office of one of these units. person: Matrix id; since: the first day."""

    unit: str
    person: str
    name: str
    role: str
    since: date


@dataclass(frozen=True, slots=True)
class OpenCode:
    """A code that is still good. last: the last day it is; replaces: whose office it takes over."""

    number: int
    unit: str
    role: str
    last: date
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Administration:
    """All that an administrator may look at and change, loaded for a message that wants to. on: today, as offices are
    counted; units: parents before children."""

    on: date
    units: tuple[Managed, ...] = ()
    holders: tuple[Holder, ...] = ()
    codes: tuple[OpenCode, ...] = ()

    def unit(self, unit_id: str) -> Managed | None:
        """One of the units; None for any other."""
        return next((unit for unit in self.units if unit.id == unit_id), None)

    def in_office(self, unit_id: str, role: str | None = None) -> list[Holder]:
        """Who holds offices, or one of them, in a unit."""
        return [h for h in self.holders if h.unit == unit_id and role in (None, h.role)]

    def known(self, words: str) -> list[Holder]:
        """The offices of whoever is called so, by name or by Matrix id."""
        return [h for h in self.holders if words and words in (h.name, h.person)]
