"""Days that go by a name, as days: 国庆后第一个工作日, 腊月廿三, 初六."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from bot.understanding import date_rules as rules
from bot.understanding.date_found import Found, Frame, Match, found, one_day, said_year
from bot.understanding.festivals import NAMES, lunar_day, lunar_month, lunar_number, lunar_number_of, on_year
from bot.understanding.numbers import integer
from bot.understanding.workdays import next_workday


def festival(match: Match, frame: Frame) -> Found | None:
    year = said_year(match, frame) or frame.year
    said = year is not None
    beside = (match["beside"] or "").removeprefix("节")
    day = _which(match, frame, year, beside)
    if day is None:
        return None
    nth = re.fullmatch(r"(?:过?后|之后)的?第(.)天", beside)
    if nth:
        day += timedelta(days=integer(nth[1]) or 0)
    elif "工作日" in beside:
        day = next_workday(day, frame.overrides, -1 if beside.startswith("前") else 1)
    elif "第一个周" in beside or "第一个星期" in beside:
        day += timedelta(days=(rules.WEEKDAYS[beside[-1]] - day.weekday() - 1) % 7 + 1)
    elif apart := re.search(r"(?<!最)(?P<side>[前后])的?(?P<n>[一两三])[天日]$", beside):
        days = timedelta(days=integer(apart["n"]) or 0)
        day = day + days if apart["side"] == "后" else day - days
    elif beside in ("第二天", "次日"):
        day += timedelta(days=1)
    elif beside.endswith("最后一天"):
        return one_day(match, next_workday(day, frame.overrides) - timedelta(days=1), frame, said)
    elif beside.endswith(("期间", "假期", "长假", "黄金周")):
        last = next_workday(day, frame.overrides) - timedelta(days=1)
        return found(match, day, max(day, last), "longer", vague=True)
    elif beside:
        return found(match, day, day, "day", vague=True, scope="festival")
    one = one_day(match, day, frame, said)
    frame.month = None
    return replace(one, scope="festival")


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
    if day - early > frame.today and not frame.coming:
        return on_year(name, frame.today.year - 1) or day
    return day


def lunar(match: Match, frame: Frame) -> Found | None:
    if match["alone"]:
        return _this_moon(match, frame)
    if match["big"]:
        month, number = 1, lunar_number(match["big"].removeprefix("大").removeprefix("年"))
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
    return one_day(match, day, frame, said is not None)


def _this_moon(match: Match, frame: Frame) -> Found | None:
    """初六 alone: the last such day of a lunar month."""
    for back in range(30):
        day = frame.today - timedelta(days=back)
        if lunar_number_of(day) == lunar_number(match["alone"]):
            return one_day(match, day, frame, said_year=True)
    return None
