"""Which days are worked: the State Council's calendar, the computed one for years not yet announced, and overrides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

Overrides = Mapping[date, bool]


@cache
def _computed(year: int) -> frozenset[date]:
    from holidays import country_holidays  # lazy: only for years without an announced calendar

    return frozenset(country_holidays("CN", years=year))


def provisional(day: date) -> bool:
    """Whether the year's calendar is not announced yet (it is in November): days off are computed, no made-up days."""
    from chinese_calendar import is_workday as announced

    try:
        announced(day)
    except NotImplementedError:
        return True
    return False


def is_workday(day: date, overrides: Overrides | None = None) -> bool:
    """Whether a day is worked. overrides: days that a local file decides, True for worked."""
    if overrides and day in overrides:
        return overrides[day]
    from chinese_calendar import is_workday as announced

    try:
        return bool(announced(day))
    except NotImplementedError:
        return day.weekday() < 5 and day not in _computed(day.year)


def next_workday(day: date, overrides: Overrides | None = None, step: int = 1) -> date:
    """The first worked day after a day (step -1: the last one before it)."""
    for _ in range(60):
        day += timedelta(days=step)
        if is_workday(day, overrides):
            return day
    return day  # sixty days off in a row: an override file gone wrong; its last day is as good as any
