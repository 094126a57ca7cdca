"""Pages of workbooks: cells that stay text, boxes, heads that repeat in print, and files that are equal when their
words are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from rubrics.words import EXAMPLE

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAPER = "以签字盖章的纸质件为准"
NOT_OFFICIAL = f"{EXAMPLE}：本表不能作为正式评分上报。"
Value = str | Decimal | int | None
BOLD, TITLE = Font(bold=True), Font(bold=True, size=14)
_PLAIN = Font()
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what an office program would take for the beginning of one
_LONGEST = 32_000  # characters in a cell; a program refuses a file with more than 32,767
_LONGEST_HEADER = 90  # doubled at most, and two of them: a page may have 255
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_LINE = Side(style="thin", color="999999")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD = PatternFill("solid", fgColor="EEEEEE")
_WRAP = Alignment(wrap_text=True, vertical="top")
_TITLE_CHARACTERS = re.compile(r"[\[\]:*?/\\']")
_LONGEST_TITLE = 31


def text(page: Any, row: int, place: int, words: str, font: Font | None = None) -> Any:
    """A cell of text: what begins with = + - @ must not become a formula, here or where the sheet is opened next."""
    cell = page.cell(row, place)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", words)[:_LONGEST]
    cell.data_type = "s"
    cell.quotePrefix = words[:1] in _FORMULA
    cell.font = font or _PLAIN
    return cell


def row(page: Any, at: int, values: Sequence[Value], font: Font | None = None) -> None:
    """A row of boxes: figures as figures, words as words."""
    for place, value in enumerate(values, 1):
        if isinstance(value, Decimal | int):
            cell = page.cell(at, place, value)
            cell.font = font or _PLAIN
        else:
            cell = text(page, at, place, value or "", font)
        cell.border, cell.alignment = _BOX, _WRAP


def heads(page: Any, at: int, columns: Sequence[tuple[str, int]]) -> None:
    """The row of heads with the columns' widths (characters); it stays in sight and repeats on every printed page."""
    for place, (words, width) in enumerate(columns, 1):
        cell = text(page, at, place, words, BOLD)
        cell.fill, cell.border, cell.alignment = _HEAD, _BOX, _WRAP
        page.column_dimensions[cell.column_letter].width = width
    page.print_title_rows = f"{at}:{at}"
    page.freeze_panes = f"A{at + 1}"


def link(page: Any, at: int, place: int, address: str) -> None:
    """Make a cell one that opens an address."""
    page.cell(at, place).hyperlink = address


def for_print(page: Any, title: str, note: str = PAPER, *, landscape: bool = True) -> None:
    """A4, as wide as the paper and as long as it needs; title and note above each page, its number below."""
    setup = page.page_setup
    setup.orientation = "landscape" if landscape else "portrait"
    setup.paperSize = page.PAPERSIZE_A4
    setup.fitToWidth, setup.fitToHeight, page.sheet_properties.pageSetUpPr.fitToPage = 1, 0, True
    page.print_options.horizontalCentered = True
    margins = page.page_margins
    margins.left, margins.right, margins.top, margins.bottom = 0.4, 0.4, 0.7, 0.6
    page.oddHeader.left.text, page.oddHeader.right.text = _header(title), _header(note)
    page.oddFooter.center.text = "第 &P 页，共 &N 页"


def _header(words: str) -> str:
    """& is how a header names a page's number and its like."""
    return str(ILLEGAL_CHARACTERS_RE.sub("", words))[:_LONGEST_HEADER].replace("&", "&&")


def page_title(words: str) -> str:
    """The name of a page, without what no program takes there."""
    return (_TITLE_CHARACTERS.sub("", words) or "表")[:_LONGEST_TITLE]


def saved(book: Workbook, day: date) -> bytes:
    """The file, with a day for every moment that openpyxl takes from the machine's clock: equal sheets are equal
    files."""
    made, out = BytesIO(), BytesIO()
    book.save(made)
    with ZipFile(made) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _MOMENT.sub(rb"\g<1>" + f"{day.isoformat()}T00:00:00Z".encode(), content)
            info = ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            info.compress_type = ZIP_DEFLATED
            new.writestr(info, content)
    return out.getvalue()
