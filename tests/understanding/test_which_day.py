"""Of several days in one report, the one on which it took place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.understanding.reading import doubts, slots


@pytest.mark.parametrize(
    "text",
    [
        "根据机关党委11月3日印发的通知要求，我支部于11月17日召开支委会，研究年底工作",
        "11月17日召开支委会，研究年底工作，11月25日前完成整改",
        "经11月10日党委会同意，11月17日召开支委会，研究年底工作",
        "11月18日报一下，召开支委会研究年底工作，时间为11月17日",
    ],
)
def test_days_of_something_else_are_not_the_meeting_s(text: str):
    assert slots(text)["date"] == date(2026, 11, 17)


def test_days_within_a_range_leave_it_whole():
    found = slots("11月16日至18日开展主题党日，16日上午参观纪念馆，18日下午座谈")
    assert (found["date"], found["date_end"]) == (date(2026, 11, 16), date(2026, 11, 18))


def test_two_days_that_nothing_tells_apart_are_still_asked_about():
    assert ("date", "ambiguous_date") in doubts("11月16日11月17日支委会，研究年底工作")


def test_what_is_put_right_in_the_same_breath_is_what_counts():
    found = slots("11月5日党员大会应到三十八个不对是三十七个实到三十一个")
    assert (found["expected"], found["present"]) == (37, 31)


def test_a_clock_right_behind_a_day_in_figures_is_in_the_evening():
    found = slots("党课 11/17晚7点 1.5h 到33 主讲张蕾")
    assert (found["time"], found["hours"], found["present"]) == ("19:00", Decimal("1.5"), 33)


def test_the_people_behind_a_sum_are_no_tenths_of_it():
    found = slots("11月5日收10月党费三百二十块三十二个人")
    assert (found["amount"], found["count"]) == (32000, 32)
