"""A filled-in .xlsx or .csv with a mistake: every one names its cell and the cure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import numbers

from bot.units_file import read_units
from rubrics.strict_yaml import FileError
from tests.roster.conftest import Cells, Make

HEAD = ["单位编号", "名称", "上级"]
TOP = ["top", "机关党委", None]
JAN = date(2026, 1, 1)


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
