"""Turns: nothing lost under many at once, nothing half done, and errors that say what to do."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError

from storage import activities, audit, faults, sessions, tables
from storage.database import Connection, Database, DatabaseError
from tests.storage.conftest import LI, ME, NOON, ROOM, TODAY

Look = Callable[[Database], AbstractAsyncContextManager[Connection]]


async def test_no_turn_of_180_is_lost(branches: Database) -> None:
    """20 rooms at once, 9 turns each, all reading before they write: one counter, one chain."""
    async with branches.turn() as conn:
        await sessions.save(conn, ME, ROOM, LI, 1, "0", NOON)

    async def room() -> None:
        for _ in range(9):
            async with branches.turn() as conn:
                saved = await sessions.load(conn, ME, ROOM, LI)
                assert saved is not None
                await asyncio.sleep(0)
                await activities.record(
                    conn, "b1", kind="k", occurred_on=TODAY, slots={"n": saved.text}, by=LI, source_event=None, at=NOON
                )
                await sessions.save(conn, ME, ROOM, LI, 1, str(int(saved.text) + 1), NOON)

    await asyncio.gather(*(room() for _ in range(20)))
    async with branches.turn() as conn:
        assert await sessions.load(conn, ME, ROOM, LI) == sessions.Saved(1, "180")
        rows = await activities.current(conn, ["b1"])
        assert sorted(int(row.slots["n"]) for row in rows) == list(range(180))
        assert await faults.verify(conn, "b1") == []


async def test_first_entries_of_a_chain_at_once(branches: Database) -> None:
    async def one(n: int) -> None:
        async with branches.turn() as conn:
            await activities.record(
                conn, "b2", kind="k", occurred_on=TODAY, slots={}, by=LI, source_event=f"${n}", at=NOON
            )

    await asyncio.gather(*(one(n) for n in range(10)))
    async with branches.look() as conn:
        assert len(await activities.current(conn, ["b2"])) == 10
        assert await faults.verify(conn, "b2") == []


async def test_a_turn_that_raises_leaves_nothing(branches: Database) -> None:
    async def fails() -> None:
        async with branches.turn() as conn:
            await sessions.save(conn, ME, ROOM, LI, 1, "x", NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fails()
    async with branches.turn() as conn:
        assert await sessions.load(conn, ME, ROOM, LI) is None


async def test_cancelled_turns_leave_the_door_open(branches: Database) -> None:
    """Stopping the bot cancels tasks wherever they are; a turn is whole or absent, and the next one gets through."""
    chance = random.Random(7)
    async with branches.turn() as conn:
        await sessions.save(conn, ME, ROOM, LI, 1, "0", NOON)

    async def turn() -> None:
        async with branches.turn() as conn:
            saved = await sessions.load(conn, ME, ROOM, LI)
            assert saved is not None
            await activities.record(
                conn, "b1", kind="k", occurred_on=TODAY, slots={}, by=LI, source_event=None, at=NOON
            )
            await sessions.save(conn, ME, ROOM, LI, 1, str(int(saved.text) + 1), NOON)

    async with asyncio.timeout(20):  # one lock left behind costs ten seconds
        for _ in range(200):
            task = asyncio.create_task(turn())
            asyncio.get_running_loop().call_later(chance.uniform(0, 0.005), task.cancel)
            await asyncio.gather(task, return_exceptions=True)
        await turn()
    async with branches.turn() as conn:
        saved = await sessions.load(conn, ME, ROOM, LI)
        assert saved is not None
        assert int(saved.text) == len(await activities.current(conn, ["b1"])) > 0
        assert await faults.verify(conn, "b1") == []


@pytest.mark.parametrize(("first", "second"), [(["b1"], ["b1", "b2"]), (["b1"], None), (None, ["b1"]), (None, ())])
async def test_turns_over_the_same_follow_one_another(
    branches: Database, url: str, first: list[str] | None, second: list[str] | None
) -> None:
    """Whichever process they are in: the second begins to read when the first has ended."""
    other = await Database.open(url)
    steps = []
    begun = asyncio.Event()

    async def one() -> None:
        async with branches.turn(first) as conn:
            begun.set()
            await sessions.save(conn, ME, ROOM, LI, 1, "x", NOON)
            await asyncio.sleep(0.3)  # time for the other to be wrong in
            steps.append("first ends")

    async def two() -> None:
        await begun.wait()
        async with other.turn(second) as conn:
            steps.append("second begins")
            assert await sessions.load(conn, ME, ROOM, LI) == sessions.Saved(1, "x")

    await asyncio.gather(one(), two())
    assert steps == ["first ends", "second begins"]
    await other.close()


@pytest.mark.postgres("SQLite has one writer")
async def test_turns_over_other_units_go_on_beside_each_other(branches: Database) -> None:
    async with asyncio.timeout(20), branches.turn(["b1"]), branches.turn(["b2"]), branches.turn(()):
        pass


@pytest.mark.postgres("SQLite's turns follow one another anyway")
async def test_the_last_line_of_the_audit_is_never_overtaken(branches: Database) -> None:
    """Else somebody who has seen a higher number would never learn of a lower one."""
    steps: list[int] = []

    async def note(unit: str, seconds: float) -> None:
        async with branches.turn([unit]) as conn:
            await audit.note(conn, LI, "test", unit, {}, NOON)
            mine = await audit.last(conn)
            await asyncio.sleep(seconds)  # time to be overtaken in
        steps.append(mine)

    await asyncio.gather(note("b1", 0.3), note("b2", 0.1), note("top", 0.0))
    assert steps == sorted(steps)


@pytest.mark.parametrize("look", [Database.look, Database.glance])
async def test_looking_changes_nothing_and_waits_for_nobody(branches: Database, look: Look) -> None:
    async with branches.turn() as conn:
        await sessions.save(conn, ME, ROOM, LI, 1, "x", NOON)
        async with look(branches) as other:
            assert (await other.execute(select(tables.sessions))).all() == []

    async def writes() -> None:
        async with look(branches) as conn:
            await conn.execute(insert(tables.sync_tokens).values(account=ME, token="t"))

    with pytest.raises((DatabaseError, DBAPIError)):
        await writes()
    async with look(branches) as conn:
        assert [row.body for row in await conn.execute(select(tables.sessions))] == ["x"]
