"""Enrolment codes: for which role in which unit, by whom, until when, and what became of each. Only hashes are kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import codes

OPEN, USED, CANCELLED, EXPIRED = "open", "used", "cancelled", "expired"


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One code. number: what people call it by; replaces: whose post in the role ends when it is used; expires_at: the
    first moment it is no longer good."""

    number: int
    unit_id: str
    role: str
    replaces: str | None
    made_by: str
    made_at: datetime
    expires_at: datetime
    used_by: str | None = None
    used_at: datetime | None = None
    cancelled_at: datetime | None = None

    def state(self, at: datetime) -> str:
        """open | used | cancelled | expired, at a moment."""
        if self.used_at is not None:
            return USED
        if self.cancelled_at is not None:
            return CANCELLED
        return EXPIRED if at >= self.expires_at else OPEN


async def make(
    conn: AsyncConnection, code_hash: str, unit_id: str, role: str, *, by: str, at: datetime, expires_at: datetime,
    replaces: str | None = None,
) -> int:  # fmt: skip
    """Keep a new code; its number."""
    row = {"hash": code_hash, "unit_id": unit_id, "role": role, "replaces": replaces, "made_by": by, "made_at": at,
           "expires_at": expires_at}  # fmt: skip
    number: int = (await conn.execute(insert(codes).returning(codes.c.number), row)).scalar_one()
    return number


async def by_hash(conn: AsyncConnection, code_hash: str) -> CodeRow | None:
    """The code with this hash."""
    return await _one(conn, codes.c.hash == code_hash)


async def by_number(conn: AsyncConnection, number: int) -> CodeRow | None:
    """The code people call by this number."""
    return await _one(conn, codes.c.number == number)


async def open_of(conn: AsyncConnection, unit_ids: Collection[str], at: datetime) -> list[CodeRow]:
    """The codes of these units that are still good, oldest first."""
    asked = select(codes).where(codes.c.unit_id.in_(list(unit_ids)), _unused, codes.c.expires_at > at)
    return [_row(row) for row in await conn.execute(asked.order_by(codes.c.number))]


async def use(conn: AsyncConnection, number: int, by: str, at: datetime) -> bool:
    """A code is used up; False when it was used or cancelled before."""
    changed = update(codes).where(codes.c.number == number, _unused).values(used_by=by, used_at=at)
    return (await conn.execute(changed)).rowcount == 1


async def cancel(conn: AsyncConnection, number: int, by: str, at: datetime) -> bool:
    """A code is no longer good; False when it was used or cancelled before."""
    changed = update(codes).where(codes.c.number == number, _unused).values(cancelled_by=by, cancelled_at=at)
    return (await conn.execute(changed)).rowcount == 1


_unused = and_(codes.c.used_at.is_(None), codes.c.cancelled_at.is_(None))


async def _one(conn: AsyncConnection, which: Any) -> CodeRow | None:
    found = (await conn.execute(select(codes).where(which))).first()
    return _row(found) if found else None


def _row(row: Row[Any]) -> CodeRow:
    return CodeRow(
        row.number, row.unit_id, row.role, row.replaces, row.made_by, row.made_at, row.expires_at, row.used_by,
        row.used_at, row.cancelled_at,
    )  # fmt: skip
