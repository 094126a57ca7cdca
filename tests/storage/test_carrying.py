"""A record carried to another database: every row of every table, the chains, and the numbers that come next."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Date, Integer, Table, delete, func, insert, select

from bot.matrix.keeping import lock
from storage import activities, dump, faults, papers, waivers
from storage.carrying import carry
from storage.columns import Json, Utc
from storage.database import Database, DatabaseError
from storage.tables import metadata
from storage.unit_import import import_units
from tests.postgres import Postgres
from tests.storage.conftest import LI, NOON, TODAY, TREE


@pytest.fixture
def places(postgres: Postgres, tmp_path: Path) -> Iterator[dict[str, str]]:
    """An empty database of each kind, and a second file."""
    name = postgres.new_empty()
    files = {kind: f"sqlite+aiosqlite:///{tmp_path / kind}.db" for kind in ("sqlite", "another")}
    yield {**files, "postgres": postgres.address(name)}
    postgres.drop(name)


@asynccontextmanager
async def opened(*urls: str) -> Any:
    """Records, open for a while."""
    found = [await Database.open(url) for url in urls]
    yield found
    for database in found:
        await database.close()


def value(column: Column[Any], n: int) -> Any:
    """Something that fits into a column."""
    match column.type:
        case Integer():
            return n
        case Boolean():
            return n % 2 == 0
        case Date():
            return date(2026, 1, n)
        case Utc():
            return datetime(2026, 1, n, 3, 4, 5, 678901, tzinfo=UTC)
        case Json():
            return {"字": ["\0", "\ud800", n, None, True], "b": "1.50"}
    return f"{column.name}“{n}”\n"


async def fill(database: Database, lots: int = 3) -> None:
    """A real record with a chain, and rows in every table that has none by then; the last activity's number is gone."""
    async with database.turn() as conn:
        tree = (*TREE, replace(TREE[2], id="a0", name="并入下面的", merged_into="b2", parent="top"))
        await import_units(conn, tree, at=NOON, by="test")
        numbers = []
        for n in range(lots):
            files = [{"sha256": f"{n:064x}", "event": f"$f{n}"}]
            new = activities.record(
                conn, "b1", kind="k", occurred_on=TODAY + timedelta(n), slots={"主题": f"第{n}次"}, by=LI,
                source_event=f"${n}", at=NOON, files=files,
            )  # fmt: skip
            numbers.append(await new)
        await activities.amend(conn, numbers[0], {"slots": {"n": "1.5"}}, by=LI, source_event="$9", at=NOON)
        await activities.withdraw(conn, numbers[1], by=LI, source_event=None, at=NOON, reason="said")
        await activities.purge(conn, numbers[2], by=LI, at=NOON, reason="涉密")
        await papers.record(conn, "b2", "finding", TODAY, {"what": "criticism"}, by=LI, source_event="$p", at=NOON)
        await waivers.waive(conn, "b2", key="k", label="l", last=TODAY, reason="r", by=LI, source_event="$w", at=NOON)
        for table in metadata.sorted_tables:
            if not await conn.scalar(select(func.count()).select_from(table)):
                await conn.execute(insert(table), [row(table, n) for n in (1, 2, 3)])
        spare = metadata.tables["numbers"]
        extra = await conn.scalar(insert(spare).values(unit_id="b1").returning(spare.c.number))
        await conn.execute(delete(spare).where(spare.c.number == extra))


def row(table: Table, n: int) -> dict[str, Any]:
    """A row; in the second whatever may be empty is."""
    known = {"units": "b1", "people": LI}
    return {
        c.name: known[next(iter(c.foreign_keys)).column.table.name] if c.foreign_keys
        else None if n == 2 and c.nullable else value(c, n)
        for c in table.c
    }  # fmt: skip


async def content(database: Database) -> dict[str, list[Any]]:
    """Everything that is in a record."""
    async with database.look() as conn:
        return {
            table.name: sorted(map(repr, (await conn.execute(select(table))).all())) for table in metadata.sorted_tables
        }


