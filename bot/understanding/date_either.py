"""Two days in one word, 二十八九号 or 28号或29号: both are offered, none is taken. And a day of no month, 5号."""

from __future__ import annotations

from datetime import date

from bot.understanding import date_rules as rules
from bot.understanding.date_found import Found, Frame, Match, found, said_year
from bot.understanding.numbers import integer

_ONES = "一二三四五六七八九"


def either(match: Match, frame: Frame) -> Found | None:
    """Both days that the words may mean."""
    pair = match["pair"] or match["pair2"]
    if pair:
        tens = {"十": 10, "二十": 20, "廿": 20}.get(match["tens"] or "", 0)
        numbers = [tens + _ONES.index(pair[0]) + 1, tens + _ONES.index(pair[-1]) + 1]
    else:
        numbers = [integer(match["a"]) or 0, integer(match["b"]) or 0]
    first = _of_month(match, numbers[0], frame) if match["m"] or match["rm"] else bare_day(numbers[0], frame)
    second = rules.day(first.year, first.month, numbers[1]) if first is not None else None
    if first is None or second is None:
        return found(match, None, None, "days", why="impossible_date")
    frame.month = (first.year, first.month)
    return found(match, None, None, "days", why="ambiguous_date", options=(first, second))


def _of_month(match: Match, number: int, frame: Frame) -> date | None:
    said, month = rules.month_of(match["m"], match["rm"], frame.today)
    year = said_year(match, frame) or said or frame.year
    return rules.day(year, month, number) if year else rules.back(month, number, frame.today, frame.coming)


def bare_day(number: int, frame: Frame) -> date | None:
    """5号: of the month spoken of, else of the last one that had it; None when there is no such day."""
    today = frame.today
    year, month = frame.month or (today.year, today.month)
    first = rules.day(year, month, number)
    if frame.month is None and not frame.coming and 1 <= number <= 31:
        for _ in range(3):  # 30号 said in March is January's
            if first is not None and first <= today:
                break
            year, month = (year, month - 1) if month > 1 else (year - 1, 12)
            first = rules.day(year, month, number)
    if frame.month is None and frame.coming and first is not None and first < today:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        first = rules.day(year, month, number)
    return first
