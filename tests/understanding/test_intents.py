"""What a message is for: a report, a plan, a question, a correction, talk."""

from __future__ import annotations

import pytest

from bot.understanding.reading import Intent
from tests.understanding.reading import heard


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("下周五开支委会", Intent.PLAN),
        ("支委会定于11月26日召开", Intent.PLAN),
        ("这个月支委会还没开", Intent.NOT_DONE),
        ("党小组会取消了", Intent.NOT_DONE),
        ("交了多少党费", Intent.QUESTION),
        ("支委会开了吗？", Intent.QUESTION),
        ("党课算不算三会一课", Intent.QUESTION),
        ("实到4人", Intent.CORRECTION),
        ("不对，应到6人", Intent.CORRECTION),
        ("不是支委会，是党员大会", Intent.CORRECTION),
        ("撤回 #128", Intent.WITHDRAWAL),
        ("收到", Intent.SMALL_TALK),
        ("谢谢，辛苦了", Intent.SMALL_TALK),
        ("主题党日改到周五开的，22人参加", Intent.REPORT),
        ("11月党费收了22人1100元，还有2人没交", Intent.REPORT),
        ("11月5日支委会讨论怎么发展党员，5人参加", Intent.REPORT),
        ("我们村今年党课上了几回了", Intent.QUESTION),
        ("党课和支委会能写一张单子上不", Intent.QUESTION),
        ("本月党课取消了，还没定改到哪天", Intent.NOT_DONE),
        ("4月份主题党日未能如期开展", Intent.NOT_DONE),
        ("周一夜学刚结束？不对，是上周一的，22人参加", Intent.REPORT),
        ("11月党费收了负的……不对，是1352元，29人", Intent.REPORT),
        ("昨天报的党小组会 日期改0921", Intent.CORRECTION),
        ("弄错了，不是我们村的，把它取消掉", Intent.WITHDRAWAL),
        ("11月3日，机关党委发出换届提醒函：本届支委会将于12月20日届满", Intent.REPORT),
        ("昨天的支委会推迟到下周五", Intent.PLAN),
        ("党员大会昨天开的，30人参加，可以记了吧？", Intent.REPORT),
        ("11月3日支委会定了党课由谁来讲", Intent.REPORT),
        ("支委会11月3日通知了，28日召开", Intent.PLAN),
        ("收到换届提醒，11月30日要开党员大会", Intent.PLAN),
    ],
)
def test_what_a_message_is_for(text: str, intent: Intent):
    assert heard(text).intent is intent


def test_a_report_beside_what_is_not_done_holds_only_the_report():
    reading = heard("主题党日昨天开了，支委会还没开")
    assert reading.intent is Intent.REPORT
    assert [activity.kind for activity in reading.activities] == ["themed_party_day"]
