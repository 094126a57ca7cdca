"""A bare answer to what was just asked: 5, 三楼, 周五, 学雷锋."""

from __future__ import annotations

import re
from decimal import Decimal

from bot.understanding.asking import is_question
from bot.understanding.facts import Facts
from bot.understanding.groups import bare_group
from bot.understanding.numbers import DECIMAL, decimal, whole_number
from bot.understanding.pieces import if_meant
from bot.understanding.reading import ActivityReading, Doubt, Expecting, Slot, Value
from rubrics.activities import Activities

_COUNTS = frozenset({"expected", "present", "leave", "absent", "guests", "count", "group"})
_WORDS = frozenset({"topic", "place", "speaker", "host"})
_LEAD = re.compile(
    r"^(?:是|就是|在|为|叫|主题是?|议题是?|题目是?|内容是?|地点是?|主讲人?是?|主持人?是?|由|写|填|就写|就)*[: ]*"
)
_TAIL = re.compile(r"(?:吧|啊|呀|哦|的|讲的|主讲|主持的?)?[。!,. ]*$")
_LABELLED = {
    "地点": ("place",), "地址": ("place",), "会场": ("place",), "时间": ("date",), "日期": ("date",), "主持": ("host",),
    "主讲": ("speaker",),
    "主题": ("topic",), "议题": ("topic",), "题目": ("topic",), "应到": (), "实到": (), "请假": (),
}  # fmt: skip
_LABELS = re.compile(rf"({'|'.join(_LABELLED)})(?:人|是|为|:|在|(?=[\u4e00-\u9fff\d]))")
_SUM = re.compile(rf" *(?:共|一共|总共|是)? *({DECIMAL}) *(?:元|块|块钱)? *")


def bare_answer(facts: Facts, expecting: Expecting | None, kinds: Activities) -> ActivityReading | None:
    """The text as the value of the slot that was asked; None when it says more, or something else."""
    if expecting is None or expecting.slot is None:
        return None
    slot, flat, shown = expecting.slot, facts.text.flat, facts.text.shown
    if slot in _COUNTS:
        number = (bare_group(flat) if slot == "group" else None) or whole_number(flat.removeprefix("-"))
        negative = -1 if flat.startswith("-") else 1
        return None if number is None else _answer(slot, number * negative, shown)
    if slot == "amount":
        found = _SUM.fullmatch(flat) if len(flat) < 30 else None
        value = decimal(found[1]) if found else None
        return None if value is None or value * 100 % 1 else _answer(slot, int(value * 100), shown)
    if slot == "hours":
        value = decimal(flat.removesuffix("小时")) if len(flat) < 12 else None
        return None if value is None else _answer(slot, Decimal(value), shown)
    if slot in _WORDS and not is_question(flat) and not _says_more(facts) and not _of_another(flat, slot):
        start = _LEAD.match(flat)
        begin = start.end() if start else 0
        end = _TAIL.search(flat)
        words = shown[begin : end.start() if end and end.start() > begin else len(shown)].strip(' “”"')
        return _answer(slot, words, shown) if words else None
    if slot == "titles" and "《" not in flat and not _says_more(facts):
        titles = tuple(t.strip() for t in re.split(r"[\n;；]", shown) if t.strip())
        return _answer(slot, titles, shown) if titles else None
    return None


def _of_another(flat: str, slot: str) -> bool:
    """Whether the words begin with the label of another slot: 地点三楼会议室, when the topic was asked for."""
    label = _LABELS.match(flat)
    return label is not None and slot not in _LABELLED[label[1][:2]]


def _says_more(facts: Facts) -> bool:
    return bool(facts.counts or facts.sums or (facts.dates and any(d.grain == "day" for d in facts.dates)))


def _answer(slot: str, value: Value, words: str) -> ActivityReading:
    if isinstance(value, int | Decimal) and value < 0:
        return ActivityReading(None, {}, (Doubt(slot, "negative_amount", words),), None, words)
    if isinstance(value, int) and value > (most := 2000 if slot != "amount" else 100_000_000):
        return ActivityReading(None, {}, (Doubt(slot, "absurd_number", words, if_meant(value, most)),), None, words)
    return ActivityReading(None, {slot: Slot(value, words)}, (), None, words)
