"""What units did: facts that are never overwritten. A correction is a new version, a withdrawal a record of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import chain
from storage.reports import NEWEST, ONE, RECENT, SUBJECT, VERSIONS, ActivityRow, Version, read, read_version
from storage.tables import entries, numbers

__all__ = ["ActivityRow", "RecordError", "Version"]
CHANGEABLE = frozenset({"kind", "occurred_on", "period", "slots", "gathering"})
_BODY = ("kind", "period", "slots", "gathering", "files", "evidence")
_NUMBER = insert(numbers).returning(numbers.c.number)
_BY_SOURCE = (
    select(entries.c.number)
    .where(entries.c.source_event == bindparam("event"), entries.c.subject == SUBJECT, entries.c.action == "record")
    .order_by(entries.c.number)
)


class RecordError(Exception):
    """A change that can't be made. code: unknown | withdrawn | purged."""

    def __init__(self, number: int, code: str) -> None:
        super().__init__(f"#{number}: {code}")
        self.number = number
        self.code = code


async def record(
    conn: AsyncConnection,
    unit_id: str,
    *,
    kind: str,
    occurred_on: date,
    slots: Mapping[str, Any],
    by: str,
    source_event: str | None,
    at: datetime,
    period: str | None = None,
    gathering: str | None = None,
    files: Sequence[Mapping[str, Any]] = (),
) -> int:
    """Record something done. slots: as JSON can hold them, without floats; by: a person's id; source_event: the message
    that reported it; at: when it was recorded; files: as attach() has them. Gives the number people call it by."""
    end = await chain.lock(conn, unit_id)
    number: int = (await conn.execute(_NUMBER, {"unit_id": unit_id})).scalar_one()
    body = {"kind": kind, "period": period, "slots": dict(slots), "gathering": gathering, "reason": None,
            "files": _distinct(files), "evidence": []}  # fmt: skip
    await chain.append(conn, end, chain.Entry(SUBJECT, number, 1, "record", by, at, source_event, body, occurred_on))
    return number


async def whose(conn: AsyncConnection, number: int) -> str | None:
    """The unit that a number belongs to, record or waiver; None for a number not given yet."""
    unit: str | None = await conn.scalar(select(numbers.c.unit_id).where(numbers.c.number == number))
    return unit


async def amend(
    conn: AsyncConnection,
    number: int,
    changes: Mapping[str, Any],
    *,
    by: str,
    source_event: str | None,
    at: datetime,
) -> int:
    """Correct an activity; its new version. changes: kind, occurred_on, period, slots (whole) or gathering; what isn't
    named stays. Raises RecordError, and KeyError for a change of anything else."""
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    end, now = await _open(conn, number)
    return await _next(conn, end, now, changes, by=by, source_event=source_event, at=at)


async def attach(
    conn: AsyncConnection,
    number: int,
    files: Sequence[Mapping[str, Any]],
    *,
    by: str,
    source_event: str | None,
    at: datetime,
) -> None:
    """Put files with an activity: a new version, unless it has them all already (by sha256). Raises RecordError.

    files: each with sha256, name, mimetype, size (bytes), event (the message it came in) and shows (what it is
    evidence of: record | attendance | document, or empty).
    """
    end, now = await _open(conn, number)
    both = _distinct([*now.files, *files])
    if len(both) > len(now.files):
        await _beside(conn, end, now, {"files": both}, by=by, source_event=source_event, at=at)


async def detach(conn: AsyncConnection, number: int, event_id: str, *, by: str, at: datetime) -> list[str]:
    """Take away the files that came in a message, in a new version; their sha256. Raises RecordError."""
    end, now = await _open(conn, number)
    gone = [file["sha256"] for file in now.files if file["event"] == event_id]
    if gone:
        left = [file for file in now.files if file["event"] != event_id]
        await _beside(conn, end, now, {"files": left}, by=by, source_event=event_id, at=at)
    return gone


async def mark(
    conn: AsyncConnection, number: int, evidence: str, *, by: str, source_event: str | None, at: datetime
) -> None:
    """Note what else stands for an activity, in a new version. evidence: platform. Raises RecordError."""
    end, now = await _open(conn, number)
    if evidence not in now.evidence:
        changes = {"evidence": [*now.evidence, evidence]}
        await _beside(conn, end, now, changes, by=by, source_event=source_event, at=at)


async def withdraw(
    conn: AsyncConnection, number: int, *, by: str, source_event: str | None, at: datetime, reason: str
) -> None:
    """The activity no longer counts, but stays to be seen. Raises RecordError."""
    await _close(conn, number, "withdraw", by=by, source_event=source_event, at=at, reason=reason)


async def send_back(
    conn: AsyncConnection, number: int, *, by: str, source_event: str | None, at: datetime, reason: str
) -> None:
    """The activity doesn't count until it is corrected. Raises RecordError."""
    await _close(conn, number, "return", by=by, source_event=source_event, at=at, reason=reason)


