"""How the tree changes: units closed, merged and moved, each on a day. The record stays with the unit it is of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import audit
from storage.tables import moves, units
from storage.units import UnitRow, above, subtree, unit
from storage.upsert import put_over


class StructureError(Exception):
    """A change that the tree doesn't allow. code: unknown | parent_unknown | circle | same_name | not_empty |
    closed_already | target_closed | itself | before_founding | there_already; other: what stands against it."""

    def __init__(self, code: str, other: str = "") -> None:
        super().__init__(f"{code} {other}")
        self.code = code
        self.other = other


@dataclass(frozen=True, slots=True)
class Move:
    """A unit under another parent from a day on. previous: the parent before, known once it is done."""

    unit_id: str
    since: date
    parent: str | None
    previous: str | None
    by: str
    done_at: datetime | None


async def close(conn: AsyncConnection, unit_id: str, on: date, into: str | None, *, by: str, at: datetime) -> None:
    """A unit owes nothing from a day on; into: the unit that goes on for it. Raises StructureError."""
    row = await _known(conn, unit_id, "unknown")
    if row.closed_on is not None:
        raise StructureError("closed_already", row.closed_on.isoformat())
    if row.founded_on is not None and on <= row.founded_on:
        raise StructureError("before_founding", row.founded_on.isoformat())
    left = [one for one in (await subtree(conn, unit_id))[1:] if one.closed_on is None or one.closed_on > on]
    if left:
        raise StructureError("not_empty", left[0].id)
    if into == unit_id:
        raise StructureError("itself")
    if into is not None:
        target = await _known(conn, into, "parent_unknown")
        if target.closed_on is not None and target.closed_on <= on:
            raise StructureError("target_closed", into)
    await conn.execute(update(units).where(units.c.id == unit_id).values(closed_on=on, merged_into=into))
    told = {"on": on.isoformat(), **({"into": into} if into else {})}
    await audit.note(conn, by, "close", unit_id, told, at)


async def move(
    conn: AsyncConnection, unit_id: str, parent: str, since: date, *, by: str, at: datetime, today: date
) -> None:
    """A unit belongs to another from a day on: at once, or when the day has come. Raises StructureError."""
    await _allowed(conn, unit_id, parent)
    row = {"unit_id": unit_id, "since": since, "parent": parent, "previous": None, "by": by, "at": at, "done_at": None}
    await put_over(conn, moves, [row])
    await audit.note(conn, by, "move", unit_id, {"parent": parent, "since": since.isoformat()}, at)
    await move_due(conn, today, at)


async def move_due(conn: AsyncConnection, today: date, at: datetime) -> list[Move]:
    """Do the moves whose day has come, oldest first; which were done. One that the tree no longer allows is dropped and
    noted."""
    asked = select(moves).where(moves.c.done_at.is_(None), moves.c.since <= today).order_by(moves.c.since, moves.c.at)
    done = []
    for found in [_move(row) for row in await conn.execute(asked)]:
        here = (moves.c.unit_id == found.unit_id, moves.c.since == found.since)
        try:
            row = await _allowed(conn, found.unit_id, found.parent or "")
        except StructureError as error:
            await conn.execute(update(moves).where(*here).values(done_at=at, previous=found.parent))
            told = {"parent": found.parent, "since": found.since.isoformat(), "why": error.code}
            await audit.note(conn, found.by, "move_dropped", found.unit_id, told, at)
            continue
        last = await conn.scalar(select(func.max(units.c.place)).where(units.c.parent == found.parent))
        place = 0 if last is None else last + 1
        await conn.execute(update(units).where(units.c.id == found.unit_id).values(parent=found.parent, place=place))
        await conn.execute(update(moves).where(*here).values(done_at=at, previous=row.parent))
        await audit.note(conn, found.by, "moved", found.unit_id, {"from": row.parent, "to": found.parent}, at)
        done.append(found)
    return done


async def call_off(conn: AsyncConnection, unit_id: str, *, by: str, at: datetime) -> int:
    """The moves of a unit that are still to come don't; how many there were."""
    gone = await conn.execute(delete(moves).where(moves.c.unit_id == unit_id, moves.c.done_at.is_(None)))
    if gone.rowcount:
        await audit.note(conn, by, "move_called_off", unit_id, {}, at)
    return gone.rowcount


async def waiting(conn: AsyncConnection, today: date) -> bool:
    """Whether a move's day has come."""
    due = select(moves.c.unit_id).where(moves.c.done_at.is_(None), moves.c.since <= today).limit(1)
    return (await conn.scalar(due)) is not None


async def moves_of(conn: AsyncConnection, unit_ids: Collection[str]) -> list[Move]:
    """The moves of units, done and to come, oldest first."""
    asked = select(moves).where(moves.c.unit_id.in_(list(unit_ids))).order_by(moves.c.since)
    return [_move(row) for row in await conn.execute(asked)]


async def _allowed(conn: AsyncConnection, unit_id: str, parent: str) -> UnitRow:
    row = await _known(conn, unit_id, "unknown")
    target = await _known(conn, parent, "parent_unknown")
    if unit_id in await above(conn, parent):
        raise StructureError("circle", parent)
    if row.parent == parent:
        raise StructureError("there_already", parent)
    if target.closed_on is not None:
        raise StructureError("target_closed", parent)
    same = select(units.c.id).where(units.c.parent == parent, units.c.name == row.name)
    if (other := await conn.scalar(same)) is not None:
        raise StructureError("same_name", other)
    return row


async def _known(conn: AsyncConnection, unit_id: str, code: str) -> UnitRow:
    row = await unit(conn, unit_id)
    if row is None:
        raise StructureError(code, unit_id)
    return row


def _move(row: Row[Any]) -> Move:
    return Move(row.unit_id, row.since, row.parent, row.previous, row.by, row.done_at)
