"""What is to be said when its time comes: rows with a key, so that each is planned once and sent once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import Row, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import claims, timers
from storage.upsert import insert, put_over

AT_ONCE = 10_000  # values in a statement; both databases take three times as many
_CLAIMED = delete(timers).where(timers.c.key == bindparam("b_key"))


@dataclass(frozen=True, slots=True)
class Timer:
    """One timer. key: says what it is for, the same whenever it is planned; account: whose room it is for, None for
    whoever comes first; kind: a code; content: what the reminder needs to speak."""

    key: str
    kind: str
    due_at: datetime
    account: str | None = None
    unit_id: str | None = None
    content: Mapping[str, Any] | None = None


async def plan(conn: AsyncConnection, rows: Sequence[Timer]) -> None:
    """Set timers, or move those that are set; one already claimed is never due again."""
    values = [
        {
            "key": row.key,
            "account": row.account,
            "unit_id": row.unit_id,
            "kind": row.kind,
            "due_at": row.due_at,
            "content": dict(row.content or {}),
        }
        for row in rows
    ]
    await put_over(conn, timers, values)


async def one(conn: AsyncConnection, key: str) -> Timer | None:
    """A timer that is set and not claimed; None where there is none."""
    found = (await conn.execute(select(timers).where(timers.c.key == key, _open()))).first()
    return _row(found) if found else None


async def due_units(conn: AsyncConnection, account: str, now: datetime, kinds: Collection[str]) -> list[str]:
    """The units with a timer of these kinds whose time has come, of this account or of none."""
    asked = select(timers.c.unit_id).where(timers.c.due_at <= now, timers.c.kind.in_(kinds), _mine(account), _open())
    return list(await conn.scalars(asked.where(timers.c.unit_id.is_not(None)).distinct().order_by(timers.c.unit_id)))


async def of_units(
    conn: AsyncConnection, account: str, unit_ids: Collection[str], before: datetime, kinds: Collection[str]
) -> list[Timer]:
    """The unclaimed timers of units, of these kinds, that are due by a moment; the oldest first."""
    asked = select(timers).where(timers.c.unit_id.in_(unit_ids), timers.c.due_at <= before, timers.c.kind.in_(kinds))
    asked = asked.where(_mine(account), _open()).order_by(timers.c.due_at, timers.c.key)
    return [_row(found) for found in await conn.execute(asked)]


async def due(conn: AsyncConnection, account: str, now: datetime, kinds: Collection[str]) -> list[Timer]:
    """Timers of these kinds, of this account or of none, whose time has come and which nobody has claimed; the oldest
    first."""
    asked = select(timers).where(timers.c.due_at <= now, timers.c.kind.in_(kinds), _mine(account), _open())
    return [_row(found) for found in await conn.execute(asked.order_by(timers.c.due_at, timers.c.key))]


async def coming(conn: AsyncConnection, account: str, limit: int) -> list[Timer]:
    """The next timers of this account or of none, late ones among them; the oldest first."""
    asked = select(timers).where(_mine(account), _open()).order_by(timers.c.due_at, timers.c.key).limit(limit)
    return [_row(found) for found in await conn.execute(asked)]


async def late(conn: AsyncConnection, account: str, moment: datetime) -> int:
    """How many timers of this account or of none were due before a moment and have not been taken on."""
    asked = select(func.count()).select_from(timers).where(timers.c.due_at < moment, _mine(account), _open())
    return await conn.scalar(asked) or 0


async def due_by(conn: AsyncConnection, account: str, moment: datetime) -> list[Timer]:
    """Timers of this account or of none that were due by a moment and have not been taken on."""
    asked = select(timers).where(timers.c.due_at <= moment, _mine(account), _open()).order_by(timers.c.due_at)
    return [_row(found) for found in await conn.execute(asked)]


async def take_over(conn: AsyncConnection, account: str, unit_ids: Collection[str], kinds: Collection[str]) -> None:
    """The timers of units, of these kinds, are this account's from now on: it is the one that tells them."""
    here = (timers.c.unit_id.in_(unit_ids), timers.c.kind.in_(kinds), timers.c.account.is_distinct_from(account))
    await conn.execute(update(timers).where(*here).values(account=account))


async def set_for(conn: AsyncConnection, account: str, kind: str) -> dict[str, Timer]:
    """An account's timers of a kind, by key; those claimed are still among them when they were set again."""
    asked = select(timers).where(timers.c.account == account, timers.c.kind == kind)
    return {found.key: _row(found) for found in await conn.execute(asked)}


async def claimed(conn: AsyncConnection, keys: Collection[str]) -> set[str]:
    """Those of the keys that were taken on."""
    found: set[str] = set()
    for some in _several(keys):
        found.update(await conn.scalars(select(claims.c.key).where(claims.c.key.in_(some))))
    return found


async def claim(conn: AsyncConnection, key: str, by: str, at: datetime) -> bool:
    """Take a duty on: True for the one that may do it, in this very transaction; False for everybody after."""
    new = _claim(conn.dialect.name)
    mine = (await conn.execute(new, {"key": key, "by": by, "at": at})).first() is not None
    await conn.execute(_CLAIMED, {"b_key": key})
    return mine


async def drop(conn: AsyncConnection, keys: Collection[str]) -> None:
    """Take timers away whose reason has gone."""
    for some in _several(keys):
        await conn.execute(delete(timers).where(timers.c.key.in_(some)))


def _several(keys: Collection[str]) -> Iterator[list[str]]:
    """Keys in lots that fit into one statement."""
    rest = iter(keys)
    while some := list(islice(rest, AT_ONCE)):
        yield some


@cache
def _claim(dialect: str) -> Any:
    return insert(dialect, claims).on_conflict_do_nothing().returning(claims.c.key)


def _mine(account: str) -> Any:
    return or_(timers.c.account.is_(None), timers.c.account == account)


def _open() -> Any:
    return ~exists().where(claims.c.key == timers.c.key)


def _row(found: Row[Any]) -> Timer:
    return Timer(found.key, found.kind, found.due_at, found.account, found.unit_id, found.content)
