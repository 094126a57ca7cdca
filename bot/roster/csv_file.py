"""A .csv as Excel, WPS and others write it: UTF-8 or GBK, commas, semicolons or tabs."""

from __future__ import annotations

import codecs
import csv
import io
import re
from pathlib import Path

from bot.roster.tables import Broken, Cell, Grid
from rubrics.strict_yaml import FileError

_KEPT_AS_TEXT = re.compile(r'="(.*)"')  # how Excel is made to keep the zeros of 001


def read_csv(path: Path) -> Grid:
    """The rows of a file. Raises FileError."""
    text = _decoded(path)
    lines = text.splitlines() or [""]
    mark = max(",;\t，", key=lines[0].count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=mark, strict=True))
    except csv.Error:
        raise FileError([f"{path}：引号不成对，分不清各列。请用 Excel 打开检查，另存为 CSV 后再试。"]) from None
    return [(number, [_cell(cell) for cell in row]) for number, row in enumerate(rows, 1)]


def _decoded(path: Path) -> str:
    data = path.read_bytes()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileError([f"{path}：认不出编码。请用 Excel 另存为“CSV UTF-8”。"])


def _cell(text: str) -> Cell:
    if kept := _KEPT_AS_TEXT.fullmatch(text.strip()):
        text = kept[1]
    plain = text.strip()
    if plain.startswith("="):
        return Broken(f"是公式（{plain[:20]}），看不出结果。请把这一格改成结果本身。")
    return plain
