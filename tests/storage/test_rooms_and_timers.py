"""Rooms as they are now, and duties that are done once by whoever claims them."""

from __future__ import annotations

import asyncio

from storage import rooms, timers
from storage.database import Database
from storage.rooms import RoomRow
from storage.timers import Timer
from tests.storage.conftest import LI, ME, NOON, later

OTHER = "@second:example.org"


async def test_a_person_is_found_in_the_direct_room_seen_last(db: Database) -> None:
    direct = RoomRow("!d", True, True, (LI,), "李明\ud800")
    async with db.turn() as conn:
        await rooms.saw(conn, ME, [direct, RoomRow("!g", False, True, (LI, "@z:example.org"))], NOON)
        assert await rooms.direct_room(conn, LI) == (ME, "!d")
        assert await rooms.direct_room(conn, "@z:example.org") is None
        assert await rooms.room(conn, ME, "!d") == RoomRow("!d", True, True, (LI,), "李明?")
        assert await rooms.room(conn, OTHER, "!d") is None
        await rooms.saw(conn, OTHER, [RoomRow("!e", True, True, (LI,))], later(9))
        assert await rooms.direct_room(conn, LI) == (OTHER, "!e")
        assert await rooms.direct_rooms(conn) == {LI: (OTHER, "!e")}
        assert await rooms.joined(conn) == {
            "!d": (ME, (LI,)), "!g": (ME, (LI, "@z:example.org")), "!e": (OTHER, (LI,)),
        }  # fmt: skip
        await rooms.left(conn, OTHER, ["!e"], later(10))
        assert await rooms.direct_room(conn, LI) == (ME, "!d")
        await rooms.saw(conn, ME, [RoomRow("!d", False, True, (LI, "@z:example.org"))], later(11))
        assert await rooms.direct_room(conn, LI) is None


def timer(key: str, seconds: float = 0, account: str | None = ME, unit: str = "b1") -> Timer:
    return Timer(key, "month_end", later(seconds), account, unit, {"period": "2026-11"})


async def test_a_timer_is_planned_once_moved_and_dropped(db: Database) -> None:
    async with db.turn() as conn:
        await timers.plan(conn, [timer("a"), timer("b", 60), timer("other", account=OTHER), timer("any", account=None)])
        assert [t.key for t in await timers.due(conn, ME, NOON, ["month_end"])] == ["a", "any"]
        await timers.plan(conn, [timer("a", 90)])
        assert await timers.due(conn, ME, later(60), ["month_end"]) == [timer("any", account=None), timer("b", 60)]
        assert [t.key for t in await timers.of_units(conn, ME, ["b1"], later(90), ["month_end"])] == ["any", "b", "a"]
        assert await timers.due_units(conn, ME, NOON, ["month_end"]) == ["b1"]
        assert await timers.due_units(conn, ME, NOON, ["digest"]) == []
        await timers.drop(conn, ["any", "other"])
        assert sorted(await timers.set_for(conn, ME, "month_end")) == ["a", "b"]
        assert await timers.one(conn, "b") == timer("b", 60)
        assert await timers.one(conn, "any") is None


async def test_a_duty_once_claimed_is_never_due_again(db: Database) -> None:
    async with db.turn() as conn:
        await timers.plan(conn, [timer("a")])
        assert await timers.claim(conn, "a", ME, NOON)
        await timers.plan(conn, [timer("a")])
        assert await timers.due(conn, ME, later(1), ["month_end"]) == []
        assert await timers.claimed(conn, ["a", "b"]) == {"a"}
        assert not await timers.claim(conn, "a", OTHER, NOON)


async def test_only_one_of_many_claims_a_duty(db: Database) -> None:
    async def claim(who: int) -> bool:
        async with db.turn() as conn:
            return await timers.claim(conn, "duty", f"@{who}:example.org", NOON)

    assert sum(await asyncio.gather(*(claim(n) for n in range(20)))) == 1
