"""What a unit said does not apply to it, and why: records of their own in the unit's chain, never overwritten."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, bindparam, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import chain
from storage.tables import bodies, entries, numbers

SUBJECT = "waiver"
_newer = entries.alias("newer")
_same = and_(*(entries.c[name] == bodies.c[name] for name in ("subject", "number", "version", "unit_id")))
_newer_than = and_(_newer.c.subject == SUBJECT, _newer.c.number == bodies.c.number, _newer.c.version > bodies.c.version)
_CURRENT = (
    select(entries.c.number, entries.c.unit_id, entries.c.by, entries.c.source_event, bodies.c.on_day, bodies.c.body)
    .select_from(bodies)
    .join(entries, _same)
    .where(bodies.c.subject == SUBJECT, bodies.c.unit_id.in_(bindparam("unit_ids", expanding=True)))
    .where(bodies.c.on_day >= bindparam("since"), entries.c.action == "record", ~exists().where(_newer_than))
    .order_by(entries.c.number)
)


@dataclass(frozen=True, slots=True)
class WaiverRow:
    """One waiver in force. key: of the deadline; label: as people name it; last: the day until which it was owed; by,
    source_event: who said so, in which message."""

    number: int
    unit_id: str
    key: str
    label: str
    last: date
    reason: str
    by: str
    source_event: str | None


async def waive(
    conn: AsyncConnection,
    unit_id: str,
    *,
    key: str,
    label: str,
    last: date,
    reason: str,
    by: str,
    source_event: str | None,
    at: datetime,
) -> int:
    """Record that something does not apply; the number that people call the record by."""
    end = await chain.lock(conn, unit_id)
    number: int = (await conn.execute(insert(numbers).returning(numbers.c.number), {"unit_id": unit_id})).scalar_one()
    body = {"key": key, "label": label, "reason": reason}
    await chain.append(conn, end, chain.Entry(SUBJECT, number, 1, "record", by, at, source_event, body, last))
    return number


async def lift(conn: AsyncConnection, row: WaiverRow, *, by: str, source_event: str | None, at: datetime) -> None:
    """It applies after all; that it once did not stays on record."""
    end = await chain.lock(conn, row.unit_id)
    if all(known.number != row.number for known in await current(conn, [row.unit_id], row.last)):
        return
    body = {"key": row.key, "label": row.label, "reason": row.reason}
    await chain.append(conn, end, chain.Entry(SUBJECT, row.number, 2, "withdraw", by, at, source_event, body, row.last))


async def current(conn: AsyncConnection, unit_ids: Collection[str], since: date) -> list[WaiverRow]:
    """The waivers in force of units whose last day is not before a day, by number."""
    return [
        WaiverRow(
            row.number, row.unit_id, last=date.fromisoformat(row.on_day), by=row.by, source_event=row.source_event,
            **json.loads(row.body),
        )
        for row in await conn.execute(_CURRENT, {"unit_ids": list(unit_ids), "since": since.isoformat()})
    ]  # fmt: skip
