"""The ledger: a page a kind, the files at the end, both dates of what was recorded late, and text that stays text."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from bot.events import Kept
from bot.sheets.ledger import Ledger
from bot.sheets.pages import PAPER
from rubrics import Activity, Unit, load_activities

TODAY = date(2026, 12, 5)
DONE = (
    Activity(1, "b", "committee_meeting", date(2026, 1, 5), {"expected": 5, "present": 4, "topic": "研究计划"},
             recorded_on=date(2026, 1, 6)),
    Activity(2, "b", "committee_meeting", date(2026, 2, 5), {"expected": 5, "present": 5, "place": "三楼"},
             recorded_on=date(2026, 5, 6)),
    Activity(3, "b", "committee_meeting", date(2026, 3, 5), {}, withdrawn_on=date(2026, 3, 9)),
    Activity(4, "b", "dues_collected", date(2027, 1, 8), {"count": 24, "amount": 120050, "months": ("2026-12",)},
             period="2026-12"),
    Activity(5, "b", "information_submitted", date(2026, 7, 1), {"count": 2, "titles": ("一稿", "二稿")},
             returned_on=date(2026, 7, 9)),
    Activity(6, "b", "party_lecture", date(2025, 12, 30), {"topic": "去年的"}),
    Activity(7, "b", "party_lecture", date(2027, 1, 2), {"topic": "明年的"}),
)  # fmt: skip
SIGNED = Kept("a" * 64, "签到表.jpg", "image/jpeg", 1234, "$file", "attendance")


def made(*activities: Activity, name: str = "机关第一支部", file: Kept = SIGNED) -> Workbook:
    """The workbook, read back."""
    ledger = Ledger(
        Unit("b", name), 2026, TODAY, activities or DONE, load_activities(), {1: (file,)},
        {1: "https://matrix.to/#/!r/$1"}, "第9条 " + "b" * 64,
    )  # fmt: skip
    assert ledger.data() == ledger.data()
    return load_workbook(BytesIO(ledger.data()))


def table(book: Workbook, title: str) -> list[dict[str, Any]]:
    """A page's rows by its heads."""
    rows = [[cell.value for cell in row] for row in book[title].rows]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_a_page_a_kind_in_the_order_people_know_them() -> None:
    assert made().sheetnames == ["总览", "支委会", "党费收缴", "信息报送", "附件目录"]


def test_what_a_record_says_stands_in_its_row() -> None:
    first, second, third = table(made(), "支委会")
    assert (first["编号"], first["日期"], first["应到"], first["实到"]) == ("#1", "2026-01-05", 5, 4)
    assert (first["主题、议题"], first["附件"], first["状态"]) == ("研究计划", 1, "有效")
    assert (first["记录日期"], second["记录日期"]) == ("2026-01-06", "2026-05-06 补录")
    assert (second["地点"], third["状态"]) == ("三楼", "2026-03-09 撤回")
    (dues,) = table(made(), "党费收缴")
    assert (dues["金额（元）"], dues["所属月份"], dues["所属"]) == (1200.5, "2026-12", "2026-12")
    (news,) = table(made(), "信息报送")
    assert (news["标题"], news["状态"]) == ("《一稿》、《二稿》", "2026-07-09 退回")


def test_it_counts_by_month_without_what_was_withdrawn() -> None:
    page = made()["总览"]
    rows = {row[0].value: [cell.value for cell in row] for row in page.rows}
    heads = rows["类别"]
    meetings = dict(zip(heads, rows["支委会"], strict=True))
    assert (meetings["条数"], meetings["1月"], meetings["2月"], meetings["3月"]) == (2, 1, 1, None)
    assert (meetings["补录"], meetings["已撤回"], meetings["附件"]) == (1, 1, 1)
    assert dict(zip(heads, rows["党费收缴"], strict=True))["12月"] == 1
    words = "".join(str(cell.value) for row in page.rows for cell in row)
    assert "b" * 64 in words
    assert PAPER in words


def test_every_file_is_in_the_index() -> None:
    (row,) = table(made(), "附件目录")
    assert (row["序号"], row["编号"], row["文件名"], row["作什么用"]) == (1, "#1", "签到表.jpg", "考勤")
    assert (row["大小（字节）"], row["校验码 sha256"]) == (1234, "a" * 64)
    assert table(made(DONE[1]), "附件目录")[0]["活动"] == "没有附件"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@"])
def test_words_that_look_like_a_formula_stay_text(begin: str) -> None:
    bad = f"{begin}1+1"
    activity = Activity(1, "b", "party_lecture", date(2026, 1, 5), {"topic": bad, "speaker": bad, "titles": (bad,)})
    book = made(activity, name=bad, file=Kept("a" * 64, bad, "text/plain", 1, "$f"))
    cells = [cell for page in book.worksheets for row in page.rows for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert all(cell.quotePrefix for cell in cells if cell.value == bad)
    assert sum(cell.value == bad for cell in cells) == 3  # topic, speaker, the file's name


def test_without_records_it_says_so() -> None:
    book = made(DONE[5])
    assert book.sheetnames == ["总览", "附件目录"]
