"""Months as days, and the days and weeks that a month's words name: 11月上旬, 本月第二个周三, 月初头一个周一."""

from __future__ import annotations

from datetime import date, timedelta

from bot.understanding import date_rules as rules
from bot.understanding.date_found import Found, Frame, Match, found, one_day, said_year
from bot.understanding.numbers import integer

_WITHIN_MONTH = {"nw", "work", "oneday", "nweek", "today"}


def _within_month(match: Match, whole: rules.Days, frame: Frame) -> Found | None:
    """A day, week or weekend of a month: 本月第二个周三, 10月第三周, 10月倒数第二天, 上个月的今天."""
    n = -1 if match["lastw"] else 1 if match["firstw"] else rules.WEEKDAYS.get(match["n"] or "", -1) + 1
    if match["back"]:
        n = -(integer(match["back"]) or 1)
    if match["today"]:
        return one_day(match, rules.day(whole[0].year, whole[0].month, frame.today.day), frame, True)
    if match["nweek"]:
        monday = rules.nth_weekday(whole, n, "一")
        if n == -1 and monday and (whole[1] - monday).days < 3:
            monday -= timedelta(weeks=1)  # a week of which the month has only a day or two is the next one's first
        if monday and match["ofweek"]:
            return one_day(match, monday + timedelta(days=rules.WEEKDAYS[match["ofweek"]]), frame, True)
        return found(match, monday, monday + timedelta(days=6), "longer", vague=True) if monday else None
    if match["nw"] == "末":
        saturday = rules.nth_weekday(whole, n, "六")
        return found(match, saturday, saturday + timedelta(days=1), "range") if saturday else None
    if match["nw"]:
        return one_day(match, rules.nth_weekday(whole, n, match["nw"]), frame, True)
    if match["work"]:
        return one_day(match, rules.nth_workday(whole, n, frame.overrides), frame, True)
    if match["oneday"]:
        return one_day(
            match, (whole[1] if n < 0 else whole[0]) + timedelta(days=n + 1 if n < 0 else n - 1), frame, True
        )
    return None


def monthly(match: Match, frame: Frame) -> Found | None:
    said, number = rules.month_of(match["m"], match["rm"], frame.today)
    year = said_year(match, frame) or said
    if not 1 <= number <= 12:
        return found(match, None, None, "longer", why="impossible_date") if number == 13 else None
    whole = rules.month_days(year or frame.year or rules.back_month(number, frame.today, frame.coming), number)
    if whole is None:
        return None
    if match["y"] or match["ry"]:
        frame.year = year
    frame.month = (whole[0].year, whole[0].month)
    within = _within_month(match, whole, frame)
    if within is not None or _WITHIN_MONTH & {k for k, v in match.groupdict().items() if v}:
        return within
    if match["part"]:
        first, last = rules.part_of_month(whole, match["part"])
        return found(match, first, last, "longer", vague=True)
    begin = [integer(match[g]) for g in ("m0", "m1") if match[g]]
    if begin and begin[0] and 1 <= begin[0] <= 12:
        from_year = whole[0].year - (1 if begin[0] > number else 0)
        return found(match, date(from_year, begin[0], 1), whole[1], "longer", scope="month")
    return found(match, whole[0], whole[1], "longer", scope="month")


def of_month(match: Match, frame: Frame) -> Found | None:
    """第二个周三, 最后一个周五: of the month spoken of; else of this one, or of the one before."""
    if match[0].startswith("每"):
        return None
    n = -1 if match["lastw"] else 1 if match["firstw"] else rules.WEEKDAYS[match["n"]] + 1
    today = frame.today
    first = today.replace(day=1)
    months = [frame.month or (today.year, today.month)]
    if frame.month is None:
        other = first + timedelta(days=31) if frame.coming else first - timedelta(days=1)
        months.append((other.year, other.month))
    for year, number in months:
        whole = rules.month_days(year, number)
        day = rules.nth_weekday(whole, n, match["nw"]) if whole else None
        if day and (frame.month or (day >= today if frame.coming else day <= today)):
            return one_day(match, day, frame, True)
    return None
