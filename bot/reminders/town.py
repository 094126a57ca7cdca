"""Who is to be told what, and where: all units and people as one look at the record shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.charges import as_charge
from bot.house import House
from bot.loading import MAY_REPORT
from bot.places import chosen_place
from bot.reminders.deadlines import Charge
from storage import people, rooms, units
from storage.database import Connection
from storage.units import UnitRow

Place = tuple[str, str]  # an account and a room of its


@dataclass(frozen=True, slots=True)
class Town:
    """Everybody and everything as one look shows it. held: the units that answer for duties, which a committee without
    a secretary doesn't; speakers: who may report, and assessors, by unit; rooms: account and room by person; joined:
    account and others by room."""

    units: dict[str, UnitRow]
    settings: dict[str, dict[str, Any]]
    secretaries: dict[str, str]
    speakers: dict[str, set[str]]
    assessors: dict[str, list[str]]
    rooms: dict[str, Place]
    joined: dict[str, tuple[str, tuple[str, ...]]]
    held: list[str]
    house: House
    now: datetime

    @classmethod
    async def look(cls, conn: Connection, house: House, now: datetime) -> Town:
        """As the record has it at a moment, UTC."""
        everything = await units.all_units(conn)
        parents = {unit.parent for unit in everything}
        secretaries: dict[str, str] = {}
        speakers: dict[str, set[str]] = {}
        assessors: dict[str, list[str]] = {}
        for post in await people.everybody(conn, now.astimezone(house.settings.zone).date()):
            if post.role in MAY_REPORT:
                speakers.setdefault(post.unit_id, set()).add(post.person)
            if post.role == "secretary":
                secretaries.setdefault(post.unit_id, post.person)
            elif post.role == "assessor":
                assessors.setdefault(post.unit_id, []).append(post.person)
        return cls(
            units={unit.id: unit for unit in everything},
            settings=await units.inherited(conn, [unit.id for unit in everything]),
            secretaries=secretaries,
            speakers=speakers,
            assessors=assessors,
            rooms=await rooms.direct_rooms(conn),
            joined=await rooms.joined(conn),
            held=[unit.id for unit in everything if unit.id in secretaries or unit.id not in parents],
            house=house,
            now=now,
        )

    def charge(self, unit: str) -> Charge:
        """A unit as its deadlines see it, without its record."""
        return as_charge(self.units[unit], self.settings[unit], self.house, self.now)

    def where(self, charge: Charge) -> Place | None:
        """Account and room of a unit's reminders: where the unit wants them, as long as somebody who speaks for it is
        there, else alone with its secretary, where they met last. Of several bots each finds the same, so that one
        tells a unit and the others leave it."""
        alone = self.rooms.get(self.secretaries.get(charge.unit.id, ""))
        joined = self.joined.get(charge.room) if charge.room is not None else None
        return chosen_place(charge.room, joined, self.speakers.get(charge.unit.id, set()), alone)

    def above(self, unit: str) -> Iterator[str]:
        """A unit and those it is under."""
        at: str | None = unit
        while at is not None and at in self.units:
            yield at
            at = self.units[at].parent
