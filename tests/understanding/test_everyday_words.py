"""Everyday ways of saying who came and when, one a line: everyday_attendance.tsv, everyday_dates.tsv; and whole
messages with the numbers that they tell, everyday_numbers.tsv.

Attendance: slot and number, ? for one that is asked about. Dates, on 2026-11-22: MM-DD, or a year before it; a>b is a
range, L a>b any day within it; nothing behind the phrase: no date. Messages: slot=value, =? for what is asked about,
= for what is not told; other slots are free.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

from bot.understanding.attendance import find_attendance
from bot.understanding.dates import find_dates
from bot.understanding.text import clean
from tests.understanding.reading import heard

HERE = Path(__file__).parent
NOW = datetime.fromisoformat("2026-11-22T10:00:00+08:00")


def lines(name: str) -> list[tuple[str, str]]:
    rows = (HERE / name).read_text("utf-8").splitlines()
    return [(text, wanted) for text, _, wanted in (row.partition("\t") for row in rows)]


@pytest.mark.parametrize(("text", "wanted"), lines("everyday_attendance.tsv"))
def test_who_came(text: str, wanted: str) -> None:
    found: dict[str, str] = {}
    for piece in find_attendance(clean(text).flat, []):
        found.setdefault(piece.slot, "?" if piece.value is None else str(piece.value))
    want = {m[1]: m[2] for m in re.finditer(r"([a-z]+)([\d?]+)", wanted)}
    if found.get("present") == "all" and "present" not in want:
        del found["present"]
    assert found == want


def full(day: str) -> str:
    return f"20{day}" if len(day) == 8 else f"2026-{day}"


@pytest.mark.parametrize(("text", "wanted"), lines("everyday_dates.tsv"))
def test_when(text: str, wanted: str) -> None:
    found = [(d.first.isoformat(), d.last.isoformat()) for d in find_dates(text, NOW)]
    spans = [tuple(full(day) for day in span.split(">")) for span in wanted.lstrip("L").split()]
    days = [(span[0], span[-1]) for span in spans]
    if wanted.startswith("L"):
        assert found
        assert all(days[0][0] <= first and last <= days[0][1] for first, last in found)
    elif any(">" in span for span in wanted.split()) and len(days) > 1:  # either will do
        assert len(found) == 1
        assert found[0] in days
    else:
        assert found == days


@pytest.mark.parametrize(("text", "wanted"), lines("everyday_numbers.tsv"))
def test_how_many_and_how_much(text: str, wanted: str) -> None:
    (activity,) = heard(text).activities
    asked = {doubt.slot for doubt in activity.doubts}
    for one in wanted.split():
        slot, _, value = one.partition("=")
        told = activity.slots[slot].value if slot in activity.slots else ""
        words = ",".join(map(str, told)) if isinstance(told, tuple) else str(told)
        assert ("?" if slot in asked else words) == value, (slot, activity)