@pytest.mark.parametrize(
    ("start", "end"), [("sqlite", "postgres"), ("postgres", "sqlite"), ("sqlite", "another")], ids=lambda kind: kind
)
async def test_all_of_it_arrives_and_goes_on(
    places: dict[str, str], start: str, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dump, "PAGE", 2)  # so that every table takes several lots
    async with opened(places[start], places[end]) as (source, target):
        await fill(source)
        done = await carry(source, target)
        before, after = await content(source), await content(target)
        assert after == before
        assert all(before.values()), "no table was empty"
        assert done.rows == {name: len(rows) for name, rows in before.items()}
        assert (done.units, done.entries) == (2, 8)
        new = [await next_number(database) for database in (source, target)]
        assert new[0] == new[1] == 6, "a number that was said is never given again"
        async with target.look() as conn:
            for unit in ("b1", "b2"):
                assert await faults.verify(conn, unit) == []


async def next_number(database: Database) -> int:
    """What the next activity is called."""
    async with database.turn() as conn:
        return await activities.record(
            conn, "b1", kind="k", occurred_on=TODAY, slots={}, by=LI, source_event="$x", at=NOON
        )


async def test_a_target_with_anything_in_it_is_refused_and_left_alone(places: dict[str, str]) -> None:
    async with opened(places["sqlite"], places["postgres"]) as (source, target):
        await fill(source)
        async with target.turn() as conn:
            await import_units(conn, TREE, at=NOON, by="test")
        before = await content(target)
        with pytest.raises(DatabaseError, match="已经有记录"):
            await carry(source, target)
        assert await content(target) == before


async def test_a_chain_that_was_tampered_with_is_not_carried(places: dict[str, str]) -> None:
    async with opened(places["sqlite"], places["postgres"]) as (source, target):
        await fill(source)
        bodies = metadata.tables["bodies"]
        async with source.turn() as conn:
            await conn.execute(bodies.update().where(bodies.c.unit_id == "b1").values(salt="x"))
        with pytest.raises(DatabaseError, match="b1 的记录链不完整"):
            await carry(source, target)
        assert not any((await content(target)).values())


CHILD = """
import asyncio, os, signal, sys
from storage import carrying
from storage.database import Database

async def main():
    source, target = [await Database.open(url) for url in sys.argv[1:3]]
    real = carrying._digest
    async def digest(conn, table):
        if table.name == sys.argv[3]:
            os.kill(os.getpid(), signal.SIGKILL)
        return await real(conn, table)
    carrying._digest = digest
    await carrying.carry(source, target)

asyncio.run(main())
"""


@pytest.mark.parametrize(("start", "end"), [("sqlite", "postgres"), ("postgres", "sqlite")])
async def test_killed_in_the_middle_the_target_is_empty_and_takes_it_again(
    places: dict[str, str], start: str, end: str
) -> None:
    async with opened(places[start]) as (source,):
        await fill(source)
        command = [sys.executable, "-c", CHILD, places[start], places[end], "entries"]
        done = await asyncio.to_thread(subprocess.run, command, env={**os.environ}, check=False)
        assert done.returncode == -signal.SIGKILL
        async with opened(places[end]) as (target,):
            assert not any((await content(target)).values())
            await carry(source, target)
            assert await content(target) == await content(source)


def test_the_command_moves_and_says_what_to_do_next(places: dict[str, str], tmp_path: Path) -> None:
    config = tmp_path / "zhibu.yaml"
    database = f"database: {places['sqlite']}\n"
    config.write_text(f'homeserver: http://127.0.0.1:9\nuser_id: "@a:b"\ndata: data\n{database}', encoding="utf-8")

    async def prepare() -> None:
        async with opened(places["sqlite"]) as (source,):
            await fill(source)

    asyncio.run(prepare())

    def move(to: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bot", "move", "--to", to, "--config", str(config)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    done = move(places["postgres"])
    assert done.returncode == 0, done.stderr
    assert "2个单位的记录链（共8条）都完整" in done.stdout
    for to, said in ((places["postgres"], "已经有记录"), (places["sqlite"], "不用搬")):
        again = move(to)
        assert (again.returncode, "Traceback" in again.stderr) == (2, False)
        assert said in again.stderr
    with lock(tmp_path / "data" / "matrix"):
        assert f"机器人还在运行（进程 {os.getpid()}）" in move(places["another"]).stderr
