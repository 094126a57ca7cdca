"""What a card still needs: its next question, and how an answer is put in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.dialogue.card import display, kind_name, long_date, slot_name
from bot.dialogue.completing import ANOTHERS, DISAGREE, OVER, gone, number
from bot.dialogue.context import Context
from bot.dialogue.session import OWN, Card
from bot.locale import words
from bot.understanding.reading import ActivityReading, Doubt, Slot, Value

ORDER = ("date", "topic", "speaker", "months", "expected", "present", "count", "titles", "amount")
CANT_SKIP = frozenset({"date", "months", "unit", "kind", "group"})
YES_NO = frozenset({"crosses_year", "long_ago", OVER, "future_date", "absurd_number", "approximate_number", "unsure"})
_UNLESS_MEANT = ("absurd_number", "approximate_number")  # asked anew, unless a yes says that it is meant
FREE = frozenset({"topic", "place", "speaker", "host"})  # slots of any words: only the very words choose an option


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a card next. slot: what it is about; key: tells a repeated question from a new one; text: as
    asked; options: what can be chosen, by number or by saying it; part: which kind of a gathering it is about."""

    slot: str
    key: str
    text: str
    options: tuple[Value, ...] = ()
    part: int = 0


def question(card: Card, context: Context) -> Question | None:
    """The next question; None when the card can be confirmed."""
    say = words(context.language)
    if card.unit is None:
        names = "\n".join(f"{i}. {unit.name}" for i, unit in enumerate(context.units, 1))
        return Question("unit", "unit", say("ask.unit", options=names), tuple(u.id for u in context.units))
    if card.doubts:
        return _about(card.doubts[0], context)
    for index, part in enumerate(card.parts):
        if missing := _missing(card, index, context):
            counted = slot_name("count", part.kind, context)
            names = say("card.list_comma").join(say(f"ask.name.{name}", counted=counted) for name in missing)
            kind = kind_name(context, part.kind) if len(card.parts) > 1 else ""
            pieces = missing[0] == "count" and "titles" in context.kinds.kinds[part.kind].slots
            example = say("ask.example.pieces" if pieces else f"ask.example.{missing[0]}")
            return Question(missing[0], "".join(missing), say("ask.missing", kind=kind, names=names, example=example),
                            part=index)  # fmt: skip
    return None


def _missing(card: Card, index: int, context: Context) -> list[str]:
    if not card.parts[index].kind:
        return []  # what it is comes first
    kind = context.kinds.kinds[card.parts[index].kind]
    wanted = [name for name in ORDER if kind.slots.get(name) == "required"]
    wanted = [name for name in wanted if card.get(name, index) is None and name not in card.skipped]
    if index:  # what the kinds of a gathering share was asked with the first
        return [name for name in wanted if name in OWN]
    return wanted


def _about(doubt: Doubt, context: Context) -> Question:
    say = words(context.language)
    today = context.now.date()
    shown = [long_date(o, today) if isinstance(o, date) else display(doubt.slot, o) for o in doubt.options]
    if doubt.slot == "kind":
        shown = [kind_name(context, str(o)) for o in doubt.options]
    listed = "\n".join(f"{i}. {text}" for i, text in enumerate(shown, 1))
    what = say(f"doubt.what.{doubt.slot}") if doubt.slot in FREE else ""
    values = {"words": doubt.words, "option": shown[0] if shown else "", "options": listed, "what": what}
    key = f"{doubt.why}.or_so" if doubt.why in _UNLESS_MEANT and doubt.options else doubt.why
    key = f"{key}.{doubt.slot}" if key == DISAGREE and doubt.slot in ("count", "amount") else key
    return Question(doubt.slot, f"{doubt.slot}:{doubt.why}", say(f"doubt.{key}", **values), doubt.options)


def fill(card: Card, reading: ActivityReading, part: int = 0) -> Card:
    """The card with what a message said put in; a new value of the date lets the roll answer again."""
    fresh = {name: slot for name, slot in reading.slots.items() if slot is not None}
    if "date" in fresh and _from_roll(card):
        card = card.put("expected", None)
    for name, slot in fresh.items():
        card = card.put(name, slot, part)
    doubts = tuple(
        d for d in reading.doubts if d.why != OVER
    )  # complete() raises that one for every way it comes about
    kept = tuple(d for d in card.doubts if d.slot not in {new.slot for new in doubts})
    for doubt in doubts:
        if doubt.slot not in fresh:
            card = card.put(doubt.slot, None, part) if doubt.slot != "kind" else card
    return replace(card, doubts=(*kept, *of_part(doubts, part)))


def foreign(card: Card, names: Iterable[str], context: Context) -> list[str]:
    """The slots among these that tell of another kind of activity: no kind of the card has them, and no meeting does.
    None while a kind of the card is still open."""
    known = {name for part in card.parts if part.kind for name in context.kinds.kinds[part.kind].slots}
    return [name for name in names if name in ANOTHERS and name not in known] if all(p.kind for p in card.parts) else []


def of_part(doubts: tuple[Doubt, ...], part: int) -> tuple[Doubt, ...]:
    """The doubts of one kind of a gathering that the card can carry. A doubt knows no part, and its answer would become
    the first kind's: what a later kind has for itself is asked for as missing instead."""
    return doubts if part == 0 else tuple(doubt for doubt in doubts if doubt.slot not in OWN)


def ask_anew(card: Card, name: str, called: str) -> Card:
    """The card without a slot's value, which is asked for even if it need not be said or the roll knows it. called: the
    slot's name as people say it."""
    why = "counted_anew" if name == "expected" else "said_anew"
    bare = card.put(name, None)
    return replace(bare, doubts=(Doubt(name, why, called), *bare.doubts))


def _from_roll(card: Card) -> bool:
    expected = card.slots.get("expected")
    return expected is not None and expected.words == ""


def settle(card: Card, asked: Question, choice: Value | None) -> Card:
    """The card after the question's doubt was answered with one of its options; None drops the doubtful value."""
    doubt = next((d for d in card.doubts if d.slot == asked.slot), None)
    rest = replace(card, doubts=tuple(d for d in card.doubts if d is not doubt))
    if choice is None or doubt is None:
        return rest.put(asked.slot, None, asked.part) if asked.slot != "kind" else rest
    if doubt.why == OVER:
        present = number(card.slots.get("present")) or 0
        expected = number(card.slots.get("expected")) or 0
        guests = number(card.slots.get("guests")) or 0
        rest = rest.put("present", Slot(expected, doubt.words))
        return rest.put("guests", Slot(max(guests, present - expected), doubt.words))
    if doubt.why == DISAGREE and doubt.slot == "present" and isinstance(choice, int):
        more = choice + (gone(card) or 0)
        if more > (number(card.slots.get("expected")) or more):  # the roll is behind: as many ought to come as told
            rest = rest.put("expected", Slot(more, doubt.words))
    if doubt.slot == "kind":
        return replace(rest, parts=(replace(rest.parts[0], kind=str(choice)), *rest.parts[1:]))
    return rest.put(asked.slot, Slot(choice, doubt.words), asked.part)


def shared(slots: Mapping[str, Slot]) -> dict[str, Slot]:
    """The slots that all kinds of a gathering have in common."""
    return {name: slot for name, slot in slots.items() if name not in OWN}