async def purge(conn: AsyncConnection, number: int, *, by: str, at: datetime, reason: str) -> list[str]:
    """Erase what an activity said, for good; a tombstone stays in the chain. Raises RecordError.

    Gives the events it was told in, whose bodies should be forgotten in inbox and outbox too.
    """
    end, version, action = await _lock(conn, number)
    if action == chain.PURGE:
        raise RecordError(number, "purged")
    sources = await conn.scalars(
        select(entries.c.source_event).where(
            entries.c.subject == SUBJECT, entries.c.number == number, entries.c.source_event.is_not(None)
        )
    )
    await chain.erase_bodies(conn, SUBJECT, number)
    body = {"reason": reason}
    await chain.append(conn, end, chain.Entry(SUBJECT, number, version + 1, chain.PURGE, by, at, None, body, None))
    return list(sources)


async def current(
    conn: AsyncConnection, unit_ids: Collection[str], since: date | None = None, until: date | None = None
) -> list[ActivityRow]:
    """The newest version of each activity of these units, withdrawn ones marked, by day and number.

    since, until: days of occurrence, both included. An entry may belong to another month than its day (period).
    """
    days = {"since": str(since or date.min), "until": str(until or date.max)}
    return read((await conn.execute(NEWEST, {"unit_ids": list(unit_ids), **days})).all())


async def recent(conn: AsyncConnection, unit_ids: Collection[str], limit: int) -> list[ActivityRow]:
    """The activities recorded last, newest first."""
    return read((await conn.execute(RECENT, {"unit_ids": list(unit_ids), "limit": limit})).all())


async def one(conn: AsyncConnection, number: int, unit_ids: Collection[str]) -> ActivityRow | None:
    """One activity; None where it is not one of these units', or purged: the asker can't tell which."""
    found = read((await conn.execute(ONE, {"unit_ids": list(unit_ids), "number": number})).all())
    return found[0] if found else None


async def history(conn: AsyncConnection, number: int, unit_ids: Collection[str]) -> list[Version]:
    """Every version of an activity, oldest first; none where it is not one of these units'."""
    return [read_version(row) for row in await conn.execute(VERSIONS, {"unit_ids": list(unit_ids), "number": number})]


async def by_source(conn: AsyncConnection, event_id: str) -> list[int]:
    """The numbers recorded from a message."""
    return list(await conn.scalars(_BY_SOURCE, {"event": event_id}))


async def _lock(conn: AsyncConnection, number: int) -> tuple[chain.Head, int, str]:
    """The end of the chain a number is in, held; its newest version and what that did."""
    unit_id = await whose(conn, number)
    if unit_id is None:
        raise RecordError(number, "unknown")
    end = await chain.lock(conn, unit_id)
    asked = select(entries.c.version, entries.c.action).where(entries.c.subject == SUBJECT, entries.c.number == number)
    last = (await conn.execute(asked.order_by(entries.c.version.desc()).limit(1))).one()
    return end, last.version, last.action


async def _close(
    conn: AsyncConnection, number: int, action: str, *, by: str, source_event: str | None, at: datetime, reason: str
) -> None:
    end, now = await _open(conn, number)
    whole = {**{name: getattr(now, name) for name in _BODY}, "reason": reason}
    entry = chain.Entry(SUBJECT, number, now.version + 1, action, by, at, source_event, whole, now.occurred_on)
    await chain.append(conn, end, entry)


async def _open(conn: AsyncConnection, number: int) -> tuple[chain.Head, ActivityRow]:
    """The end of the chain, held, and an activity that can still be changed."""
    end, _, action = await _lock(conn, number)
    if action in ("withdraw", chain.PURGE):
        raise RecordError(number, "withdrawn" if action == "withdraw" else "purged")
    now = await one(conn, number, [end.unit_id])
    if now is None:
        raise RecordError(number, "unknown")
    return end, now


async def _next(
    conn: AsyncConnection,
    end: chain.Head,
    now: ActivityRow,
    changes: Mapping[str, Any],
    *,
    by: str,
    source_event: str | None,
    at: datetime,
) -> int:
    """The next version of an activity that _open() gave."""
    kept = {name: getattr(now, name) for name in _BODY}
    body = {**kept, "reason": None, **{name: value for name, value in changes.items() if name != "occurred_on"}}
    day = changes.get("occurred_on", now.occurred_on)
    entry = chain.Entry(SUBJECT, now.number, now.version + 1, "amend", by, at, source_event, body, day)
    await chain.append(conn, end, entry)
    return entry.version


async def _beside(
    conn: AsyncConnection,
    end: chain.Head,
    now: ActivityRow,
    changes: Mapping[str, Any],
    *,
    by: str,
    source_event: str | None,
    at: datetime,
) -> None:
    """The next version, with a change of what lies beside an activity: that corrects nothing, so a return stands."""
    standing = {"returned": now.returned_at.isoformat(), "reason": now.reason} if now.returned_at else {}
    await _next(conn, end, now, {**changes, **standing}, by=by, source_event=source_event, at=at)


def _distinct(files: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each file once, as it came first."""
    kept: dict[str, dict[str, Any]] = {}
    for file in files:
        kept.setdefault(file["sha256"], dict(file))
    return list(kept.values())
