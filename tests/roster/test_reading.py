"""A filled-in .xlsx or .csv: what it says, however it is written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.units_file import read_file, read_units
from storage.people import Person
from storage.unit_entry import Spoken
from storage.units import Headcount
from tests.roster.conftest import Make

HEAD = ["单位编号", "名称", "上级"]
TOP = ["top", "机关党委", None]
JAN = date(2026, 1, 1)


def test_one_flat_sheet_says_it_all(make: Make) -> None:
    told = {
        "单位编号": "b1", "名称": "第一支部", "上级": "top", "类型": "支部", "正式": 22, "预备": "２", "委员": 5.0,
        "党小组": "8、8、8", "人数起始": JAN, "书记姓名": "李明", "书记账号": "@li:example.org",
        "成立日期": datetime(2019, 7, 1, tzinfo=UTC).replace(tzinfo=None), "任期届满日": "2027年6月30日",
        "党日": "每月 第1个 星期五", "节假日": "顺延",
        "考核规则": "qianjiang-2017.example-points、health-branches", "期限": "信息报送25日、党费收缴 20",
        "不打扰": "20：00—8:00", "语言": "en", "属性：医院等级": "三级甲等",
    }  # fmt: skip
    head, row = list(told), list(told.values())
    top, unit = read_units(make({"单位": [head, TOP, row]}))
    assert (top.id, top.name, top.parent, top.spoken) == ("top", "机关党委", None, Spoken(frozenset({"name"})))
    assert (unit.name, unit.parent, unit.founded_on) == ("第一支部", "top", date(2019, 7, 1))
    assert unit.attributes == {"类型": "支部", "任期届满日": "2027-06-30", "医院等级": "三级甲等"}
    assert unit.headcounts == (Headcount(JAN, 22, 2, committee=5, groups=(8, 8, 8)),)
    assert unit.people == ((Person("@li:example.org", "李明"), ("secretary",)),)
    assert unit.settings == {
        "rulebooks": [{"id": "qianjiang-2017", "points": "example-points"}, {"id": "health-branches"}],
        "party_day": {"week": 1, "weekday": 5},
        "deadlines": {"information_submitted": 25, "dues_collected": 20},
        "quiet_hours": {"from": "20:00", "to": "08:00"},
        "holidays": "later",
        "language": "en",
    }
    assert unit.spoken is not None
    assert unit.spoken.roles == {"secretary"}
    assert {"name", "parent", "founded_on", "party_day"} <= unit.spoken.fields
    assert not {"closed_on", "merged_into"} & unit.spoken.fields


def test_further_sheets_add_earlier_counts_and_other_people(make: Make) -> None:
    (unit,) = read_units(
        make(
            {
                "填写说明": [["怎么填"], ["随便写"]],
                "人员": [["单位编号", "职务", "姓名", "账号"], ["b1", "报送人、考评员", "孙丽", "@sun:x"],
                         ["b1", "管理员", "孙丽", "@sun:x"], ["b1", "书记", None, "无"]],
                "人数": [["单位编号", "人数起始", "正式", "预备"], ["b1", "2025/1/1", 20, "无"],
                         ["b1", "2025.9.1", "删除"]],
                "单位": [[*HEAD, "正式", "人数起始"], ["b1", "第一支部", None, 22, "2026-01-01"]],
            }
        )
    )  # fmt: skip
    assert unit.headcounts == (Headcount(JAN, 22), Headcount(date(2025, 1, 1), 20))
    assert unit.people == ((Person("@sun:x", "孙丽"), ("reporter", "assessor", "administrator")),)
    assert unit.spoken is not None
    assert unit.spoken.roles == {"reporter", "assessor", "administrator", "secretary"}
    assert unit.spoken.gone == {date(2025, 9, 1)}


def test_a_title_above_and_a_remark_beside_are_left_alone(make: Make) -> None:
    def title(book: Workbook) -> None:
        book["Sheet1"].merge_cells("A1:D1")
        book["Sheet1"]["D4"] = "=1+1"

    rows = [["机关党委各支部名册"], ["填表人：周强"], [*HEAD, "备注"], ["b1", "第一支部"], [], ["b2", "第二支部", "b1"]]
    first, second = read_units(make({"Sheet1": rows}, title))
    assert (first.id, second.id, second.parent) == ("b1", "b2", "b1")


def test_a_parent_may_be_called_by_its_name(make: Make) -> None:
    rows = [HEAD, ["b1", "第一支部", "机关党委"], TOP]
    assert [u.parent for u in read_units(make({"单位": rows}))] == ["top", None]


def test_numbers_keep_the_zeros_that_their_format_shows(make: Make) -> None:
    def zeros(book: Workbook) -> None:
        book["单位"]["A2"].number_format = "000"

    rows = [HEAD, [7, "第七支部"], ["008", "第八支部"], [9, "第九支部"]]
    assert [u.id for u in read_units(make({"单位": rows}, zeros))] == ["007", "008", "9"]


def test_nothing_said_leaves_it_and_none_takes_it_away(make: Make) -> None:
    head = [*HEAD, "党日", "考核规则", "成立日期", "类型", "并入"]
    first, second = read_units(
        make({"单位": [head, ["a", "A", "无", "无", "不适用", "无", "无"], ["b", "B", "", "-", "/"]]})
    )
    assert first.settings == {"party_day": None, "rulebooks": []}
    assert (first.parent, first.founded_on, first.attributes) == (None, None, {"类型": None})
    assert first.spoken is not None
    assert {"parent", "founded_on"} <= first.spoken.fields
    assert second.settings == {}
    assert second.spoken == Spoken(frozenset({"name"}))


CSV = """单位编号,名称,上级,正式,人数起始,书记姓名,书记账号
top,机关党委,,,,,
="001",第一支部,top,22,2026/1/1,李明,@li:x
"""


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_csv_in_any_usual_encoding(tmp_path: Path, encoding: str, mark: str) -> None:
    path = tmp_path / "名册.CSV"
    path.write_bytes(CSV.replace(",", mark).replace("\n", "\r\n").encode(encoding))
    top, unit = read_units(path)
    assert (top.id, unit.id, unit.parent, unit.headcounts) == ("top", "001", "top", (Headcount(JAN, 22),))
    assert unit.people == ((Person("@li:x", "李明"), ("secretary",)),)


def test_a_csv_of_people_or_of_counts_is_known_by_its_headings(tmp_path: Path) -> None:
    path = tmp_path / "人员.csv"
    path.write_text("编号,角色,姓名,账号\nb1,书记,李明,@li:x\nb1,报送人,孙丽,\nb2,书记,,无\n", encoding="utf-8")
    read = read_file(path)
    assert [(u.id, u.people) for u in read.entries] == [
        ("b1", ((Person("@li:x", "李明"), ("secretary",)),)),
        ("b2", ()),
    ]
    assert read.lacking == {"reporter": ["b1"]}
    path.write_text("单位编号,起始日期,正式党员\nb1,2026-01-01,22\nb1,2026-09-01,23\n", encoding="utf-8")
    (unit,) = read_file(path).entries
    assert [(c.since, c.full) for c in unit.headcounts] == [(JAN, 22), (date(2026, 9, 1), 23)]
    assert unit.spoken == Spoken()


@pytest.mark.parametrize(
    "day", ["2026 年 1 月 1 日", "２０２６年１月１日", " 2026 / 1 / 1 ", "20260101", "2026-01-01 00:00:00"]
)
def test_a_day_however_people_write_it(make: Make, day: str) -> None:
    (unit,) = read_units(make({"单位": [[*HEAD, "正式", "人数起始"], ["b1", "第一支部", None, 22, day]]}))
    assert unit.headcounts == (Headcount(JAN, 22),)


def test_what_nobody_sees_is_no_part_of_a_name_or_an_account(make: Make) -> None:
    rows = [[*HEAD, "书记姓名", "书记账号"], ["b1\u00a0", "\ufeff第一支部\u200b", None, "李明\u200e", "@li:x\u200b"]]
    (unit,) = read_units(make({"单位": rows}))
    assert (unit.id, unit.name, unit.people) == ("b1", "第一支部", ((Person("@li:x", "李明"), ("secretary",)),))
