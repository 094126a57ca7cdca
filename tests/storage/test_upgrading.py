"""From each earlier schema, with data in every table, to this release's: nothing is lost and nothing changed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Boolean, Date, DateTime, Integer, MetaData, func, literal_column, select, text

from storage import activities, faults, migrations, units
from storage.database import Database
from storage.tables import metadata
from tests.storage.conftest import LI, NOON
from tests.storage.test_opening import revisions


@pytest.mark.parametrize("revision", revisions())
async def test_every_earlier_schema_is_brought_up(new_url: str, revision: str) -> None:
    """From each schema on: every row of every table it had is still there as it was, and so is a unit's chain."""
    database = await Database.open(new_url)
    async with database.turn() as conn:
        await conn.run_sync(metadata.drop_all)
        await conn.execute(text("DELETE FROM alembic_version"))
        await conn.run_sync(migrations.upgrade, revision)
        await conn.execute(text("INSERT INTO units (id, name, place, attributes) VALUES ('b1', '第一支部', 0, '{}')"))
        for n in range(3):
            await activities.record(
                conn, "b1", kind="k", occurred_on=NOON.date(), slots={"n": n}, by=LI, source_event=f"${n}", at=NOON
            )
        before = await conn.run_sync(filled)
    await database.close()
    assert all(before.values())
    database = await Database.open(new_url)
    async with database.look() as conn:
        assert [row.name for row in await units.units(conn, ["b1"])] == ["第一支部"]
        assert [row.slots["n"] for row in await activities.current(conn, ["b1"])] == [0, 1, 2]
        assert await faults.verify(conn, "b1") == []
        assert await conn.run_sync(rows_of, before) == before
    await database.close()


Rows = dict[tuple[str, tuple[str, ...]], list[str]]


def filled(conn: Any) -> Rows:
    """Rows in every table that has none, whatever the tables are; all there is then, by table and its columns."""
    found = MetaData()
    found.reflect(conn)
    tables = [table for table in found.sorted_tables if table.name != "alembic_version"]
    for table in tables:
        if not conn.scalar(select(func.count()).select_from(table)):
            conn.execute(table.insert(), [{column.name: something(column, n) for column in table.c} for n in (1, 2)])
    return rows_of(conn, {(table.name, tuple(table.c.keys())): [] for table in tables})


def something(column: Any, n: int) -> Any:
    """A value that fits; text is JSON, since a table doesn't say which of its texts are."""
    for key in column.foreign_keys:
        return "b1" if key.column.table.name == "units" else f'{{"n": {n}}}'
    for kind, value in ((Boolean, n == 1), (Integer, n), (DateTime, NOON), (Date, date(2026, 1, n))):
        if isinstance(column.type, kind):
            return value
    return f'{{"n": {n}}}'


def rows_of(conn: Any, tables: Rows) -> Rows:
    """What those tables hold in those columns."""
    return {
        (name, columns): sorted(map(repr, conn.execute(select(*map(literal_column, map(quoted, columns))).select_from(
            text(name))).all()))
        for name, columns in tables
    }  # fmt: skip


def quoted(name: str) -> str:
    return f'"{name}"'
