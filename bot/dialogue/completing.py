"""What a card has without asking: the only branch, who ought to come by the roll, as many pieces as titles; and the
doubts that its values raise when they stand together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.dialogue.card import long_date
from bot.dialogue.context import Context
from bot.dialogue.session import Card
from bot.dialogue.values import ALL
from bot.understanding.reading import Doubt, Slot

CHOICES = 8  # kinds offered when none was named
OVER = "too_many_present"
DISAGREE = "numbers_disagree"
ANOTHERS = frozenset({"titles", "amount", "months", "count", "group"})  # told of another kind
LONG_AGO = 2  # years back until a year is taken for a slip


def complete(card: Card, context: Context) -> Card:
    """The card with what needs no asking: the only branch, the expected from the roll, doubts that numbers raise."""
    card = _held_already(card, context)
    if card.unit is None and len(context.units) == 1:
        card = replace(card, unit=context.units[0].id)
    if any(not part.kind for part in card.parts) and not _doubted(card, "kind"):
        told = {name for name in card.slots if name in ANOTHERS}
        for own in (told, {"expected"}):  # what only some kinds have tells which they may be
            kinds = tuple(k for k, known in context.kinds.kinds.items() if own and own <= known.slots.keys())[:CHOICES]
            if kinds:
                break
        card = replace(card, doubts=(Doubt("kind", "ambiguous_kind", "", kinds), *card.doubts))
    if card.unit is None:
        return card
    card = _of_a_group(card, context)
    wants = {name for part in card.parts if part.kind for name in context.kinds.kinds[part.kind].slots}
    if "expected" in wants and "expected" not in card.slots and not _doubted(card, "expected"):
        ought = roll(card, context)
        if ought:
            card = card.put("expected", Slot(ought, ""))
    if "present" in card.slots and "count" in wants and "present" not in wants:  # told before it was clear what of
        card = card if "count" in card.slots else card.put("count", card.slots["present"])
        card = card.put("present", None)
    card = _as_many_as_titles(card) if {"count", "titles"} <= wants else card
    present, expected = card.slots.get("present"), card.slots.get("expected")
    if expected and expected.value == 0 and not _doubted(card, "expected"):
        card = card.put("expected", None)
    if present is None and (leave := gone(card)) is not None and number(expected):
        card = card.put("present", Slot((number(expected) or 0) - leave, ""))
        present = card.slots.get("present")
    if present is not None and present.value == ALL and number(expected) is not None:
        card = card.put("present", Slot((number(expected) or 0) - (gone(card) or 0), present.words))
        present = card.slots.get("present")
    return _over(_adding_up(card))


def _held_already(card: Card, context: Context) -> Card:
    """The card with a day asked about that is still to come, however it came to be there (picked among several, put in
    the other's place, the last of several), or that lies years back, until that was agreed to."""
    today, day, end = context.now.date(), card.slots.get("date"), card.slots.get("date_end")
    if day is None or not isinstance(day.value, date):
        return card
    last = end.value if end is not None and isinstance(end.value, date) else day.value
    if last > today:
        doubt = Doubt("date", "future_date", long_date(last, today))
        return replace(card.put("date", None).put("date_end", None), doubts=(doubt, *card.doubts))
    told = long_date(day.value, today)
    if day.value.year >= today.year - LONG_AGO or day.words in (told, "#") or _doubted(card, "date"):
        return card
    return replace(card, doubts=(*card.doubts, Doubt("date", "long_ago", told, (day.value,))))


def _of_a_group(card: Card, context: Context) -> Card:
    """The card of a group's meeting with the question which group, in a branch that has several and where the card
    names none of them."""
    if _doubted(card, "group") or all(part.kind != "group_meeting" for part in card.parts):
        return card
    several = tuple(range(1, groups_of(card, card.unit or "", context) + 1))
    told = number(card.slots.get("group"))
    if len(several) < 2 or told in several:
        return card
    why = "which_group" if told is None else "no_such_group"
    return replace(card.put("group", None), doubts=(*card.doubts, Doubt("group", why, str(told or ""), several)))


def groups_of(card: Card, unit: str, context: Context) -> int:
    """How many party groups a unit has on the day of a card, today where that is open."""
    day = card.slots.get("date")
    on = day.value if day is not None and isinstance(day.value, date) else context.now.date()
    count = context.unit(unit).headcount(on)
    return len(count.groups) if count is not None else 0


def _as_many_as_titles(card: Card) -> Card:
    """The card with as many pieces as it has titles, where nobody said how many."""
    titles, count = card.get("titles"), card.slots.get("count")
    told = count is not None and count.words
    if titles is None or not isinstance(titles.value, tuple) or told or _doubted(card, "count"):
        return card
    return card.put("count", Slot(len(titles.value), ""))


def _adding_up(card: Card) -> Card:
    """The card with who came asked about where they and those away are more than the roll has; what a message itself
    says of how many ought to come was compared when it was read."""
    expected, present, away = card.slots.get("expected"), card.slots.get("present"), gone(card)
    many, came = number(expected), number(present)
    if expected is None or present is None or expected.words or not many or not came or not away:
        return card
    if came > many or came + away <= many or _doubted(card, "present"):
        return card
    return replace(card, doubts=(*card.doubts, Doubt("present", DISAGREE, present.words, (many - away, came))))


def _over(card: Card) -> Card:
    """The card with more present than expected asked about, unless it says of just as many that they were guests."""
    card = replace(card, doubts=tuple(d for d in card.doubts if d.why != OVER))  # of the figures as they are now
    present, expected = number(card.slots.get("present")), number(card.slots.get("expected"))
    if not present or not expected or present <= expected or _doubted(card, "present"):
        return card
    over = present - expected
    if number(card.slots.get("guests")) == over:
        return card.put("present", Slot(expected, card.slots["present"].words))
    return replace(card, doubts=(*card.doubts, Doubt("present", OVER, str(over), (expected,))))


def _doubted(card: Card, slot: str) -> bool:
    return any(doubt.slot == slot for doubt in card.doubts)


def number(slot: Slot | None) -> int | None:
    return slot.value if slot is not None and isinstance(slot.value, int) else None


def gone(card: Card) -> int | None:
    """How many were away, when that was said in place of how many came."""
    absent, leave = number(card.slots.get("absent")), number(card.slots.get("leave"))
    return absent if absent is not None else leave


def roll(card: Card, context: Context) -> int | None:
    """How many ought to come, by the branch's dated headcount; None where it can't be known.

    Committee: 支委. Group: its size, when there is one group or the card says which. Else 正式+预备, less those away
    for long (流动, 长期请假); someone on ordinary leave stays among the expected.
    """
    day = card.slots.get("date")
    if card.unit is None or day is None or not isinstance(day.value, date):
        return None
    count = context.unit(card.unit).headcount(day.value)
    if count is None:
        return None
    kinds = {part.kind for part in card.parts}
    if kinds == {"committee_meeting"}:
        return count.committee or None
    if kinds == {"group_meeting"}:
        which = number(card.slots.get("group"))
        if which is not None and 0 < which <= len(count.groups):
            return count.groups[which - 1] or None  # 0: the size was not told
        return count.groups[0] or None if len(count.groups) == 1 else None
    return max(0, count.full + count.probationary - count.floating - count.on_leave) or None
