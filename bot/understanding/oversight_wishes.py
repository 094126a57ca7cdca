"""Wishes of whoever oversees units: 总览, 看附件 #12, 催办 某支部 主题党日; and the answer to it: 答复催办."""

from __future__ import annotations

from bot.understanding.wish_words import HASH, MONTH

_LOOK = r"(?:抽查|核查|查阅|调阅|查看|看看|看一下|看|打开)(?:一下)?"
_PAPERS = r"附件|佐证(?:材料)?|证明材料"
_LOT = r"第 ?(?P<item>[一二三四五六七八九十\d]{1,2}) ?批"

# name and pattern, as in commands.py
OVERSIGHT_WISHES: tuple[tuple[str, str], ...] = (
    (
        "overview",
        rf"(?:查?看看?|要|导出|发|打印)?(?:{MONTH}月(?:份)?)?(?:的)?(?:各|所有|全部)?(?:单位|支部)?(?:的)?"
        r"(?:总览(?:图|表)?|一览表?)(?: ?(?P<argument>[^,。;!?\n]{1,30}))?",
    ),
    (
        "evidence",
        rf"{_LOOK}(?:记录)? ?{HASH}(?:号|条)?(?:的| )*(?:{_PAPERS})?(?: ?{_LOT})?|"
        rf"{HASH}(?:号|条)? ?(?:的)?(?:是(?:什么|啥|哪一?条|谁报的)|什么内容|详情|内容)?(?:来着)?|"
        rf"{HASH}(?:号|条)?(?:的| )*(?:{_PAPERS})(?: ?{_LOT})?|(?:{_LOOK})?(?:{_PAPERS}) ?{HASH}(?: ?{_LOT})?|"
        rf"(?:抽查|核查)(?:一下)?(?: ?(?![了过])(?P<argument>[^,。;!?\n]{{1,40}}?))?(?: ?{_LOT})?|"
        rf"(?:{_LOOK})?(?:自评)?(?:的)?(?:{_PAPERS})(?: ?(?P<argument>[^,。;!?\n]{{1,40}}?))?(?: ?{_LOT})?|"
        rf"(?:{_LOOK}) ?(?P<argument>[^,。;!?\n]{{1,40}}?)(?:的| )(?:{_PAPERS})(?: ?{_LOT})?|"
        rf"(?P<argument>\([^,。;!?\n]{{1,30}}?)(?:的| )(?:{_PAPERS})(?: ?{_LOT})?",
    ),
    ("urge_answer", r"(?:答复|回复|回应|回)催办[ ,:]*(?P<argument>.{1,300})"),
    ("urge", r"(?:催办|催一催|催一下|催催)(?:一下)?(?:情况|记录|列表)?[ ,:]*(?P<argument>.{0,200})"),
)
