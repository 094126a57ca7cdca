"""An office handed over: what goes with the office, and what stays where it was."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.charges import load_charges
from bot.demo.local import BOT
from bot.offices import hand_over
from bot.papers import holders
from bot.reminders.plan import overdue
from bot.reminders.tick import Reminders
from storage import activities, drafts, faults, outbox, people, units
from tests.app.conftest import CHEN, LI, NOW, TODAY, WANG, Place, say


async def handed(
    place: Place, on: date = TODAY, role: str = "secretary", unit: str = "first", before: str = LI
) -> None:
    async with place[0].turn() as conn:
        await people.know(conn, CHEN, "陈静")
        await hand_over(conn, unit, role, before, CHEN, on, by="test", at=NOW)


async def test_the_successor_goes_on_with_the_draft_and_the_record(place: Place) -> None:
    database, talk = place
    await say(place, "自评", "1", "全部认可")
    await handed(place)
    await talk.speak_as("chen")
    (answer,) = await say(place, "自评")
    assert "接着" in answer
    (answer,) = await say(place, "撤回 #126")
    assert "没有找到" in answer or "撤回" in answer
    async with database.look() as conn:
        kept = await drafts.load(conn, ["first"], "")
        charge = (await load_charges(conn, talk.house, ["first"], NOW))["first"]
        assert await faults.verify(conn, "first") == []
    assert [draft.side for draft in kept] == ["self"]
    assert any(d.open for d in overdue(charge, date(2026, 11, 1), date(2026, 12, 31), TODAY))


async def test_a_card_under_way_is_let_go_with_the_office(place: Place) -> None:
    await say(place, "12月3日支委会，应到5人，实到5人，研究发展对象")
    await handed(place)
    (answer,) = await say(place, "好")
    assert answer.startswith("这个支部已不由您填报，没记下的卡片不再保留。\n\n您还没有登记")
    assert "登记码" in answer
    async with place[0].look() as conn:
        found = await activities.current(conn, ["first"], since=date(2026, 12, 1))
    assert not any(a.kind == "committee_meeting" and a.occurred_on == date(2026, 12, 3) for a in found)


async def test_a_card_is_let_go_also_when_another_unit_stays(place: Place) -> None:
    async with place[0].turn() as conn:
        await people.appoint(conn, "second", LI, "reporter", TODAY, people.BY_OFFICE)
    await say(place, "机关第一支部12月3日支委会，应到5人，实到5人，研究发展对象")
    await handed(place)
    (answer,) = await say(place, "好")
    assert answer.startswith("这个支部已不由您填报")
    (answer,) = await say(place, "记录")
    assert "机关第二支部" in answer


async def test_a_walk_and_a_question_end_with_the_office(place: Place) -> None:
    for texts in (("月报",), ("撤回 #1",), ("本月不适用",), ("自评",)):
        await say(place, *texts)
        await handed(place)
        (answer,) = await say(place, "好")
        assert "您还没有登记" in answer
        async with place[0].turn() as conn:
            await people.dismiss(conn, "first", CHEN, "secretary", TODAY)
            await people.appoint(conn, "first", LI, "secretary", TODAY, people.BY_CODE)


async def test_on_its_day_and_not_before(place: Place) -> None:
    database, talk = place
    await handed(place, TODAY + timedelta(days=5))
    assert "您还没有登记" not in (await say(place, "积分"))[0]
    await talk.speak_as("chen")
    assert "第一支部" not in (await say(place, "积分"))[0]
    await talk.set_now(NOW + timedelta(days=5))
    assert "机关第一支部" in (await say(place, "积分"))[0]
    await talk.speak_as("li")
    assert "您还没有登记" in (await say(place, "积分"))[0]
    async with database.look() as conn:
        assert await holders(conn, "first", "secretary", TODAY) == [LI]
        assert await holders(conn, "first", "secretary", TODAY + timedelta(days=5)) == [CHEN]


async def test_reminders_go_to_the_new_secretary_or_stay_in_the_groups_room(place: Place) -> None:
    database, talk = place
    async with database.turn() as conn:
        await units.change_setting(conn, "first", "remind_room", "!local", by=LI, at=NOW)
    await handed(place)
    await talk.speak_as("chen")
    reminders = Reminders(database, BOT, talk.house)
    at = datetime.fromisoformat("2026-12-24T10:00:00+08:00")
    assert await reminders.tick(NOW, NOW) == 0
    assert await reminders.tick(at, at) > 0
    async with database.look() as conn:
        rooms = {row.room_id for row in await outbox.unsent(conn, BOT) if "机关第一支部" in str(row.content)}
    assert rooms == {"!local-chen"}


async def test_an_assessors_own_drafts_go_to_the_next(place: Place) -> None:
    database, talk = place
    async with database.turn() as conn:
        for unit, person, body in (("first", WANG, 1), ("second", WANG, 2), ("second", CHEN, 3)):
            await drafts.save(conn, unit, "city-2020", "assessor", person, {"entries": body}, NOW)
    await handed(place, role="assessor", unit="committee", before=WANG)
    async with database.look() as conn:
        new = {d.unit_id: d.body["entries"] for d in await drafts.load(conn, ["first", "second"], CHEN)}
        old = {d.unit_id: d.body["entries"] for d in await drafts.load(conn, ["first", "second"], WANG)}
    assert (new, old) == ({"first": 1, "second": 3}, {"second": 2})  # where the successor has begun, both stay
    await talk.speak_as("chen")
    assert "机关第一支部" in (await say(place, "单位"))[0]
    await talk.speak_as("wang")
    assert "您还没有登记" in (await say(place, "单位"))[0]
