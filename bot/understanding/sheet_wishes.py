"""Wishes for files: 年度图, 台账, 事实, 导出; each may name a year (去年台账, 2025年年度图)."""

from __future__ import annotations

import re

from bot.understanding.numbers import integer

_GET = r"(?:导出|下载|生成|发|要|看看?|打印)?(?:一份|一张|我们?的?)?"
_YEAR = r"(?P<argument>(?:\d{4}|二[零〇]\w{2})年度?|去年度?|上一?年度?|今年度?|本年度?|全年)?"
_WHOSE = r"(?:的)?(?:我们?)?(?:支部)?(?:的)?"

# name and pattern, as in commands.py
SHEET_WISHES: tuple[tuple[str, str], ...] = (
    ("year_picture", rf"{_GET}{_YEAR}{_WHOSE}(?:年度图|全年图|年度总图|年度一览图?|全年一览图?|年图)"),
    ("ledger", rf"{_GET}{_YEAR}{_WHOSE}(?:活动|工作|党建)?台账(?:表|文件)?"),
    ("facts_file", rf"{_GET}{_YEAR}{_WHOSE}事实(?:文件|清单)?"),
    ("export", rf"(?:导出|下载|打包){_YEAR}{_WHOSE}(?:全部|所有|一切|全套)?(?:的)?(?:材料|资料|表格|文件)?"),
)
_BEFORE = ("去年", "上年", "上一年")


def year_meant(words: str, this: int) -> int:
    """The year that a wish for a file names; this one unless it names another."""
    if any(before in words for before in _BEFORE):
        return this - 1
    found = re.match(r"(\d{4})", words)
    if found is not None:
        return int(found[1])
    digits = "".join(str(integer(c.replace("〇", "零"))) for c in words[:4]) if words.startswith("二") else ""
    return int(digits) if len(digits) == 4 and digits.isdecimal() else this
