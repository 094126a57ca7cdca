"""Working days: the announced calendar, the computed one behind it, and a local override."""

from __future__ import annotations

from datetime import date

from bot.understanding.workdays import is_workday, next_workday, provisional


def test_announced_days_off_and_made_up_days():
    assert not is_workday(date(2026, 10, 1))
    assert is_workday(date(2026, 10, 10))  # a Saturday that is worked
    assert not is_workday(date(2026, 11, 22))


def test_next_year_is_computed_and_said_to_be_so():
    assert provisional(date(2027, 1, 4))
    assert not provisional(date(2026, 12, 31))
    assert not is_workday(date(2027, 1, 1))
    assert is_workday(date(2027, 1, 4))


def test_an_override_decides():
    day = date(2026, 11, 23)
    assert is_workday(day)
    assert not is_workday(day, {day: False})
    assert next_workday(date(2026, 11, 22), {day: False}) == date(2026, 11, 24)


def test_next_and_last_worked_day():
    assert next_workday(date(2026, 9, 30)) == date(2026, 10, 8)
    assert next_workday(date(2026, 10, 8), step=-1) == date(2026, 9, 30)


def test_every_day_off_ends():
    every = {date.fromordinal(d): False for d in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal())}
    assert next_workday(date(2026, 1, 1), every) == date(2026, 3, 2)
