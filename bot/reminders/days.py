"""On which day: a branch's own party day and deadline days, moved off holidays as it chose."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from bot.understanding.workdays import is_workday, next_workday
from bot.understanding.workdays import provisional as unannounced

DAY = timedelta(days=1)
WEEK = 7


def party_day(rule: Mapping[str, int], year: int, month: int) -> date:
    """The day of a month that a rule names. rule: {day: 10}, or {week: 1 to 4, or -1 for the last; weekday: 1 to 7}.
    A day that the month has not is its last."""
    last = monthrange(year, month)[1]
    if "day" in rule:
        return date(year, month, min(rule["day"], last))
    if rule["week"] < 0:
        end = date(year, month, last)
        return end - DAY * ((end.isoweekday() - rule["weekday"]) % WEEK)
    first = date(year, month, 1)
    return first + DAY * ((rule["weekday"] - first.isoweekday()) % WEEK + WEEK * (rule["week"] - 1))


@lru_cache(maxsize=8192)
def moved(day: date, choice: str, first: date, last: date) -> date:
    """A day off moved to a worked one, within the first and last day that are possible.

    choice: earlier | later | stay. Where its direction leads out of these bounds, the other one is taken; but what may
    be done until a period's last day is not called for earlier by a unit that chose later.
    """
    if choice == "stay" or is_workday(day):
        return day
    step = -1 if choice == "earlier" else 1
    if first <= (found := next_workday(day, step=step)) <= last:
        return found
    if choice == "later" and day == last:
        return day
    found = next_workday(day, step=-step)
    return found if first <= found <= last else day


@lru_cache(maxsize=8192)
def provisional(day: date, choice: str) -> bool:
    """Whether a day may still move, since its year's holidays are not announced."""
    return choice != "stay" and unannounced(day)
