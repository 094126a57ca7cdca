"""What somebody wrote stays what it is: only numbers of people that voice input runs together are parted."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.understanding.read import read
from bot.understanding.text import clean
from rubrics.activities import load_activities

NOW = datetime.fromisoformat("2026-11-10T15:00:00+08:00")


@pytest.mark.parametrize(
    ("said", "read_as"),
    [
        ("应到二十八到二十四四个请假", "应到二十八到二十四,四个请假"),
        ("应到三十二二十九人到", "应到三十二,二十九人到"),
        ("应到二十四五个", "应到二十四五个"),
        ("学习党的十九二十大精神", "学习党的十九二十大精神"),
        ("研究十二三十四号楼的安排", "研究十二三十四号楼的安排"),
    ],
)
def test_only_counts_of_people_are_parted(said: str, read_as: str) -> None:
    assert clean(said).shown == read_as


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("11月6日集中学习，学习党的十九二十大精神，22人", "学习党的十九二十大精神"),
        ("支部上午集体看了纪录片《大国医者》算党员教育培训，42名党员", "纪录片《大国医者》"),
    ],
)
def test_a_topic_is_what_was_said(said: str, topic: str) -> None:
    activity = read(said, NOW, kinds=load_activities()).activities[0]
    assert activity.slots["topic"].value == topic
