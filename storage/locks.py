"""Who may write beside whom, on PostgreSQL: locks that a turn takes before it reads, so that what it read still holds.

SQLite lets one turn write at a time. PostgreSQL lets all of them: two people of a branch would each change what they
read before the other's change, and one would be lost. Serializable transactions would undo such turns, and with them
most others of a busy evening, for they all add to the ends of the same indexes. So a turn says what it holds:
everything, as on SQLite, which is always right; or some units, and turns over other units go on beside it.
"""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

Holding = Collection[str] | None  # units, or everything
_ALL = text("SELECT pg_advisory_xact_lock(:everything)")
_SOME = text(
    "SELECT pg_advisory_xact_lock_shared(:everything)"
    " UNION ALL SELECT pg_advisory_xact_lock(unit) FROM unnest(CAST(:units AS bigint[])) AS unit"
)
_ONE = text("SELECT pg_advisory_xact_lock(:key)")


async def hold(conn: AsyncConnection, units: Holding) -> None:
    """Wait for the turns that hold any of these units, and keep others waiting until this one ends. None: everything.

    In one order for everybody, so that no two wait for each other.
    """
    if conn.dialect.name != "postgresql":
        return
    if units is None:
        await conn.execute(_ALL, {"everything": _key("everything")})
    else:
        keys = sorted({_key(f"unit/{unit}") for unit in units})
        await conn.execute(_SOME, {"everything": _key("everything"), "units": keys})


async def in_order(conn: AsyncConnection, table: str) -> None:
    """Rows that turns add to a table from here on get their numbers in the order in which the turns end. Taken last."""
    if conn.dialect.name == "postgresql":
        await conn.execute(_ONE, {"key": _key(f"table/{table}")})


def _key(name: str) -> int:
    """A lock's number; 64 bits, as PostgreSQL wants it."""
    return int.from_bytes(sha256(f"zhibu/{name}".encode()).digest()[:8], signed=True)
