"""Days told from today or from the day before, as days: 上周三, 昨晚, 次日, 三天前, 两周前的周三."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.understanding import date_rules as rules
from bot.understanding.date_found import Found, Frame, Match, found
from bot.understanding.numbers import integer


def weekday(match: Match, frame: Frame) -> Found | None:
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
        days = [
            first,
            *(first + timedelta(days=rules.WEEKDAYS[c] - first.weekday()) for c in re.sub("[、和]", "", match["also"])),
        ]
        if days[1:] == [first + timedelta(days=1)] and first.weekday() == 5:  # 周六日
            return found(match, first, days[1], "range")
        return found(match, first, days[-1], "days", why="ambiguous_date", options=tuple(days))
    if match["wd2"]:
        last = first + timedelta(days=(rules.WEEKDAYS[match["wd2"]] - first.weekday()) % 7)
        return found(match, first, last, "range")
    frame.month, frame.last = (first.year, first.month), first
    return found(match, first, first, "day", coming=frame.coming, scope="weekday" if which else "dayname")


def week(match: Match, frame: Frame) -> Found | None:
    first, last = rules.week(match["w"], frame.today)
    return found(match, first, last, "longer", scope="week")


def near(match: Match, frame: Frame) -> Found | None:
    day = rules.near(match["near"].replace("前昨", "昨前"), frame.today)
    if match["near"].startswith(("今明", "明后")):
        return found(match, day, day, "days", options=(day, day + timedelta(days=1)))
    if match["near"].startswith("昨今"):
        return found(match, day, frame.today, "range")
    if match["near"].startswith(("昨前", "前昨")):
        return found(match, day - timedelta(days=1), day, "range")
    frame.month, frame.last = (day.year, day.month), day
    return found(match, day, day, "day")


def following(match: Match, frame: Frame) -> Found | None:
    """The day after the one told before; none when none was."""
    if frame.last is None:
        return None
    day = frame.last + timedelta(days=1)
    frame.month, frame.last = (day.year, day.month), day
    return found(match, day, day, "day", coming=frame.coming, scope="next")


def agoweek(match: Match, frame: Frame) -> Found | None:
    """两周前的周三: of that calendar week."""
    day = rules.weekday("这", match["wd"], frame.today, False) - timedelta(weeks=integer(match["n"]) or 0)
    frame.month = (day.year, day.month)
    return found(match, day, day, "day")


def ago(match: Match, frame: Frame) -> Found | None:
    if match["n"] == "半":
        day = frame.today - timedelta(days=15)
        return found(match, day, day, "day", vague=True) if match["unit"] == "月" else None
    number = integer(match["n"])
    if number is None:
        return None  # 两三天前
    day = rules.ago(number, match["unit"], frame.today)
    return found(match, day, day, "day", vague=match["unit"] == "月")
