"""A date's words as days: one resolver for each pattern of date_words.py, reading on from what was said before."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

from bot.understanding import date_rules as rules
from bot.understanding.date_either import bare_day, either
from bot.understanding.date_found import Found, Frame, Match, found, one_day, said_year
from bot.understanding.date_longer import edge, longer
from bot.understanding.date_named import festival, lunar
from bot.understanding.festivals import lunar_day
from bot.understanding.numbers import integer


def resolve(name: str, match: Match, frame: Frame) -> Found | None:
    """The date that a pattern found; None when it is none, or lies outside the calendar."""
    try:
        return _RESOLVERS[name](match, frame)
    except (OverflowError, ValueError):  # years before 1 or after 9999
        return None


def _day(match: Match, frame: Frame) -> Found | None:
    number = integer(match["d"] or match["dn"] or match["dc"] or match["dl"])
    said, month = rules.month_of(match["m"], match["rm"], frame.today)
    year = said_year(match, frame) or rules.year_of(None, match["ry3"], frame.today) or said
    if number is None or (match["m"] and not month):
        return None
    if year is None and frame.last and (frame.last.month, frame.last.day) == (month, number):
        year = frame.last.year  # 本周五（4月10日）
    if year is None and frame.year is not None and _carries(frame, month, number):
        year = frame.year
    if year is not None:
        first = rules.day(year, month, number)
        frame.year = year if match["y"] or match["ry"] else frame.year
    else:
        first = rules.back(month, number, frame.today, frame.coming)
    if (
        match["dc"]
        and first is not None
        and (month, number) in ((8, 15), (7, 15), (2, 2), (3, 3), (5, 5), (7, 7), (9, 9))
        and not match["m"].isascii()
    ):
        moon = lunar_day(first.year, month, number)
        if moon and match.string[: match.start()].endswith("过"):  # 过八月十五: the feast
            return one_day(match, moon, frame, True)
        # 八月十五 without 日 is mostly said of the lunar day
        return found(match, first, first, "day", why="ambiguous_date", options=(moon or first, first))
    if match["more"]:
        return _several(match, first, match["more"], frame)
    if match["d2"]:
        return _range(match, first, match["m2"], match["d2"], frame, year is not None, match["y2"] or match["ry2"])
    return one_day(match, first, frame, year is not None, match["wd"])


def _carries(frame: Frame, month: int, number: int) -> bool:
    """Whether the year spoken of holds for a day after it: 同意延到明年3月，5月19日发的文 is not next May."""
    day = rules.day(frame.year or frame.today.year, month, number)
    return day is None or day <= frame.today or day.year == frame.today.year or frame.coming


def _range(
    match: Match, first: date | None, month: str | None, number: str, frame: Frame, said: bool, year: str | None = None
) -> Found:
    if first is None:
        return found(match, None, None, "range", why="impossible_date")
    to_year = rules.year_of(year, None, frame.today) if year and year[0].isdigit() else None
    to_month = (1 if month == "元" else integer(month) or 0) if month else first.month
    last = rules.day(to_year or first.year + (1 if to_month < first.month else 0), to_month, integer(number) or 0)
    if last is None or last < first:
        return found(match, None, None, "range", why="impossible_date")
    if not said and last > frame.today and first.year == frame.today.year - 1 and last.year == frame.today.year:
        return found(match, first, last, "range", why="crosses_year", options=(first,))
    frame.month = (first.year, first.month)
    grain = "range" if last > first else "day"
    if not said and first.year < frame.today.year and not frame.coming:
        return found(match, first, last, grain, why="crosses_year", options=(first,))
    return found(match, first, last, grain, coming=frame.coming)


def _several(match: Match, first: date | None, more: str, frame: Frame) -> Found:
    if first is None:
        return found(match, None, None, "days", why="impossible_date")
    days = [first]
    for words in re.findall(r"[\d一二三四五六七八九十廿卅]+", more):
        day = rules.day(first.year, first.month, integer(words) or 0)
        if day is None:
            return found(match, None, None, "days", why="impossible_date")
        days.append(day)
    frame.month = (first.year, first.month)
    if match.groupdict().get("span") and all((b - a).days == 1 for a, b in pairwise(days)):
        return found(match, days[0], days[-1], "range")  # 28、29两天
    return found(match, days[0], days[-1], "days", why="ambiguous_date", options=tuple(days))


def _iso(match: Match, frame: Frame) -> Found | None:
    year = int(match["y"])
    first = rules.day(year, int(match["m"] or match["m0"]), int(match["d"] or match["d0"]))
    if first is None and match["m0"]:
        return None  # eight digits that are no date are a number
    frame.year = year
    if match["d2"]:
        return _range(match, first, match["m2"], match["d2"], frame, True, match["y2"])
    return one_day(match, first, frame, True, match["wd"])


def _short(match: Match, frame: Frame) -> Found | None:
    day = rules.day(2000 + int(match["y"]), int(match["m"]), int(match["d"]))
    return one_day(match, day, frame, True) if day and abs(day.year - frame.today.year) < 8 else None


def _packed(match: Match, frame: Frame) -> Found | None:
    day = rules.back(int(match["m"] or match["m0"]), int(match["d"] or match["d0"]), frame.today, frame.coming)
    return one_day(match, day, frame, False) if day else None


def _isomonth(match: Match, frame: Frame) -> Found | None:
    days = rules.month_days(int(match["y"]), int(match["m"]))
    return found(match, *days, "longer") if days else None


def _dotted(match: Match, frame: Frame) -> Found | None:
    flat, start = match.string, match.start()
    if match["s"] != "." and not match["mark"]:
        before, after = flat[max(0, start - 4) : start], flat[match.end() : match.end() + 1]
        padded = re.fullmatch(r"(?:0[1-9]|1[0-2])-[0-3]\d", match[0])  # 03-15
        if (
            re.search(r"(?:[到应实席数率参第比例占达]|[到参与]会):?$", before) and after not in tuple("上下中早晚")
        ) or (match["s"] == "-" and not padded and after and after not in " ,。;上下中早晚开周(在党支主组民召"):
            return None
    if match["s"] == "-" and match["mark"] and int(match["m"]) < int(match["d"]) and not match["d2"]:
        year, month = frame.month or rules.month_with(int(match["m"]), frame.today)  # 3-5日
        return _range(match, rules.day(year, month, int(match["m"])), None, match["d"], frame, True)
    first = rules.back(int(match["m"]), int(match["d"]), frame.today, frame.coming)
    if first is None and not match["mark"]:
        return None
    if match["d2"]:
        return _range(match, first, match["m2"], match["d2"], frame, False)
    return one_day(match, first, frame, False, match["wd"])


_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _english(match: Match, frame: Frame) -> Found | None:
    """Nov 5, Nov. 5th."""
    month = _ENGLISH.index(match["m"][:3]) + 1
    return one_day(match, rules.back(month, int(match["d"]), frame.today, frame.coming), frame, False)


def _daynum(match: Match, frame: Frame) -> Found | None:
    number = integer(match["d"])
    if number is None:
        return None
    first = bare_day(number, frame)
    if match["more"]:
        return _several(match, first, match["more"], frame)
    if match["d2"]:
        return _range(match, first, None, match["d2"], frame, True)
    return one_day(match, first, frame, frame.month is not None, match["wd"])


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


def _month(match: Match, frame: Frame) -> Found | None:
    said, month = rules.month_of(match["m"], match["rm"], frame.today)
    year = said_year(match, frame) or said
    if not 1 <= month <= 12:
        return found(match, None, None, "longer", why="impossible_date") if month == 13 else None
    whole = rules.month_days(year or frame.year or rules.back_month(month, frame.today, frame.coming), month)
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
        from_year = whole[0].year - (1 if begin[0] > month else 0)
        return found(match, date(from_year, begin[0], 1), whole[1], "longer", scope="month")
    return found(match, whole[0], whole[1], "longer", scope="month")


def _weekday(match: Match, frame: Frame) -> Found | None:
    which, name = match["w"], match["wd"]
    if name in "八九89":
        return found(match, None, None, "day", why="impossible_date")
    if name == "末":
        saturday = rules.weekday(which, "六", frame.today, frame.coming)
        return found(match, saturday, saturday + timedelta(days=1), "range")
    first = rules.weekday(which, name, frame.today, frame.coming)
    if not which and frame.week and frame.week[0] in (match.start(), match.start() - 1):
        first = rules.weekday(frame.week[1], name, frame.today, frame.coming)  # 下周三周四
    frame.week = (match.end(), which or (frame.week[1] if frame.week and frame.week[0] == match.start() else None))
    if match["also"]:
        days = [first, *(first + timedelta(days=rules.WEEKDAYS[c] - first.weekday()) for c in match["also"])]
        if days[1:] == [first + timedelta(days=1)] and first.weekday() == 5:  # 周六日
            return found(match, first, days[1], "range")
        return found(match, first, days[-1], "days", why="ambiguous_date", options=tuple(days))
    if match["wd2"]:
        last = first + timedelta(days=(rules.WEEKDAYS[match["wd2"]] - first.weekday()) % 7)
        return found(match, first, last, "range")
    frame.month, frame.last = (first.year, first.month), first
    return found(match, first, first, "day", coming=frame.coming)


def _week(match: Match, frame: Frame) -> Found | None:
    first, last = rules.week(match["w"], frame.today)
    return found(match, first, last, "longer", scope="week")


def _near(match: Match, frame: Frame) -> Found | None:
    day = rules.near(match["near"], frame.today)
    if match["near"].startswith(("今明", "明后")):
        return found(match, day, day, "days", options=(day, day + timedelta(days=1)))
    if match["near"].startswith("昨今"):
        return found(match, day, frame.today, "range")
    frame.month, frame.last = (day.year, day.month), day
    return found(match, day, day, "day")


def _following(match: Match, frame: Frame) -> Found | None:
    """The day after the one told before; none when none was."""
    if frame.last is None:
        return None
    day = frame.last + timedelta(days=1)
    frame.month, frame.last = (day.year, day.month), day
    return found(match, day, day, "day", coming=frame.coming, scope="next")


def _agoweek(match: Match, frame: Frame) -> Found | None:
    """两周前的周三: of that calendar week."""
    day = rules.weekday("这", match["wd"], frame.today, False) - timedelta(weeks=integer(match["n"]) or 0)
    frame.month = (day.year, day.month)
    return found(match, day, day, "day")


def _ago(match: Match, frame: Frame) -> Found | None:
    if match["n"] == "半":
        day = frame.today - timedelta(days=15)
        return found(match, day, day, "day", vague=True) if match["unit"] == "月" else None
    day = rules.ago(integer(match["n"]) or 0, match["unit"], frame.today)
    return found(match, day, day, "day", vague=match["unit"] == "月")


_RESOLVERS: dict[str, Callable[[Match, Frame], Found | None]] = {
    "lunar": lunar, "iso": _iso, "short": _short, "isomonth": _isomonth, "packed": _packed, "either": either,
    "day": _day,
    "festival": festival,
    "dotted": _dotted, "english": _english, "month": _month, "daynum": _daynum, "weekday": _weekday, "week": _week,
    "near": _near,
    "following": _following,
    "agoweek": _agoweek, "ago": _ago, "long": longer, "edge": edge,
}  # fmt: skip
