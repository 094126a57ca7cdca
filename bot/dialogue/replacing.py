"""A change that says what stands on the card and what it should be: 8人→7人, 三楼改成四楼."""

from __future__ import annotations

from collections.abc import Iterator

from bot.dialogue.session import OWN, Card
from bot.understanding.numbers import whole_number
from bot.understanding.reading import Slot
from bot.understanding.text import clean

COUNTED = ("present", "expected", "leave", "absent", "guests", "count")  # the likeliest first
SAID = ("place", "topic", "speaker", "host")  # of any words

_AROUND = ' “”"把将的'


def figure_meant(card: Card, old: str) -> str | None:
    """The slot that a figure on the card stands in: 实到 where 应到 has the same; None for what is not on it."""
    found = whole_number(clean(old).flat.strip())
    if found is None:
        return None
    return next((name for name in COUNTED if (slot := card.get(name)) is not None and slot.value == found), None)


def figure_missing(card: Card, old: str) -> bool:
    """Whether a figure is to be replaced that is not on the card."""
    return whole_number(clean(old).flat.strip()) is not None and figure_meant(card, old) is None


def replaced(card: Card, old: str, new: str) -> Card | None:
    """The card with words of its place, topic or a name put otherwise; None where they are not on it."""
    old, new = clean(old).shown.strip(_AROUND), clean(new).shown.strip(_AROUND + "。.!！")
    if not old or not new:
        return None
    for name, part, value in _told(card):
        if old in value:
            return card.put(name, Slot(value.replace(old, new, 1), new), part)
    return None


def stands_on(card: Card, old: str) -> bool:
    """Whether words stand on the card in its place, topic or a name."""
    old = clean(old).shown.strip(_AROUND)
    return bool(old) and any(old in value for _, _, value in _told(card))


def _told(card: Card) -> Iterator[tuple[str, int, str]]:
    for name in SAID:
        for part in range(len(card.parts) if name in OWN else 1):
            slot = card.get(name, part)
            if slot is not None and isinstance(slot.value, str):
                yield name, part, slot.value
