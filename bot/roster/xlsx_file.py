"""An .xlsx as people fill it in: numbers as text, dates as dates, and what can't be taken on trust refused."""

from __future__ import annotations

import warnings
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from bot.roster.tables import Broken, Cell, Grid
from rubrics.strict_yaml import FileError

MOST_ROWS = 20_000  # more is a sheet whose format was drawn down to its end
MOST_CELLS = 2_000_000  # the same to the right: empty cells cost as much time as full ones
_EXACT = 10**15  # Excel keeps no more digits of a number
_OLD = b"\xd0\xcf\x11\xe0"


def read_xlsx(path: Path) -> dict[str, Grid]:
    """The sheets of a workbook by title. Raises FileError."""
    if path.read_bytes()[:4] == _OLD:
        raise FileError([f"{path}：是旧格式（.xls）或加了密码。请另存为不加密码的 .xlsx。"])
    try:
        with warnings.catch_warnings():  # about drawings and validations, which are no concern of ours
            warnings.simplefilter("ignore")
            book = load_workbook(path)
    except Exception:  # what is not as Excel writes it fails in openpyxl wherever it is met first
        raise FileError([f"{path}：不是完好的 .xlsx。请用 Excel 或 WPS 打开检查，另存为 .xlsx 后再试。"]) from None
    try:
        return {sheet.title: _grid(sheet, path) for sheet in book.worksheets}
    finally:
        book.close()


def _grid(sheet: Any, path: Path) -> Grid:
    if sheet.max_row > MOST_ROWS:
        said = f"有{sheet.max_row}行，像是把格式拉到了表底。请选中下面的空行整行删除，再保存"
        raise FileError([f"{path} 表“{sheet.title}”：{said}（一份至多{MOST_ROWS}行）。"])
    if sheet.max_row * sheet.max_column > MOST_CELLS:
        said = f"有{sheet.max_column}列，像是把格式拉到了最右边。请选中右边的空列整列删除，再保存。"
        raise FileError([f"{path} 表“{sheet.title}”：{said}"])
    merged = {
        (row, col): str(area)
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for col in range(area.min_col, area.max_col + 1)
    }
    return [
        (number, [_cell(cell, merged.get((cell.row, cell.column))) for cell in row])
        for number, row in enumerate(sheet.iter_rows(), 1)
    ]


def _cell(cell: Any, merged: str | None) -> Cell:
    if merged is not None:
        return Broken(f"{merged} 合并了单元格。请取消合并，每一行都填上。")
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Broken("是公式。请选中这一列，复制，再“粘贴为数值”。")
    if cell.data_type == "e":
        return Broken(f"公式出错了（{value}）。请改成结果本身。")
    return _told(value, cell.number_format)


def _told(value: Any, number_format: str) -> Cell:
    """A value as the words that a person sees in the cell."""
    if isinstance(value, bool):
        return Broken("是“真/假”值。请改成文字或数字。")
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, int | float):
        return _number(value, number_format)
    return str(value).strip()


def _number(value: float, number_format: str) -> Cell:
    if abs(value) >= _EXACT:
        return Broken("数字太长，Excel 已经丢了后面几位。请把这一列设为文本格式，重新填写。")
    if value != int(value):
        return str(value)
    width = len(number_format) if number_format and set(number_format) == {"0"} else 0
    return str(int(value)).zfill(width)  # 001 in the format 000
