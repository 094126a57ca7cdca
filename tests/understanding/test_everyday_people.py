"""Who spoke, who presided and where, by patterns alone: everyday_people.tsv (slot, name, message), everyday_places.tsv.

- where nobody is told of; ? where it is asked about.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.understanding.dates import find
from bot.understanding.masking import blank, mask
from bot.understanding.people import find_people
from bot.understanding.places import find_places
from bot.understanding.text import Text, clean
from tests.understanding.reading import NOW


def lines(name: str) -> list[list[str]]:
    return [line.split("\t") for line in Path(__file__).with_name(name).read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("slot", "who", "text"), lines("everyday_people.tsv"))
def test_who_it_was(slot: str, who: str, text: str) -> None:
    cleaned = clean(text.replace("\\n", "\n"))
    masked = mask(cleaned.flat)
    dates = [(d.start, d.end) for d in find(Text(cleaned.shown, masked), NOW, None, False)]
    found = [p for p in find_people(blank(masked, dates), cleaned.shown) if p.slot == slot]
    assert (str(found[0].value or "?") if found else "-") == who


@pytest.mark.parametrize(("where", "text"), lines("everyday_places.tsv"))
def test_where_it_was(where: str, text: str) -> None:
    cleaned = clean(text)
    told = [str(p.value) for p in find_places(mask(cleaned.flat), cleaned.shown)]
    assert (told or ["-"])[0] == where
