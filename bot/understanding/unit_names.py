"""A unit that a message is about though the person doesn't speak for it: 机关第二支部的积分, 第三支部昨天开了支委会."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.understanding.numbers import integer
from bot.understanding.text import clean

_NAME = re.compile(
    r"(?P<before>[\u4e00-\u9fff]{0,10}?)第? ?(?P<n>[一二三四五六七八九十]{1,3}|\d{1,3}) ?(?:党支部|支部|党总支|总支)"
)
# What may stand before the name of a unit that a whole message is about.
_LEAD = re.compile(
    r"(?:[\d年月日号./:\- ,]|今天|昨天|前天|上午|下午|晚上|刚才|上周|本周|周[一二三四五六日天]|请|帮|替|给|为|代|我|"
    r"想|要|查一?下?|看一?下?|报|记|把|的|和我说说|告诉我)*"
)
# In company: an event held with another branch is one's own.
_TOGETHER = re.compile(r"联合|共建|结对|一起|一同|共同|联建|交流|观摩|[和与同跟及、到赴去向] ?$")
_SAID_OF = re.compile(r"^(?:的|在|于|今|昨|前|上|本|开|召|组|举|学|收|缴|报|月|主|党|支|民|谈|[\d,:，： ]|$)")


def strange_unit(text: str, own: Iterable[str]) -> str:
    """The numbered unit that a message begins with, or that a question is about, when it is none of the person's own;
    empty for anything else. Judged by the words alone, so that nothing shows whether there is such a unit."""
    flat = clean(text).flat
    names = [clean(name).flat for name in own]
    if any(name in flat for name in names) or _TOGETHER.search(flat):
        return ""
    mine = {integer(found["n"]) for name in names if (found := _NAME.search(name))}
    lead = _LEAD.match(flat)
    found = _NAME.match(flat, lead.end() if lead else 0)
    if found is None or integer(found["n"]) in mine or not _SAID_OF.match(flat[found.end() :]):
        return ""
    return "" if _TOGETHER.search(found["before"]) else found[0].strip()
