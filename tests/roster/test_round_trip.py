"""What is written from the record changes nothing when it is read again, whatever the record holds."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.roster import writing
from bot.roster.columns import SHEETS
from bot.roster.rows import sheets
from bot.roster.yaml_writing import as_yaml
from bot.units_file import read_units
from storage import people, units
from storage.database import Database
from storage.people import Person
from storage.unit_entry import Spoken
from storage.unit_import import UnitEntry, compare, import_units
from storage.units import Headcount
from tests.roster.conftest import NOW, Make, bring

IDS = ("top", "b1", "b2", "支部.3", "007", "b-5")
DAYS = st.dates(date(2015, 1, 1), date(2026, 1, 1))
NAMES = st.sampled_from(
    ["第一支部", "=第二支部", "机关党委（本级）", "第 三 支部", "无锡支部", "-1", "2026-01-01", "@支部"]
)
COUNTS = st.builds(
    Headcount, since=DAYS, full=st.integers(5, 40), probationary=st.integers(0, 3), committee=st.integers(0, 5),
    groups=st.sampled_from([(), (0, 0), (5,), (2, 2, 1)]), activists=st.integers(0, 9),
)  # fmt: skip
SETTINGS = {
    "rulebooks": st.sampled_from([[], [{"id": "qianjiang-2017", "points": "example-points"}, {"id": "shaoxing-2018"}]]),
    "party_day": st.sampled_from([{"week": -1, "weekday": 7}, {"day": 10}, {"week": 1, "weekday": 5}]),
    "deadlines": st.sampled_from([{"information_submitted": 25}, {"dues_collected": None, "committee_meeting": 31}]),
    "quiet_hours": st.just({"from": "20:00", "to": "08:30"}),
    "holidays": st.sampled_from(["earlier", "later", "stay"]),
    "language": st.sampled_from(["zh_CN", "en"]),
    "time_zone": st.sampled_from(["Asia/Shanghai", "Asia/Urumqi"]),
}
ATTRIBUTES = st.dictionaries(
    st.sampled_from(["类型", "任期届满日", "医院等级", "类别"]),
    st.sampled_from(["支部", "2027-06-30", "=1"]),
    max_size=3,
)
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from([Person("@li:x", "李明"), Person("@sun:x.org", "孙丽"), Person("@=zhao:x", "=赵敏")]),
        st.sets(st.sampled_from(people.ROLES), min_size=1).map(lambda roles: tuple(sorted(roles))),
    ),
    unique_by=lambda pair: pair[0].id, max_size=3,
)  # fmt: skip


@st.composite
def trees(draw: st.DrawFn) -> tuple[UnitEntry, ...]:
    """A few units under each other."""
    made: list[UnitEntry] = []
    for index, id_ in enumerate(draw(st.permutations(IDS))[: draw(st.integers(1, 6))]):
        founded = draw(st.none() | DAYS)
        closed = draw(st.none() | DAYS.map(lambda day: day + timedelta(days=4000)))
        name = draw(NAMES) + str(index)
        entry = UnitEntry(
            id_, name, parent=draw(st.sampled_from([None, *(e.id for e in made)])), place=draw(st.integers(0, 3)),
            founded_on=founded, closed_on=closed,
            merged_into=made[0].id if made and closed is not None and draw(st.booleans()) else None,
            attributes=draw(ATTRIBUTES), people=tuple(draw(PEOPLE)),
            headcounts=tuple({c.since: c for c in draw(st.lists(COUNTS, max_size=3))}.values()),
            settings=draw(st.fixed_dictionaries({}, optional=SETTINGS)),
        )  # fmt: skip
        made.append(entry)
    return tuple(made)


async def again(folder: Path, tree: Sequence[UnitEntry]) -> dict[str, list[Any]]:
    """What each of the files written from a record would change in it."""
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'zhibu.db'}")
    async with database.turn() as conn:
        await import_units(conn, tree, at=NOW, by="test")
    async with database.look() as conn:
        rows = await units.all_units(conn)
        posts = await people.everybody(conn, NOW.date())
    (folder / "out.xlsx").write_bytes(writing.workbook(sheets(rows, posts)))
    (folder / "out.yaml").write_bytes(as_yaml(rows, posts))
    found = {}
    for name in ("out.xlsx", "out.yaml"):
        async with database.look() as conn:
            found[name] = await compare(conn, read_units(folder / name), NOW)
    await database.close()
    return found


@pytest.mark.sqlite("a new record for each example")
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees())
def test_a_record_written_and_read_again_is_the_same(tree: tuple[UnitEntry, ...]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert asyncio.run(again(Path(folder), tree)) == {"out.xlsx": [], "out.yaml": []}


def test_the_csv_template_has_the_units_headings(tmp_path: Path) -> None:
    path = tmp_path / "template.csv"
    path.write_bytes(writing.as_csv(writing.empty()[0]) + "b1,第一支部\r\n".encode())
    assert [unit.id for unit in read_units(path)] == ["b1"]


def test_the_template_is_empty_and_takes_what_it_asks_for(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    path.write_bytes(writing.workbook(writing.empty()))
    book = load_workbook(path)
    assert book.sheetnames == ["单位", "人数", "人员", "填写说明"]
    for name, columns in SHEETS.items():
        page = book[name]
        assert [c.value for c in page[1]] == [c.name for c in columns]
        for place, known in enumerate(columns, 1):
            if known.example and known.key != "parent" and name != "人数":
                page.cell(2, place, known.example)
    page = book["单位"]
    page.cell(3, 1, "jiguan")
    page.cell(3, 2, "机关党委")
    page["C2"] = "jiguan"
    book.save(path)
    first, top = read_units(path)
    assert (first.id, first.parent, top.id) == ("jiguan-1", "jiguan", "jiguan")
    assert first.headcounts[0] == Headcount(date(2026, 1, 1), 22, 2, 0, 1, 5, (8, 8, 8), 3)
    assert {person.id for person, _ in first.people} == {"@li:example.org", "@sun:example.org"}


async def test_an_empty_cell_changes_nothing_on_record(db: Database, make: Make) -> None:
    await bring_all(db)
    rows = [["单位编号", "名称", "正式", "预备", "人数起始", "书记姓名", "书记账号"],
            ["b1", None, 23, 1, "2026-09-01", None, None]]  # fmt: skip
    (change,) = await bring(db, make({"单位": rows}))
    assert (change.what, change.key, change.before) == ("headcount", "2026-09-01", None)
    async with db.look() as conn:
        row = await units.unit(conn, "b1")
        held = await people.people_of(conn, "b1", NOW.date())
    assert row is not None
    assert (row.name, row.parent, row.place, row.attributes) == ("第一支部", "top", 1, {"类型": "支部"})
    assert [c.since for c in row.headcounts] == [date(2026, 1, 1), date(2026, 9, 1)]
    assert row.settings == {"party_day": {"day": 10}}
    assert {(p.person, p.role) for p in held} == {("@li:x", "secretary"), ("@sun:x", "reporter")}


async def test_a_new_secretary_in_the_sheet_follows_the_old_one_and_leaves_the_others(db: Database, make: Make) -> None:
    await bring_all(db)
    rows = [["单位编号", "书记姓名", "书记账号", "类型", "党日"], ["b1", "赵敏", "@zhao:x", "无", "无"]]
    changes = await bring(db, make({"单位": rows}))
    assert [(c.what, c.key, c.after) for c in changes] == [
        ("attribute", "类型", None), ("setting", "party_day", None), ("role", "@zhao:x", "secretary"),
        ("role", "@li:x", None), ("person", "@zhao:x", "赵敏"),
    ]  # fmt: skip
    assert await bring(db, make({"单位": rows})) == []
    none = [["单位编号", "职务", "姓名", "账号"], ["b1", "书记", None, "无"]]
    assert [(c.key, c.before) for c in await bring(db, make({"人员": none}))] == [("@zhao:x", "secretary")]


async def test_a_days_count_written_by_mistake_can_go(db: Database, make: Make) -> None:
    await bring_all(db)
    rows = [["单位编号", "人数起始", "正式"], ["b1", "2026-01-01", "删除"], ["b1", "2026-02-01", 21]]
    changes = await bring(db, make({"人数": rows}))
    assert [(c.key, c.after and c.after["full"]) for c in changes] == [("2026-01-01", None), ("2026-02-01", 21)]


async def test_what_was_ended_in_office_is_not_given_back_by_an_old_file(db: Database) -> None:
    await bring_all(db)
    async with db.turn() as conn:
        assert await people.dismiss(conn, "b1", "@li:x", "secretary", NOW.date())
        (change,) = await import_units(conn, TREE, at=NOW, by="test")
        assert (change.what, change.key, change.before, change.after) == ("ended", "@li:x", "2026-11-22", "secretary")
        assert "@li:x" not in {p.person for p in await people.people_of(conn, "b1", NOW.date())}
        await people.appoint(conn, "b1", "@li:x", "secretary", NOW.date(), people.BY_CODE)
        assert await import_units(conn, TREE, at=NOW, by="test") == []


TREE = (
    UnitEntry("top", "机关党委", place=3),
    UnitEntry(
        "b1", "第一支部", "top", 1, attributes={"类型": "支部"}, settings={"party_day": {"day": 10}},
        headcounts=(Headcount(date(2026, 1, 1), 22),),
        people=((Person("@li:x", "李明"), ("secretary",)), (Person("@sun:x", "孙丽"), ("reporter",))),
    ),
    UnitEntry("b2", "第二支部", "top", 2, spoken=Spoken(frozenset({"name", "parent", "place"}))),
)  # fmt: skip


async def bring_all(db: Database) -> None:
    async with db.turn() as conn:
        await import_units(conn, TREE, at=NOW, by="test")
