"""Windows and the periods they are made of, as pairs of a first and a last day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

from rubrics.schema.rulebook import Window

Span = tuple[date, date]
MONTHS = {"month": 1, "two_weeks": 1, "quarter": 3, "half_year": 6, "year": 12}
DAY = timedelta(days=1)


def on_day(year: int, month_day: str) -> date:
    """A month and day (MM-DD) of a year; 02-29 is the 28th where there is none."""
    month, day = int(month_day[:2]), int(month_day[3:])
    return date(year, month, min(day, monthrange(year, month)[1]))


def assessed_year(window: Window, on: date) -> int:
    """The year of the window that a day falls in, or of the next to end."""
    return on.year if on <= on_day(on.year, window.end) else on.year + 1


def window_span(window: Window, year: int) -> Span:
    """The first and last day of a year's window."""
    return on_day(year - window.years_back, window.start), on_day(year, window.end)


@lru_cache(maxsize=4096)
def split(span: Span, period: str) -> tuple[Span, ...]:
    """The calendar periods that meet a span, whole: weeks begin on Monday, half-years in January and July."""
    first, last = span
    found: list[Span] = []
    if period == "week":
        start = first - DAY * first.weekday()
        while start <= last:
            found.append((start, start + DAY * 6))
            start += DAY * 7
        return tuple(found)
    months = MONTHS[period]
    year, month = first.year, (first.month - 1) // months * months + 1
    while date(year, month, 1) <= last:
        end = month + months - 1
        found.append((date(year, month, 1), date(year, end, monthrange(year, end)[1])))
        year, month = (year + 1, 1) if end == 12 else (year, end + 1)
    return tuple(found)


def in_period(period: str) -> int:
    """How many of what is asked once a period fall in each that split() makes: of two weeks, two a month."""
    return 2 if period == "two_weeks" else 1


def months_before(day: date, months: int, days: int = 0) -> date:
    """The same day so many months (and days) earlier, or the last of that month; negative: later."""
    index = day.year * 12 + day.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1])) - DAY * days


def month_words(span: Span) -> str:
    """11月, 第3季度, 上半年, 全年, or the days themselves."""
    first, last = span
    months = last.month - first.month + 1
    if first.day != 1 or (last + DAY).day != 1 or first.year != last.year:
        return f"{first.month}月{first.day}日至{last.month}月{last.day}日"
    if months == 1:
        return f"{first.month}月"
    if months == 3:
        return f"第{last.month // 3}季度"
    if months == 6:
        return "上半年" if first.month == 1 else "下半年"
    return "全年"


def day_words(day: date) -> str:
    """11月5日."""
    return f"{day.month}月{day.day}日"
