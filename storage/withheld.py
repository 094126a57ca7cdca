"""Keys that people's clients have told us they will not give: why a message stays unreadable, for its sender and us."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.columns import printable
from storage.tables import withheld
from storage.upsert import put_over


@dataclass(frozen=True, slots=True)
class WithheldRow:
    """One refusal. session: the Megolm session, empty where the client named none; code: the specification's, as
    m.unverified."""

    room_id: str
    session: str
    sender: str
    code: str


async def note(conn: AsyncConnection, account: str, rows: Sequence[WithheldRow], at: datetime) -> None:
    """Keep refusals; the last word of a sender on a session holds."""
    values = [
        {
            "account": account, "room_id": printable(row.room_id), "session": printable(row.session),
            "sender": printable(row.sender), "code": printable(row.code), "at": at,
        }
        for row in rows
    ]  # fmt: skip
    await put_over(conn, withheld, values)


async def given(conn: AsyncConnection, account: str, room_id: str, session: str) -> None:
    """The key has come after all."""
    here = and_(withheld.c.room_id == room_id, withheld.c.session == session)
    await conn.execute(delete(withheld).where(withheld.c.account == account, here))


async def why(conn: AsyncConnection, account: str, room_id: str, sessions: Collection[str | None]) -> str:
    """The code that a key of one of these sessions was refused with; empty when none was."""
    asked = select(withheld.c.code).where(withheld.c.account == account, withheld.c.room_id == room_id)
    return (await conn.scalar(asked.where(withheld.c.session.in_([s for s in sessions if s])).limit(1))) or ""


async def since(conn: AsyncConnection, account: str, moment: datetime) -> tuple[int, tuple[str, ...]]:
    """How many keys were refused after a moment, and by whom."""
    here = and_(withheld.c.account == account, withheld.c.at >= moment)
    count = await conn.scalar(select(func.count()).select_from(withheld).where(here))
    who = await conn.scalars(select(withheld.c.sender).where(here).distinct().order_by(withheld.c.sender))
    return count or 0, tuple(who)


async def forget_old(conn: AsyncConnection, before: datetime) -> None:
    """Refusals from before a moment serve nobody any more."""
    await conn.execute(delete(withheld).where(withheld.c.at < before))
