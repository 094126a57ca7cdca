"""A meeting that several party groups held, each by itself: a card for each, so that none is lost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.completing import groups_of
from bot.dialogue.context import Context
from bot.dialogue.session import Card
from bot.dialogue.values import ALL
from bot.understanding.groups import GROUP, number_of
from bot.understanding.numbers import WHOLE, integer
from bot.understanding.reading import Slot
from bot.understanding.text import clean

MEETING = "group_meeting"
_ALL = re.compile(
    r"(?P<n>[一二两三四五六七八九十\d]{1,2})个(?:党)?(?:小组|组)|(?:各个?|每个|所有|全部)(?:的)?(?:党)?(?:小组|组(?!织))|"
    r"(?:党)?小组会?(?:都|全部?|均)(?=[开召举搞])"
)
_BOTH = re.compile(
    r"(?:几个|[一二两三四五六七八九十\d]{1,2}个|各个?|每个|所有)?(?:的)?(?:党)?(?:小组|组)?(?:都|全部?|全都)(?:开|召开)?(?:了|过)?(?:会)?[。.!！]?"
)
_EACH = re.compile(rf"(?:各|每组|每个?(?:党)?小组)(?:都|实|自)?(?:到|来)?(?:了|有)?({WHOLE})[人个名]")  # 各8人
_COUNTS = ("expected", "present", "leave", "absent", "guests")


def of_each(cards: list[Card], text: str, unit: str, context: Context) -> list[Card]:
    """The cards of a message, its one group meeting made a card for each group that it names."""
    meetings = [card for card in cards if [part.kind for part in card.parts] == [MEETING]]
    if len(meetings) != 1 or unit not in context.facts:
        return cards
    flat = clean(text).flat
    groups = _named(flat, groups_of(meetings[0], unit, context))
    came = _EACH.search(flat)
    card = meetings[0]
    several = split(card, groups)
    if len(several) > 1 and came and (number := integer(came[1])) is not None:
        several = tuple(one.put("present", Slot(number, came[0])) for one in several)
    return [each for one in cards for each in (several if one is card else (one,))]


def answered(card: Card, text: str, options: Sequence[object]) -> tuple[Card, ...]:
    """A card for each group, when the question is answered with 都开了 or with several; none for another answer."""
    flat = clean(text).flat
    known = [option for option in options if isinstance(option, int)]
    groups = known if _BOTH.fullmatch(flat) else _named(flat, len(known))
    return split(card, groups) if len(groups) > 1 else ()


def split(card: Card, groups: Sequence[int]) -> tuple[Card, ...]:
    """The card, once for each of several groups; the figures of all are nobody's, but for everybody came."""
    if len(groups) < 2:
        return (card,)
    slots = {
        name: slot
        for name, slot in card.slots.items()
        if name not in _COUNTS or (name == "present" and slot.value == ALL)
    }
    doubts = tuple(doubt for doubt in card.doubts if doubt.slot not in (*_COUNTS, "group"))
    return tuple(
        replace(
            card, id=card.id if at == 0 else f"{card.id}.{group}", slots={**slots, "group": Slot(group, "")},
            doubts=doubts, files=card.files if at == 0 else (),
        )
        for at, group in enumerate(groups)
    )  # fmt: skip


def _named(flat: str, known: int) -> list[int]:
    """The groups that words name, those the branch has."""
    named = [n for match in GROUP.finditer(flat) if (n := number_of(match)) is not None and 0 < n <= known]
    if named:
        return list(dict.fromkeys(named))
    found = _ALL.search(flat)
    if found is None:
        return []
    return list(range(1, known + 1)) if found["n"] is None or integer(found["n"]) == known else []
