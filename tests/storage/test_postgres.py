"""What only PostgreSQL does: being away, refusing, filling up, losing a connection or a machine in a turn."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from storage import database, inbox, units
from storage.database import Connection, Database, DatabaseError
from storage.inbox import InboxRow
from tests.postgres import OWNER, Postgres
from tests.storage.conftest import LI, ME, NOON, ROOM

pytestmark = pytest.mark.postgres("all of this is about a server")
PASSWORD = "geheim"


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """One that may be hurt, and wants a password."""
    with Postgres(PASSWORD) as running:
        yield running


@pytest.fixture
def address(server: Postgres) -> Iterator[str]:
    """A record on it."""
    name = server.new()
    yield server.address(name)
    server.drop(name)


@pytest.fixture
async def there(address: str) -> AsyncIterator[Database]:
    """That record, open."""
    opened = await Database.open(address)
    yield opened
    await opened.close()


async def fails(work: Awaitable[object], said: str, *, temporary: bool) -> None:
    """The work fails with this sentence, and with no secret in it."""
    with pytest.raises(DatabaseError, match=said) as told:
        await work
    assert told.value.temporary is temporary
    assert PASSWORD not in str(told.value)
    assert "asyncpg" not in str(told.value)


async def test_whatever_keeps_one_out_is_said(server: Postgres, address: str) -> None:
    url = make_url(address)
    await fails(Database.open(address.replace(PASSWORD, "falsch")), "拒绝登录", temporary=False)
    await fails(Database.open(address.replace(f"{OWNER}:", "nobody:", 1)), "拒绝登录", temporary=False)
    elsewhere = url.set(database="nothing").render_as_string(hide_password=False)
    await fails(Database.open(elsewhere), "没有这个库", temporary=False)
    await fails(Database.open(address.replace("127.0.0.1", "no.such.host.invalid")), "连不上数据库", temporary=True)
    closed = url.set(port=9).render_as_string(hide_password=False)
    await fails(Database.open(closed), "检查数据库是否在运行", temporary=True)
    await fails(Database.open(f"postgresql+asyncpg://{OWNER}@/x?host=/nowhere"), "连不上数据库", temporary=True)


async def test_a_user_without_rights_is_told_what_to_ask_for(server: Postgres, address: str) -> None:
    server.sql(f"CREATE ROLE guest LOGIN PASSWORD '{PASSWORD}'")
    guest = make_url(address).set(username="guest").render_as_string(hide_password=False)
    await fails(Database.open(guest), "权限不够", temporary=False)
    server.sql("ALTER ROLE guest CONNECTION LIMIT 0")
    await fails(Database.open(guest), "连接数已满", temporary=True)


async def turn(there: Database, event_id: str, then: Callable[[Connection], Awaitable[object]] | None = None) -> None:
    """A turn that keeps a message, with something in the middle of it."""
    async with there.turn() as conn:
        await inbox.take_in(conn, ME, [InboxRow(event_id, ROOM, LI, NOON, "text", {"body": "x" * 1000})])
        if then is not None:
            await then(conn)
            await conn.execute(text("SELECT 1"))


async def kept(there: Database, *event_ids: str) -> set[str]:
    """Which of these messages were kept."""
    async with there.look() as conn:
        return await inbox.known(conn, ME, event_ids)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT, signal.SIGKILL], ids=["stopped", "crashed", "killed"])
async def test_a_server_that_goes_undoes_the_turn_and_the_next_one_goes_on(
    server: Postgres, there: Database, how: signal.Signals
) -> None:
    async def ends(_: Connection) -> None:
        await asyncio.to_thread(server.stop, how)

    await fails(turn(there, "$undone", ends), "数据库", temporary=True)
    await fails(turn(there, "$away"), "检查数据库是否在运行", temporary=True)
    await fails(kept(there), "检查数据库是否在运行", temporary=True)
    server.start()
    await turn(there, "$after")
    assert await kept(there, "$undone", "$away", "$after") == {"$after"}


async def test_a_connection_cut_in_a_turn_undoes_it(server: Postgres, there: Database) -> None:
    async def cut(conn: Connection) -> None:
        mine = await conn.scalar(text("SELECT pg_backend_pid()"))
        server.sql(f"SELECT pg_terminate_backend({mine})")

    await fails(turn(there, "$cut", cut), "数据库", temporary=True)
    await turn(there, "$after")
    assert await kept(there, "$cut", "$after") == {"$after"}


async def test_a_full_disk_undoes_the_turn_and_the_next_one_goes_on(server: Postgres, there: Database) -> None:
    """The messages' file is one that every write to finds no space for."""
    async with there.look() as conn:
        path = server.data / str(await conn.scalar(text("SELECT pg_relation_filepath('inbox')")))
    await asyncio.to_thread(server.stop)
    path.rename(path.with_suffix(".aside"))
    path.symlink_to("/dev/full")
    server.start()
    await fails(turn(there, "$full"), "磁盘已满", temporary=True)
    await fails(turn(there, "$still full"), "磁盘已满", temporary=True)
    await asyncio.to_thread(server.stop)
    path.with_suffix(".aside").rename(path)
    server.start()
    await turn(there, "$after")
    assert await kept(there, "$full", "$still full", "$after") == {"$after"}


async def test_somebody_who_never_ends_a_turn_is_waited_for_no_longer_than_said(
    address: str, there: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WAIT", 1)
    impatient = await Database.open(address)
    async with there.turn():
        await fails(turn(impatient, "$late"), "另一个程序占用", temporary=True)
        assert await kept(impatient, "$late") == set()
    await turn(impatient, "$late")
    await impatient.close()


HANGS = """
import asyncio, sys
from storage import database, sessions
from tests.storage.conftest import LI, ME, NOON, ROOM

async def main():
    database.HELD = 1
    there = await database.Database.open(sys.argv[1])
    async with there.turn() as conn:
        await sessions.save(conn, ME, ROOM, LI, 1, "half", NOON)
        print("in the middle", flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_a_machine_lost_in_a_turn_lets_the_others_go_on(address: str, there: Database) -> None:
    """Its process stands still and its connection stays open, as when the power goes: the server ends the turn."""
    lost = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HANGS, address, stdout=asyncio.subprocess.PIPE, env={**os.environ}
    )
    assert lost.stdout is not None
    await lost.stdout.readline()
    lost.send_signal(signal.SIGSTOP)
    async with asyncio.timeout(20):
        await turn(there, "$after")
    lost.kill()
    await lost.wait()
    assert await kept(there, "$after") == {"$after"}


def test_the_password_may_lie_where_postgresql_looks_for_it(server: Postgres, tmp_path: Path) -> None:
    """In ~/.pgpass or the file that PGPASSFILE names, instead of the settings."""
    name = server.new()
    secret = tmp_path / "pgpass"
    secret.write_text(f"127.0.0.1:{server.port}:*:{OWNER}:{PASSWORD}\n")
    secret.chmod(0o600)
    code = (
        "import asyncio, sys; from storage.database import Database\n"
        "asyncio.run(Database.open(sys.argv[1])); print('open')"
    )
    bare = server.address(name).replace(f":{PASSWORD}@", "@")
    done = subprocess.run([sys.executable, "-c", code, bare], env={**os.environ, "PGPASSFILE": str(secret)},
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.stdout == "open\n", done.stderr
    server.drop(name)


async def test_a_second_start_changes_nothing(address: str, there: Database) -> None:
    for _ in range(2):
        await (await Database.open(address)).close()
    async with there.look() as conn:
        assert await units.all_units(conn) == []
