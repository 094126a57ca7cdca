"""An office goes from one person to another: its drafts and its reminders go along, the record stays as it is."""

from __future__ import annotations

from datetime import date, datetime

from storage import audit, drafts, people, rooms, units
from storage.database import Connection


async def hand_over(
    conn: Connection, unit: str, role: str, before: str, after: str, on: date, *, by: str, at: datetime
) -> None:
    """From a day on somebody known has another's role in a unit; who has it already keeps it. by: who says so."""
    await people.dismiss(conn, unit, before, role, on)
    await people.appoint(conn, unit, after, role, on, people.BY_OFFICE)
    if role == "assessor":
        await _bodies(conn, unit, before, after, by, at)
        await drafts.hand_on(conn, await units.subtree_ids(conn, [unit]), before, after)
    if role == "secretary":
        await _follow(conn, unit, before, by, at)
    told = {"role": role, "before": before, "after": after, "on": on.isoformat()}
    await audit.note(conn, by, "handover", unit, told, at)


async def _follow(conn: Connection, unit: str, before: str, by: str, at: datetime) -> None:
    """Reminders that went to the former secretary's own room go to the new one's; a group's room stays."""
    own = await units.unit(conn, unit)
    room = own.settings.get("remind_room") if own is not None else None
    if room is not None and await rooms.is_direct(conn, room, before):
        await units.change_setting(conn, unit, "remind_room", None, by=by, at=at)


async def _bodies(conn: Connection, unit: str, before: str, after: str, by: str, at: datetime) -> None:
    """The bodies that an assessor rated for are the successor's."""
    own = await units.unit(conn, unit)
    told = dict(own.settings.get("bodies") or {}) if own is not None else {}
    if before in told:
        told[after] = told.pop(before)
        await units.change_setting(conn, unit, "bodies", told, by=by, at=at)
