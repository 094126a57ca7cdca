"""How an assessor's units stand in a month: a grid of units by duties, as pictures and as a workbook. In the order of
the units and never ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, PatternFill

from bot.reminders.deadlines import Charge, Deadline, deadlines
from bot.sheets import pages
from bot.sheets.marks import WORDS, Cell, Mark, cell
from bot.sheets.pages import BOLD, TITLE
from bot.sheets.year import label, place_of

ROWS, COLUMNS = 24, 12  # of one picture
OWN = "只供考评员本人查看，不排名、不公开"
_FILLS = {
    Mark.DONE: "CFE2F0", Mark.PART: "FBE3D3", Mark.MISSING: "FFFFFF", Mark.UNDER_WAY: "F1F7FB", Mark.AHEAD: "F1F1F1",
    Mark.WAIVED: "FFFFFF",
}  # fmt: skip
_SHORT = {
    Mark.DONE: "完成", Mark.PART: "部分", Mark.MISSING: "缺", Mark.UNDER_WAY: "在期内", Mark.AHEAD: "未到",
    Mark.WAIVED: "免",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit in a month. cells: by what the duty is called, each with its place among the others."""

    unit: str
    cells: tuple[tuple[tuple[int, str], Cell], ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """The grid, or a page of it. month: YYYY-MM; columns: the duties, in order; page: of how many."""

    month: str
    today: date
    columns: tuple[tuple[int, str], ...]
    rows: tuple[Standing, ...]
    page: int = 1
    pages: int = 1

    @property
    def title(self) -> str:
        """2026年11月规定动作总览."""
        return f"{int(self.month[:4])}年{int(self.month[5:])}月规定动作总览"

    def cells(self, row: Standing) -> list[Cell | None]:
        """A unit's cells in the columns; None for what it does not owe."""
        found = dict(row.cells)
        return [found.get(column) for column in self.columns]

    def split(self) -> list[Overview]:
        """The pages that can be read on a phone."""
        rows = [self.rows[n : n + ROWS] for n in range(0, max(1, len(self.rows)), ROWS)]
        columns = [self.columns[n : n + COLUMNS] for n in range(0, max(1, len(self.columns)), COLUMNS)]
        every = [replace(self, rows=some, columns=several) for some in rows for several in columns]
        return [replace(one, page=number, pages=len(every)) for number, one in enumerate(every, 1)]

    def data(self) -> bytes:
        """The picture, a PNG."""
        from bot.sheets.overview_picture import draw  # drawing is heavy to load, and most turns draw nothing

        return draw(self)


@dataclass(frozen=True, slots=True)
class OverviewTable:
    """The same as a workbook, all of it on one page."""

    overview: Overview

    def data(self) -> bytes:
        """The workbook."""
        book = Workbook()
        _table(book.active, self.overview)
        return pages.saved(book, self.overview.today)


def overview(standings: Sequence[Standing], month: str, today: date) -> Overview:
    """The grid of units; a column for every duty that any of them has in the month."""
    columns = sorted({column for row in standings for column, _ in row.cells})
    return Overview(month, today, tuple(columns), tuple(standings))


def standing(charge: Charge, first: date, last: date, today: date) -> Standing:
    """How a unit stands with what is due in a month (its first and last day)."""
    found: dict[tuple[int, str], list[Deadline]] = {}
    for deadline in deadlines(charge, first, last, today):
        if first <= deadline.last <= last:
            found.setdefault((place_of(deadline), label([deadline])), []).append(deadline)
    return Standing(charge.unit.name, tuple((key, cell(some, today)) for key, some in sorted(found.items())))


def _table(page: Any, grid: Overview) -> None:
    page.title = "总览"
    pages.text(page, 1, 1, grid.title, TITLE)
    pages.text(page, 2, 1, f"截至{grid.today.isoformat()}　{len(grid.rows)}个单位　{OWN}")
    pages.heads(page, 4, [("单位", 28), *((name, 11) for _, name in grid.columns)])
    page.freeze_panes = "B5"
    at = 4
    for row in grid.rows:
        at += 1
        cells = grid.cells(row)
        pages.row(page, at, [row.unit, *(_said(one) for one in cells)])
        for place, one in enumerate(cells, 2):
            page.cell(at, place).alignment = Alignment(horizontal="center", vertical="center")
            if one is not None:
                page.cell(at, place).fill = PatternFill("solid", fgColor=_FILLS[one.mark])
    counts = [f"{done}/{owed}" for done, owed in finished(grid)]
    pages.row(page, at + 1, ["完成的单位", *counts], BOLD)
    legend = "；".join(f"{_SHORT[mark]}：{words}" for mark, words in WORDS.items())
    pages.text(page, at + 3, 1, f"{legend}；空白：这个月不用做")
    pages.for_print(page, grid.title, OWN)


def finished(grid: Overview) -> list[tuple[int, int]]:
    """For each duty how many units have done it, of those that owe it."""
    columns = zip(*(grid.cells(row) for row in grid.rows), strict=True) if grid.rows else ((),) * len(grid.columns)
    owed = [[one for one in column if one is not None and one.mark is not Mark.WAIVED] for column in columns]
    return [(sum(one.mark is Mark.DONE for one in column), len(column)) for column in owed]


def _said(one: Cell | None) -> str:
    if one is None:
        return ""
    counted = one.needed > 1 and one.mark is not Mark.WAIVED
    return _SHORT[one.mark] + (f" {one.done}/{one.needed}" if counted else "")
