"""Who hears the tick: the room that was chosen, the office and not the person, branches while they last."""

from __future__ import annotations

from datetime import date

from bot.demo.local import BOT
from bot.events import Batch, Inbound, Kind
from bot.units_file import read_units
from bot.worker import Worker
from storage import rooms, timers
from storage.people import Person
from storage.rooms import RoomRow
from storage.unit_import import UnitEntry, import_units
from tests.reminders.branch import START, Branch, at


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


async def test_what_was_put_off_goes_when_nobody_is_left_to_hear_it(branch: Branch) -> None:
    await branch.tick(START)
    await branch.tick(at("2026-11-23"))
    await branch.say("明天再说", now=at("2026-11-23", 10))
    worker = Worker(branch.database, BOT, branch.house, clock=lambda: START)
    await worker.receive(Batch("l", left=("!local",)))
    assert await branch.tick(at("2026-11-24")) == []
    async with branch.database.look() as conn:
        assert await timers.due_units(conn, BOT, at("2026-12-24"), ["day", "again"]) == []
