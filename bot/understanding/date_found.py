"""A date that was found in a text, what is known while reading on, and the doubts a single day can raise."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.understanding import date_rules as rules
from bot.understanding.workdays import Overrides

Match = re.Match[str]


@dataclass(frozen=True, slots=True)
class Found:
    """A date in a text. start, end: its place; first, last: its days, None when it is impossible; grain: day, range,
    days (several single days, see options) or longer (a week, month, quarter, year); vague: 前后, 月底, half a month
    ago; why: a doubt's code, with options; coming: read as one ahead; scope: month, quarter, year, festival, week,
    weekday (上周三), dayname (周三) or next (次日) where it was said by that."""

    start: int
    end: int
    first: date | None
    last: date | None
    grain: str
    vague: bool = False
    why: str | None = None
    options: tuple[date, ...] = ()
    coming: bool = False
    scope: str = ""


@dataclass(slots=True)
class Frame:
    """What is known while reading on: today, the year and month spoken of so far, the last day, and where the
    last weekday ended with the week it was said of (下)."""

    today: date
    overrides: Overrides | None
    coming: bool = False
    year: int | None = None
    month: tuple[int, int] | None = None
    last: date | None = None
    week: tuple[int, str | None] | None = None


def found(match: Match, first: date | None, last: date | None, grain: str, **more: object) -> Found:
    return Found(match.start(), match.end(), first, last, grain, **more)  # type: ignore[arg-type]


def one_day(match: Match, day: date | None, frame: Frame, said_year: bool, weekday: str | None = None) -> Found:
    """A single day, with the doubts that a single day can raise."""
    if day is None:
        return found(match, None, None, "day", why="impossible_date")
    frame.month = (day.year, day.month)
    frame.last = day
    if weekday and day.weekday() != rules.WEEKDAYS[weekday]:
        ahead = rules.day(frame.today.year, day.month, day.day)
        if not said_year and ahead and ahead > frame.today and ahead.weekday() == rules.WEEKDAYS[weekday]:
            return found(match, ahead, ahead, "day", coming=True)  # 11月27日（星期五）: only the coming one is a Friday
        apart = (rules.WEEKDAYS[weekday] - day.weekday() + 3) % 7 - 3
        return found(match, day, day, "day", why="weekday_mismatch", options=(day, day + timedelta(days=apart)))
    if not said_year and day.year < frame.today.year and not frame.coming:
        here = rules.day(frame.today.year, day.month, day.day)
        return found(match, day, day, "day", why="crosses_year", options=(day, here) if here else (day,))
    return found(match, day, day, "day", coming=frame.coming)


def said_year(match: Match, frame: Frame, words: str = "y", relative: str = "ry") -> int | None:
    return rules.year_of(match[words], match[relative], frame.today)
