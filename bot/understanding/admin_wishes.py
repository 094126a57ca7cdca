"""What administrators type: 发登记码 机关第一支部 书记, 移交 …, 停用 李明, 设置 … 党日 每月第一个周五, 人数 … 正式23.

Apart from the other wishes, so that the words of everybody else are never taken for these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from bot.understanding.dates import find, spans
from bot.understanding.numbers import integer
from bot.understanding.text import clean
from bot.understanding.wish_words import END, POLITE

LONGEST = 200
ROLES = {
    "secretary": r"(?:党?支部)?书记", "reporter": r"报送[人员]|报告员|填报人", "assessor": r"考评[员人]|考核[员人]",
    "administrator": r"管理员",
}  # fmt: skip
ACCOUNT = re.compile(r"[@＠][a-z0-9._=/+-]+:[a-z0-9.\-]+(?::\d+)?", re.IGNORECASE)
_DAYS = re.compile(r"(\d{1,3}|[一二三四五六七八九十]{1,3}) ?(?:天|日)(?:内)?(?:有效|内?用)?")
_SINCE = re.compile(r"(?:从|自从?|于|起始|自)? ?$")
_COUNTS = {
    "full": r"正式(?:党员)?", "probationary": r"预备(?:党员)?", "floating": r"流动(?:党员)?",
    "on_leave": r"长期请假|长假", "committee": r"支?委员?|支委(?:会)?", "activists": r"(?:入党)?积极分子",
}  # fmt: skip
_NUMBER = r" ?(?:为|是|有|:|共)? ?(\d{1,6}|[零一二两三四五六七八九十百]{1,6}) ?(?:名|人|个)?"
_GROUPS = re.compile(
    r"党小组 ?(?:为|是|:)? ?(?:(?P<count>\d{1,2}) ?个|(?P<sizes>\d{1,4}(?: ?[、,/+和] ?\d{1,4})*) ?人?)"
)
_WISHES = (
    ("cancel_code", r"(?:作废|取消|撤销|删除|收回)(?:掉)? ?登记码 ?(?:第|编号|#)? ?(?P<rest>\d{1,6})(?:号)?"),
    ("cancel_code", r"(?:把)? ?#?(?P<rest>\d{1,6})号?登记码 ?(?:作废|取消|撤销|收回)(?:掉)?"),
    ("code", r"(?:发|生成|开|做|制|出)(?:一)?(?:个|张)?登记码(?:给)?[ ,:]*(?P<rest>.*)"),
    ("code", r"(?:给|为) ?(?P<rest>.+?) ?(?:发|开|生成)(?:一)?(?:个|张)?登记码"),
    ("codes", r"(?:查看?|看看?|列出)?(?:还有效的|未用的|现有的?)?登记码(?:列表|清单|有哪些|情况)?(?P<rest>)"),
    ("handover", r"(?:把)? ?(?:移交|交接)[ ,:]*(?P<rest>.*)"),
    ("handover", r"把 ?(?P<rest>.+?(?:移交|交接)给.+)"),
    ("stop", r"停用[ ,:]*(?P<rest>.*)"),
    ("people", r"(?:查看?|看看?)?(?:人员|谁在)(?:名单|列表|情况)?[ ,:]*(?P<rest>.*)"),
    ("people", r"(?P<rest>.{2,40}?)的?(?:人员|人员名单)(?:有谁|是谁|有哪些)?"),
    ("units", r"(?:查看?|看看?|列出)?(?:单位)?名册[ ,:]*(?P<rest>.{0,40})"),
    ("units", r"(?:查看?|看看?|列出)?(?:我管的?|下级|所有)?(?:单位|支部)(?:列表|清单|情况)?[ ,:]*(?P<rest>.{0,40})"),
    ("count", r"(?:改|更新|登记)?人数[ ,:]*(?P<rest>.+)"),
    ("count", r"(?P<rest>.{2,40}?人数 ?.*(?:正式|预备|流动|积极分子).*)"),
    ("set", r"(?:设置|设定|设(?!置|定))(?! ?提醒)[ ,:]*(?P<rest>.*)"),
)


@dataclass(frozen=True, slots=True)
class AdminWish:
    """name: units | people | code | codes | cancel_code | handover | stop | set | count; rest: what it is about."""

    name: str
    rest: str = ""


def admin_wishes(text: str) -> Iterator[AdminWish]:
    """What a message may ask for, the likeliest first; nothing for any other message."""
    if len(text) > LONGEST or "\n" in text:
        return
    cleaned = clean(text)
    flat, polite, at = cleaned.flat, re.compile(POLITE), 0
    begins = [0]
    while match := polite.match(flat, at):
        at = match.end()
        begins.append(at)
    for begin in begins:
        for name, pattern in _patterns():
            if found := pattern.fullmatch(flat, begin):
                yield AdminWish(name, cleaned.words(*found.span("rest")))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(rf"(?:{wish}){END}")) for name, wish in _WISHES)


def begins(text: str) -> bool:
    """Whether a message begins with one of the words, and not with what it is about."""
    return clean(text).flat.lstrip("/! ").startswith(("人数", "设置", "设定", "移交", "交接", "人员"))


def role_in(text: str) -> tuple[str | None, str]:
    """The role that words name, and the words without it."""
    for role, pattern in ROLES.items():
        if found := re.search(pattern, text):
            return role, _without(text, found)
    return None, text


def days_in(text: str) -> tuple[int | None, str]:
    """For how many days (7天有效), and the words without it."""
    found = _DAYS.search(text)
    return (integer(found[1]), _without(text, found)) if found else (None, text)


def account_in(text: str) -> tuple[str | None, str]:
    """A Matrix id, and the words without it."""
    found = ACCOUNT.search(text)
    return ("@" + found[0][1:], _without(text, found)) if found else (None, text)


def day_in(text: str, now: datetime) -> tuple[date | None, str]:
    """The day from which something holds: one without a year is the nearest to today; and the words without it."""
    cleaned = clean(text)
    found = [spans(cleaned, find(cleaned, now, coming=coming)) for coming in (False, True)]
    days = sorted((one for told in found for one in told[:1]), key=lambda one: abs(one.first - now.date()))
    if not days:
        return None, text
    before, _, after = cleaned.shown.partition(days[0].words)
    return days[0].first, (_SINCE.sub("", before) + " " + after.removeprefix("起")).strip()


def counts_in(text: str) -> dict[str, int | tuple[int, ...]]:
    """正式23 预备1 党小组8、8、7: figures by the name of a headcount's field."""
    told: dict[str, int | tuple[int, ...]] = {}
    flat = clean(text).flat
    if groups := _GROUPS.search(flat):
        flat = flat[: groups.start()] + flat[groups.end() :]
        sizes = groups["sizes"]
        told["groups"] = tuple(map(int, re.findall(r"\d+", sizes))) if sizes else (0,) * int(groups["count"])
    for name, words in _COUNTS.items():
        found = re.search(f"(?:{words}){_NUMBER}", flat)
        number = integer(found[1]) if found else None
        if number is not None:
            told[name] = number
    return told


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}".strip(" ，,：:、。")
