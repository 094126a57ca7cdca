"""Days that go by a name, as days: 国庆后第一个工作日, 腊月廿三, 初六."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from bot.understanding import date_rules as rules
from bot.understanding.date_found import Found, Frame, Match, found, one_day, said_year
from bot.understanding.festivals import NAMES, lunar_day, lunar_month, lunar_number, lunar_number_of, on_year
from bot.understanding.numbers import integer
from bot.understanding.workdays import is_workday, next_workday


def festival(match: Match, frame: Frame) -> Found | None:
    year = said_year(match, frame) or rules.year_of(None, match["ry3"], frame.today) or frame.year
    said = year is not None
    beside = (match["beside"] or "").removeprefix("节")
    day = _which(match, frame, year, beside)
    if day is None:
        return None
    if "初" in beside:
        if not match["fest"].startswith("春节"):
            return None
        return one_day(match, day + timedelta(days=lunar_number(beside[-2:]) - 1), frame, said)
    if match["nth"] or match["head"]:
        return _day_of_holiday(match, day, frame, said)
    if beside.endswith("最后一天") and "前" not in beside:
        return one_day(match, next_workday(day, frame.overrides) - timedelta(days=1), frame, said)
    if "前" in beside and beside.endswith(("周", "星期", "礼拜")):
        return found(match, day - timedelta(days=7), day - timedelta(days=1), "longer", vague=True)
    if beside.endswith(("期间", "假期", "长假", "黄金周")):
        last = next_workday(day, frame.overrides) - timedelta(days=1)
        return found(match, day, max(day, last), "longer", vague=True)
    placed = _placed(match, day, beside, frame)
    if placed is None:
        day -= timedelta(days=beside == "前夕")
        return found(match, day, day, "day", vague=True, scope="festival")
    one = one_day(match, placed, frame, said)
    frame.month = None
    return replace(one, scope="festival")


def _placed(match: Match, day: date, beside: str, frame: Frame) -> date | None:
    """The day that is told by the festival: 国庆后第一个工作日, 中秋前一天; None when the words only say about when."""
    nth = re.fullmatch(r"(?:过?后|之后|以后)的?第(.)天", beside)
    if nth:
        return day + timedelta(days=integer(nth[1]) or 0)
    if match["rest"] or re.search("工作日|上班|开工|复工|收假", beside):
        for _ in range(integer(match["works"] or "一") or 1):
            day = next_workday(day, frame.overrides, -1 if "前" in beside else 1)
        return day
    if match["eve"]:
        return _first_off(day, frame) - timedelta(days=1)
    if "第一个周" in beside or "第一个星期" in beside:
        return day + timedelta(days=(rules.WEEKDAYS[beside[-1]] - day.weekday() - 1) % 7 + 1)
    if apart := re.search(r"(?P<side>[前后])的?(?:最后)?(?P<n>[一两三])[天日]$", beside):
        days = timedelta(days=integer(apart["n"]) or 0)
        return day + days if apart["side"] == "后" else day - days
    if beside == "次日":
        return day + timedelta(days=1)
    return None if beside else day


def _day_of_holiday(match: Match, day: date, frame: Frame, said: bool) -> Found:
    """国庆第三天, 清明假期第一天: counted from the festival, or from the first day off when the days off are said."""
    nth = timedelta(days=(integer(match["nth"] or "一") or 1) - 1)
    first = _first_off(day, frame) if match["off"] and match["off"] != "节" else day
    doubted = (first + nth, day + nth) if first != day and match["fest"].startswith("春节") else ()
    if match["head"] and not match["off"]:
        doubted = (day, day - timedelta(days=1))  # 中秋头一天: the first day of it, or the one before
    one = one_day(match, first + nth, frame, said)
    return replace(one, why="ambiguous_date", options=doubted) if doubted else one


def _first_off(day: date, frame: Frame) -> date:
    """The first day off of the holiday that a festival falls in."""
    first = day
    while not is_workday(first - timedelta(days=1), frame.overrides) and (day - first).days < 5:
        first -= timedelta(days=1)
    return first


def _which(match: Match, frame: Frame, year: int | None, beside: str) -> date | None:
    """The festival of the year that is said, else the last one that has been."""
    name = next(n for n in NAMES if match["fest"].startswith(n))
    day = on_year(name, year or frame.today.year)
    if day is None:
        return None
    if year is not None:
        frame.year = year if match["ry"] else frame.year
        return day
    if frame.last and frame.last == on_year(name, frame.last.year):
        return frame.last  # 明天元旦
    early = timedelta(days=3 if beside.startswith(("前", "提前")) else 0)  # 端午前一天, said on that day
    if frame.coming and (frame.today - day).days >= 180:
        return on_year(name, frame.today.year + 1) or day
    if day - early > frame.today and not frame.coming:
        return on_year(name, frame.today.year - 1) or day
    return day


def lunar(match: Match, frame: Frame) -> Found | None:
    if match["alone"]:
        return _this_moon(match, frame)
    if match["big"]:
        month, number = 1, lunar_number(match["big"][-2:])
    else:
        month = lunar_month(match["lm"] or match["lm2"] or match["lm3"])
        number = lunar_number(match["ld"] or match["ld2"] or match["ld3"])
    leap = bool(match["leap"] or match["leap2"])
    said = said_year(match, frame) or said_year(match, frame, "y2", "ry2")
    day = lunar_day(said or frame.today.year, month, number, leap)
    before = lunar_day(frame.today.year - 1, month, number, leap) if said is None else None
    if before and (before >= frame.today if frame.coming else day is None or day > frame.today):
        day = before  # the twelfth month of a lunar year is mostly the next year's January
    if match["ld2"] and "廿" in match["ld2"] and not leap and said is None and day is not None:
        solar = rules.back(month, number, frame.today, coming=False)
        if solar and (frame.today - solar).days < 30 < (frame.today - day).days:  # 三月廿九 said in March
            return replace(one_day(match, solar, frame, True), why="ambiguous_date", options=(solar, day))
    if match["big2"] and day is not None:
        last = lunar_day(said or day.year, 1, lunar_number(match["big2"]))
        frame.last = day
        return found(match, day, last, "range") if last and last > day else None
    return _moon_range(match, one_day(match, day, frame, said is not None), frame)


def _moon_range(match: Match, one: Found, frame: Frame) -> Found:
    """正月初一到初三, 正月初八至十五."""
    if not match["lto"] or one.first is None:
        return one
    number = lunar_number(match["lto"])
    last = one.first + timedelta(days=number - lunar_number_of(one.first))
    if last <= one.first or lunar_number_of(last) != number:
        return replace(one, why="impossible_date", first=None, last=None)
    frame.last = last
    return replace(one, last=last, grain="range")


def _this_moon(match: Match, frame: Frame) -> Found | None:
    """初六 alone: the last such day of a lunar month."""
    for back in range(30):
        day = frame.today - timedelta(days=back)
        if lunar_number_of(day) == lunar_number(match["alone"]):
            return _moon_range(match, one_day(match, day, frame, said_year=True), frame)
    return None
