"""The tick over a real record: once, late, as one message, and silent about what was done meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands.chat import open_local
from bot.demo.local import BOT, LocalTalk
from bot.demo.transcript import parse
from bot.events import Batch, Inbound, Kind, RoomView
from bot.house import House
from bot.reminders.tick import AT_ONCE, Reminders
from bot.settings import Settings
from bot.units_file import read_units
from bot.worker import Worker
from storage import outbox, rooms, timers, units
from storage.database import Database
from storage.outbox import OutboxRow
from storage.people import Person
from storage.rooms import RoomRow
from storage.unit_import import UnitEntry, import_units

START = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
DAY = timedelta(days=1)
NOVEMBER = "党建信息2条、支委会、主题党日、党费收缴"


class Branch:
    """The demo branch, told of nothing in November but what the demo holds."""

    def __init__(self, database: Database, talk: LocalTalk, folder: Path) -> None:
        self.database, self.talk, self.folder = database, talk, folder
        self.house = House.open(Settings(homeserver="http://localhost", user_id=BOT, data=folder))
        self.reminders = Reminders(database, BOT, self.house)
        self.count = 0

    async def rows(self, now: datetime) -> list[OutboxRow]:
        """What the bot says on its own at a time, taken as sent."""
        await self.reminders.tick(now, now)
        async with self.database.turn() as conn:
            rows = await outbox.unsent(conn, BOT)
            for row in rows:
                await outbox.sent(conn, BOT, row.transaction_id, f"$r{row.transaction_id}", now)
        return rows

    async def tick(self, now: datetime) -> list[str]:
        """Its words."""
        rows = await self.rows(now)
        assert all(row.content["msgtype"] == "m.text" for row in rows), "a reminder makes phones ring"
        return [str(row.content["body"]) for row in rows]

    async def say(self, *lines: str, now: datetime) -> list[str]:
        """The secretary's words at a time; the answers to the last."""
        await self.talk.set_now(now)
        answers = []
        for line in lines:
            answers = await self.talk.say(parse(f"> {line}", "test").said[0])
        return answers

    async def set(self, unit: str = "first", **settings: object) -> None:
        """Change settings."""
        async with self.database.turn() as conn:
            for name, value in settings.items():
                await units.change_setting(conn, unit, name, value, by="test", at=START)

    async def change(self, entry_id: str, **fields: object) -> None:
        """Import the demo's units again, one of them changed."""
        tree = [replace(e, **fields) if e.id == entry_id else e for e in read_units(self.folder / "units.yaml")]  # type: ignore[arg-type]
        async with self.database.turn() as conn:
            await import_units(conn, tree, at=START, by="test")

    async def join(self, room: str, *people: str, direct: bool = True) -> None:
        """The bot is in one more room."""
        self.count += 1
        worker = Worker(self.database, BOT, self.house, clock=lambda: START)
        await worker.receive(Batch(f"j{self.count}", rooms=(RoomView(room, direct, True, people),)))
        async with self.database.turn() as conn:
            for row in await outbox.unsent(conn, BOT):
                await outbox.sent(conn, BOT, row.transaction_id, f"$w{row.transaction_id}", START)


@pytest.fixture
async def branch(tmp_path: Path) -> AsyncIterator[Branch]:
    database, talk = await open_local(tmp_path, START)
    await talk.open()
    yield Branch(database, talk, tmp_path)
    await database.close()


def at(day: str, hour: int = 9, minute: int = 0) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(f"{day}T{hour:02d}:{minute:02d}:00+08:00")


async def test_a_due_reminder_is_said_once(branch: Branch) -> None:
    assert await branch.tick(START) == []
    (said,) = await branch.tick(at("2026-11-23"))
    assert said.splitlines()[:2] == ["机关第一支部", f"11月30日（周一）前，还有7天：{NOVEMBER}"]
    assert await branch.tick(at("2026-11-23", 9, 1)) == []
    assert await branch.tick(at("2026-11-24")) == []


