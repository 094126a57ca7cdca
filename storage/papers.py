"""What people judged, found and decided: submitted sheets, findings, results from outside, and the steps of a year's
outcome. They lie in the unit's chain like its activities: a sheet sent back or a finding taken back is a version of its
own, and nothing is overwritten."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import chain
from storage.tables import bodies, entries, paper_numbers

SHEET, FINDING, RESULT = JUDGED = ("sheet", "finding", "result")
OUTCOME, OBJECTION, ANSWER, APPROVAL, CORRECTION = STEPS = ("outcome", "objection", "answer", "approval", "correction")
ASKING, REPLY = ASKED = ("asking", "reply")  # what a unit was asked for (催办), and what it answered
SUBJECTS = (*JUDGED, *STEPS, *ASKED)
RECORDED, RETURNED, WITHDRAWN = "record", "return", "withdraw"


class PaperError(Exception):
    """A paper that can't be changed. code: unknown | closed (sent back or taken back already)."""

    def __init__(self, number: int, code: str) -> None:
        super().__init__(f"{number}: {code}")
        self.number = number
        self.code = code


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper in its newest version. subject: one of SUBJECTS; on: the day it speaks of; body: as JSON holds
    it, without floats; by, at, source_event: who put it in first, when, by which message; closed_by, closed_at, reason:
    of its being sent back or taken back, None while it stands."""

    number: int
    version: int
    unit_id: str
    subject: str
    on: date
    body: Mapping[str, Any]
    by: str
    at: datetime
    source_event: str | None
    closed_by: str | None = None
    closed_at: datetime | None = None
    reason: str | None = None

    @property
    def stands(self) -> bool:
        """Whether it counts."""
        return self.closed_at is None


_first = entries.alias("first")
_newer = entries.alias("newer")
_same = and_(
    entries.c.subject == bodies.c.subject, entries.c.number == bodies.c.number, entries.c.version == bodies.c.version
)
_is_first = and_(_first.c.subject == bodies.c.subject, _first.c.number == bodies.c.number, _first.c.version == 1)
_is_newer = and_(
    _newer.c.subject == bodies.c.subject, _newer.c.number == bodies.c.number, _newer.c.version > bodies.c.version
)
_NEWEST = (
    select(
        entries,
        bodies.c.on_day,
        bodies.c.body,
        _first.c.by.label("first_by"),
        _first.c.at.label("first_at"),
        _first.c.source_event.label("first_event"),
    )
    .select_from(bodies)
    .join(entries, and_(_same, entries.c.unit_id == bodies.c.unit_id))
    .join(_first, _is_first)
    .where(bodies.c.subject.in_(SUBJECTS), bodies.c.unit_id.in_(bindparam("unit_ids", expanding=True)))
    .where(~exists().where(_is_newer))
    .order_by(bodies.c.number)
)
_NUMBER = insert(paper_numbers).returning(paper_numbers.c.number)


async def record(
    conn: AsyncConnection,
    unit_id: str,
    subject: str,
    on: date,
    body: Mapping[str, Any],
    *,
    by: str,
    source_event: str | None,
    at: datetime,
) -> int:
    """Put a paper on record; its number. Raises ValueError for an unknown subject or a body that holds floats."""
    if subject not in SUBJECTS:
        raise ValueError(f"no such subject: {subject}")
    end = await chain.lock(conn, unit_id)
    number: int = (await conn.execute(_NUMBER, {"unit_id": unit_id, "subject": subject})).scalar_one()
    whole = {**body, "reason": None}
    await chain.append(conn, end, chain.Entry(subject, number, 1, RECORDED, by, at, source_event, whole, on))
    return number


async def close(
    conn: AsyncConnection, number: int, *, by: str, source_event: str | None, at: datetime, reason: str
) -> None:
    """Send a sheet back, or take back a finding, a result or an outcome: it no longer counts, but stays to be seen.
    Raises PaperError."""
    unit_id = await conn.scalar(select(paper_numbers.c.unit_id).where(paper_numbers.c.number == number))
    if unit_id is None:
        raise PaperError(number, "unknown")
    end = await chain.lock(conn, unit_id)
    now = next((paper for paper in await current(conn, [unit_id]) if paper.number == number), None)
    if now is None:
        raise PaperError(number, "unknown")
    if not now.stands:
        raise PaperError(number, "closed")
    action = RETURNED if now.subject == SHEET else WITHDRAWN
    body = {**now.body, "reason": reason}
    entry = chain.Entry(now.subject, number, now.version + 1, action, by, at, source_event, body, now.on)
    await chain.append(conn, end, entry)


async def current(conn: AsyncConnection, unit_ids: Collection[str]) -> list[PaperRow]:
    """The newest version of every paper of these units, in the order they were put in; those that no longer count are
    marked."""
    return [_read(row) for row in await conn.execute(_NEWEST, {"unit_ids": list(unit_ids)})]


def _read(row: Row[Any]) -> PaperRow:
    body = json.loads(row.body)
    reason = body.pop("reason")
    closed = row.action != RECORDED
    return PaperRow(
        number=row.number,
        version=row.version,
        unit_id=row.unit_id,
        subject=row.subject,
        on=date.fromisoformat(row.on_day),
        body=body,
        by=row.first_by,
        at=datetime.fromisoformat(row.first_at),
        source_event=row.first_event,
        closed_by=row.by if closed else None,
        closed_at=datetime.fromisoformat(row.at) if closed else None,
        reason=reason if closed else None,
    )
