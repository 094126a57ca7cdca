"""The hash chain of each unit: entries in order, each sealed over the one before; bodies lie apart, salted.

An entry holds only the hash of its body, so that a body can be purged and the chain still holds. What is chained
is named by subject and number (activity 128), and each change of it is a version of its own.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.columns import canonical, in_utc
from storage.tables import bodies, entries, heads
from storage.upsert import add_new

GENESIS = "0" * 64
PURGE = "purge"
_HEADS = select(heads).where(heads.c.unit_id.in_(bindparam("b_units", expanding=True)), heads.c.position > 0)
_LOCK = select(heads).where(heads.c.unit_id == bindparam("b_unit")).with_for_update()
_MOVE = update(heads).where(heads.c.unit_id == bindparam("b_unit"))
_ENTRY = insert(entries)
_BODY = insert(bodies)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a unit's chain, to be printed where the database can't be rewritten. position: how many entries
    there are; hash: of the last one, 64 hexadecimal digits."""

    unit_id: str
    position: int
    hash: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One change to be chained. action: record | amend | return | withdraw | purge; on_day: by which it is searched."""

    subject: str
    number: int
    version: int
    action: str
    by: str
    at: datetime
    source_event: str | None
    body: Mapping[str, Any]
    on_day: date | None


async def head(conn: AsyncConnection, unit_id: str) -> Head | None:
    """The end of a unit's chain; None before its first entry."""
    return (await ends_of(conn, [unit_id])).get(unit_id)


async def ends_of(conn: AsyncConnection, unit_ids: Collection[str]) -> dict[str, Head]:
    """The ends of units' chains; those that have not begun are left out."""
    found = await conn.execute(_HEADS, {"b_units": list(unit_ids)})
    return {row.unit_id: Head(row.unit_id, row.position, row.hash) for row in found}


async def ends(conn: AsyncConnection) -> list[Head]:
    """The ends of all chains that have begun."""
    found = await conn.execute(select(heads).where(heads.c.position > 0).order_by(heads.c.unit_id))
    return [Head(row.unit_id, row.position, row.hash) for row in found]


async def lock(conn: AsyncConnection, unit_id: str) -> Head:
    """The end of a unit's chain, which nobody else can lengthen before this transaction ends."""
    found = (await conn.execute(_LOCK, {"b_unit": unit_id})).first()
    if found is None:
        await add_new(conn, heads, [{"unit_id": unit_id, "position": 0, "hash": GENESIS}])
        found = (await conn.execute(_LOCK, {"b_unit": unit_id})).one()
    return Head(found.unit_id, found.position, found.hash)


async def append(conn: AsyncConnection, after: Head, entry: Entry) -> Head:
    """Lengthen a chain. after: its end, from lock(). Raises ValueError for a body that JSON can't hold exactly."""
    _no_floats(entry.body)
    salt = secrets.token_hex(16)
    body = canonical(entry.body)
    day = entry.on_day.isoformat() if entry.on_day else None
    row: dict[str, Any] = {
        "unit_id": after.unit_id,
        "position": after.position + 1,
        "subject": entry.subject,
        "number": entry.number,
        "version": entry.version,
        "action": entry.action,
        "by": entry.by,
        "source_event": entry.source_event,
        "at": in_utc(entry.at).isoformat(timespec="microseconds"),
        "body_hash": body_hash(entry.subject, entry.number, entry.version, after.unit_id, day, salt, body),
        "previous": after.hash,
    }
    row["hash"] = entry_hash(row)
    await conn.execute(_ENTRY, row)
    named = {name: row[name] for name in ("subject", "number", "version", "unit_id")}
    await conn.execute(_BODY, {**named, "on_day": day, "salt": salt, "body": body})
    new = Head(after.unit_id, after.position + 1, row["hash"])
    await conn.execute(_MOVE, {"b_unit": after.unit_id, "position": new.position, "hash": new.hash})
    return new


async def erase_bodies(conn: AsyncConnection, subject: str, number: int) -> None:
    """Forget every body of a number; its entries stay. Only before a purge entry is appended."""
    await conn.execute(delete(bodies).where(and_(bodies.c.subject == subject, bodies.c.number == number)))


def entry_hash(row: Mapping[str, Any]) -> str:
    """What seals an entry: everything in it, and the hash of the one before."""
    names = (
        "unit_id", "position", "subject", "number", "version", "action", "by", "source_event", "at", "body_hash",
        "previous",
    )  # fmt: skip
    return sha256(canonical([row[name] for name in names]).encode()).hexdigest()


def body_hash(subject: str, number: int, version: int, unit_id: str, day: str | None, salt: str, body: str) -> str:
    """What an entry keeps of its body. The salt goes with the body: without it a short body can't be guessed."""
    return sha256(canonical([subject, number, version, unit_id, day, salt, body]).encode()).hexdigest()


def _no_floats(value: Any) -> None:
    """Points and hours are decimals, written as strings; a float in the record would be a silent wrong value."""
    if isinstance(value, float):
        raise ValueError(f"a float can't be recorded: {value}")
    if isinstance(value, Mapping):
        for item in value.values():
            _no_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _no_floats(item)
