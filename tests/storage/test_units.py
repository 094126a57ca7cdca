"""Units, people and roles: what an import changes, what it leaves alone, and what passes down the tree."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select

from storage import people, tables, units
from storage.database import Database
from storage.people import Person, Post
from storage.unit_import import Change, ImportRefused, UnitEntry, compare, import_units
from storage.units import Headcount
from tests.storage.conftest import BRANCH, LI, NOON, TODAY, TREE

NEXT = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
ZHAO = Person("@zhao:example.org", "赵敏")


async def bring(db: Database, *entries: UnitEntry, at: datetime = NEXT, overrule: bool = False) -> list[Change]:
    async with db.turn() as conn:
        return await import_units(conn, entries, at=at, by="test", overrule=overrule)


async def test_a_second_import_of_the_same_file_changes_nothing(branches: Database) -> None:
    assert await bring(branches, *TREE) == []


async def test_a_dry_run_shows_what_the_import_then_does(branches: Database) -> None:
    entry = replace(
        BRANCH,
        name="第一支部",
        attributes={"层级": "支部"},
        headcounts=(*BRANCH.headcounts, Headcount(TODAY, 23)),
        settings={"language": None, "time_zone": None},
        people=((ZHAO, ("secretary",)),),
    )
    async with branches.look() as conn:
        shown = await compare(conn, [entry], NEXT)
    assert await bring(branches, entry) == shown
    assert [(change.what, change.key, change.before, change.after) for change in shown] == [
        ("name", "", "机关第一支部", "第一支部"),
        ("attribute", "层级", "branch", "支部"),
        ("setting", "language", "en", None),
        ("headcount", "2026-11-22", None, shown[3].after),
        ("role", ZHAO.id, None, "secretary"),
        ("role", LI, "secretary", None),
        ("person", ZHAO.id, None, "赵敏"),
    ]
    assert await bring(branches, entry) == []


async def test_a_unit_reads_back_as_the_file_said(branches: Database) -> None:
    async with branches.look() as conn:
        row = await units.unit(conn, "b1")
        assert row == units.UnitRow(
            id="b1",
            name="机关第一支部",
            parent="top",
            attributes={"层级": "branch"},
            headcounts=BRANCH.headcounts,
            settings={"language": "en"},
        )
        assert await units.unit(conn, "none") is None
        assert [row.id for row in await units.units(conn, ["b2", "b1", "none"])] == ["b1", "b2"]
        assert [row.id for row in await units.all_units(conn)] == ["top", "b1", "b2"]
        assert [row.id for row in await units.subtree(conn, "top")] == ["top", "b1", "b2"]
        assert [row.id for row in await units.subtree(conn, "b2")] == ["b2"]
        assert await units.subtree_ids(conn, ["top", "b1"]) == ["b1", "b2", "top"]


async def test_settings_pass_down_the_tree_until_a_unit_has_its_own(branches: Database) -> None:
    await bring(branches, UnitEntry("deep", "小组", parent="b1", settings={"time_zone": "Asia/Urumqi"}))
    async with branches.turn() as conn:
        assert await units.inherited(conn, ["top", "b1", "b2", "deep"]) == {
            "top": {"language": "zh_CN", "time_zone": "Asia/Shanghai"},
            "b1": {"language": "en", "time_zone": "Asia/Shanghai"},
            "b2": {"language": "zh_CN", "time_zone": "Asia/Shanghai"},
            "deep": {"language": "en", "time_zone": "Asia/Urumqi"},
        }
        await units.change_setting(conn, "b1", "language", None, by=LI, at=NOON)
        await units.change_setting(conn, "b1", "reminder_room", "!r", by=LI, at=NOON)
        assert (await units.inherited(conn, ["b1"]))["b1"] == {
            "language": "zh_CN",
            "time_zone": "Asia/Shanghai",
            "reminder_room": "!r",
        }
    await bring(branches, BRANCH, overrule=True)
    async with branches.look() as conn:
        assert (await units.inherited(conn, ["b1"]))["b1"]["reminder_room"] == "!r"  # not one that the file may hold


async def test_deadlines_pass_down_kind_by_kind(branches: Database) -> None:
    async with branches.turn() as conn:
        top = {"information_submitted": 25, "dues_collected": 20, "party_lecture": 9}
        await units.change_setting(conn, "top", "deadlines", top, by=LI, at=NOON)
        own = {"dues_collected": 5, "party_lecture": None}
        await units.change_setting(conn, "b1", "deadlines", own, by=LI, at=NOON)
        found = await units.inherited(conn, ["top", "b1", "b2"])
        assert found["b1"]["deadlines"] == {"information_submitted": 25, "dues_collected": 5}
        assert found["b2"]["deadlines"] == found["top"]["deadlines"] == top
        assert (await units.sources(conn, "b1"))["deadlines"] == [("top", top), ("b1", own)]


async def test_a_role_lasts_from_one_import_to_another(branches: Database) -> None:
    await bring(branches, replace(BRANCH, people=((ZHAO, ("secretary", "reporter")),)))
    async with branches.look() as conn:
        before, after = date(2026, 11, 30), date(2026, 12, 1)
        assert await people.units_of(conn, LI, ["secretary"], before) == ["b1"]
        assert await people.units_of(conn, LI, ["secretary"], after) == []
        assert await people.units_of(conn, ZHAO.id, ["secretary", "reporter"], after) == ["b1"]
        assert await people.units_of(conn, ZHAO.id, ["assessor"], after) == []
        assert await people.people_of(conn, "b1", before) == [Post("b1", LI, "李明", "secretary", TODAY, after)]
        assert [post.role for post in await people.posts_of(conn, ZHAO.id, after)] == ["reporter", "secretary"]
        assert len(await people.everybody(conn, after)) == 2
        assert await people.person(conn, LI) == Person(LI, "李明")
        assert await people.person(conn, "@nobody:example.org") is None
    await bring(branches, BRANCH)
    async with branches.look() as conn:
        assert await people.units_of(conn, LI, ["secretary"], after) == ["b1"]


async def test_who_was_enrolled_otherwise_stays(branches: Database) -> None:
    enrolled = {"unit_id": "b1", "person": ZHAO.id, "role": "reporter", "since": TODAY, "origin": "code"}
    async with branches.turn() as conn:
        await conn.execute(insert(tables.people), {"id": ZHAO.id, "name": ZHAO.name})
        await conn.execute(insert(tables.posts), enrolled)
    assert await bring(branches, BRANCH) == []
    async with branches.look() as conn:
        assert await people.units_of(conn, ZHAO.id, ["reporter"], TODAY) == ["b1"]


@pytest.mark.parametrize(
    ("entries", "unit", "code"),
    [
        ((UnitEntry("x", "X", parent="none"),), "x", "parent_unknown"),
        ((UnitEntry("x", "X", merged_into="none"),), "x", "merged_unknown"),
        ((UnitEntry("top", "机关党委", parent="b1"),), "top", "circle"),
        ((UnitEntry("x", "X", parent="x"),), "x", "circle"),
    ],
)
async def test_a_tree_that_does_not_hold_is_refused_whole(
    branches: Database, entries: tuple[UnitEntry, ...], unit: str, code: str
) -> None:
    with pytest.raises(ImportRefused) as refused:
        await bring(branches, UnitEntry("fine", "Fine"), *entries)
    assert (refused.value.unit_id, refused.value.code) == (unit, code)
    async with branches.look() as conn:
        assert await units.unit(conn, "fine") is None


async def test_units_may_point_forward_in_the_file(db: Database) -> None:
    await bring(db, UnitEntry("a", "A", parent="b", merged_into="c"), UnitEntry("b", "B"), UnitEntry("c", "C"))
    async with db.look() as conn:
        row = await units.unit(conn, "a")
        assert row is not None
        assert (row.parent, row.merged_into) == ("b", "c")


async def test_who_imported_what_is_on_record(branches: Database) -> None:
    await bring(branches, replace(BRANCH, name="第一支部"))
    async with branches.look() as conn:
        last: Any = (await conn.execute(select(tables.audit).order_by(tables.audit.c.id.desc()))).first()
    assert (last.by, last.action, last.unit_id, last.at) == ("test", "import", "b1", NEXT)
    assert last.details == {"changes": [{"what": "name", "before": "机关第一支部", "after": "第一支部"}]}


async def test_an_import_of_5000_units_is_quick_enough_to_try_out(db: Database) -> None:
    many = [UnitEntry("top", "T"), *(UnitEntry(f"u{n}", f"U{n}", parent="top", place=n) for n in range(5000))]
    assert len(await bring(db, *many)) == 5001
    async with db.look() as conn:
        assert len(await units.subtree(conn, "top")) == 5001
        assert len(await units.inherited(conn, [entry.id for entry in many])) == 5001
