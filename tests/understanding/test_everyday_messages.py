"""Whole messages as people write them, one a line: everyday_messages.tsv, read on 2026-11-22.

Message, intent, activities. An activity is its kind, then what is looked at: the date as MM-DD (? when it is asked
about, - when there is none), the part of the day or the hour, and slot=value. Activities are parted by ;.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.understanding.reading import heard

LINES = [
    line.split("\t")
    for line in Path(__file__).with_name("everyday_messages.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("text", "intent", "wanted"), LINES, ids=[line[0][:30] for line in LINES])
def test_what_it_says(text: str, intent: str, wanted: str) -> None:
    reading = heard(text)
    assert reading.intent.value == intent
    activities = [one.split() for one in wanted.split(";") if one.strip()]
    assert [a.kind or "none" for a in reading.activities] == [words[0] for words in activities]
    for activity, (_, *values) in zip(reading.activities, activities, strict=True):
        told = {name: str(slot.value) for name, slot in activity.slots.items()}
        doubted = {doubt.slot for doubt in activity.doubts}
        for value in values:
            slot, _, want = value.rpartition("=")
            slot = slot or ("period" if value.isalpha() else "time" if ":" in value else "date")
            got = "?" if slot in doubted else told.get(slot, "-")
            assert got.removeprefix("2026-") == want, f"{slot} of {activity.kind}"
