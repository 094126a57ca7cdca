"""When a record is late (补录): after the tenth of the month that follows the day it happened."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rubrics import Activity, Facts, Unit
from rubrics.factsfile import dump_facts, load_facts


@pytest.mark.parametrize(
    ("happened", "recorded", "late"),
    [
        ("2026-03-01", "2026-04-10", False),
        ("2026-03-31", "2026-04-10", False),
        ("2026-03-31", "2026-04-11", True),
        ("2025-12-31", "2026-01-10", False),
        ("2025-12-31", "2026-01-11", True),
        ("2024-02-29", "2026-02-28", True),
        ("2026-03-20", "2026-03-01", False),
    ],
)
def test_late_is_after_the_tenth_of_the_next_month(happened: str, recorded: str, late: bool) -> None:
    activity = Activity(1, "b", "party_lecture", date.fromisoformat(happened), recorded_on=date.fromisoformat(recorded))
    assert activity.late is late


def test_when_it_was_recorded_is_not_always_known() -> None:
    assert Activity(1, "b", "party_lecture", date(2020, 1, 1)).late is False


def test_the_day_it_was_recorded_goes_through_the_facts_file(tmp_path: Path) -> None:
    activity = Activity(1, "b", "party_lecture", date(2026, 1, 5), recorded_on=date(2026, 6, 1))
    path = tmp_path / "facts.yaml"
    path.write_text(dump_facts(Facts(Unit("b", "b"), (activity,))), encoding="utf-8")
    assert load_facts(path).activities == (activity,)
