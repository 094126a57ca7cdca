"""What a turn changes about offices and who holds them, kept; each change is in the audit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo

from bot.codes import give_out
from bot.dialogue.office_effects import CancelCode, Count, Enrol, HandOver, MakeCode, OfficeEffect, Stop
from bot.dialogue.turn import CODE, CODE_NUMBER
from bot.events import Inbound
from bot.offices import hand_over
from bot.understanding.codes import shown
from storage import audit, codes, people, units
from storage.database import Connection
from storage.units import Headcount as StoredCount


@dataclass(frozen=True, slots=True)
class GivenOut:
    """A code made in a turn. number: what it is called; code: as it is typed, said once and not kept."""

    number: int
    code: str


def with_codes(text: str, given: Sequence[GivenOut]) -> str:
    """Words with the codes that were made put in."""
    for index, one in enumerate(given):
        text = text.replace(CODE_NUMBER.format(index), str(one.number)).replace(CODE.format(index), one.code)
    return text


async def keep_office(
    conn: Connection, effect: OfficeEffect, event: Inbound, zone: tzinfo, at: datetime
) -> GivenOut | None:
    """Write one effect, in the turn's own transaction; the code it made, if any. zone: of its days; at: UTC."""
    by = event.sender
    match effect:
        case Enrol():
            await _enrol(conn, effect, by, at)
        case MakeCode(unit, role, last, replaces):
            number, code = await give_out(conn, unit, role, by=by, at=at, last=last, zone=zone, replaces=replaces)
            return GivenOut(number, shown(code))
        case CancelCode(number, unit):
            await codes.cancel(conn, number, by, at)
            await audit.note(conn, by, "code_cancelled", unit, {"number": number}, at)
        case HandOver(unit, role, before, after, name, on):
            if await people.person(conn, after) is None:
                await people.know(conn, after, name)
            await hand_over(conn, unit, role, before, after, on, by=by, at=at)
        case Stop(unit, person, role, on):
            await people.dismiss(conn, unit, person, role, on)
            await audit.note(conn, by, "dismiss", unit, {"person": person, "role": role}, at)
        case Count(unit, count):
            await units.set_headcount(conn, unit, StoredCount(**asdict(count)), by=by, at=at)
    return None


async def _enrol(conn: Connection, effect: Enrol, person: str, at: datetime) -> None:
    fresh = await codes.use(conn, effect.code, person, at)
    assert fresh, "the code was looked up in this very transaction"
    await people.know(conn, person, effect.name)
    await people.appoint(conn, effect.unit, person, effect.role, effect.on, people.BY_CODE)
    await audit.note(conn, person, "enrol", effect.unit, {"code": effect.code, "role": effect.role}, at)
    if effect.replaces is not None:
        await hand_over(conn, effect.unit, effect.role, effect.replaces, person, effect.on, by=person, at=at)
