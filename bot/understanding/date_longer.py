"""Stretches longer than a day that a date's words name, as days: quarters, half-years, years, and their ends."""

from __future__ import annotations

from datetime import date

from bot.understanding import date_rules as rules
from bot.understanding.date_found import Found, Frame, Match, found, one_day, said_year
from bot.understanding.numbers import integer


def longer(match: Match, frame: Frame) -> Found | None:
    """三季度, 上半年, 去年, 2026年底; and a single day of it: 去年最后一天."""
    if match["yy"] or match["yr"]:
        year = rules.year_of(match["yy"], match["yr"], frame.today)
        if year is None or not 1900 < year < 2200:
            return None
        if not match[0].endswith("度"):  # 2025年度党费收支情况于3月19日公示: the 度 names what it belongs to
            frame.year = year
        if match["yt"]:
            return one_day(match, rules.day(year, frame.today.month, frame.today.day), frame, True)
        if match["yd"]:
            return one_day(
                match, date(year, 12, 31) if match["yd"].startswith("最后") else date(year, 1, 1), frame, True
            )
        if match["yw"]:
            return one_day(
                match, rules.nth_workday((date(year, 12, 1), date(year, 12, 31)), -1, frame.overrides), frame, True
            )
        days = rules.part_of_year(year, match["yp"]) if match["yp"] else (date(year, 1, 1), date(year, 12, 31))
        return found(match, *days, "longer", scope="year", vague=bool(match["yp"]))
    year = said_year(match, frame) or frame.year
    if match["half"]:
        year = year or (frame.today.year if match["half"] == "上" or frame.today.month > 6 else frame.today.year - 1)
        months = (1, 6) if match["half"] == "上" else (7, 12)
        return found(match, date(year, months[0], 1), rules.quarter(year, months[1] // 3)[1], "longer", scope="quarter")
    here = (frame.today.month + 2) // 3
    if match["first"]:
        last = integer(match["first"]) or 2
        return found(match, date(year or frame.today.year, 1, 1), rules.quarter(year or frame.today.year, last)[1],
                     "longer", scope="quarter")  # fmt: skip
    if match["rq"]:
        index = frame.today.year * 4 + here - 1 + {"上": -1, "下": 1}.get(match["rq"][0], 0)
        return _of_quarter(match, rules.quarter(index // 4, index % 4 + 1), frame)
    number = integer(match["q"] or match["q1"]) or 0
    return _of_quarter(match, rules.quarter(year or (frame.today.year - (number > here)), number), frame)


def _of_quarter(match: Match, days: rules.Days, frame: Frame) -> Found:
    """三季度, 上季度末, 三季度最后一天."""
    if match["qp"]:
        return found(match, *rules.edge_of(days, match["qp"]), "longer", vague=True)
    if match["qd"]:
        return one_day(match, days[1], frame, True)
    return found(match, *days, "longer", scope="quarter")


def edge(match: Match, frame: Frame) -> Found | None:
    """月底, 年初, 上旬: of the month spoken of, else of this one."""
    scope, part = match["edge"][0], match["edge"][1]
    if scope == "年":
        passed = part in "底末" and frame.today.month < 4 and not frame.coming  # 年底, said in January
        return found(match, *rules.part_of_year(frame.today.year - passed, part), "longer", vague=True)
    if part in "旬半":
        part, scope = match["edge"], "月"
    whole = rules.month_days(*(frame.month or (frame.today.year, frame.today.month)))
    if (
        scope == "月"
        and "旬" in part
        and whole
        and not frame.month
        and rules.part_of_month(whole, part)[0] > frame.today
    ):
        whole = rules.month_days(*rules.last_month(frame.today))  # 下旬, said in the middle of a month
    return found(match, *rules.part_of_month(whole, part), "longer", vague=True) if whole else None