async def test_the_four_stages_of_a_month(branch: Branch) -> None:
    said = {}
    for n in range(14):
        for text in await branch.tick(at("2026-11-20") + DAY * n):
            said[(START + DAY * n).date().isoformat()] = text.splitlines()[1]
    assert said == {
        "2026-11-23": f"11月30日（周一）前，还有7天：{NOVEMBER}",
        "2026-11-27": f"11月30日（周一）前，还有3天：{NOVEMBER}",
        "2026-11-30": f"今天到期：{NOVEMBER}",
        "2026-12-01": f"已过11月30日还没有记到（补开、补记都请照实说明日期）：{NOVEMBER}",
    }


async def test_two_processes_never_say_one_twice(branch: Branch) -> None:
    others = [await Database.open(branch.house.settings.database_url) for _ in range(2)]
    both = [Reminders(database, BOT, branch.house) for database in others]
    for now in (START, at("2026-11-23"), at("2026-11-23", 9, 1), at("2026-11-27")):
        await asyncio.gather(*(reminders.tick(now, now) for reminders in both))
    for database in others:
        await database.close()
    async with branch.database.look() as conn:
        waiting, _ = await outbox.backlog(conn, BOT)
    assert waiting == 2


async def test_down_for_a_week_it_speaks_once_and_late(branch: Branch) -> None:
    await branch.tick(START)
    (said,) = await branch.tick(at("2026-11-29", 15))
    assert "还有1天" in said
    assert await branch.tick(at("2026-11-29", 15, 1)) == []
    assert len(await branch.tick(at("2026-11-30"))) == 1


async def test_down_over_the_deadline_it_says_so_once(branch: Branch) -> None:
    await branch.tick(START)
    (said,) = await branch.tick(at("2026-12-03"))
    assert said.splitlines()[1].startswith("已过11月30日还没有记到")
    assert await branch.tick(at("2026-12-04")) == []


async def test_quiet_hours_are_kept_and_made_up_for(branch: Branch) -> None:
    await branch.set(quiet_hours={"from": "21:30", "to": "10:30"})
    await branch.tick(START)
    assert await branch.tick(at("2026-11-23", 9)) == []
    assert await branch.tick(at("2026-11-23", 10, 29)) == []
    assert len(await branch.tick(at("2026-11-23", 10, 30))) == 1
    assert await branch.tick(at("2026-11-27", 22)) == []  # the bot was down all day
    assert len(await branch.tick(at("2026-11-28", 10, 30))) == 1


async def test_what_was_done_in_the_meantime_is_not_mentioned(branch: Branch) -> None:
    await branch.tick(START)
    await branch.say("11月6日主题党日，义务植树，应到24人实到22人", "好", now=START)
    (said,) = await branch.tick(at("2026-11-23"))
    assert "主题党日" not in said


async def test_everything_done_nothing_said(branch: Branch) -> None:
    await branch.tick(START)
    for line in (
        "11月6日主题党日，义务植树，应到24人实到22人", "11月5日支委会，应到5人，实到5人，研究发展对象",
        "11月10日收了11月党费，24人，合计1200元", "11月18日报送党建信息2条：《支部开展植树》《青年党员讲党课》",
    ):  # fmt: skip
        await branch.say(line, "好", now=START)
    assert [await branch.tick(at(f"2026-11-{day}")) for day in (23, 27, 30)] == [[], [], []]


async def test_what_does_not_apply_is_not_mentioned(branch: Branch) -> None:
    await branch.tick(START)
    await branch.say("支委会本月不适用，委员都在外地培训", "好", now=START)
    (said,) = await branch.tick(at("2026-11-23"))
    assert "支委会" not in said
    await branch.say("撤回 #126", now=at("2026-11-24"))
    (said,) = await branch.tick(at("2026-11-27"))
    assert "支委会" in said


