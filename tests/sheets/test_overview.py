"""The overview: units in their order by duties of a month, on pages that can be read, for nobody but the assessor."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from PIL import Image

from bot.reminders.deadlines import Charge, Waived
from bot.sheets.marks import Mark
from bot.sheets.overview import COLUMNS, OWN, ROWS, Overview, OverviewTable, Standing, finished, overview, standing
from rubrics import Activity, Facts, Headcount, Unit, load_catalog

TODAY = date(2026, 11, 20)
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
BOOK = load_catalog()["qianjiang-2017.example-points"]
WAIVED = "themed_party_day/2026-11-01/2026-11-30/主题党日"


def unit(name: str, *kinds: str, full: int = 22, waived: bool = False, today: date = TODAY) -> Standing:
    """A unit with one record of each kind in November."""
    heads = (Headcount(date(2025, 1, 1), full, committee=5 if full > 7 else 0, groups=(8, 8) if full > 7 else ()),)
    done = [Activity(n, name, kind, date(2026, 11, 5), {"topic": "x", "months": ("2026-11",), "count": 1})
            for n, kind in enumerate(kinds, 1)]  # fmt: skip
    missing = {WAIVED: Waived(9, WAIVED, "11月主题党日", "整修")} if waived else {}
    charge = Charge(
        Facts(Unit(name, name, None, heads), tuple(done)), (BOOK,), ZoneInfo("Asia/Shanghai"), waived=missing
    )
    return standing(charge, FIRST, LAST, today)


def grid(*rows: Standing) -> Overview:
    """The overview of these units."""
    return overview(rows, "2026-11", TODAY)


def test_a_unit_has_its_cells_where_it_owes_something() -> None:
    large, small = unit("大支部", "committee_meeting"), unit("小支部", "themed_party_day", full=5)
    shown = grid(large, small)
    names = [name for _, name in shown.columns]
    assert names == ["主题党日", "支委会", "党小组会", "党费收缴", "党建信息"]
    assert [one.mark if one else None for one in shown.cells(large)] == [
        Mark.UNDER_WAY, Mark.DONE, Mark.UNDER_WAY, Mark.UNDER_WAY, Mark.UNDER_WAY,
    ]  # fmt: skip
    assert [one.mark if one else None for one in shown.cells(small)] == [
        Mark.DONE, None, None, Mark.UNDER_WAY, Mark.UNDER_WAY,
    ]  # fmt: skip
    assert finished(shown) == [(1, 2), (1, 1), (0, 1), (0, 2), (0, 2)]


def test_what_does_not_apply_is_neither_done_nor_owed() -> None:
    shown = grid(unit("甲", waived=True))
    assert shown.cells(shown.rows[0])[0].mark is Mark.WAIVED  # type: ignore[union-attr]
    assert finished(shown)[0] == (0, 0)


def test_units_keep_their_order_however_much_they_have_done() -> None:
    rows = [unit("乙"), unit("甲", "committee_meeting", "themed_party_day"), unit("丙", "committee_meeting")]
    assert [row.unit for row in grid(*rows).rows] == ["乙", "甲", "丙"]
    book = load_workbook(BytesIO(OverviewTable(grid(*rows)).data()))
    assert [page_row[0].value for page_row in book.active.iter_rows(min_row=5, max_row=7)] == ["乙", "甲", "丙"]


def test_the_table_has_words_in_its_cells_and_says_whom_it_is_for() -> None:
    book = load_workbook(BytesIO(OverviewTable(grid(unit("=甲", "committee_meeting"))).data()))
    page = book.active
    assert [cell.value for cell in page[4]] == ["单位", "主题党日", "支委会", "党小组会", "党费收缴", "党建信息"]
    assert [cell.value for cell in page[5]][:5] == ["=甲", "在期内", "完成", "在期内 0/4", "在期内"]
    assert page["A5"].data_type == "s"
    assert OWN in str(page["A2"].value)
    assert (page.print_title_rows, page.page_setup.fitToWidth) == ("$4:$4", 1)


@pytest.mark.parametrize(("units", "duties", "pages"), [(1, 1, 1), (ROWS, COLUMNS, 1), (ROWS + 1, COLUMNS + 1, 4)])
def test_many_units_or_duties_make_several_pages(units: int, duties: int, pages: int) -> None:
    one = unit("甲", "committee_meeting").cells[0][1]
    cells = tuple(((n, f"第{n}项很长的规定动作"), one) for n in range(duties))
    shown = grid(*(Standing(f"第{n}支部", cells) for n in range(units))).split()
    assert [(page.page, page.pages) for page in shown] == [(n, pages) for n in range(1, pages + 1)]
    assert sum(len(page.rows) * len(page.columns) for page in shown) == units * duties
    picture = Image.open(BytesIO(shown[0].data()))
    assert picture.width == 1080
    assert picture.height < 2400


def test_a_month_with_nothing_due_is_drawn_too() -> None:
    empty = overview([Standing("甲", ())], "2026-11", TODAY)
    assert Image.open(BytesIO(empty.split()[0].data())).width == 1080
    assert load_workbook(BytesIO(OverviewTable(empty).data())).active["A5"].value == "甲"
