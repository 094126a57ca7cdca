"""Conversations under way: one a room and person, as text with a version that only the dialogue understands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import sessions
from storage.upsert import put_over

_THIS = and_(
    sessions.c.account == bindparam("account"),
    sessions.c.room_id == bindparam("room_id"),
    sessions.c.person == bindparam("person"),
)
_LOAD = select(sessions.c.version, sessions.c.body).where(_THIS).with_for_update()
_FORGET = delete(sessions).where(_THIS)


@dataclass(frozen=True, slots=True)
class Saved:
    """A conversation's state. version: of the way it is written; text: JSON."""

    version: int
    text: str


async def load(conn: AsyncConnection, account: str, room_id: str, person: str) -> Saved | None:
    """The conversation, locked for the rest of the turn (so not for a look); None where none is under way."""
    found = (await conn.execute(_LOAD, {"account": account, "room_id": room_id, "person": person})).first()
    return Saved(found.version, found.body) if found else None


async def save(
    conn: AsyncConnection, account: str, room_id: str, person: str, version: int, text: str, at: datetime
) -> None:
    """Keep the conversation as it is now."""
    here = {"account": account, "room_id": room_id, "person": person}
    await put_over(conn, sessions, [{**here, "version": version, "body": text, "saved_at": at}])


async def forget(conn: AsyncConnection, account: str, room_id: str, person: str) -> None:
    """The conversation is over."""
    await conn.execute(_FORGET, {"account": account, "room_id": room_id, "person": person})
