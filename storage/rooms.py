"""The rooms each account is in, as the last sync showed them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, and_, bindparam, case, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.columns import printable
from storage.tables import rooms
from storage.upsert import insert

_ROOM = select(rooms).where(
    rooms.c.account == bindparam("account"), rooms.c.room_id == bindparam("room"), rooms.c.left_at.is_(None)
)
_DIRECT = (
    select(rooms.c.account, rooms.c.room_id)
    .where(rooms.c.person == bindparam("person"), rooms.c.direct.is_(True), rooms.c.left_at.is_(None))
    .order_by(rooms.c.seen_at.desc(), rooms.c.room_id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class RoomRow:
    """One room. direct: ourselves and one other; others: their Matrix ids."""

    room_id: str
    direct: bool
    encrypted: bool
    others: tuple[str, ...] = ()
    name: str = ""


async def saw(conn: AsyncConnection, account: str, rows: Sequence[RoomRow], at: datetime) -> None:
    """Joined rooms as they are now."""
    values = [
        {
            "account": account,
            "room_id": row.room_id,
            "direct": row.direct,
            "encrypted": row.encrypted,
            "person": row.others[0] if row.direct and row.others else None,
            "others": list(row.others),
            "name": printable(row.name),
            "seen_at": at,  # since when we are in it: a sync that shows it again makes it no newer
            "left_at": None,
        }
        for row in rows
    ]
    if values:
        await conn.execute(_saw(conn.dialect.name), values)


async def left(conn: AsyncConnection, account: str, room_ids: Collection[str], at: datetime) -> None:
    """We are no longer in these rooms."""
    here = and_(rooms.c.account == account, rooms.c.room_id.in_(room_ids), rooms.c.left_at.is_(None))
    await conn.execute(update(rooms).where(here).values(left_at=at))


async def room(conn: AsyncConnection, account: str, room_id: str) -> RoomRow | None:
    """One room that we are in."""
    found = (await conn.execute(_ROOM, {"account": account, "room": room_id})).first()
    return _row(found) if found else None


async def direct_room(conn: AsyncConnection, person: str) -> tuple[str, str] | None:
    """Account and room in which a person is spoken to alone, the newest; None where there is none."""
    found = (await conn.execute(_DIRECT, {"person": person})).first()
    return (found.account, found.room_id) if found else None


async def is_direct(conn: AsyncConnection, room_id: str, person: str) -> bool:
    """Whether a room is one in which a person is, or was, spoken to alone."""
    here = (rooms.c.room_id == room_id, rooms.c.person == person, rooms.c.direct.is_(True))
    return (await conn.scalar(select(rooms.c.room_id).where(*here).limit(1))) is not None


async def direct_rooms(conn: AsyncConnection) -> dict[str, tuple[str, str]]:
    """Account and room in which each person is spoken to alone, the newest."""
    asked = select(rooms.c.person, rooms.c.account, rooms.c.room_id)
    asked = asked.where(rooms.c.person.is_not(None), rooms.c.direct.is_(True), rooms.c.left_at.is_(None))
    found = await conn.execute(asked.order_by(rooms.c.seen_at, rooms.c.room_id.desc()))
    return {row.person: (row.account, row.room_id) for row in found}


async def who_is_in(conn: AsyncConnection, room_id: str) -> tuple[str, tuple[str, ...]] | None:
    """Which account is in a room, and who else; None where none is."""
    asked = select(rooms.c.account, rooms.c.others).where(rooms.c.room_id == room_id, rooms.c.left_at.is_(None))
    found = (await conn.execute(asked.order_by(rooms.c.account).limit(1))).first()
    return (found.account, tuple(found.others)) if found else None


async def joined(conn: AsyncConnection) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Which account is in each room, of all the rooms that we are in, and who else."""
    asked = select(rooms.c.room_id, rooms.c.account, rooms.c.others).where(rooms.c.left_at.is_(None))
    found = await conn.execute(asked.order_by(rooms.c.account.desc()))
    return {row.room_id: (row.account, tuple(row.others)) for row in found}


@cache
def _saw(dialect: str) -> Any:
    new = insert(dialect, rooms)
    values: dict[str, Any] = {column.name: new.excluded[column.name] for column in rooms.c if not column.primary_key}
    values["seen_at"] = case((rooms.c.left_at.is_(None), rooms.c.seen_at), else_=new.excluded.seen_at)
    return new.on_conflict_do_update(index_elements=list(rooms.primary_key), set_=values)


def _row(found: Row[Any]) -> RoomRow:
    return RoomRow(found.room_id, found.direct, found.encrypted, tuple(found.others), found.name)
