"""Who changed what about units, settings and people, and who tried what they may not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.locks import in_order
from storage.tables import audit

BACKUP = "backup"  # the code of a backup that was made, whole
REFUSED = "refused:"  # before the code of a wish that was refused


async def note(
    conn: AsyncConnection, by: str, action: str, unit_id: str | None, details: Mapping[str, Any], at: datetime
) -> None:
    """Write one line. by: a person's id, or who ran the command; action: a code; details: no message bodies."""
    await in_order(conn, "audit")  # last() would miss a line that came with a lower number after a higher one
    row = {"at": at, "by": by, "action": action, "unit_id": unit_id, "details": dict(details)}
    await conn.execute(insert(audit).values(row))


async def refused(
    conn: AsyncConnection, by: str, wish: str, unit_id: str | None, details: Mapping[str, Any], at: datetime
) -> None:
    """Write down what somebody tried and may not. wish: a code; unit_id: whose it is, None where it is nobody's."""
    await note(conn, by, REFUSED + wish, unit_id, details, at)


async def latest(conn: AsyncConnection, action: str) -> tuple[datetime, Mapping[str, Any]] | None:
    """When something was done for the last time, and its details; None when it never was."""
    asked = select(audit.c.at, audit.c.details).where(audit.c.action == action).order_by(audit.c.id.desc()).limit(1)
    found = (await conn.execute(asked)).first()
    return (found.at, found.details) if found else None


async def begun(conn: AsyncConnection) -> datetime | None:
    """When the first line was written, which is when a record was begun; None where nothing has happened yet."""
    found: datetime | None = await conn.scalar(select(func.min(audit.c.at)))
    return found


async def last(conn: AsyncConnection) -> int:
    """The number of the last line of a change: another one means that units, settings or people have changed."""
    changes = select(func.max(audit.c.id)).where(~audit.c.action.startswith(REFUSED))
    return (await conn.scalar(changes)) or 0


async def count(conn: AsyncConnection, by: str, action: str, since: datetime) -> int:
    """How often somebody did, or tried, something since a moment."""
    here = (audit.c.by == by, audit.c.action == action, audit.c.at >= since)
    return (await conn.scalar(select(func.count()).select_from(audit).where(*here))) or 0
