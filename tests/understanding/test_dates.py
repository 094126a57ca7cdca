"""Dates, looking back from a Sunday in November."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.understanding.dates import find, find_dates
from bot.understanding.text import clean
from tests.understanding.reading import NOW

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("3月15日", "2026-03-15", None), ("12月5日", "2025-12-05", None), ("上个月最后一个周五", "2026-10-30", None),
        (
            "本月第二个周三"
        , "2026-11-11", None), ("七一", "2026-07-01", None), ("二〇二六年三月十五日", "2026-03-15", None),
        ("３月１５日", "2026-03-15", None), ("上週五", "2026-11-13", None), ("昨晚7点半", "2026-11-21", None),
        ("11月20日至22日", "2026-11-20", "2026-11-22"), ("周五", "2026-11-20", None), ("25号", "2026-10-25", None),
        (
            "农历九月初九"
        , "2026-10-18", None), ("腊月二十三", "2026-02-10", None), ("国庆后第一个工作日", "2026-10-08", None),
        ("上上周三", "2026-11-04", None), ("三天前", "2026-11-19", None), ("11.5下午", "2026-11-05", None),
        (
            "20261105"
        , "2026-11-05", None), ("上半年开了一次", "2026-01-01", "2026-06-30"), ("去年中秋", "2025-10-06", None),
        ("10月28日至11月3日", "2026-10-28", "2026-11-03"), ("11月5日（周四）", "2026-11-05", None),
        ("拟于12月3日召开", "2026-12-03", None), ("冬至", "2025-12-21", None), ("上周", "2026-11-09", "2026-11-15"),
    ],
)  # fmt: skip
def test_a_date(text: str, first: str, last: str | None):
    (span,) = find_dates(text, NOW)
    assert (span.first, span.last) == (date.fromisoformat(first), date.fromisoformat(last or first))


@pytest.mark.parametrize(
    "text",
    [
        "2月30日",
        "13月5日",
        "11月31号",
        "三会一课",
        "11月党费",
        "八一小学",
        "22/24",
        "3号会议室",
        "十一个人",
        "1230.50元",
        "每月5日前",
        "14:30",
    ],
)
def test_no_date(text: str):
    assert find_dates(text, NOW) == ()


def test_a_day_said_twice_is_one_and_a_list_is_several():
    assert len(find_dates("昨天（11月21日）", NOW)) == 1
    assert [d.first.day for d in find_dates("11月5、12、19日", NOW)] == [5, 12, 19]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("二十八九号", ("2026-10-28", "2026-10-29")),
        ("十月二十八九号", ("2026-10-28", "2026-10-29")),
        ("二十八、九号", ("2026-10-28", "2026-10-29")),
        ("五六号吧", ("2026-11-05", "2026-11-06")),
        ("11月5号还是6号", ("2026-11-05", "2026-11-06")),
        ("28或29号", ("2026-10-28", "2026-10-29")),
        ("2025年3月二十一二日", ("2025-03-21", "2025-03-22")),
    ],
)
def test_one_of_two_days_is_asked_and_not_taken(text: str, days: tuple[str, ...]):
    (found,) = find(clean(text), NOW)
    assert (found.why, tuple(str(day) for day in found.options)) == ("ambiguous_date", days)


@pytest.mark.parametrize("text", ["三四号楼打扫卫生", "七八号人", "三十一二个"])
def test_neighbours_that_are_no_days(text: str):
    assert not find(clean(text), NOW)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2月30日", "impossible_date"),
        ("11月5日（周三）", "weekday_mismatch"),
        ("12月5日", "crosses_year"),
        ("11月5日", None),
    ],
)
def test_doubt_about_a_date(text: str, why: str | None):
    (found,) = find(clean(text), NOW)
    assert found.why == why


def test_a_mismatched_weekday_offers_both_days():
    (found,) = find(clean("11月5日（周三）"), NOW)
    assert found.options == (date(2026, 11, 5), date(2026, 11, 4))


@pytest.mark.parametrize(
    ("text", "now", "day"),
    [
        ("昨天", "2026-01-01T00:10", "2025-12-31"),
        ("30号", "2026-03-06T20:00", "2026-01-30"),
        ("周五", "2026-03-06T20:00", "2026-03-06"),
        ("2月29日", "2028-03-06T20:00", "2028-02-29"),
        ("10月份的支委会是15号开的", "2026-11-22T10:00", "2026-10-15"),
    ],
)
def test_from_other_moments(text: str, now: str, day: str):
    span = find_dates(text, datetime.fromisoformat(now).replace(tzinfo=ZONE))[-1]
    assert span.first == date.fromisoformat(day)


def test_the_words_are_kept():
    assert find_dates("我们上个月最后一个周五下午开的", NOW)[0].words == "上个月最后一个周五"
