"""The three sheets as a workbook or a .csv: to fill in, with what may stand where, or filled from the record."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from bot.roster.columns import HINTS, PEOPLE, SHEETS, UNITS, Column, column
from bot.roster.rows import Sheet, Value, sheets
from bot.units_schema import ROLES

_MUST = PatternFill("solid", fgColor="FCE4D6")
_MAY = PatternFill("solid", fgColor="EEEEEE")
_FORMATS = {"day": "yyyy-mm-dd", "whole": "0"}
_LAST = 500  # the last row in which choices are offered
_HINTS = (
    "怎么填",
    "1. “单位”表一行一个单位，上级写上级的编号。颜色深的列必填（名称、上级新单位才必填）。",
    "2. 空着的格不改；要去掉已有的，写“无”。人数每次变动写新的“人数起始”，以前的留着；写错的一天，正式写“删除”。",
    "3. 书记账号不知道就空着，导入后用 zhibu enrol --unit 上级编号 --role 书记 --out 码.xlsx 发登记码。",
    "4. “人员”表写其他人：报送人、考评员、管理员；“人数”表写以前各次变动，没有就空着。",
    "5. 填好先试运行：zhibu units import 文件 --dry-run，看变化对不对；对了去掉 --dry-run 再来一次。",
    "6. 不要写公式，不要合并单元格。这一页不导入。",
)


def empty() -> tuple[Sheet, ...]:
    """The sheets of a file to fill in."""
    return sheets((), ())


def workbook(filled: tuple[Sheet, ...]) -> bytes:
    """The sheets as .xlsx, with a page of hints. Every word in it is text, whatever it begins with."""
    book = Workbook()
    book.remove(book.active)
    for sheet in filled:
        _sheet(book.create_sheet(sheet.name), sheet)
    _hints(book.create_sheet(HINTS))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(sheet: Sheet) -> bytes:
    """One sheet as .csv that Excel opens as UTF-8."""
    out = io.StringIO()
    rows = csv.DictWriter(out, sheet.columns, lineterminator="\r\n")
    rows.writeheader()
    rows.writerows(sheet.rows)
    return out.getvalue().encode("utf-8-sig")


def _sheet(page: Any, sheet: Sheet) -> None:
    for place, name in enumerate(sheet.columns, 1):
        known = column(sheet.name, name)
        assert known is not None, "only known columns are written"
        head = page.cell(1, place, name)
        head.font, head.fill = Font(bold=True), _MUST if known.must or name in ("名称", "上级") else _MAY
        if hint := "\n".join(filter(None, (known.hint, known.example and f"例：{known.example}"))):
            head.comment = Comment(hint, "zhibu")
        letter, form = head.column_letter, _FORMATS.get(known.kind, "@")
        page.column_dimensions[letter].width = known.width + 2
        page.column_dimensions[letter].number_format = form  # of the cells that people fill in
        for row, cells in enumerate(sheet.rows, 2):
            if (value := cells.get(name)) is not None:
                _cell(page.cell(row, place, value), form, value)
        _choices(page, known, sheet.name, f"{letter}2:{letter}{max(_LAST, len(sheet.rows) + 1)}")
    page.freeze_panes = "C2" if sheet.name == UNITS else "B2"


def _cell(cell: Any, form: str, value: Value) -> None:
    if isinstance(value, str) and form == _FORMATS["day"] and (day := _day(value)) is not None:
        cell.value = day
    elif isinstance(value, str):
        cell.data_type = "s"
    cell.number_format = form


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:  # an attribute may be any words
        return None


def _choices(page: Any, known: Column, sheet: str, area: str) -> None:
    choices = tuple(ROLES) if (sheet, known.key) == (PEOPLE, "roles") else known.choices
    if choices:
        rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True, showErrorMessage=False)
        rule.add(area)
        page.add_data_validation(rule)


def _hints(page: Any) -> None:
    for line in _HINTS:
        page.append([line])
    for name, columns in SHEETS.items():
        page.append([])
        page.append([f"“{name}”表的列", "例", "说明"])
        for known in columns:
            page.append([known.name, known.example, known.hint or "、".join(known.choices)])
    for row in page.iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    page["A1"].font = Font(bold=True)
    for letter, width in (("A", 18), ("B", 34), ("C", 70)):
        page.column_dimensions[letter].width = width
