"""Wishes of whoever oversees units: 总览, 催办 机关第一支部 主题党日; and the answer of who was asked: 答复催办."""

from __future__ import annotations

from bot.understanding.wish_words import MONTH

# name and pattern, as in commands.py
OVERSIGHT_WISHES: tuple[tuple[str, str], ...] = (
    (
        "overview",
        rf"(?:查?看看?|要|导出|发|打印)?(?:{MONTH}月(?:份)?)?(?:的)?(?:各|所有|全部)?(?:单位|支部)?(?:的)?"
        r"(?:总览(?:图|表)?|一览表?)(?: ?(?P<argument>[^,。;!?\n]{1,30}))?",
    ),
    ("urge_answer", r"(?:答复|回复|回应|回)催办[ ,:]*(?P<argument>.{1,300})"),
    ("urge", r"(?:催办|催一催|催一下|催催)(?:一下)?(?:情况|记录|列表)?[ ,:]*(?P<argument>.{0,200})"),
)
