"""A date's words as days: one resolver for each pattern of date_words.py, reading on from what was said before."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from itertools import pairwise

from bot.understanding import date_rules as rules
from bot.understanding.date_either import bare_day, either
from bot.understanding.date_found import Found, Frame, Match, found, one_day, said_year
from bot.understanding.date_longer import edge, longer
from bot.understanding.date_months import monthly, of_month
from bot.understanding.date_named import festival, lunar
from bot.understanding.date_near import ago, agoweek, following, near, week, weekday
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
    year = said_year(match, frame) or rules.year_of(None, match["ry3"] or match["ry4"], frame.today) or said
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
        and not (match["m"] or "1").isascii()
    ):
        moon = lunar_day(first.year, month, number)
        feast = _FEAST.match(match.string, match.end()) or match.string[: match.start()].endswith("过")
        if moon and feast:  # 过八月十五, 八月十五中秋节: the feast
            return one_day(match, moon, frame, True)
        # 八月十五 without 日 is mostly said of the lunar day
        return found(match, first, first, "day", why="ambiguous_date", options=(moon or first, first))
    if match["more"]:
        return _several(match, first, match["more"], frame)
    if match["d2"] or match["d3"]:
        to_year = match["y2"] or match["ry2"]
        return _range(match, first, match["m2"], match["d2"] or match["d3"], frame, year is not None, to_year)
    return one_day(match, first, frame, year is not None, match["wd"])


_FEAST = re.compile("中秋|端午|重阳|七夕|龙抬头|中元")


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


_SO_MANY = re.compile(" ?[两三四五六七]天")  # 10月8日和9日两天


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
    if (match.groupdict().get("span") or _SO_MANY.match(match.string, match.end())) and all(
        (b - a).days == 1 for a, b in pairwise(days)
    ):
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
    reach = 2 if match["s"] == "-" else 7  # 24-3-15, but 20-11-5 is a row of numbers
    if day is None or abs(day.year - frame.today.year) > reach:
        return None
    return (
        _range(match, day, match["m2"], match["d2"], frame, True) if match["d2"] else one_day(match, day, frame, True)
    )


def _packed(match: Match, frame: Frame) -> Found | None:
    day = rules.back(int(match["m"] or match["m0"]), int(match["d"] or match["d0"]), frame.today, frame.coming)
    return one_day(match, day, frame, False) if day else None


def _isomonth(match: Match, frame: Frame) -> Found | None:
    days = rules.month_days(int(match["y"]), int(match["m"]))
    return found(match, *days, "longer") if days else None


_NO_DAY_AFTER = re.compile("晚会|热线|投诉")  # 3·15晚会
_SUM_BEFORE = re.compile("(?:收|交|缴|花|付)了$|合计$|[比得评均打]分$|分数$|共计?$|第$")


def _row_of_fractions(match: Match) -> bool:
    """3.5/4.5 is a mark of so many; 10.9/10.16 are two days of one month."""
    start, end = match.span()
    before = re.search(r"(\d{1,2})\.(\d{1,2})/$", match.string[max(0, start - 6) : start])
    after = re.match(r"/(\d{1,2})\.(\d{1,2})", match.string[end : end + 6])
    if before and (before[1] != match["m"] or int(before[2]) >= int(match["d"])):
        return True
    return bool(after and (after[1] != match["m"] or int(after[2]) <= int(match["d"])))


def _dotted(match: Match, frame: Frame) -> Found | None:
    flat, start = match.string, match.start()
    if _NO_DAY_AFTER.match(flat, match.end()) and match["m"] + match["d"] == "315":
        return None
    if _SUM_BEFORE.search(flat, max(0, start - 3), start) and match["s"] == ".":
        return None
    if _row_of_fractions(match):
        return None
    if match["s"] != "." and not match["mark"]:
        before, after = flat[max(0, start - 4) : start], flat[match.end() : match.end() + 1]
        padded = re.fullmatch(r"(?:0[1-9]|1[0-2])-[0-3]\d", match[0])  # 03-15
        if (
            re.search(r"(?:[到应实席数率参第比例占达]|[到参与]会|[比得]分):?$", before)
            and after not in tuple("上下中早晚")
        ) or (match["s"] == "-" and not padded and after and after not in " ,。;上下中早晚开周(在党支主组民召"):
            return None
    if match["s"] == "-" and match["mark"] and int(match["m"]) < int(match["d"]) and not match["d2"]:
        year, month = frame.month or rules.month_with(int(match["m"]), frame.today)  # 3-5日
        return _range(match, rules.day(year, month, int(match["m"])), None, match["d"], frame, True)
    first = rules.back(int(match["m"]), int(match["d"]), frame.today, frame.coming)
    if frame.last and (frame.last.month, frame.last.day) == (int(match["m"]), int(match["d"])):
        first = frame.last  # 下周五11.27
    if first is None and not match["mark"]:
        return None
    if match["more"]:
        return _several(match, first, match["more"], frame)
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
    ahead = rules.day(frame.today.year, frame.today.month, number)
    if match["wd"] and frame.month is None and first and ahead and ahead > frame.today:
        weekday_told = rules.WEEKDAYS[match["wd"]]
        if first.weekday() != weekday_told == ahead.weekday():
            return found(match, ahead, ahead, "day", coming=True)  # 27号周五: only the coming one is a Friday
    if match["more"]:
        if first and not frame.coming and frame.month is None:
            last = rules.day(first.year, first.month, integer(re.findall(r"\d+|[一-十廿卅]+", match["more"])[-1]) or 0)
            if last is None or last > frame.today:  # 10号、20号、30号, said on the 22nd
                year, month = rules.last_month(first)
                first = rules.day(year, month, number)
        return _several(match, first, match["more"], frame)
    if match["d2"]:
        return _range(match, first, None, match["d2"], frame, True)
    return one_day(match, first, frame, frame.month is not None, match["wd"])


def _feastdays(match: Match, frame: Frame) -> Found | None:
    """五一到五三, 十一到十七放假: days of a month told as its first is."""
    first = rules.back(integer(match["m"] or "十") or 0, 1, frame.today, frame.coming)
    return _range(match, first, None, match["d"] or match["d10"], frame, False)


_RESOLVERS: dict[str, Callable[[Match, Frame], Found | None]] = {
    "season": lambda _match, _frame: None, "lunar": lunar, "iso": _iso, "short": _short, "isomonth": _isomonth,
    "packed": _packed,
    "feastdays": _feastdays, "either": either, "day": _day,
    "festival": festival,
    "dotted": _dotted, "english": _english, "month": monthly, "ofmonth": of_month,
    "daynum": _daynum, "weekday": weekday, "week": week,
    "near": near,
    "following": following,
    "agoweek": agoweek, "ago": ago, "long": longer, "edge": edge,
}  # fmt: skip
