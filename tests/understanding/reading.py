"""What the tests of understanding share: a fixed moment, and a message read at it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.understanding.read import read
from bot.understanding.reading import Expecting, Reading, Value
from rubrics.activities import load_activities

NOW = datetime(2026, 11, 22, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
KINDS = load_activities()


def heard(text: str, expecting: Expecting | None = None, now: datetime = NOW) -> Reading:
    """A message, understood on Sunday 2026-11-22."""
    return read(text, now, kinds=KINDS, expecting=expecting)


def slots(text: str, expecting: Expecting | None = None) -> dict[str, Value]:
    """The values of a message's only activity."""
    (activity,) = heard(text, expecting).activities
    return {name: slot.value for name, slot in activity.slots.items()}


def doubts(text: str) -> list[tuple[str, str]]:
    """What would be asked about a message's only activity."""
    (activity,) = heard(text).activities
    return [(doubt.slot, doubt.why) for doubt in activity.doubts]