async def test_put_off_until_tomorrow_by_words_and_by_reaction(branch: Branch) -> None:
    await branch.tick(START)
    await branch.tick(at("2026-11-23"))
    assert await branch.say("明天再说", now=at("2026-11-23", 10)) == ["好，11月24日再提醒；到时还没做的才说。"]
    await branch.say("11月6日主题党日，义务植树，应到24人实到22人", "好", now=at("2026-11-23", 11))
    (row,) = await branch.rows(at("2026-11-24"))
    assert "主题党日" not in row.content["body"]
    assert "支委会" in row.content["body"]
    event_id = f"$r{row.transaction_id}"
    reaction = Inbound("$late", "!local", "@li:local", at("2026-11-24", 12), Kind.REACTION, key="⏰", target=event_id)
    worker = Worker(branch.database, BOT, branch.house, clock=lambda: START)
    await worker.receive(Batch("r", (reaction,)))
    await worker.drain()
    (answer,) = await branch.rows(at("2026-11-24", 12))
    assert answer.content["body"] == "好，11月25日再提醒；到时还没做的才说。"
    assert len(await branch.tick(at("2026-11-25"))) == 1
    assert await branch.tick(at("2026-11-26")) == []


async def test_what_does_not_apply_is_said_in_answer_to_a_reminder(branch: Branch) -> None:
    await branch.say("11月6日主题党日，义务植树，应到24人实到22人", "好", now=START)
    await branch.say("11月10日收了11月党费，24人，合计1200元", "好", now=START)
    await branch.say("11月18日报送党建信息2条：《支部开展植树》《青年党员讲党课》", "好", now=START)
    await branch.tick(START)
    (said,) = await branch.tick(at("2026-11-23"))
    assert said.splitlines()[1].endswith("：支委会")
    (asked,) = await branch.say("本月不适用，委员全部外出", now=at("2026-11-23", 10))
    assert asked.startswith("11月支委会记为不适用，原因：委员全部外出。")
    await branch.say("好", now=at("2026-11-23", 11))
    assert await branch.tick(at("2026-11-27")) == []


async def test_a_stage_turned_off_is_left_out(branch: Branch) -> None:
    await branch.tick(START)
    await branch.say("关闭提前一周的提醒", now=START)
    assert await branch.tick(at("2026-11-23")) == []
    assert len(await branch.tick(at("2026-11-27"))) == 1


async def test_reminders_move_to_the_room_where_that_was_said_and_back_when_it_is_left(branch: Branch) -> None:
    await branch.join("!group", "@li:local", "@zhao:local", direct=False)
    said = Inbound("$here", "!group", "@li:local", START, Kind.TEXT, "提醒发到这里", mentions_me=True)
    worker = Worker(branch.database, BOT, branch.house, clock=lambda: START)
    await worker.receive(Batch("h", (said,)))
    await worker.drain()
    (answer,) = await branch.rows(START)
    assert "以后发到这里" in answer.content["body"]
    (row,) = await branch.rows(at("2026-11-23"))
    assert row.room_id == "!group"
    await worker.receive(Batch("l", left=("!group",)))
    (row,) = await branch.rows(at("2026-11-27"))
    assert row.room_id == "!local"


async def test_a_committees_room_is_not_its_branches(branch: Branch) -> None:
    await branch.join("!committee", "@wang:local", "@zhao:local", direct=False)
    await branch.set("committee", remind_room="!committee")
    await branch.tick(START)
    (row,) = await branch.rows(at("2026-11-23"))
    assert row.room_id == "!local"


async def test_the_clock_set_back_and_forward_repeats_nothing(branch: Branch) -> None:
    await branch.tick(START)
    assert len(await branch.tick(at("2026-11-23"))) == 1
    assert await branch.tick(at("2026-11-22", 23)) == []
    assert await branch.tick(at("2026-11-23")) == []
    assert len(await branch.tick(at("2026-11-30"))) == 1
    assert await branch.tick(at("2026-11-27")) == []  # said together with the later one
    assert await branch.tick(at("2026-11-30", 10)) == []


async def test_a_branch_in_another_zone_is_spoken_to_in_its_own_morning(branch: Branch) -> None:
    await branch.tick(START)
    await branch.set(time_zone="Asia/Urumqi")
    assert await branch.tick(at("2026-11-23", 9)) == []
    assert await branch.tick(at("2026-11-23", 10, 59)) == []
    assert len(await branch.tick(at("2026-11-23", 11))) == 1
    await branch.set(time_zone="Asia/Shanghai")
    assert await branch.tick(at("2026-11-23", 12)) == []


