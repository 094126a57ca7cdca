"""Carries a whole record from one database to another, of the same kind or not: all of it, proved, or nothing.

Everything happens in one transaction of the target. Before it ends each row is read back and held against what was read
from the source, and every unit's hash chain is gone through. Killed at any moment, the target is empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Table, bindparam, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import faults
from storage.database import Database
from storage.dump import as_text, own_references, pages
from storage.errors import DatabaseError
from storage.tables import metadata


@dataclass(frozen=True, slots=True)
class Carried:
    """What was carried. rows: by table; units: whose chains were gone through; entries: in all of them."""

    rows: dict[str, int]
    units: int
    entries: int


async def carry(source: Database, target: Database) -> Carried:
    """Carry everything from one open record to another. Nobody may write to the source meanwhile.

    Raises DatabaseError: the target holds something already, or what arrived is not what was sent.
    """
    async with source.look() as there, target.turn() as here:
        for table in metadata.sorted_tables:
            if await _count(here, table):
                raise DatabaseError(f"目标数据库里已经有记录（{table.name}），不能往里搬。请换一个空的库。")
        sent = {table.name: await _copy(there, here, table) for table in metadata.sorted_tables}
        for table in metadata.sorted_tables:
            await _go_on(there, here, table)
            if await _digest(here, table) != sent[table.name]:
                raise DatabaseError(f"搬过去的 {table.name} 和原来的不一样，没有搬。请检查目标数据库。")
        units = list(await here.scalars(select(metadata.tables["heads"].c.unit_id)))
        for unit in units:
            if await faults.verify(here, unit):
                raise DatabaseError(f"单位 {unit} 的记录链不完整，没有搬。请先用 zhibu doctor 查清原来的数据库。")
        return Carried({name: count for name, (count, _) in sent.items()}, len(units), sent["entries"][0])


async def _count(conn: AsyncConnection, table: Table) -> int:
    return await conn.scalar(select(func.count()).select_from(table)) or 0


async def _copy(there: AsyncConnection, here: AsyncConnection, table: Table) -> tuple[int, int]:
    """Copy a table; its digest. What points from row to row is set when all rows are there."""
    plain = as_text(table)
    own = own_references(table)
    found = (0, 0)
    async for rows in pages(there, table):
        await here.execute(insert(plain), [{**row, **dict.fromkeys(own)} for row in rows])
        found = _add(found, rows)
    if own:
        keys = list(plain.primary_key)
        change = update(plain).where(*(c == bindparam(f"k_{c.name}") for c in keys))
        change = change.values({name: bindparam(f"v_{name}") for name in own})
        async for rows in pages(there, table):
            values = [{**{f"k_{c.name}": row[c.name] for c in keys}, **{f"v_{n}": row[n] for n in own}} for row in rows]
            await here.execute(change, values)
    return found


async def _digest(conn: AsyncConnection, table: Table) -> tuple[int, int]:
    """How many rows a table has, and the sum of their hashes, in whatever order they come."""
    found = (0, 0)
    async for rows in pages(conn, table):
        found = _add(found, rows)
    return found


def _add(found: tuple[int, int], rows: list[dict[str, Any]]) -> tuple[int, int]:
    hashes = (sha256(repr(sorted(row.items())).encode("utf-8", "surrogatepass")).digest() for row in rows)
    return found[0] + len(rows), (found[1] + sum(int.from_bytes(one) for one in hashes)) % 2**256


async def _go_on(there: AsyncConnection, here: AsyncConnection, table: Table) -> None:
    """Numbers go on after the last that was given, whether its row is still there or not."""
    counted = table.autoincrement_column
    if counted is None or not table.dialect_options["sqlite"]["autoincrement"]:
        return
    last = max(await _last(there, table, counted), await here.scalar(select(func.max(counted))) or 0)
    if not last:
        return
    if here.dialect.name == "postgresql":
        given = {"table": table.name, "column": counted.name, "last": last}
        await here.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)"), given)
    else:
        await here.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), {"table": table.name})
        await here.execute(
            text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"), {"table": table.name, "last": last}
        )


async def _last(conn: AsyncConnection, table: Table, counted: Column[Any]) -> int:
    if conn.dialect.name == "postgresql":
        name = await conn.scalar(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": counted.name}
        )
        return await conn.scalar(text(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {name}")) or 0  # noqa: S608
    asked = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
    return await conn.scalar(asked, {"table": table.name}) or 0
