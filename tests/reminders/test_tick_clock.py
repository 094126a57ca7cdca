"""The tick when time does not go as usual: late, killed, set back, in another zone, or twice at once."""

from __future__ import annotations

import asyncio

import pytest

from bot.demo.local import BOT
from bot.reminders.tick import AT_ONCE, Reminders
from storage import outbox, rooms
from storage.database import Database
from storage.people import Person
from storage.rooms import RoomRow
from storage.unit_import import UnitEntry, import_units
from tests.reminders.branch import START, Branch, at


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