async def test_a_new_secretary_is_spoken_to_from_then_on(branch: Branch) -> None:
    await branch.join("!zhao", "@zhao:local")
    await branch.tick(START)
    await branch.rows(at("2026-11-23"))
    tree = {entry.id: entry for entry in read_units(branch.folder / "units.yaml")}
    zhao = tree["second"].people
    await branch.change("first", people=zhao)
    (row,) = [row for row in await branch.rows(at("2026-11-27")) if "机关第一支部" in row.content["body"]]
    assert row.room_id == "!zhao"


async def test_who_left_the_office_hears_nothing_more_wherever_reminders_were_wanted(branch: Branch) -> None:
    await branch.say("提醒发到这里", now=START)
    await branch.join("!zhao", "@zhao:local")
    tree = {entry.id: entry for entry in read_units(branch.folder / "units.yaml")}
    await branch.change("first", people=tree["second"].people)
    await branch.tick(START)
    assert {row.room_id for row in await branch.rows(at("2026-11-23"))} == {"!zhao"}


async def test_a_branch_owes_from_its_founding_and_until_it_is_closed(branch: Branch) -> None:
    await branch.change("first", founded_on=date(2026, 12, 10))
    await branch.tick(START)
    assert [await branch.tick(at(f"2026-11-{day}")) for day in (23, 27, 30)] == [[], [], []]
    assert len(await branch.tick(at("2026-12-24"))) == 1
    await branch.change("first", founded_on=None, closed_on=date(2026, 12, 29))
    assert await branch.tick(at("2026-12-28")) == []
    assert await branch.tick(at("2027-01-01")) == []


async def test_overdue_reaches_the_assessor_alone_and_once(branch: Branch) -> None:
    await branch.join("!wang", "@wang:local")
    await branch.join("!zhao", "@zhao:local")
    await branch.join("!group", "@li:local", "@wang:local", "@zhao:local", direct=False)
    await branch.say("支委会本月不适用，委员都在外地培训", "好", now=START)
    await branch.tick(START)
    heard = []
    for n in range(16):
        heard += [(n, row) for row in await branch.rows(at("2026-11-20") + DAY * n) if row.room_id == "!wang"]
    ((n, row),) = heard
    assert (START + DAY * n).date() == date(2026, 12, 1)
    lines = row.content["body"].splitlines()
    assert lines[0].startswith("过期未记：2个单位")
    assert (
        "机关第一支部：党建信息2条、主题党日、党费收缴（11月30日）；不适用：#126 11月支委会（委员都在外地培训）"
        in lines
    )
    assert any(line.startswith("机关第二支部：") for line in lines)


async def test_the_assessors_digest_after_a_week_of_silence_comes_once(branch: Branch) -> None:
    await branch.join("!wang", "@wang:local")
    await branch.tick(START)
    said = [row for row in await branch.rows(at("2026-12-05", 11)) if row.room_id == "!wang"]
    assert len(said) == 1
    assert [row for row in await branch.rows(at("2026-12-06")) if row.room_id == "!wang"] == []


async def test_a_reminder_whose_reason_has_gone_is_dropped(branch: Branch) -> None:
    await branch.tick(START)
    await branch.set(rulebooks=[])
    assert [await branch.tick(at(f"2026-11-{day}")) for day in (23, 27, 30)] == [[], [], []]


async def test_own_days_are_followed(branch: Branch) -> None:
    await branch.set(party_day={"week": -1, "weekday": 5}, deadlines={"information_submitted": 25}, holidays="earlier")
    await branch.tick(START)
    said = {}
    for n in range(14):
        for text in await branch.tick(at("2026-11-20") + DAY * n):
            said[(START + DAY * n).date().isoformat()[5:]] = text.splitlines()[1:-1]
    assert said["11-22"] == ["11月25日（周三）前，还有3天：党建信息2条"]
    assert said["11-24"] == ["11月27日（周五）前，还有3天：主题党日"]
    assert said["11-25"] == ["今天到期：党建信息2条"]
    assert said["11-26"] == ["原定11月25日，最迟11月30日：党建信息2条"]
    assert said["11-30"][-1] == "今天到期：支委会、党费收缴"
    assert "原定11月27日，最迟11月30日：主题党日" in said["11-30"]


