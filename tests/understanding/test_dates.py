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
        ("下月三号上午", "2028-02-29T10:00", "2028-03-03"),
        ("下月三上午", "2028-02-29T10:00", "2028-03-03"),
        ("2月29日", "2028-03-06T20:00", "2028-02-29"),
        ("10月份的支委会是15号开的", "2026-11-22T10:00", "2026-10-15"),
    ],
)
def test_from_other_moments(text: str, now: str, day: str):
    span = find_dates(text, datetime.fromisoformat(now).replace(tzinfo=ZONE))[-1]
    assert span.first == date.fromisoformat(day)


def test_the_words_are_kept():
    assert find_dates("我们上个月最后一个周五下午开的", NOW)[0].words == "上个月最后一个周五"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("十月二十八九号开的", ["2026-10-28", "2026-10-29"]), ("二十八九号", ["2026-10-28", "2026-10-29"]),
        ("二十一二号开的", ["2026-11-21", "2026-11-22"]), ("去年十二月三十三十一号", []),
        ("十一月一二号", ["2026-11-01", "2026-11-02"]), ("上月三四号", ["2026-10-03", "2026-10-04"]),
        ("11月18号（上周三）开的", ["2026-11-18", "2026-11-11"]), ("周四11月13号", ["2026-11-13", "2026-11-12"]),
        ("二十六不是二十五号", []), ("十月二十六不是二十五号", ["2026-10-25", "2026-10-26"]),
        ("支委会25号开", ["2026-10-25", "2026-11-25"]), ("支委会周五开", ["2026-11-20", "2026-11-27"]),
        ("支委会25号开的", []), ("支委会15号开", []), ("周五开了", []),
        ("中秋头一天", ["2026-09-25", "2026-09-24"]), ("春节假期第三天", ["2026-02-17", "2026-02-19"]),
    ],
)  # fmt: skip
def test_which_of_two_days_is_asked_with_both_offered(text: str, days: list[str]):
    doubted = [one for one in find(clean(text), NOW) if one.options]
    assert [str(day) for one in doubted for day in one.options] == days


@pytest.mark.parametrize("text", ["15号左右开的", "二十号前后", "国庆前一周", "七一前夕"])
def test_about_when_is_no_day_for_certain(text: str):
    assert all(one.vague for one in find(clean(text), NOW))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12月10号开", "2026-12-10"),
        ("支委会12月10号下午开", "2026-12-10"),
        ("党课1月5号上", "2027-01-05"),
        ("12月10号开的", "2025-12-10"),
        ("12月10号开了", "2025-12-10"),
        ("3月10号开", "2026-03-10"),
        ("11月10号开", "2026-11-10"),
    ],
)
def test_a_day_soon_to_come_with_a_bare_verb_is_ahead(text: str, day: str):
    assert [str(one.first) for one in find(clean(text), NOW)] == [day]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1月15号", "2024-01-15", None), ("31号开的", "2024-12-31", None), ("上个月底", "2024-12-25", "2024-12-31"),
        ("年底补开的", "2024-12-01", "2024-12-31"), ("元旦前一天", "2024-12-31", None), ("腊八", "2025-01-07", None),
        ("去年春节", "2024-02-10", None), ("冬月二十", "2024-12-20", None), ("上周二", "2024-12-31", None),
        ("12月30号到1月3号", "2024-12-30", "2025-01-03"), ("12.31-1.2", "2024-12-31", "2025-01-02"),
        ("最后一个周五", "2024-12-27", None), ("第一个周一", "2025-01-06", None), ("下旬", "2024-12-21", "2024-12-31"),
        ("十天前", "2024-12-29", None), ("12月5号去年开的", "2024-12-05", None),
    ],
)  # fmt: skip
def test_looking_back_over_the_new_year(text: str, first: str, last: str | None):
    (span,) = find_dates(text, datetime.fromisoformat("2025-01-08T10:00").replace(tzinfo=ZONE))
    assert (str(span.first), str(span.last)) == (first, last or first)
