"""What a turn changes about offices and who holds them, kept; each change is in the audit."""

from __future__ import annotations

from datetime import datetime

from bot.dialogue.turn import Enrol, OfficeEffect
from bot.events import Inbound
from bot.offices import hand_over
from storage import audit, codes, people
from storage.database import Connection


async def keep_office(conn: Connection, effect: OfficeEffect, event: Inbound, at: datetime) -> None:
    """Write one effect, in the turn's own transaction. at: UTC."""
    person = event.sender
    match effect:
        case Enrol(number, unit, role, name, on, replaces):
            fresh = await codes.use(conn, number, person, at)
            assert fresh, "the code was looked up in this very transaction"
            await people.know(conn, person, name)
            await people.appoint(conn, unit, person, role, on, people.BY_CODE)
            await audit.note(conn, person, "enrol", unit, {"code": number, "role": role}, at)
            if replaces is not None:
                await hand_over(conn, unit, role, replaces, person, on, by=person, at=at)
