"""Wishes about what a year came to: 考核进度, 公示, 异议, 答复, 批准, 退回结果, 更正结果, 重新考评, 登记, 撤销登记."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.understanding.numbers import integer
from bot.understanding.text import clean

_REST = r"[ ,:]*(?P<argument>.{0,400})"
_SHORT = r" ?(?P<argument>[^,。;!?\n]{0,40}?)"

# name and pattern, as in commands.py; before those of the ratings, which begin like them
YEAR_WISHES: tuple[tuple[str, str], ...] = (
    (
        "progress",
        r"(?:查一?下?|看一?下?|查看|看看)?(?:我们?支部|支部|我们?|今年|本年度|年度|去年|现在)*(?:的)?(?:"
        r"(?:考核|考评|年度|最终|评定|公示|批准|审批)(?:的)?(?:进度|结果|进展|情况)(?:怎么样了?|如何|怎样|出来了?[吗没]?)?|"
        rf"进度|考核到哪(?:一?步)?){_SHORT}|结果",
    ),
    ("notice", rf"(?:生成|发|要|看看?)?公示稿{_REST}"),
    ("publish", rf"(?:发起|开始|进行)?公示{_REST}"),
    ("hand_up", rf"(?:报批|报审|上报结果|报请审定|报请批准){_REST}"),
    ("conclude", rf"(?:定论|结果定论|确定结果){_REST}"),
    ("answer", r"(?:答复|回复|处理)(?=.{0,80}异议)[ ,:]*(?P<argument>.{2,400})|"
               r"(?P<argument>异议 ?\d{0,2} ?[,:]? ?(?:不予?采纳|不成立|采纳|成立|属实|不属实).{0,300})"),
    ("object", rf"(?:登记|提出?|我?们?有)?异议{_REST}|对.{{0,24}}有异议{_REST}"),
    ("approve", rf"(?:同意)?(?:批准|审定|审批通过|审批同意){_REST}"),
    ("reject", rf"(?:退回|打回|撤回|撤销|停止)(?:本次|这次)?(?:考核|年度)?(?:结果|公示|报批){_REST}"),
    ("correct", rf"(?:更正|改正|修正)(?:考核|年度)?(?:结果|定论){_REST}"),
    ("reopen", rf"(?:重新|重开|退回|打回)考评(?:表)?{_REST}"),
    ("take_back", rf"(?:撤销|撤回|取消|删除)登记 ?#? ?(?P<number>\d{{1,3}})?(?:号|条)?{_REST}"),
    ("noted", r"(?:查看?|看看?)?登记(?:情况|清单|列表|了?哪些|了?什么|的?问题)?"),
)  # fmt: skip
STEPS = frozenset({"notice", "publish", "hand_up", "conclude", "answer", "object", "approve", "reject", "correct",
                   "reopen", "take_back"})  # fmt: skip
ABOUT_OUTCOMES = STEPS | {"progress"} - {"take_back"}

_ALL = ("全部单位", "所有单位", "各单位", "全部", "所有", "各支部")
_WHY = re.compile(r"^(?:的)?[ ,，:：。]*(?:理由|原因|依据|根据|因为|由于|内容)?(?:是|为)?[ ,，:：]*")
_YEAR = re.compile(r"(20\d\d) ?年?(?:度)?(?:的)?")
_DAYS = re.compile(r"(\d{1,2}|[一二两三四五六七八九十]{1,2}) ?(?:个)?(工作日|天|日(?!\d))")
_UNTIL = re.compile(r"[到至] ?(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})[日号]?")
_UNITLIKE = re.compile(r"(?:支部|党委|总支|党组|工委|单位|局|院|处|科|县|区)(?:的)?$")
_LEFT = "的了吧呢啊。！!？? "
_NO = ("不予采纳", "不采纳", "不成立", "不属实", "不同意", "驳回")
_YES = ("采纳", "成立", "属实", "同意")


@dataclass(frozen=True, slots=True)
class Aimed:
    """What a wish about outcomes is aimed at. units: those named; book: the rulebook named; year: named, else 0; every:
    all units were named at once; strange: what looks like the name of a unit and is none of those known; rest: the
    reason or ground."""

    units: tuple[str, ...]
    book: str = ""
    year: int = 0
    every: bool = False
    strange: str = ""
    rest: str = ""


def aimed(argument: str, units: Iterable[str], books: Iterable[str]) -> Aimed:
    """Read a wish's words. units, books: the names that may be named."""
    text = argument.strip()
    named = []
    for name in sorted(set(units), key=lambda n: -len(n)):
        if name in text:
            named.append(name)
            text = text.replace(name, " ", 1)
    book = next((b for b in sorted(set(books), key=lambda b: -len(b)) if b in text), "")
    text = text.replace(book, " ", 1) if book else text
    every = next((word for word in _ALL if text.strip(" ，,").startswith(word)), "")
    text = text.replace(every, " ", 1) if every else text
    found = _YEAR.match(text.strip())
    text = _YEAR.sub("", text.strip(), count=1) if found else text.strip()
    first = re.split(r"[,，。:： ]", text.strip(), maxsplit=1)[0]
    strange = first if not named and _UNITLIKE.search(first) else ""
    rest = _reason(text)
    return Aimed(tuple(named), book, int(found[1]) if found else 0, bool(every), strange, rest)


def days_named(text: str) -> tuple[int, bool] | None:
    """How long something is to last: 7天, 五个工作日. The number and whether workdays are counted; None: not said."""
    found = _DAYS.search(clean(text).flat)
    number = integer(found[1]) if found else None
    return None if found is None or number is None else (number, found[2] == "工作日")


def until_named(text: str, today: date) -> date | None:
    """The last day: 到12月31日, the next one there is; None: not said, or no such day."""
    found = _UNTIL.search(clean(text).flat)
    if found is None:
        return None
    try:
        day = date(int(found[1] or today.year), int(found[2]), int(found[3]))
        return day if found[1] or day >= today else day.replace(year=day.year + 1)
    except ValueError:
        return None


def verdict(text: str) -> tuple[bool | None, int, str]:
    """Of an answer to an objection: whether it is upheld (None: not said), its number (0: not said), the reason."""
    flat = clean(text).shown
    number = re.search(r"异议 ?(\d{1,2})|第 ?(\d{1,2}) ?[条个]", flat)
    word = next((w for w in (*_NO, *_YES) if w in flat), "")
    upheld = None if not word else word not in _NO
    after = flat.split(word, 1)[1] if word else re.sub(r"异议 ?\d{0,2}", "", flat)
    return upheld, int(number[1] or number[2]) if number else 0, _reason(after)


def _reason(text: str) -> str:
    """A reason as typed; none where only a 了 or 吧 is left once a name was taken off."""
    reason = _WHY.sub("", text.strip()).strip(" ，,。")
    return reason if reason.strip(_LEFT) else ""
