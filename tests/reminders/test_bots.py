"""Several bots on one record: who of them tells a unit, and what happens when that changes. Each thing is said once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.commands.chat import open_local
from bot.demo.local import LocalTalk
from bot.demo.transcript import parse
from bot.events import Batch, RoomView
from bot.house import House
from bot.reminders.tick import Reminders
from bot.settings import Settings
from bot.worker import Worker
from storage import outbox, timers
from storage.database import Database

START = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
DUE = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
LI, WANG = "@li:local", "@wang:local"
ONE, TWO = "@zhibu:local", "@second:local"  # the first is the one that LocalTalk speaks to


@dataclass
class Bot:
    """One of them. said: its messages since it was last asked, by room."""

    account: str
    database: Database
    worker: Worker
    reminders: Reminders
    count: int = 0

    async def join(self, room: str, person: str, at: datetime = START) -> None:
        """The bot is in a direct room with somebody; its welcome is taken as sent."""
        self.count += 1
        self.worker._clock = lambda: at
        await self.worker.receive(Batch(f"{room}{self.count}", rooms=(RoomView(room, True, True, (person,)),)))
        await self._sent(at)

    async def leave(self, room: str) -> None:
        """The bot is no longer there."""
        self.count += 1
        await self.worker.receive(Batch(f"{room}{self.count}", left=(room,)))

    async def tick(self, now: datetime) -> list[str]:
        """The rooms in which it speaks on its own at a time."""
        await self.reminders.tick(now, now)
        return await self._sent(now)

    async def _sent(self, now: datetime) -> list[str]:
        async with self.database.turn() as conn:
            rows = await outbox.unsent(conn, self.account)
            for row in rows:
                await outbox.sent(conn, self.account, row.transaction_id, f"$x{row.transaction_id}", now)
        return [row.room_id for row in rows]


@dataclass
class Two:
    """Two bots, and a talk with the first as the demo branch's secretary in !local."""

    one: Bot
    two: Bot
    talk: LocalTalk


@pytest.fixture
async def bots(tmp_path: Path) -> AsyncIterator[Two]:
    database, talk = await open_local(tmp_path, START)
    found = []
    for account in (ONE, TWO):
        house = House.open(Settings(homeserver="http://localhost", user_id=account, data=tmp_path))
        worker = Worker(database, account, house, clock=lambda: START)
        found.append(Bot(account, database, worker, Reminders(database, account, house)))
    await found[0].join("!local", LI)
    yield Two(*found, talk)
    await database.close()


async def test_a_unit_is_told_by_the_bot_its_secretary_met_last(bots: Two) -> None:
    assert await bots.one.tick(START) == await bots.two.tick(START) == []
    await bots.two.join("!second", LI, START + timedelta(hours=1))
    for bot in (bots.one, bots.two, bots.one):
        await bot.tick(START + timedelta(hours=2))
    assert await bots.one.tick(DUE) == []
    assert await bots.two.tick(DUE) == ["!second"]
    assert await bots.one.tick(DUE) == await bots.two.tick(DUE) == []


async def test_a_room_that_sync_shows_again_is_no_newer(bots: Two) -> None:
    """A bot that was started again sees all its rooms anew; that takes no unit from another bot."""
    await bots.two.join("!second", LI, START + timedelta(hours=1))
    await bots.one.join("!local", LI, START + timedelta(hours=2))
    for bot in (bots.one, bots.two):
        await bot.tick(START + timedelta(hours=3))
    assert await bots.one.tick(DUE) == []
    assert await bots.two.tick(DUE) == ["!second"]


async def test_one_that_is_away_tells_its_units_when_it_is_back(bots: Two) -> None:
    await bots.two.join("!second", LI, START + timedelta(hours=1))
    assert await bots.one.tick(START + timedelta(hours=2)) == []  # the second, killed, has not planned
    assert await bots.one.tick(DUE) == []
    assert await bots.two.tick(DUE + timedelta(hours=3)) == ["!second"]
    assert await bots.one.tick(DUE + timedelta(hours=3)) == []


@pytest.mark.parametrize("first", [ONE, TWO])
async def test_tomorrow_is_kept_when_the_secretary_turns_to_another_bot(bots: Two, first: str) -> None:
    await bots.one.tick(START)
    assert await bots.one.tick(DUE) == ["!local"]
    await bots.talk.set_now(DUE + timedelta(minutes=5))
    (answer,) = await bots.talk.say(parse("> 明天再说", "test").said[0])
    assert "11月24日再提醒" in answer
    await bots.two.join("!second", LI, DUE + timedelta(hours=1))
    order = [bots.one, bots.two] if first == ONE else [bots.two, bots.one]
    for bot in order:
        assert await bot.tick(DUE + timedelta(hours=2)) == []
    said = [room for bot in order for room in await bot.tick(DUE + timedelta(days=1))]
    assert said == ["!second"]


async def test_whoever_is_left_takes_the_unit_over(bots: Two) -> None:
    await bots.two.join("!second", LI, START + timedelta(hours=1))
    for bot in (bots.one, bots.two):
        await bot.tick(START + timedelta(hours=2))
    await bots.two.leave("!second")
    for bot in (bots.two, bots.one):
        await bot.tick(START + timedelta(hours=3))
    assert await bots.two.tick(DUE) == []
    assert await bots.one.tick(DUE) == ["!local"]


async def test_nobody_left_to_be_told_leaves_no_timer(bots: Two) -> None:
    await bots.one.tick(START)
    await bots.one.leave("!local")
    await bots.one.tick(START + timedelta(hours=1))
    async with bots.one.database.look() as conn:
        assert await timers.due_units(conn, ONE, DUE + timedelta(days=99), ["day"]) == []


async def test_an_assessors_digest_comes_from_one_of_them(bots: Two) -> None:
    late = datetime.fromisoformat("2026-12-01T09:00:00+08:00")
    await bots.one.join("!wang", WANG)
    await bots.one.tick(START)
    await bots.two.join("!wang2", WANG, START + timedelta(hours=1))
    assert "!wang" not in await bots.one.tick(late)  # the second has not planned yet, and nothing is lost by it
    assert "!wang2" in await bots.two.tick(late)
    assert "!wang2" not in await bots.two.tick(late) + await bots.one.tick(late)
