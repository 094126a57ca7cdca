"""Opening the record: a new one, one of every earlier schema, one that isn't ours; and a process killed in a turn."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from storage import activities, faults, inbox, migrations, units
from storage.database import Database, DatabaseError
from storage.errors import explain
from storage.inbox import InboxRow
from storage.tables import metadata
from tests.storage.conftest import LI, ME, NOON, ROOM

SCRIPTS = Path(migrations.__file__).parent


def revisions() -> list[str]:
    """Every schema ever released, oldest first."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return [step.revision for step in reversed(list(ScriptDirectory.from_config(config).walk_revisions()))]


def test_the_newest_schema_is_the_one_the_code_expects() -> None:
    assert revisions()[-1] == migrations.HEAD


async def test_the_migrations_make_the_tables_of_the_code(db: Database) -> None:
    def differences(conn: Any) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(conn), metadata))

    async with db.turn() as conn:
        assert await conn.run_sync(differences) == []


async def test_an_up_to_date_record_opens_without_alembic(url: str) -> None:
    await (await Database.open(url)).close()
    code = (
        "import asyncio, sys, time; t = time.perf_counter(); from storage.database import Database\n"
        f"asyncio.run(Database.open({url!r})); took = time.perf_counter() - t\n"
        "assert 'alembic' not in sys.modules; print(took)"
    )
    out = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert float(out.stdout) < 2


async def test_two_processes_may_open_a_new_record_at_once(new_url: str) -> None:
    opened = await asyncio.gather(*(Database.open(new_url) for _ in range(3)))
    for database in opened:
        await database.close()


async def test_a_record_of_a_newer_release_is_left_alone(url: str) -> None:
    database = await Database.open(url)
    async with database.turn() as conn:
        await conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    with pytest.raises(DatabaseError, match="请升级本程序"):
        await Database.open(url)


async def test_somebody_elses_database_is_left_alone(new_url: str) -> None:
    engine = create_async_engine(new_url)
    async with engine.begin() as conn:
        await conn.execute(text("CREATE TABLE theirs (x INTEGER)"))
    with pytest.raises(DatabaseError, match="别的程序"):
        await Database.open(new_url)
    async with engine.begin() as conn:
        assert await conn.run_sync(lambda sync: inspect(sync).get_table_names()) == ["theirs"]
    await engine.dispose()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "地址写法有误"),
        ("mysql://x/y", "地址写法有误"),
        ("sqlite+aiosqlite://", "应为一个文件"),
        ("sqlite+aiosqlite:///:memory:", "应为一个文件"),
        ("sqlite+aiosqlite:////no/such/folder/zhibu.db", "没有目录 /no/such/folder"),
        ("sqlite+aiosqlite:////tmp", "打不开数据库文件"),
    ],
)
async def test_an_address_that_leads_nowhere_says_so(url: str, said: str) -> None:
    with pytest.raises(DatabaseError, match=said):
        await Database.open(url)


async def test_postgres_without_its_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(DatabaseError, match="pip install asyncpg"):
        await Database.open("postgresql+asyncpg://u:p@127.0.0.1/zhibu")


@pytest.mark.sqlite("a file")
async def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    path = tmp_path / "zhibu.db"
    path.write_bytes(b"not a database at all, but long enough to be read as one" * 20)
    with pytest.raises(DatabaseError, match="已损坏") as told:
        await Database.open(f"sqlite+aiosqlite:///{path}")
    assert not told.value.temporary


@pytest.mark.sqlite("PostgreSQL keeps its own files")
async def test_nobody_else_can_read_a_new_record(tmp_path: Path) -> None:
    path = tmp_path / "zhibu.db"
    database = await Database.open(f"sqlite+aiosqlite:///{path}")
    for file in tmp_path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    await database.close()


@pytest.mark.sqlite("its lock is the file's")
async def test_a_locked_record_says_so_and_that_it_will_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.BUSY", 50)
    path = tmp_path / "zhibu.db"
    database = await Database.open(f"sqlite+aiosqlite:///{path}")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseError, match="另一个程序占用") as told:
        async with database.turn():
            pass
    assert told.value.temporary
    async with database.look() as conn:
        assert await units.all_units(conn) == []
    other.close()
    async with database.turn() as conn:
        assert await units.all_units(conn) == []
    await database.close()