async def test_fifty_branches_hear_once_each_and_one_without_a_secretary_nothing(branch: Branch) -> None:
    book = {"rulebooks": [{"id": "qianjiang-2017", "points": "example-points"}]}
    many = [
        UnitEntry(
            f"u{n}", f"支部{n}", "committee", settings=book, people=((Person(f"@p{n}:x", "书记"), ("secretary",)),)
        )
        for n in range(50)
    ]
    async with branch.database.turn() as conn:
        await import_units(conn, [*many, UnitEntry("bare", "新支部", "committee", settings=book)], at=START, by="test")
        for n in range(50):
            await rooms.saw(conn, BOT, [RoomRow(f"!p{n}", True, True, (f"@p{n}:x",))], START)
    await branch.tick(START)
    said = [row.room_id for _ in range(3) for row in await branch.rows(at("2026-11-23"))]
    assert sorted(said) == sorted(["!local", *(f"!p{n}" for n in range(50))])


class _Killed(Exception):
    pass


@pytest.mark.parametrize("lot", [1, 2])
async def test_a_tick_that_ends_between_two_lots_loses_and_doubles_nothing(branch: Branch, lot: int) -> None:
    """Each lot is its own transaction, and the sender hears of it before the next is worked out."""
    book = {"rulebooks": [{"id": "qianjiang-2017", "points": "example-points"}]}
    many = [
        UnitEntry(f"u{n}", f"支部{n}", "committee", settings=book,
                  people=((Person(f"@p{n}:x", "书记"), ("secretary",)),)) for n in range(50)
    ]  # fmt: skip
    async with branch.database.turn() as conn:
        await import_units(conn, many, at=START, by="test")
        for n in range(50):
            await rooms.saw(conn, BOT, [RoomRow(f"!p{n}", True, True, (f"@p{n}:x",))], START)
    await branch.tick(START)
    woken: list[int] = []

    def wake() -> None:
        woken.append(1)
        if len(woken) == lot:
            raise _Killed

    with pytest.raises(_Killed):
        await Reminders(branch.database, BOT, branch.house, wake).tick(at("2026-11-23"), at("2026-11-23"))
    async with branch.database.look() as conn:
        waiting, _ = await outbox.backlog(conn, BOT)
    assert waiting == AT_ONCE * lot
    said = [row.room_id for _ in range(3) for row in await branch.rows(at("2026-11-23"))]
    assert sorted(said) == sorted(["!local", *(f"!p{n}" for n in range(50))])


async def test_the_clock_set_back_over_a_month_repeats_nothing_and_later_goes_on(branch: Branch) -> None:
    await branch.tick(START)
    assert len(await branch.tick(at("2026-11-23"))) == 1
    assert [await branch.tick(at(day)) for day in ("2026-10-23", "2026-11-21", "2026-11-23")] == [[], [], []]
    assert len(await branch.tick(at("2026-11-27"))) == 1


async def test_a_zone_changed_over_the_date_line_makes_no_second_message_of_a_day(branch: Branch) -> None:
    await branch.tick(START)
    assert len(await branch.tick(at("2026-11-23"))) == 1
    await branch.set(time_zone="Pacific/Kiritimati")  # the 24th there from 18:00 in Shanghai
    assert await branch.tick(at("2026-11-23", 10)) == []
    await branch.set(time_zone="America/New_York")  # still the 22nd
    assert await branch.tick(at("2026-11-23", 11)) == []
    assert await branch.tick(at("2026-11-23", 23)) == [], "the 23rd has come there too, and was spoken of"


async def test_what_was_put_off_goes_when_nobody_is_left_to_hear_it(branch: Branch) -> None:
    await branch.tick(START)
    await branch.tick(at("2026-11-23"))
    await branch.say("明天再说", now=at("2026-11-23", 10))
    worker = Worker(branch.database, BOT, branch.house, clock=lambda: START)
    await worker.receive(Batch("l", left=("!local",)))
    assert await branch.tick(at("2026-11-24")) == []
    async with branch.database.look() as conn:
        assert await timers.due_units(conn, BOT, at("2026-12-24"), ["day", "again"]) == []
