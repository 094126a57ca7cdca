"""The whole record as plain rows, and back: one form for both databases, and for every schema since the first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import date, datetime
from itertools import groupby, islice
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    insert,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.columns import Json
from storage.migrations import migrate, upgrade
from storage.tables import metadata

Row = tuple[str, Mapping[str, Any]]  # a table's name, and the values of one row: text, whole numbers, True, False, None
PAGE = 1000  # rows read or written at a time


async def rows(conn: AsyncConnection) -> AsyncIterator[Row]:
    """Every row of a record of this release, as it is in one consistent view; those named by others come before them.

    Moments and days are ISO 8601 and everything else is as the database has it, JSON as its text.
    """
    for table in metadata.sorted_tables:
        async for page in pages(conn, table):
            for row in page:
                yield table.name, {name: _plain(value) for name, value in row.items()}


async def pages(conn: AsyncConnection, table: Table) -> AsyncIterator[list[dict[str, Any]]]:
    """All rows of a table, some at a time, by primary key; JSON is its text."""
    shown = as_text(table)
    key = list(shown.primary_key)
    asked = select(shown).order_by(*key).limit(PAGE)
    found = [dict(row) for row in (await conn.execute(asked)).mappings()]
    while found:
        yield found
        last = tuple(found[-1][column.name] for column in key)
        found = [dict(row) for row in (await conn.execute(asked.where(tuple_(*key) > tuple_(*last)))).mappings()]


def as_text(table: Table) -> Table:
    """The table with JSON as the text it is kept as, so that not a byte of it changes on the way."""
    columns = (
        Column(c.name, Text() if isinstance(c.type, Json) else c.type, primary_key=c.primary_key) for c in table.c
    )
    return Table(table.name, MetaData(), *columns)


async def load(conn: AsyncConnection, schema: str, found: Iterable[Row]) -> None:
    """Make a record out of such rows, and bring it up to this release. conn: a turn over an empty database; schema: the
    revision that the rows are of. Raises DatabaseError when they are of a newer release."""
    await conn.run_sync(upgrade, schema)
    tables = (await conn.run_sync(_reflected)).tables
    later: list[Row] = []  # a row may name another of its table that comes after it
    for name, several in groupby(found, key=lambda row: row[0]):
        table = tables[name]
        own = own_references(table)
        values = ({key: _value(table, key, value) for key, value in row.items()} for _, row in several)
        while some := list(islice(values, PAGE)):
            later += [(name, row) for row in some if any(row.get(key) is not None for key in own)]
            await conn.execute(insert(table), [{**row, **dict.fromkeys(own)} for row in some])
    for name, row in later:
        table = tables[name]
        here = and_(*(key == row[key.name] for key in table.primary_key))
        await conn.execute(update(table).where(here).values({key: row.get(key) for key in own_references(table)}))
    await _count_on(conn, tables.values())
    await migrate(conn)


async def skip_numbers(conn: AsyncConnection, count: int) -> None:
    """Leave out so many numbers of activities and papers: what a lost part of the record gave out must not mean
    anything else."""
    for name in ("numbers", "paper_numbers"):
        if conn.dialect.name == "postgresql":
            highest = f"COALESCE((SELECT MAX(number) FROM {name}), 0)"  # noqa: S608 - our own names
            moved = text(f"SELECT setval(pg_get_serial_sequence('{name}', 'number'), {highest} + :count)")
            await conn.execute(moved, {"count": count})
        elif (await conn.execute(text("UPDATE sqlite_sequence SET seq = seq + :count WHERE name = :name"),
                                 {"count": count, "name": name})).rowcount == 0:  # fmt: skip
            await conn.execute(
                text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :count)"), {"name": name, "count": count}
            )


async def _count_on(conn: AsyncConnection, tables: Iterable[Table]) -> None:
    """The next numbers are above those that came with the rows; SQLite sees to it by itself."""
    if conn.dialect.name != "postgresql":
        return
    for table in tables:
        for key in table.primary_key:
            if isinstance(key.type, Integer) and key.server_default is not None:
                above = text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', '{key.name}'), MAX({key.name}))"  # noqa: S608
                    f" FROM {table.name} HAVING MAX({key.name}) IS NOT NULL"
                )
                await conn.execute(above)


def _reflected(conn: Connection) -> MetaData:
    """The tables as they are, which may be older than the code's."""
    found = MetaData()
    found.reflect(conn)
    return found


def own_references(table: Table) -> list[str]:
    return [key.parent.name for key in table.foreign_keys if key.column.table is table]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _value(table: Table, name: str, value: Any) -> Any:
    kind = table.c[name].type
    if value is None:
        return None
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return bool(value) if isinstance(kind, Boolean) else value
