"""Who spoke and who presided, as people say it: everyday_people.tsv, slot, name and message.

- where nobody is told of; ? where it is asked about.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.understanding.reading import heard

LINES = [line.split("\t") for line in Path(__file__).with_name("everyday_people.tsv").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("slot", "who", "text"), LINES)
def test_who_it_was(slot: str, who: str, text: str) -> None:
    activities = heard(text.replace("\\n", "\n")).activities
    told = {str(a.slots[slot].value) for a in activities if slot in a.slots}
    asked = any(d.slot == slot for a in activities for d in a.doubts)
    assert (told, asked) == (set() if who in "-?" else {who}, who == "?")
