"""Turns: nothing lost under many at once, nothing half done, and errors that say what to do."""

from __future__ import annotations

import asyncio
import random

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError

from storage import activities, faults, sessions, tables
from storage.database import Database, DatabaseError
from tests.storage.conftest import LI, ME, NOON, ROOM, TODAY


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


async def test_looking_changes_nothing_and_waits_for_nobody(branches: Database) -> None:
    async with branches.turn() as conn:
        await sessions.save(conn, ME, ROOM, LI, 1, "x", NOON)
        async with branches.look() as other:
            assert (await other.execute(select(tables.sessions))).all() == []

    async def writes() -> None:
        async with branches.look() as conn:
            await conn.execute(insert(tables.sync_tokens).values(account=ME, token="t"))

    with pytest.raises((DatabaseError, DBAPIError)):
        await writes()
