"""A unit closed, merged, moved: what goes with it, and what stays where it was."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bot.charges import load_charges
from bot.demo.local import BOT
from bot.loading import load_context
from bot.reminders.plan import overdue
from bot.reminders.tick import Reminders
from storage import activities, structure, units
from storage.people import Person
from storage.structure import StructureError
from storage.unit_import import UnitEntry, import_units
from tests.app.conftest import LI, NOW, TODAY, WANG, Place, say


async def closed(place: Place, on: date, into: str | None = None) -> None:
    async with place[0].turn() as conn:
        await structure.close(conn, "first", on, into, by="test", at=NOW)


async def test_a_merged_branch_owes_nothing_from_then_on_and_keeps_its_record(place: Place) -> None:
    database, talk = place
    owed = []
    for merged in (False, True):
        if merged:
            await closed(place, date(2026, 12, 1), "second")
        async with database.look() as conn:
            charges = await load_charges(conn, talk.house, ["first", "second"], NOW)
            found = await activities.current(conn, ["first"], since=date(2026, 1, 1))
        assert charges["first"].facts.activities
        assert {a.unit_id for a in found} == {"first"}
        owed.append(overdue(charges["first"], date(2026, 12, 1), date(2026, 12, 31), TODAY))
    assert owed[0] != ()
    assert owed[1] == ()
    (answer,) = await say(place, "12月3日支委会，应到5人，实到5人，研究发展对象", "好")
    assert answer.startswith("机关第一支部从12月1日起已经撤销")
    (answer,) = await say(place, "改日期 11月27日", "好")
    assert answer.startswith("已记下")


async def test_the_successor_looks_up_what_was_merged_into_it_under_its_own_name_and_changes_nothing(
    place: Place,
) -> None:
    _, talk = place
    await closed(place, date(2026, 12, 1), "second")
    await talk.speak_as("zhao")
    (answer,) = await say(place, "10月记录")
    lines = answer.splitlines()
    assert lines[0] == "机关第二支部 2026年10月记录0条"
    assert lines[1] == "来自机关第一支部（12月1日并入，只能查看）："
    assert len(lines) > 8
    assert any(line.startswith("#108 支委会（10月5日）") for line in lines)
    assert "#108" in (await say(place, "10月支委会开了几次"))[0]
    for wish in ("改 #108 实到4人", "撤回 #108", "#108 已录平台"):
        (answer,) = await say(place, wish)
        assert "没有找到" in answer
    assert (await say(place, "积分"))[0].splitlines()[2].split("：")[1].startswith("0～"), "nothing of it is counted"
    files = await say(place, "台账")
    assert files[1:] == [
        "[文件 机关第二支部-2026年台账.xlsx]",
        "[文件 机关第二支部-来自机关第一支部-2026年台账.xlsx]",
    ]


async def test_what_was_merged_is_the_successors_alone_and_from_its_day(place: Place) -> None:
    database, talk = place
    await closed(place, date(2026, 12, 10), "second")
    async with database.turn() as conn:
        await import_units(conn, [UnitEntry("third", "第三支部", "committee", people=(
            (Person("@sun:local", "孙玉"), ("secretary",)),))], at=NOW, by="test")  # fmt: skip
    for name, day in (("zhao", 5), ("sun", 5), ("sun", 15), ("chen", 15)):
        await talk.set_now(NOW.replace(day=day))
        await talk.speak_as(name)
        for wish in ("10月记录", "台账", "机关第一支部10月记录", "为什么 #108"):
            assert not any("来自" in answer or "#108 支委会" in answer for answer in await say(place, wish)), name
    await talk.speak_as("zhao")
    await talk.set_now(NOW.replace(day=16))
    assert "来自机关第一支部" in (await say(place, "10月记录"))[0]


async def test_a_chain_of_mergers_reaches_the_last_one(place: Place) -> None:
    database, talk = place
    async with database.turn() as conn:
        tree = [UnitEntry(i, f"{n}支部", "committee") for i, n in (("third", "第三"), ("fourth", "第四"))]
        await import_units(conn, tree, at=NOW, by="test")
        for one, into in (("first", "third"), ("third", "fourth"), ("fourth", "second")):
            await structure.close(conn, one, date(2026, 12, 1), into, by="test", at=NOW)
        assert await units.merged_into(conn, ["second"], TODAY) == {"second": ["fourth", "third", "first"]}
        assert await units.merged_into(conn, ["second"], date(2026, 11, 30)) == {}
    await talk.speak_as("zhao")
    assert "来自机关第一支部" in (await say(place, "10月记录"))[0]


async def test_what_was_closed_last_year_is_nobodys_to_report_and_still_to_be_assessed(place: Place) -> None:
    database, talk = place
    await closed(place, date(2026, 12, 1), "second")
    for year, mine, theirs in ((2026, True, True), (2027, False, True), (2028, False, False)):
        at = NOW.replace(year=year)
        async with database.look() as conn:
            own = await load_context(conn, BOT, LI, talk.house, at)
            above = await load_context(conn, BOT, WANG, talk.house, at)
        assert ("first" in own.facts) is mine
        assert ("first" in {one.unit.id for one in above.assessed}) is theirs


async def test_a_moved_branch_is_seen_from_its_day_by_the_new_parents_assessor(place: Place) -> None:
    database, talk = place
    async with database.turn() as conn:
        day = date(2027, 1, 1)
        await units.change_setting(conn, "other", "party_day", {"day": 10}, by="test", at=NOW)
        await structure.move(conn, "first", "other", day, by="test", at=NOW, today=TODAY)
    reminders = Reminders(database, BOT, talk.house)
    seen = {}
    for at in (NOW, datetime.fromisoformat("2027-01-01T00:01:00+08:00")):
        await reminders.tick(at, at)
        async with database.look() as conn:
            seen[at.year] = {
                who: "first" in {one.unit.id for one in (await load_context(conn, BOT, who, talk.house, at)).assessed}
                for who in (WANG, "@wu:local")
            }
            settings = (await units.inherited(conn, ["first"]))["first"]
            assert ("party_day" in settings) is (at.year == 2027)
    assert seen == {2026: {WANG: True, "@wu:local": False}, 2027: {WANG: False, "@wu:local": True}}
    async with database.look() as conn:
        (move,) = await structure.moves_of(conn, ["first"])
        assert (move.previous, move.parent) == ("committee", "other")
        found = await activities.current(conn, ["first"], since=date(2026, 1, 1))
    assert {a.unit_id for a in found} == {"first"}


async def test_a_move_that_the_tree_no_longer_allows_is_dropped_and_noted(place: Place) -> None:
    database, _ = place
    async with database.turn() as conn:
        await structure.move(conn, "first", "other", date(2027, 1, 1), by="test", at=NOW, today=TODAY)
        await structure.close(conn, "other", date(2026, 12, 20), None, by="test", at=NOW)
        assert await structure.move_due(conn, date(2027, 1, 1), NOW) == []
        assert not await structure.waiting(conn, date(2027, 1, 1))
        row = await units.unit(conn, "first")
    assert row is not None
    assert row.parent == "committee"


@pytest.mark.parametrize(
    ("unit", "parent", "code"),
    [
        ("none", "other", "unknown"), ("first", "none", "parent_unknown"), ("committee", "first", "circle"),
        ("first", "first", "circle"), ("first", "committee", "there_already"),
    ],
)  # fmt: skip
async def test_moves_that_can_not_be(place: Place, unit: str, parent: str, code: str) -> None:
    async with place[0].turn() as conn:
        with pytest.raises(StructureError) as refused:
            await structure.move(conn, unit, parent, TODAY, by="test", at=NOW, today=TODAY)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("unit", "into", "code"),
    [
        ("none", None, "unknown"), ("committee", None, "not_empty"), ("first", "first", "itself"),
        ("first", "none", "parent_unknown"), ("second", "gone", "target_closed"), ("gone", None, "closed_already"),
        ("young", None, "before_founding"),
    ],
)  # fmt: skip
async def test_closings_that_can_not_be(place: Place, unit: str, into: str | None, code: str) -> None:
    async with place[0].turn() as conn:
        more = [UnitEntry("gone", "撤了的", closed_on=date(2026, 1, 1)), UnitEntry("young", "新的", founded_on=TODAY)]
        await import_units(conn, more, at=NOW, by="test")
        with pytest.raises(StructureError) as refused:
            await structure.close(conn, unit, TODAY, into, by="test", at=NOW)
    assert refused.value.code == code
