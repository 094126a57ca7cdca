"""How long a turn of the record takes: ten statements and a durable commit, against sqlite3 alone doing the same."""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Connection as SyncConnection

from storage import activities, inbox, outbox, people, sessions
from storage.database import Connection, Database
from storage.inbox import InboxRow
from storage.outbox import OutboxRow
from storage.people import Person
from storage.unit_import import UnitEntry, import_units

ME, LI, ROOM = "@zhibu:example.org", "@li:example.org", "!room"
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
TURNS, ROUNDS = 200, 5
Statement = tuple[str, tuple[object, ...]]


async def turn(conn: Connection, event_id: str) -> None:
    """What a message that records an activity costs: read the row, the session, the branch; write all of it."""
    rows = await inbox.oldest(conn, ME, ROOM, 1)
    await sessions.load(conn, ME, ROOM, LI)
    units = await people.units_of(conn, LI, ["secretary"], NOON.date())
    number = await activities.record(
        conn,
        units[0],
        kind="committee_meeting",
        occurred_on=NOON.date(),
        slots={"expected": 5, "present": 5, "topic": "研究11月主题党日方案"},
        by=LI,
        source_event=event_id,
        at=NOON,
    )
    await sessions.save(conn, ME, ROOM, LI, 1, '{"cards":[]}' * 20, NOON)
    content = {"body": "已记下" * 40}
    await outbox.put(conn, ME, [OutboxRow(f"t{number}", ROOM, "m.room.message", content)], NOON)
    for row in rows:
        await inbox.done(conn, ME, row.event_id, "recorded", NOON)


async def fill(database: Database, count: int) -> None:
    """One branch, its secretary, and a queue of messages."""
    async with database.turn() as conn:
        branch = UnitEntry("b1", "机关第一支部", people=((Person(LI, "李明"), ("secretary",)),))
        await import_units(conn, [branch], at=NOON, by="bench")
        rows = [InboxRow(f"${n}", ROOM, LI, NOON, "text", {"body": "11月5号开了支委会"}) for n in range(count)]
        await inbox.take_in(conn, ME, rows)


async def ours(database: Database, first: int) -> list[float]:
    """Seconds of each of our turns."""
    times = []
    for n in range(first, first + TURNS):
        begin = time.perf_counter()
        async with database.turn() as conn:
            await turn(conn, f"${n}")
        times.append(time.perf_counter() - begin)
    return times


async def spoken(database: Database, event_id: str) -> list[Statement]:
    """The statements of one turn with their values, as the driver gets them."""
    said: list[Statement] = []

    def hear(conn: SyncConnection, cursor: object, statement: str, values: object, *_: object) -> None:
        said.append((statement, values if isinstance(values, tuple) else tuple(values[0])))  # type: ignore[index]

    async with database.turn() as conn:
        sync = conn.sync_connection
        assert sync is not None
        event.listen(sync, "before_cursor_execute", hear)
        await turn(conn, event_id)
    return said


def plain(path: Path, statements: list[Statement]) -> list[float]:
    """Seconds of each turn of the same statements through sqlite3 alone; what is unique gets a number of its own."""
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA synchronous=FULL")
    conn.execute("PRAGMA foreign_keys=ON")
    position = conn.execute("SELECT max(position) FROM entries").fetchone()[0]
    number = conn.execute("SELECT max(number) FROM numbers").fetchone()[0]
    times = []
    for n in range(1, TURNS + 1):
        swap = _numbered(position + n, number + n)
        mine = [(statement, swap(values)) for statement, values in statements]
        begin = time.perf_counter()
        conn.execute("BEGIN IMMEDIATE")
        for statement, values in mine:
            conn.execute(statement, values).fetchall()
        conn.execute("COMMIT")
        times.append(time.perf_counter() - begin)
    conn.close()
    return times


def _numbered(position: int, number: int) -> Callable[[tuple[object, ...]], tuple[object, ...]]:
    """Stand-ins for the values a turn may not repeat; a unit of its own chain place each time."""

    def swap(values: tuple[object, ...]) -> tuple[object, ...]:
        if len(values) == 12 and "record" in values:  # an entry
            return (values[0], position, values[2], number, *values[4:])
        if len(values) == 7 and "activity" in values:  # a body
            return (values[0], number, *values[2:])
        return tuple(f"p{number}" if isinstance(value, str) and value.startswith("t") else value for value in values)

    return swap


async def measure() -> dict[str, float]:
    """Milliseconds: median and 95th percentile of our turn, median of the plain one, and their ratio."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        path = Path(folder) / "bench.db"
        database = await Database.open(f"sqlite+aiosqlite:///{path}")
        await fill(database, TURNS * ROUNDS + 3)
        async with database.turn() as conn:
            await turn(conn, "$0")  # the first of a chain has a statement more
        statements = await spoken(database, "$1")
        mine, bare = [], []
        for n in range(ROUNDS):
            mine += await ours(database, 2 + n * TURNS)
            bare += plain(path, statements)
            await _mend(database)
        await database.close()
    ratio = statistics.median(mine) / statistics.median(bare)
    return {
        "statements": len(statements),
        "turn": statistics.median(mine) * 1000,
        "turn_95": statistics.quantiles(mine, n=20)[-1] * 1000,
        "plain": statistics.median(bare) * 1000,
        "ratio": ratio,
    }


async def _mend(database: Database) -> None:
    """Set the chain's head on the rows that the plain turns added, so that ours can go on."""
    async with database.turn() as conn:
        await conn.exec_driver_sql("UPDATE heads SET position = (SELECT max(position) FROM entries)")


def run() -> dict[str, float]:
    """Measure and print."""
    found = asyncio.run(measure())
    print(
        f"record: a turn of {found['statements']:.0f} statements with a durable commit: median {found['turn']:.2f} ms,"
        f" 95 % under {found['turn_95']:.2f} ms; sqlite3 alone {found['plain']:.2f} ms; ratio {found['ratio']:.1f}"
    )
    return found


if __name__ == "__main__":
    run()
