"""What the words of a date mean on a given day, looking back: the arithmetic of the calendar."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from bot.understanding.numbers import digits, integer
from bot.understanding.workdays import Overrides, is_workday

Days = tuple[date, date]
WEEKDAYS = {c: i for i, c in enumerate("一二三四五六日")} | {"天": 6} | {str(i): i - 1 for i in range(1, 8)}

_YEARS = {
    "大前年": -3,
    "前年": -2,
    "去年": -1,
    "上年": -1,
    "上一年": -1,
    "今年": 0,
    "本年": 0,
    "当年": 0,
    "明年": 1,
    "后年": 2,
}
_MONTHS = {"上上个月": -2, "上上月": -2, "上个月": -1, "上月": -1, "月": 0, "本月": 0, "这个月": 0, "这月": 0,
           "当月": 0, "下个月": 1, "下月": 1, "次月": 1, "下下个月": 2, "下下月": 2}  # fmt: skip
_WEEKS = {"大上": -2, "上上": -2, "上": -1, "前": -1, "这": 0, "本": 0, "当": 0, "下": 1, "下下": 2}
_NEAR = {"大大前": -4, "大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "大后": 3}


def year_of(words: str | None, relative: str | None, today: date) -> int | None:
    """The year that is said; None when none is."""
    if relative:
        return today.year + _YEARS[relative]
    if not words:
        return None
    year = digits(words)
    return None if year is None else year + 2000 if len(words) == 2 else year


def month_of(words: str | None, relative: str | None, today: date) -> tuple[int | None, int]:
    """Year (None when not said) and month; the month can be impossible (13)."""
    if relative:
        index = today.year * 12 + today.month - 1 + _MONTHS[relative]
        return index // 12, index % 12 + 1
    return None, 1 if words == "元" else integer(words or "") or 0


def day(year: int, month: int, number: int) -> date | None:
    """The day, None when there is no such day."""
    try:
        return date(year, month, number)
    except ValueError:
        return None


def month_days(year: int, month: int) -> Days | None:
    """First and last day of a month."""
    if not (1 <= month <= 12 and 1 <= year <= 9998):
        return None
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def back(month: int, number: int, today: date, coming: bool) -> date | None:
    """The last such day up to today (coming: of this year, or the next one when it has passed by half a year).

    None when this year has no such day."""
    here = day(today.year, month, number)
    if here is None or (here <= today and (not coming or (today - here).days < 180)):
        return here
    return day(today.year + (1 if coming and here <= today else 0 if coming else -1), month, number)


def back_month(month: int, today: date, coming: bool = False) -> int:
    """The year of a month said without one: the last such month that has begun."""
    return today.year if month <= today.month or coming else today.year - 1


def weekday(which: str | None, name: str, today: date, coming: bool) -> date:
    """上周五, 周五: by calendar weeks; without 上 or 下 the last such day up to today."""
    monday = today - timedelta(days=today.weekday())
    found = monday + timedelta(days=WEEKDAYS[name])
    if which:
        return found + timedelta(weeks=_WEEKS[which])
    if found > today and not coming:
        return found - timedelta(weeks=1)
    return found + timedelta(weeks=1) if coming and found < today else found


def week(which: str, today: date) -> Days:
    """上周 and the like: Monday to Sunday."""
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=_WEEKS[which])
    return monday, monday + timedelta(days=6)


def near(words: str, today: date) -> date:
    """昨天, 前天, 今早."""
    stem = words[: words.rfind("大") + 2] if words[0] == "大" else "昨" if words[0] == "夜" else words[0]
    return today + timedelta(days=_NEAR[stem])


def nth_weekday(days: Days, n: int, name: str) -> date | None:
    """The nth such weekday of a span (-1: the last); None when it has fewer."""
    first, last = days
    all_days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    fits = [d for d in all_days if d.weekday() == WEEKDAYS[name]]
    return fits[-1] if n == -1 else fits[n - 1] if n <= len(fits) else None


def nth_workday(days: Days, n: int, overrides: Overrides | None) -> date | None:
    """The nth worked day of a span (-1: the last)."""
    first, last = days
    fits = [d for i in range((last - first).days + 1) if is_workday(d := first + timedelta(days=i), overrides)]
    return fits[-1] if n == -1 and fits else fits[n - 1] if 0 < n <= len(fits) else None


def part_of_month(days: Days, part: str) -> Days:
    """上旬, 中旬, 下旬, and as loosely 月初, 月中, 月底."""
    first, last = days
    if part in ("上半月", "下半月"):
        return (first, first.replace(day=15)) if part == "上半月" else (first.replace(day=16), last)
    if part in ("上旬", "初", "头十天", "前十天"):
        return first, first.replace(day=10)
    if part in ("中旬", "中"):
        return first.replace(day=11), first.replace(day=20)
    if part in ("上中旬", "中下旬"):
        return (first, first.replace(day=20)) if part == "上中旬" else (first.replace(day=11), last)
    return first.replace(day=25 if part in ("底", "月底", "末", "月末") else 21), last


def last_month(today: date) -> tuple[int, int]:
    """Year and month before the one of today."""
    return (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)


def month_with(number: int, today: date) -> tuple[int, int]:
    """The month, as year and month, in which a day of that number last was: this one or the one before."""
    return (today.year, today.month) if number <= today.day else last_month(today)


def edge_of(days: Days, part: str) -> Days:
    """The first ten days of a quarter (初), or what is left of its last month from the 21st on (末, 底)."""
    first, last = days
    return (first, first.replace(day=10)) if part == "初" else (last.replace(day=21), last)


def part_of_year(year: int, part: str) -> Days:
    """年初, 年中, 年底."""
    months = {"初": (1, 1), "中": (6, 7)}.get(part, (12, 12))
    return date(year, months[0], 1), date(year, months[1], calendar.monthrange(year, months[1])[1])


def quarter(year: int, number: int) -> Days:
    """First and last day of a quarter."""
    return date(year, number * 3 - 2, 1), date(year, number * 3, calendar.monthrange(year, number * 3)[1])


def ago(number: int, unit: str, today: date) -> date:
    """N days, weeks, months before today (a month: the same day, or the month's last)."""
    if unit in ("天", "日"):
        return today - timedelta(days=number)
    if unit != "月":
        return today - timedelta(weeks=number)
    index = today.year * 12 + today.month - 1 - number
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))
