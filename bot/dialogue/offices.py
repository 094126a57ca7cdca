"""What a turn is shown of offices and who holds them: the code in a message, and what it is good for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


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
