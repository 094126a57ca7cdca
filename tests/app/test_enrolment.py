"""Enrolment with codes: through the worker and a record on disk, as strangers and people already known do it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.codes import GUESSES, give_out
from bot.commands.chat import open_local
from bot.demo.local import BOT, LocalTalk
from bot.demo.transcript import Said
from bot.events import Batch, Inbound, Kind, RoomView
from bot.understanding.codes import shown
from bot.units_file import read_units
from storage import codes, people, rooms, units
from storage.database import Database
from storage.unit_import import import_units

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
CHEN, LI, SUN = "@chen:local", "@li:local", "@sun:local"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[tuple[Database, LocalTalk]]:
    """The demo's branches, and Sun, whom nobody knows."""
    database, talk = await open_local(tmp_path, NOW)
    await talk.open()
    await talk.speak_as("chen")
    await talk.speak_as("sun")
    yield database, talk
    await database.close()


Town = tuple[Database, LocalTalk]


async def code(
    town: Town, role: str = "reporter", unit: str = "first", replaces: str | None = None, by: str = CHEN
) -> str:
    database, talk = town
    async with database.turn() as conn:
        last = NOW.date() + timedelta(days=7)
        _, made = await give_out(
            conn, unit, role, by=by, at=NOW, last=last, zone=talk.house.settings.zone, replaces=replaces
        )
    return shown(made)


async def say(town: Town, *texts: str) -> list[str]:
    """The answers to the last of some messages."""
    answers: list[str] = []
    for line in texts:
        answers = await town[1].say(Said(0, line))
    return answers


async def posts(town: Town, unit: str = "first") -> set[tuple[str, str, str, str]]:
    async with town[0].look() as conn:
        return {(p.person, p.name, p.role, p.origin) for p in await people.people_of(conn, unit, NOW.date())}


async def audited(town: Town, person: str) -> list[str]:
    async with town[0].look() as conn:
        found = await conn.execute(text("SELECT action FROM audit WHERE by = :by ORDER BY id"), {"by": person})
        return [row.action for row in found]


async def test_a_stranger_is_asked_for_a_name_and_may_then_report(town: Town) -> None:
    made = await code(town)
    (answer,) = await say(town, "11月5日支委会，应到5人，实到5人，研究发展对象")
    assert "登记码" in answer
    assert "机关第一支部" not in answer
    (answer,) = await say(town, f"登记 {made}")
    assert answer == "登记为：机关第一支部 报送人\n请问您的姓名？不登记回“算了”。"
    assert SUN not in {person for person, *_ in await posts(town)}
    (answer,) = await say(town, "怎么用")
    assert "请直接说姓名" in answer
    told, answer = sorted(await say(town, "我叫孙丽"))
    assert told == f"[chen] 孙丽（{SUN}）用1号登记码登记为机关第一支部 报送人。"
    assert answer.startswith("已登记：孙丽，机关第一支部 报送人。\n\n您好，我是支部记事助手。")
    assert (SUN, "孙丽", "reporter", "code") in await posts(town)
    (answer,) = await say(town, "11月5日支委会，应到5人，实到5人，研究发展对象")
    assert answer.startswith("支委会 · 机关第一支部")
    assert await audited(town, SUN) == ["enrol"]


async def test_the_name_in_the_room_is_proposed(town: Town) -> None:
    made = await code(town)
    talk = town[1]
    talk.shown = "孙丽"
    (answer,) = await say(town, made)
    assert "姓名就用“孙丽”吗" in answer
    assert len(await say(town, "好")) == 2
    assert (SUN, "孙丽", "reporter", "code") in await posts(town)


async def test_a_name_in_the_room_that_is_none_is_not_proposed(town: Town) -> None:
    for shown_as in ("🐼🐼", "13800000000", "x", "**孙丽**", "孙" * 21, "<b>孙</b>"):
        made = await code(town)
        town[1].shown = shown_as
        assert "请问您的姓名" in (await say(town, made))[0]


async def test_letting_go_leaves_the_code_good(town: Town) -> None:
    made = await code(town)
    assert await say(town, made, "算了") == ["好，没有登记；登记码没有用掉。"]
    assert "请问您的姓名" in (await say(town, made))[0]


async def test_a_code_used_twice_is_refused_with_a_clear_answer(town: Town) -> None:
    made = await code(town)
    await say(town, made, "孙丽")
    (answer,) = await say(town, f"登记 {made}")
    assert answer == "您已经用它登记为机关第一支部 报送人，不用再登记。"
    await town[1].speak_as("wu")
    (answer,) = await say(town, f"登记 {made}")
    assert answer == "这个登记码已经有人用过了，一个码只能用一次。请联系管理员重新发一个。"
    assert "@wu:local" not in {person for person, *_ in await posts(town)}
    assert await audited(town, "@wu:local") == ["refused:code"]


async def test_used_by_somebody_else_while_the_name_was_asked(town: Town) -> None:
    made = await code(town)
    await say(town, made)
    await town[1].speak_as("wu")
    await say(town, made, "吴刚")
    await town[1].speak_as("sun")
    assert "已经有人用过了" in (await say(town, "孙丽"))[0]
    assert SUN not in {person for person, *_ in await posts(town)}


