"""A record as rows and back: the same on either database, from every schema, and its chains still hold."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from storage import activities, chain, dump, faults, inbox, migrations, outbox, people, sessions, timers, units
from storage.columns import Utc
from storage.database import Database, DatabaseError
from storage.dump import Row
from storage.inbox import InboxRow
from storage.outbox import OutboxRow
from storage.tables import metadata, numbers
from storage.timers import Timer
from tests.storage.conftest import LI, ME, NOON, ROOM, TODAY
from tests.storage.test_opening import revisions

ODD = "a\ud800 ‮ 😀 <b> 'x' \\ \n 主题当日"


@pytest.fixture
async def filled(branches: Database) -> Database:
    """A record with something of everything, a unit that names one after it among it."""
    async with branches.turn() as conn:
        for n in range(5):
            await activities.record(conn, "b1", kind="k", occurred_on=date(2026, 11, 1 + n), slots={"n": ODD}, by=LI,
                                    source_event=f"${n}", at=NOON)  # fmt: skip
        await inbox.take_in(conn, ME, [InboxRow(f"${n}", ROOM, LI, NOON, "text", {"body": ODD}) for n in range(2500)])
        await inbox.done(conn, ME, "$7", "answered", NOON)
        await outbox.put(conn, ME, [OutboxRow("t1", ROOM, "m.room.message", {"body": ODD}, {"card": 1}, "$7")], NOON)
        await sessions.save(conn, ME, ROOM, LI, 1, '{"a": 1}', NOON)
        await timers.plan(conn, [Timer("k", "day", NOON, ME, "b1", {"items": [["x", "y"]]})])
        await inbox.save_token(conn, ME, "s1")
        await conn.execute(text("UPDATE units SET merged_into = 'top' WHERE id = 'b2'"))
        await conn.execute(text("UPDATE units SET merged_into = 'b2' WHERE id = 'b1'"))
    return branches


async def everything(database: Database) -> list[Row]:
    """All its rows."""
    async with database.look() as conn:
        return [row async for row in dump.rows(conn)]


@pytest.fixture
async def empty(new_url: str, record: str, tmp_path: Path) -> AsyncIterator[Database]:
    """Where a record is to be made."""
    place = new_url if record != "sqlite" else f"sqlite+aiosqlite:///{tmp_path / 'again.db'}"
    database = await Database.open_empty(place)
    yield database
    await database.close()


async def test_what_comes_out_goes_in_again_whole(filled: Database, empty: Database) -> None:
    before = await everything(filled)
    assert {name for name, _ in before} >= {"inbox", "outbox", "entries", "bodies", "units", "timers", "sessions"}
    async with empty.turn() as conn:
        await dump.load(conn, migrations.HEAD, before)
    assert await everything(empty) == before
    async with empty.turn() as conn:
        head = await chain.head(conn, "b1")
        assert await faults.verify(conn, "b1", head) == []
        assert [row.slots["n"] for row in await activities.current(conn, ["b1"])] == [ODD] * 5
        next_one = await activities.record(
            conn, "b1", kind="k", occurred_on=TODAY, slots={}, by=LI, source_event="$x", at=NOON
        )
        assert next_one == 6
        await inbox.take_in(conn, ME, [InboxRow("$new", ROOM, LI, NOON, "text", {})])
        rows = await inbox.row(conn, ME, "$new")
        assert rows is not None
        assert (await people.person(conn, LI)) is not None


async def test_numbers_that_a_lost_part_gave_out_are_never_given_again(filled: Database, empty: Database) -> None:
    async with empty.turn() as conn:
        await dump.load(conn, migrations.HEAD, await everything(filled))
        await dump.skip_numbers(conn, 1000)
        new = activities.record(conn, "b1", kind="k", occurred_on=TODAY, slots={}, by=LI, source_event="$x", at=NOON)
        assert await new == 1006
        assert list(await conn.scalars(select(numbers.c.number).order_by(numbers.c.number)))[-2:] == [5, 1006]


@pytest.mark.parametrize("revision", revisions())
async def test_rows_of_every_earlier_schema_are_brought_up(new_url: str, tmp_path: Path, revision: str) -> None:
    database = await Database.open_empty(new_url)
    async with database.turn() as conn:
        unit = ("units", {"id": "b1", "name": "第一支部", "place": 0, "attributes": "{}", "founded_on": "1999-07-01"})
        await dump.load(conn, revision, [unit])
    async with database.look() as conn:
        (row,) = await units.all_units(conn)
        assert (row.name, row.founded_on) == ("第一支部", date(1999, 7, 1))
        await migrations.same_release(conn)
    await database.close()


async def test_a_record_is_not_written_over(filled: Database, url: str) -> None:
    with pytest.raises(DatabaseError, match="不是空的"):
        await Database.open_empty(url)


async def test_rows_of_a_newer_release_are_refused_and_leave_nothing(empty: Database) -> None:
    with pytest.raises(DatabaseError, match="更新的版本"):
        async with empty.turn() as conn:
            await dump.load(conn, "9999", [])
    async with empty.look() as conn:
        assert not await migrations.has_tables(conn)


async def test_every_table_is_among_them(filled: Database) -> None:
    """Also one that is added later: an empty table has nothing to show, so each is given a row here."""
    names = {name for name, _ in await everything(filled)}
    async with filled.turn() as conn:
        for table in metadata.sorted_tables:
            if table.name not in names:
                values = {column.name: _any(column.type) for column in table.c if not column.foreign_keys}
                links = {column.name: "b1" for column in table.c if column.foreign_keys}
                await conn.execute(insert(table).values({**values, **links}))
    assert {name for name, _ in await everything(filled)} == set(metadata.tables)


def _any(kind: Any) -> object:
    if isinstance(kind, Utc):
        return NOON
    return {int: 1, bool: True, date: TODAY}.get(kind.python_type, "x")
