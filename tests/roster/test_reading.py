"""A filled-in .xlsx or .csv: what it says, however it is written; every mistake names its cell and the cure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import numbers

from bot.units_file import read_file, read_units
from rubrics.strict_yaml import FileError
from storage.people import Person
from storage.unit_entry import Spoken
from storage.units import Headcount
from tests.roster.conftest import Cells, Make

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


def cell(ref: str, value: Any, sheet: str = "单位") -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        book[sheet][ref] = value

    return edit


def serial(book: Workbook) -> None:
    book["单位"]["E3"] = 46266
    book["单位"]["E3"].number_format = numbers.FORMAT_GENERAL


def merged(area: str) -> Callable[[Workbook], None]:
    return lambda book: book["单位"].merge_cells(area)


FULL = [*HEAD, "正式", "人数起始"]
B1 = ["b1", "第一支部", "top", 22, JAN]
MISTAKES: list[tuple[str, Cells, Callable[[Workbook], None], str, str]] = [
    ("单位", [FULL, TOP, B1], cell("D3", "=SUM(1,2)"), "表“单位”第3行“正式”列", "是公式。.*粘贴为数值"),
    ("单位", [FULL, TOP, B1], cell("D3", "#N/A"), "表“单位”第3行“正式”列", "公式出错"),
    ("单位", [FULL, TOP, B1], cell("D3", True), "表“单位”第3行“正式”列", "真/假"),
    ("单位", [FULL, TOP, B1], cell("D3", 22.5), "表“单位”第3行“正式”列", "应为整数，如 12。.*22.5"),
    ("单位", [FULL, TOP, B1], cell("D3", "二十二"), "表“单位”第3行“正式”列", "应为整数"),
    ("单位", [FULL, TOP, B1], cell("D3", -1), "表“单位”第3行“正式”列", "0"),
    ("单位", [FULL, TOP, B1], cell("A3", 1234567890123456789), "表“单位”第3行“单位编号”列", "数字太长"),
    ("单位", [FULL, TOP, B1], cell("A3", "b 1"), "表“单位”第3行“单位编号”列", "编号只能用字母"),
    ("单位", [FULL, TOP, B1], cell("A3", None), "表“单位”第3行“单位编号”列", "是空的，请补上"),
    (
        "单位",
        [FULL, TOP, B1],
        cell("A3", "top"),
        "表“单位”第3行“单位编号”列",
        "编号“top”在表“单位”第2行“单位编号”列已经用过",
    ),
    ("单位", [FULL, TOP, B1], serial, "表“单位”第3行“人数起始”列", "Excel 里的日期序号.*2026-09-01"),
    ("单位", [FULL, TOP, B1], cell("E3", "今年"), "表“单位”第3行“人数起始”列", "应为日期，如 2026-12-31"),
    ("单位", [FULL, TOP, B1], cell("E3", "2026-2-30"), "表“单位”第3行“人数起始”列", "没有这一天"),
    ("单位", [FULL, TOP, B1], cell("E3", None), "表“单位”第3行“人数起始”列", "写了人数，也要写从哪天起"),
    ("单位", [FULL, TOP, B1], cell("D3", None), "表“单位”第3行“正式”列", "缺少这一项，请补上"),
    ("单位", [FULL, TOP, B1], merged("C2:C3"), "表“单位”第2行“上级”列", "C2:C3 合并了单元格。请取消合并"),
    ("单位", [FULL, TOP, B1], cell("D1", "正试"), "表“单位”第1行", "不认识“正试”这一列，是不是“正式”？"),
    ("单位", [FULL, TOP, B1], cell("F1", "电话"), "表“单位”第1行", "不认识“电话”这一列，不导入的列请改叫“备注…”"),
    ("单位", [FULL, TOP, B1], cell("F1", "正式党员"), "表“单位”第1行", "“正式”这一列有两列"),
    ("人员", [["单位编号", "姓名"], ["b1", "李"]], cell("A1", "单位编号", "人员"), "表“人员”第1行", "没有“职务”这一列"),
    ("单位", [FULL], lambda book: None, "", "表里还没有填任何单位"),
    (
        "别的",
        [["支部", "书记"], ["一", "李明"]],
        lambda book: None,
        "",
        "没有找到“单位编号”这一列.*units template --xlsx",
    ),
]


@pytest.mark.parametrize(("sheet", "rows", "edit", "place", "said"), MISTAKES)
def test_a_mistake_names_sheet_row_column_and_cure(
    make: Make, sheet: str, rows: Cells, edit: Callable[[Workbook], None], place: str, said: str
) -> None:
    path = make({sheet: rows}, edit)
    with pytest.raises(FileError) as told:
        read_units(path)
    assert str(told.value).startswith(f"{path} {place}" if place else f"{path}")
    assert re.search(said, str(told.value)), str(told.value)
    assert not any(word in str(told.value) for word in ("Input", "should", "valid"))  # pydantic's English


SETTINGS = [
    ("党日", "每月第六个周五", "应如“每月第一个周五”"),
    ("不打扰", "20-8", "应为不打扰的时段"),
    ("节假日", "放假", "只能是：提前、顺延、不变（写的是“放假”）"),
    ("语言", "中文", "只能是：zh_CN、en"),
    ("时区", "北京", "Asia/Shanghai"),
    ("期限", "开会25日", "没有这种活动：开会"),
    ("期限", "月底", "请写成 信息报送25日"),
    ("期限", "信息报送25日、信息报送26日", "写了两次"),
    ("考核规则", "量化考核", "没有规则“量化考核”，只能是：.*qianjiang-2017"),
    ("考核规则", "qianjiang-2017.x", "没有分值表“x”"),
    ("撤销日期", "2010-01-01", "应在成立日期 2019-07-01 之后"),
    ("书记账号", "li", "不是 Matrix 账号"),
]


@pytest.mark.parametrize(("heading", "value", "said"), SETTINGS)
def test_a_setting_that_can_not_be_names_its_cell(make: Make, heading: str, value: str, said: str) -> None:
    head = [*HEAD, "成立日期", "书记姓名", heading]
    path = make({"单位": [head, ["b1", "第一支部", None, "2019-07-01", "李明", value]]})
    with pytest.raises(FileError) as told:
        read_units(path)
    assert str(told.value).startswith(f"{path} 表“单位”第2行“{heading}”列：")
    told.match(said)


def test_all_mistakes_of_one_sort_are_told_at_once(make: Make) -> None:
    rows = [FULL, ["b 1", "A", None, "x", JAN], ["b2", "A", None, 3, "x"], ["b3", None, None, None, None]]
    with pytest.raises(FileError) as told:
        read_units(make({"单位": rows}))
    assert len(told.value.problems) == 3


def test_one_person_by_two_names_is_told(make: Make) -> None:
    people = [["单位编号", "职务", "姓名", "账号"], ["b1", "书记", "李明", "@li:x"], ["b1", "报送人", "李铭", "@li:x"],
              ["b2", "书记", None, "@sun:x"], ["b2", None, "孙丽", "@sun:x"]]  # fmt: skip
    with pytest.raises(FileError) as told:
        read_units(make({"人员": people}))
    assert [p.partition(" ")[2] for p in told.value.problems] == [
        "表“人员”第3行“姓名”列：@li:x 前面叫“李明”，这里叫“李铭”。请写成一样。",
        "表“人员”第4行“姓名”列：是空的，写了账号也要写姓名。",
        "表“人员”第5行“职务”列：是空的，请补上，如 报送人。",
    ]


FILES = [
    ("x.xls", b"\xd0\xcf\x11\xe0old", "读不了 .xls 格式。请另存为 .xlsx"),
    ("x.et", b"", "请另存为 .xlsx"),
    ("x.xlsx", b"\xd0\xcf\x11\xe0old", "加了密码"),
    ("x.xlsx", b"not a zip", "不是完好的 .xlsx"),
    ("x.xlsx", b"", "不是完好的 .xlsx"),
    ("x.csv", b"", "没有找到“单位编号”"),
    ("x.csv", "单位编号,名称\nb1,".encode() + b"\xff\xff\xff", "认不出编码"),
    ("x.csv", '单位编号,名称\nb1,"一'.encode(), "引号不成对"),
    ("x.csv", "单位编号,名称\nb1,=A1".encode(), "第2行“名称”列：是公式（=A1）"),
]


@pytest.mark.parametrize(("name", "data", "said"), FILES)
def test_a_file_that_is_none_is_refused_with_a_sentence(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(FileError, match=said):
        read_units(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for name in ("no.xlsx", "no.csv"):
        with pytest.raises(FileError, match="没有这个文件"):
            read_units(tmp_path / name)
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(FileError, match="读不了"):
        read_units(tmp_path / "folder.xlsx")


def test_a_format_drawn_down_to_the_end_of_the_sheet_is_told(make: Make) -> None:
    def drawn(book: Workbook) -> None:
        book["单位"].cell(1_048_576, 1).number_format = numbers.FORMAT_TEXT

    with pytest.raises(FileError, match="有1048576行，像是把格式拉到了表底"):
        read_units(make({"单位": [HEAD, TOP]}, drawn))


def test_a_format_drawn_to_the_right_is_told_before_every_empty_cell_is_read(make: Make) -> None:
    def drawn(book: Workbook) -> None:
        book["单位"].cell(19_000, 16_384).number_format = numbers.FORMAT_TEXT

    with pytest.raises(FileError, match="有16384列，像是把格式拉到了最右边"):
        read_units(make({"单位": [HEAD, TOP]}, drawn))


def test_what_openpyxl_fails_on_is_no_whole_workbook(make: Make) -> None:
    with pytest.raises(FileError, match=r"不是完好的 \.xlsx"):
        read_units(make({"单位": [HEAD, TOP]}, lambda book: book.create_chartsheet("图")))


@pytest.mark.parametrize(
    "day", ["2026 年 1 月 1 日", "２０２６年１月１日", " 2026 / 1 / 1 ", "20260101", "2026-01-01 00:00:00"]
)
def test_a_day_however_people_write_it(make: Make, day: str) -> None:
    (unit,) = read_units(make({"单位": [FULL, ["b1", "第一支部", None, 22, day]]}))
    assert unit.headcounts == (Headcount(JAN, 22),)


def test_what_nobody_sees_is_no_part_of_a_name_or_an_account(make: Make) -> None:
    rows = [[*HEAD, "书记姓名", "书记账号"], ["b1\u00a0", "\ufeff第一支部\u200b", None, "李明\u200e", "@li:x\u200b"]]
    (unit,) = read_units(make({"单位": rows}))
    assert (unit.id, unit.name, unit.people) == ("b1", "第一支部", ((Person("@li:x", "李明"), ("secretary",)),))
