"""Who spoke, who presided and where, as people say it: everyday_people.tsv (slot, name, message), everyday_places.tsv.

- where nobody is told of; ? where it is asked about.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.understanding.masking import mask
from bot.understanding.places import find_places
from bot.understanding.text import clean
from tests.understanding.reading import heard

LINES = [line.split("\t") for line in Path(__file__).with_name("everyday_people.tsv").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("slot", "who", "text"), LINES)
def test_who_it_was(slot: str, who: str, text: str) -> None:
    activities = heard(text.replace("\\n", "\n")).activities
    told = {str(a.slots[slot].value) for a in activities if slot in a.slots}
    asked = any(d.slot == slot for a in activities for d in a.doubts)
    assert (told, asked) == (set() if who in "-?" else {who}, who == "?")


PLACES = [line.split("\t") for line in Path(__file__).with_name("everyday_places.tsv").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("where", "text"), PLACES)
def test_where_it_was(where: str, text: str) -> None:
    cleaned = clean(text)
    told = [str(p.value) for p in find_places(mask(cleaned.flat), cleaned.shown)]
    assert (told or ["-"])[0] == where