@pytest.mark.sqlite("its file can be deleted under it")
@pytest.mark.parametrize("replaced", [False, True])
async def test_a_record_that_is_taken_away_is_noticed_and_not_written_into_the_void(
    tmp_path: Path, replaced: bool
) -> None:
    """An open file lives on when it is deleted: what is written then is seen by this process and nobody after it."""
    path = tmp_path / "zhibu.db"
    database = await Database.open(f"sqlite+aiosqlite:///{path}")
    path.unlink()
    if replaced:
        path.write_bytes(b"")
    with pytest.raises(DatabaseError, match="不见了") as told:
        async with database.turn() as conn:
            await inbox.save_token(conn, ME, "t")
    assert not told.value.temporary
    await database.close()
    assert path.exists() is replaced
    again = await Database.open(f"sqlite+aiosqlite:///{path}")
    async with again.look() as conn:
        assert await inbox.load_token(conn, ME) is None
    await again.close()


@pytest.mark.sqlite("PostgreSQL's disk is filled in test_postgres.py")
async def test_a_full_disk_undoes_the_turn_and_the_next_one_goes_on(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'zhibu.db'}")

    async def turn(size: int) -> None:
        async with database.turn() as conn:
            await inbox.save_token(conn, ME, "t")
            await inbox.take_in(conn, ME, [InboxRow(f"${size}", ROOM, LI, NOON, "text", {"body": "x" * size})])

    async with database.turn() as conn:
        pages = (await conn.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await conn.exec_driver_sql(f"PRAGMA max_page_count={pages + 5}")
    with pytest.raises(DatabaseError, match="磁盘已满") as told:
        await turn(100_000)
    assert told.value.temporary
    async with database.look() as conn:
        assert await inbox.load_token(conn, ME) is None
    await turn(1)
    async with database.look() as conn:
        assert await inbox.known(conn, ME, ["$1", "$100000"]) == {"$1"}
    await database.close()


@pytest.mark.sqlite("its words")
@pytest.mark.parametrize(
    ("said", "temporary"),
    [("database or disk is full", True), ("attempt to write a readonly database", False), ("disk I/O error", True)],
)
def test_the_disks_troubles_are_told_in_a_sentence(said: str, temporary: bool) -> None:
    told = explain(DBAPIError("SELECT 1", None, sqlite3.OperationalError(said)))
    assert told is not None
    assert told.temporary is temporary
    assert "。" in str(told)


def test_our_own_mistakes_keep_their_traceback() -> None:
    assert explain(DBAPIError("SELECT 1", None, sqlite3.OperationalError("no such column: x"))) is None


CHILD = """
import asyncio, sys
from datetime import date
from storage import activities, inbox
from storage.database import Database
from storage.inbox import InboxRow
from tests.storage.conftest import LI, ME, NOON, ROOM

async def main():
    database = await Database.open(sys.argv[1])
    n = int(sys.argv[2])
    while True:
        n += 1
        async with database.turn() as conn:
            await inbox.take_in(conn, ME, [InboxRow(f"${n}", ROOM, LI, NOON, "text", {"body": "x"})])
            for _ in range(3):
                await activities.record(conn, "b1", kind="k", occurred_on=date(2026, 11, 1), slots={"n": n}, by=LI,
                                        source_event=f"${n}", at=NOON)
            await inbox.done(conn, ME, f"${n}", "recorded", NOON)
        print(n, flush=True)

asyncio.run(main())
"""


async def test_a_process_killed_in_a_turn_loses_nothing_and_leaves_nothing_half(url: str, branches: Database) -> None:
    """Five kills at moments of their own; all that was said to be done is there, and only whole turns are."""
    said = 0
    for kill in range(5):
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", CHILD, url, str(said), stdout=asyncio.subprocess.PIPE, env={**os.environ}
        )
        assert child.stdout is not None
        for _ in range(3):
            said = int(await child.stdout.readline())
        await asyncio.sleep(kill * 0.0007)
        child.send_signal(signal.SIGKILL)
        for line in (await child.stdout.read()).split():
            said = int(line)
        await child.wait()
        async with branches.look() as conn:
            rows = await activities.current(conn, ["b1"])
            counts = {n: sum(row.slots["n"] == n for row in rows) for n in range(1, said + 2)}
            assert {counts[n] for n in range(1, said + 1)} == {3}
            assert counts[said + 1] in (0, 3)  # committed, and killed before it could say so
            assert await faults.verify(conn, "b1") == []
        said += counts[said + 1] // 3