async def test_of_two_who_send_it_at_once_one_is_enrolled(town: Town) -> None:
    made = await code(town)
    database, talk = town
    await say(town, made)
    await talk.speak_as("wu")
    await say(town, made)
    events = [Inbound(f"$both-{n}", f"!local-{n}", f"@{n}:local", NOW, Kind.TEXT, f"名字{n}") for n in ("sun", "wu")]
    worker = talk._worker
    await worker.receive(Batch("both", tuple(events)))
    await asyncio.gather(worker._answer_room("!local-sun"), worker._answer_room("!local-wu"))
    held = {person for person, _, role, _ in await posts(town) if role == "reporter"}
    assert len(held & {SUN, "@wu:local"}) == 1
    await talk._answers()
    await database.close()


async def test_expired_cancelled_and_closed_are_told_apart(town: Town) -> None:
    expired, cancelled, closed = await code(town), await code(town), await code(town, unit="second")
    async with town[0].turn() as conn:
        assert await codes.cancel(conn, 2, CHEN, NOW)
        await conn.execute(text("UPDATE units SET closed_on = '2026-11-01' WHERE id = 'second'"))
    assert "已经作废" in (await say(town, cancelled))[0]
    assert "机关第二支部已经撤销" in (await say(town, closed))[0]
    await town[1].set_now(NOW + timedelta(days=8))
    (answer,) = await say(town, expired)
    assert answer == "这个登记码只到11月27日有效，已经过期。请联系管理员重新发一个。"


async def test_the_last_day_is_a_whole_day(town: Town) -> None:
    made = await code(town)
    await town[1].set_now(datetime.fromisoformat("2026-11-27T23:59:00+08:00"))
    assert "请问您的姓名" in (await say(town, made))[0]


async def test_who_guesses_is_stopped_and_noted(town: Town) -> None:
    made = await code(town)
    for n in range(GUESSES):
        assert "登记码不对" in (await say(town, f"登记 ABCD-234{n + 2}"))[0]
    assert "请一小时后再试" in (await say(town, made))[0]
    assert "请一小时后再试" in (await say(town, "登记 ABCD-2349"))[0]
    assert await audited(town, SUN) == ["refused:code"] * GUESSES
    await town[1].speak_as("wu")
    assert "请问您的姓名" in (await say(town, made))[0]  # somebody else's guesses don't stop another
    await town[1].speak_as("sun")
    await town[1].set_now(NOW + timedelta(minutes=70))
    assert "请问您的姓名" in (await say(town, made))[0]


async def test_what_can_be_no_code_is_no_guess(town: Town) -> None:
    for _ in range(GUESSES + 1):
        assert "登记码是8位" in (await say(town, "登记 ABCD-2340"))[0]
    assert await audited(town, SUN) == []


async def test_somebody_known_holds_several_offices_by_codes(town: Town) -> None:
    await town[1].speak_as("li")
    made = await code(town, unit="second")
    told, answer = await say(town, made)
    assert told.startswith("[chen] ")
    assert answer.startswith("已登记：李明，机关第二支部 报送人。")
    made = await code(town, "assessor", "committee")
    await say(town, made)
    async with town[0].look() as conn:
        held = {(p.unit_id, p.role) for p in await people.posts_of(conn, LI, NOW.date())}
    assert held == {("first", "secretary"), ("second", "reporter"), ("committee", "assessor")}
    unused = await code(town, unit="second")
    (answer,) = await say(town, unused)
    assert answer == "您已经是机关第二支部 报送人，不用再登记；这个登记码没有用掉。"


async def test_an_import_afterwards_takes_no_enrolment_away(town: Town, tmp_path: Path) -> None:
    await say(town, await code(town, "secretary"), "孙丽")
    async with town[0].turn() as conn:
        assert await import_units(conn, read_units(tmp_path / "units.yaml"), at=NOW, by="test") == []
    assert (SUN, "孙丽", "secretary", "code") in await posts(town)


async def test_a_code_that_takes_an_office_over_ends_the_former_term(town: Town) -> None:
    database, talk = town
    async with database.turn() as conn:
        await units.change_setting(conn, "first", "remind_room", "!local", by=LI, at=NOW)
    made = await code(town, "secretary", replaces=LI)
    answers = await say(town, made, "孙丽")
    assert any(a.startswith("[li] 机关第一支部 书记已由孙丽接任") for a in answers)
    async with database.look() as conn:
        held = [p.person for p in await people.people_of(conn, "first", NOW.date()) if p.role == "secretary"]
        row = await units.unit(conn, "first")
    assert held == [SUN]
    assert row is not None
    assert "remind_room" not in row.settings  # it was Li's own room
    await talk.speak_as("li")
    assert "您还没有登记" in (await say(town, "积分"))[0]


async def test_a_code_said_before_others_does_nothing(town: Town) -> None:
    database, talk = town
    made = await code(town, "secretary", "second")
    room = RoomView("!group", direct=False, encrypted=True, others=(LI, CHEN))
    event = Inbound("$group", "!group", LI, NOW, Kind.TEXT, made, mentions_me=True)
    await talk._worker.receive(Batch("group", (event,), rooms=(room,)))
    await talk._worker.drain()
    (answer,) = await talk._answers()
    assert "登记码只能在和我的私聊里用" in answer
    assert LI not in {person for person, *_ in await posts(town, "second")}
    async with database.look() as conn:
        found = await codes.by_number(conn, 1)
        assert await rooms.room(conn, BOT, "!group") is not None
    assert found is not None
    assert found.used_at is None
