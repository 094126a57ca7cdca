"""Questions about what is demanded, and those that only look like one."""

from __future__ import annotations

import pytest

from bot.understanding.how_often import asks_how_often
from bot.understanding.text import clean

DEMANDED = (
    "支委会要多久开一次", "支委会多久一次", "党课一年几次", "支委会一个月开几次", "多久开一次支委会",
    "党小组会几天开一次",
    "组织生活会一年要开几次？", "党费多久交一次", "主题党日每月几次", "支委会多长时间开一次", "党员大会一个季度开几次",
    "信息每个月要报几条", "信息报几条才够", "谈心谈话多久搞一次", "党小组会要求多久一次", "党课今年要上几次",
    "三会一课有什么要求",
    "三会一课的频次要求", "民主评议应该一年搞几次呀", "支委會要多久開一次", "党课隔多久上一次",
)  # fmt: skip
DONE = (
    "支委会开了几次", "支委会一年开了几次", "这个月信息报了几条", "党小组会开了多少次", "今年一共上了几次党课",
    "已经开几次支委会",
    "党费交了多少", "党课多少人参加", "支委会开了多久", "上次支委会是哪天",
)  # fmt: skip


@pytest.mark.parametrize("text", DEMANDED)
def test_what_is_demanded(text: str) -> None:
    assert asks_how_often(clean(text).flat)


@pytest.mark.parametrize("text", DONE)
def test_what_was_done(text: str) -> None:
    assert not asks_how_often(clean(text).flat)
