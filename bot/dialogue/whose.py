"""Whose are words said while a card is open: the card's, another activity's, or neither's for certain. One question,
asked here and nowhere else."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum, auto

from bot.dialogue.card import not_its_own
from bot.dialogue.completing import complete
from bot.dialogue.context import Context
from bot.dialogue.form import FREE, foreign, question
from bot.dialogue.session import Card
from bot.events import Inbound
from bot.locale import words
from bot.understanding.kinds import only_kind
from bot.understanding.reading import ActivityReading, Intent, Reading
from bot.understanding.text import clean

TITLED = frozenset({"topic", "titles", "speaker"})  # values that may hold a title
TELLING = frozenset({"titles", "amount", "months"})  # values that only some kinds have
ELSEWHERE = frozenset({"titles", "amount", "months", "expected", "present"})  # tell of a kind that has them
NAMED = re.compile("[议主课]题|题目|内容|日期|时间|改")  # says which field it is about
# What is said of the card's own day, and nothing that was done on it: 其实是前天下午开的.
_OF_ITS_DAY = re.compile(
    r"其实|应该|实际|好像|记错了?|说错了?|不对|不是|就?是|在|那天|当天|[上下中]午|早上|晚上|傍晚|[召举]?开|举行|组织|开展|搞|上|的|了|会议?|"
    r"活动|我们|支部|呢|吧|啊|哦|[\W_\d]"
)


class Whose(Enum):
    """CARD: a change of the open card, or an answer to its question; ANOTHER: a report of its own, which waits behind
    it; NEITHER: nothing is done, and it is said why."""

    CARD = auto()
    ANOTHER = auto()
    NEITHER = auto()


def whose(card: Card, reading: Reading, message: Inbound, context: Context) -> tuple[Whose, str]:
    """Whose the first activity of a message is, and of NEITHER the sentence that says so."""
    first = reading.activities[0]
    if not _belongs(card, first, reading, context):
        return Whose.ANOTHER, ""
    meant, part = retyped(card, first.kind, context)
    if card.amends is not None and [p.kind for p in meant.parts] != [p.kind for p in card.parts]:
        return Whose.NEITHER, words(context.language)("amend.kind", number=card.amends)
    if strange := foreign(meant, first.slots, context):
        return Whose.NEITHER, not_its_own(meant, strange[0], context)
    if "《" in message.body and not TITLED & _slots_of(meant, context):  # of another kind, which wasn't understood
        return Whose.NEITHER, not_its_own(meant, "titles", context)
    if _tells_another(meant, part, first, reading, message, context):
        return Whose.NEITHER, words(context.language)("card.another")
    return Whose.CARD, ""


def retyped(card: Card, kind: str | None, context: Context) -> tuple[Card, int]:
    """The card with the kind that was said, and the part that the words are about: a correction of the kind itself, or
    the kind that was open."""
    index = next((i for i, part in enumerate(card.parts) if part.kind == kind), None)
    if index is not None:
        return card, index
    asked = question(complete(card, context), context)
    index = asked.part if asked is not None else 0
    if kind is None:
        return card, index
    parts = (*card.parts[:index], replace(card.parts[index], kind=kind), *card.parts[index + 1 :])
    return replace(card, parts=parts, doubts=tuple(d for d in card.doubts if d.slot != "kind")), index


def kind_instead(card: Card, message: Inbound, context: Context) -> str | None:
    """The kind that a message says a card of one kind was, and nothing else: 这是主题党日. A bare 志愿服务 may as well
    be what a themed party day was about, and so may any name where words are asked for."""
    found = only_kind(message.body, context.kinds)
    if found is None or len(card.parts) > 1 or card.parts[0].kind in ("", found[0]):
        return None
    kind, told = found
    asked = question(complete(card, context), context)
    meeting = context.kinds.kinds[kind].family is not None or kind == "themed_party_day"
    return kind if told or (meeting and (asked is None or asked.slot not in FREE)) else None


def on_a_day_of_its_own(card: Card, plain: Reading, context: Context) -> bool:
    """Whether a message reports another kind with its own day: with a card open 学雷锋志愿服务 may be its topic, but
    11月6日开展谈心谈话 is not, and its day must not become the card's. A card still without a day may be told it in
    such words, but not with a value that it has no place for: 11月12日谈心谈话，谈了6人; and none that has no topic."""
    kinds = {part.kind for part in card.parts}
    dated = card.slots.get("date") is not None
    topicless = all(part.kind and "topic" not in context.kinds.kinds[part.kind].slots for part in card.parts)
    return any(
        activity.kind is not None
        and activity.kind not in kinds
        and _dated(activity)
        and (dated or topicless or bool(foreign(card, activity.slots, context)))
        for activity in plain.activities
    )


def _belongs(card: Card, first: ActivityReading, reading: Reading, context: Context) -> bool:
    """Whether a message speaks of the open card: it names no kind, or the card's own with little else."""
    kinds = {part.kind for part in card.parts}
    if "" in kinds:
        return first.kind is None or not _no_place(card, first.kind, context)
    if reading.intent is Intent.CORRECTION:
        return True
    if first.kind is None:
        known = {name for kind in kinds for name in context.kinds.kinds[kind].slots}
        return not first.slots.keys() & ELSEWHERE - known
    if first.kind not in kinds or len(reading.activities) > 1:
        return False
    day, said = card.slots.get("date"), first.slots.get("date")
    return day is None or said is None or day.value == said.value or len(first.slots) <= 2


def _tells_another(
    card: Card, part: int, fresh: ActivityReading, reading: Reading, message: Inbound, context: Context
) -> bool:
    """Whether words without a kind read like another activity and not like a change: a day, and what was done in words
    of its own, where the card has its own. 昨天去看了老党员 must not become the topic of the open assembly, nor its day
    that of the dues."""
    if fresh.kind is not None or reading.intent is not Intent.REPORT or NAMED.search(message.body):
        return False
    wants_topic = "topic" in _slots_of(card, context)
    if not _dated(fresh) or card.get("date") is None or (wants_topic and card.get("topic", part) is None):
        return False
    if fresh.slots.get("topic") is not None or any(doubt.slot in FREE for doubt in fresh.doubts):
        return True
    if fresh.slots.keys() - {"date", "period", "time"}:
        return False
    said = next((slot.words for slot in fresh.slots.values()), "") or next(d.words for d in fresh.doubts)
    rest = clean(message.body).flat.replace(clean(said).flat, "", 1)
    return len(_OF_ITS_DAY.sub("", rest)) > 3


def _dated(activity: ActivityReading) -> bool:
    return activity.slots.get("date") is not None or any(doubt.slot == "date" for doubt in activity.doubts)


def _slots_of(card: Card, context: Context) -> set[str]:
    return {name for part in card.parts if part.kind for name in context.kinds.kinds[part.kind].slots}


def _no_place(card: Card, kind: str, context: Context) -> list[str]:
    """What an open card of no kind yet has that a kind has no place for: it can't be that."""
    return [name for name in card.slots if name in TELLING and name not in context.kinds.kinds[kind].slots]
