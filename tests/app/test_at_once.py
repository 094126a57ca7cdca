"""People of one branch at the same moment, each with another of three bots on one record: as if one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml

from bot.events import Batch, Inbound, Kind, RoomView
from bot.house import House
from bot.settings import Settings
from bot.units_file import read_units
from bot.worker import Worker
from storage import activities, faults, outbox, units
from storage.database import Database
from storage.unit_import import import_units

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
BRANCHES, PEOPLE = 3, 4  # people of each branch
ACCOUNTS = ("@one:local", "@two:local", "@three:local")


@dataclass
class Speaker:
    """Somebody in a direct room with one of the bots."""

    worker: Worker
    person: str
    count: int = 0

    async def say(self, text: str) -> str:
        """What this bot answers."""
        self.count += 1
        at = NOW + timedelta(seconds=self.count)
        event = Inbound(f"$e{self.count}-{self.person}", f"!{self.person}", self.person, at, Kind.TEXT, text)
        await self.worker.receive(Batch(str(self.count), (event,)))
        await self.worker._answer_room(event.room_id)
        async with self.worker.database.look() as conn:
            rows = await outbox.to_event(conn, self.worker.account, event.event_id)
        return "\n".join(str(row.content["body"]) for row in rows)


@dataclass
class Town:
    """Three bots, each with its own door to one record, and the people of some branches."""

    databases: list[Database]
    speakers: dict[str, list[Speaker]]

    async def all_say(self, branch: str, *texts: str) -> list[str]:
        """Everybody of a branch at once, each a text of their own; the answers in that order."""
        return await asyncio.gather(*(who.say(text) for who, text in zip(self.speakers[branch], texts, strict=True)))


@pytest.fixture
async def town(url: str, tmp_path: Path) -> AsyncIterator[Town]:
    def branch(n: int) -> dict[str, object]:
        people = [{"id": f"@p{n}-{k}:local", "name": f"人{n}{k}", "roles": ["secretary" if k == 0 else "reporter"]}
                  for k in range(PEOPLE)]  # fmt: skip
        heads = [{"since": "2025-01-01", "正式": 24, "委员": 5}]
        return {"id": f"b{n}", "name": f"第{n}支部", "headcounts": heads, "people": people}

    tree = {"id": "top", "name": "党委", "rulebooks": [{"id": "qianjiang-2017", "points": "example-points"}],
            "children": [branch(n) for n in range(BRANCHES)]}  # fmt: skip
    (tmp_path / "units.yaml").write_text(yaml.safe_dump({"units": [tree]}, allow_unicode=True), encoding="utf-8")
    databases = [await Database.open(url) for _ in ACCOUNTS]
    async with databases[0].turn() as conn:
        await import_units(conn, read_units(tmp_path / "units.yaml"), at=NOW, by="test")
    workers = []
    for account, database in zip(ACCOUNTS, databases, strict=True):
        settings = Settings(homeserver="http://localhost", user_id=account, data=tmp_path, database=url)
        workers.append(Worker(database, account, House.open(settings), clock=lambda: NOW))
    speakers: dict[str, list[Speaker]] = {}
    for n in range(BRANCHES):
        for k in range(PEOPLE):
            who = Speaker(workers[(n + k) % len(workers)], f"@p{n}-{k}:local")
            speakers.setdefault(f"b{n}", []).append(who)
            view = RoomView(f"!{who.person}", direct=True, encrypted=True, others=(who.person,))
            await who.worker.receive(Batch("0", rooms=(view,)))
    yield Town(databases, speakers)
    for database in databases:
        await database.close()


async def test_what_each_changes_of_one_setting_stays_changed(town: Town) -> None:
    said = [f"关闭{stage}的提醒" for stage in ("提前一周", "提前三天", "当天", "过后一次")]
    for _ in range(5):
        await asyncio.gather(*(town.all_say(branch, *said) for branch in town.speakers))
        async with town.databases[0].look() as conn:
            for branch in town.speakers:
                unit = await units.unit(conn, branch)
                assert unit is not None
                assert unit.settings["stages_off"] == ["week", "three", "day", "after"]
        await asyncio.gather(*(who[0].say("恢复所有提醒") for who in town.speakers.values()))


async def test_of_several_who_withdraw_one_record_one_does(town: Town) -> None:
    first = town.speakers["b0"][0]
    for number in range(1, 6):
        await first.say("11月5日支委会，应到5人，实到5人，研究发展对象")
        assert f"#{number}" in await first.say("好")
        answers = await town.all_say("b0", *[f"撤回 #{number}"] * PEOPLE)
        if all("吗？" in answer for answer in answers):
            answers = await town.all_say("b0", *["好"] * PEOPLE)
        assert sum(f"已撤回 #{number}" in answer for answer in answers) == 1, answers
        assert not any("出错" in answer for answer in answers), answers
    async with town.databases[0].look() as conn:
        rows = await activities.current(conn, ["b0"])
        assert [row.version for row in rows] == [2] * 5


@pytest.mark.postgres("SQLite has one writer")
async def test_a_branch_is_answered_while_another_is_held(town: Town) -> None:
    async with asyncio.timeout(20), town.databases[2].turn(["b1"]):
        await town.speakers["b0"][0].say("11月5日支委会，应到5人，实到5人，研究发展对象")
        assert "已记下 #1" in await town.speakers["b0"][0].say("好")


async def test_everybody_reports_at_once_and_nothing_is_lost(town: Town) -> None:
    """Every number once, every chain whole, and each branch told of all its records as the year goes on."""

    async def report(who: Speaker, day: int) -> str:
        await who.say(f"11月{day}日支委会，应到5人，实到5人，议题：第{day}号方案")
        return await who.say("好")

    every = [who for branch in town.speakers.values() for who in branch]
    for day in range(2, 8):
        answers = await asyncio.gather(*(report(who, day) for who in every))
        assert all("已记下 #" in answer for answer in answers), answers
    async with town.databases[0].look() as conn:
        rows = await activities.current(conn, list(town.speakers))
        assert len({row.number for row in rows}) == len(rows) == 6 * len(every)
        for branch in town.speakers:
            assert await faults.verify(conn, branch) == []
