"""What a turn does about offices: codes, who takes one up, hands it over or leaves it, and how many a unit has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rubrics import Headcount


@dataclass(frozen=True, slots=True)
class Enrol:
    """Who sent the message takes up the office that a code gives, and the code is used up. name: what to call somebody
    not known before; on: the first day; replaces: whose post in the office ends."""

    code: int
    unit: str
    role: str
    name: str
    on: date
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class MakeCode:
    """A new enrolment code. last: the last day it is good; replaces: whose post ends when it is used."""

    unit: str
    role: str
    last: date
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class CancelCode:
    """An enrolment code that is no longer good."""

    number: int
    unit: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """An office goes from one person to another. name: what to call the other, if not known yet; on: the first day."""

    unit: str
    role: str
    before: str
    after: str
    name: str
    on: date


@dataclass(frozen=True, slots=True)
class Stop:
    """Somebody no longer holds an office. on: the first day no longer."""

    unit: str
    person: str
    role: str
    on: date


@dataclass(frozen=True, slots=True)
class Count:
    """How many a unit has from a day on."""

    unit: str
    count: Headcount


OfficeEffect = Enrol | MakeCode | CancelCode | HandOver | Stop | Count
