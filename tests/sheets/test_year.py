"""The year as a picture: what it is made from, and that it can be drawn anywhere, the same each time."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from bot.reminders.deadlines import Charge, Waived
from bot.sheets.canvas import fitted, width_of
from bot.sheets.marks import Mark
from bot.sheets.year import Row, Year, year_of
from rubrics import Activity, Facts, Headcount, Unit, load_catalog

TODAY = date(2026, 11, 20)
UNIT = Unit("b", "机关第一支部", None, (Headcount(date(2025, 1, 1), 22, 2, committee=5, groups=(8, 8)),))
BOOK = load_catalog()["qianjiang-2017.example-points"]
WAIVED = "committee_meeting/2026-02-01/2026-02-28/支委会"


def year(*activities: Activity, unit: Unit = UNIT, book: str = "", today: date = TODAY, waived: bool = False) -> Year:
    """The year of a branch with these records."""
    rubrics = (load_catalog()[book],) if book else (BOOK,)
    missing = {WAIVED: Waived(9, WAIVED, "2月支委会", "放假")} if waived else {}
    charge = Charge(Facts(unit, activities), rubrics, ZoneInfo("Asia/Shanghai"), waived=missing)
    return year_of(charge, 2026, today, "第9条 " + "c" * 64)


def meeting(number: int, month: int, **slots: int) -> Activity:
    return Activity(number, "b", "committee_meeting", date(2026, month, 5), {"topic": "x", **slots})


def row(found: Year, label: str) -> Row:
    """A duty's line."""
    return next(row for row in found.rows if row.label == label)


def test_each_month_says_how_the_duty_stands() -> None:
    found = year(meeting(1, 1), meeting(2, 11), waived=True)
    marks = [cell.mark for cell in row(found, "支委会").cells]
    assert marks[:3] == [Mark.DONE, Mark.WAIVED, Mark.MISSING]
    assert marks[10:] == [Mark.DONE, Mark.AHEAD]
    assert [cell.mark for cell in row(year(), "支委会").cells][10] is Mark.UNDER_WAY


def test_what_the_groups_owe_is_one_line_and_no_group_makes_up_for_another() -> None:
    done = [
        Activity(n, "b", "group_meeting", date(2026, 3, n), {"group": 1, "topic": "学"}) for n in (3, 10, 17)
    ]  # the first group once too often, the second not at all
    cell = row(year(*done), "党小组会").cells[2]
    assert (cell.done, cell.needed, cell.mark) == (2, 4, Mark.PART)


def test_a_longer_period_spans_its_months() -> None:
    cells = row(year(), "支部党员大会").cells
    assert [(cell.first, cell.last) for cell in cells] == [(1, 3), (4, 6), (7, 9), (10, 12)]
    assert [cell.mark for cell in cells] == [Mark.MISSING, Mark.MISSING, Mark.MISSING, Mark.UNDER_WAY]


def test_an_election_stands_in_its_month() -> None:
    unit = Unit("b", "支部", None, UNIT.headcounts, {"任期届满日": "2026-12-31"})
    cells = row(year(unit=unit), "换届请示").cells
    assert [(cell.first, cell.mark) for cell in cells] == [(8, Mark.MISSING)]


def test_the_parts_of_a_section_add_up_to_it() -> None:
    (book,) = year(*[meeting(n, n) for n in range(1, 11)]).books
    assert book.full == 100
    for section in book.sections:
        assert abs(section.earned + section.reachable + section.lost - section.maximum) < Decimal("1e-20")
    assert book.earned + book.reachable + book.lost == 100


def test_where_a_part_of_the_rulebook_applies_its_sections_are_shown() -> None:
    found = year(unit=Unit("b", "某县", None, UNIT.headcounts, {"类别": "县"}), book="city-2020")
    assert [section.title for section in found.books[0].sections] == [
        "重大专项", "思想建设", "组织建设",
    ]  # fmt: skip


def test_a_year_gone_by_has_nothing_ahead() -> None:
    found = year(today=date(2027, 2, 1))
    assert {cell.mark for row in found.rows for cell in row.cells} == {Mark.MISSING}


def png(data: bytes) -> Image.Image:
    """A picture, read back."""
    return Image.open(BytesIO(data)).convert("RGB")


def test_it_is_a_picture_for_a_phone_and_the_same_each_time() -> None:
    found = year(meeting(1, 1))
    first, second = found.data(), found.data()
    assert first == second
    picture = png(first)
    assert picture.width == 1080
    assert picture.height > 1000
    assert len(first) < 1_000_000
    names = {info for info in Image.open(BytesIO(first)).info if info != "dpi"}
    assert not names, "no moment and no program's name in it"


def test_chinese_words_have_glyphs() -> None:
    """Two names that differ in one character differ in the picture; with boxes for glyphs they would not."""
    one, other = (png(year(unit=Unit("b", name, None, UNIT.headcounts)).data()) for name in ("甲支部", "乙支部"))
    top = (0, 0, 1080, 90)
    assert one.crop(top).tobytes() != other.crop(top).tobytes()


@pytest.mark.parametrize("name", ["$x_1$ \\frac{1}{2} 支部", "支" * 80, "A&B <支部>", "&", "𠮷野支部"])
def test_any_name_can_be_drawn(name: str) -> None:
    assert png(year(unit=Unit("b", name, None, UNIT.headcounts)).data()).width == 1080


@pytest.mark.parametrize("book", ["qianjiang-2017", "shaoxing-2018", "city-2020", "jilin-hospitals", "health-branches"])
def test_every_rulebook_has_its_picture(book: str) -> None:
    attributes = {"类别": "县"} if book == "city-2020" else {}
    found = year(unit=Unit("b", "单位", None, UNIT.headcounts, attributes), book=book)
    assert png(found.data()).width == 1080
    if book in ("qianjiang-2017", "health-branches"):
        assert found.books[0].points == ""
        assert "没有收录" in found.books[0].refusal


def test_words_are_cut_where_they_would_be_too_wide() -> None:
    assert fitted("支部", 20, 100) == "支部"
    cut = fitted("机关第一支部委员会", 20, 100)
    assert cut.endswith("…")
    assert width_of(cut, 20) <= 100


DRAWN = """
import os, sys
from tests.sheets.test_year import meeting, year
sys.stdout.buffer.write(year(meeting(1, 1)).data())
assert "MPLCONFIGDIR" not in os.environ
assert "mplfonts" not in sys.modules
"""


def test_nothing_is_written_to_the_home_of_whoever_runs_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "MPL"))}
    done = subprocess.run(
        [sys.executable, "-c", DRAWN], env={**settings, "HOME": str(home), "TMPDIR": str(tmp_path)},
        cwd=Path(__file__).parents[2], capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == year(meeting(1, 1)).data()
    assert not done.stderr, "the library has no warnings for us"
    assert list(home.rglob("*")) == []
    assert [path.name for path in tmp_path.iterdir()] == ["home"], "its folder ends with the process"
