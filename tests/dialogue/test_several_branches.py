"""Somebody who speaks for several branches: asked which, and told on every card."""

from __future__ import annotations

from datetime import date

from bot.dialogue.turn import Record, Say, Turn
from rubrics import Headcount, Unit
from tests.dialogue.town import BRANCH, Town

SECOND = Unit("second", "机关第二支部", None, (Headcount(date(2025, 1, 1), 6),))
REPORT = "11月5日支委会，应到5人，实到5人，研究发展对象"


def texts(turn: Turn) -> str:
    return "\n".join(effect.text for effect in turn.effects if isinstance(effect, Say))


def both() -> Town:
    return Town(units=(BRANCH, SECOND))


def test_the_branch_is_asked_and_taken_by_number_or_name() -> None:
    for answer in ("1", "第一支部", "机关第一支部"):
        town = both()
        assert "是哪个支部的" in texts(town.say(REPORT))
        assert "支委会** · 机关第一支部" in texts(town.say(answer))
        (record,) = [e for e in town.say("好").effects if isinstance(e, Record)]
        assert record.unit == "first"


def test_a_branch_that_is_named_is_not_asked() -> None:
    town = both()
    assert "· 机关第二支部" in texts(town.say("机关第二支部11月6日主题党日，义务植树，应到6人实到6人"))


def test_an_unclear_answer_keeps_the_question() -> None:
    town = both()
    town.say(REPORT)
    assert "是哪个支部的" in texts(town.say("机关"))


def test_points_ask_first_and_remember_the_branch() -> None:
    town = both()
    assert "是哪个支部的" in texts(town.say("现在多少分了"))
    assert "机关第二支部" in texts(town.say("2"))
    assert "机关第二支部" in texts(town.say("等次"))
    assert "机关第一支部" in texts(town.say("机关第一支部的积分"))
