"""What a card still needs: its next question, what the roll already answers, and how an answer is put in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.dialogue.card import display, kind_name, long_date, slot_name
from bot.dialogue.context import Context
from bot.dialogue.session import OWN, Card
from bot.dialogue.values import ALL
from bot.locale import words
from bot.understanding.reading import ActivityReading, Doubt, Slot, Value

ORDER = ("date", "topic", "speaker", "months", "expected", "present", "count", "titles", "amount")
CANT_SKIP = frozenset({"date", "months", "unit", "kind", "group"})
CHOICES = 8  # kinds offered when none was named
OVER = "too_many_present"
DISAGREE = "numbers_disagree"
YES_NO = frozenset({"crosses_year", OVER, "future_date", "absurd_number", "approximate_number", "unsure"})
_UNLESS_MEANT = ("absurd_number", "approximate_number")  # asked anew, unless a yes says that it is meant
FREE = frozenset({"topic", "place", "speaker", "host"})  # slots of any words: only the very words choose an option

_ANOTHERS = frozenset({"titles", "amount", "months", "count", "group"})  # told of another kind


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


def complete(card: Card, context: Context) -> Card:
    """The card with what needs no asking: the only branch, the expected from the roll, doubts that numbers raise."""
    card = _held_already(card, context)
    if card.unit is None and len(context.units) == 1:
        card = replace(card, unit=context.units[0].id)
    if any(not part.kind for part in card.parts) and not _doubted(card, "kind"):
        told = {name for name in card.slots if name in _ANOTHERS}
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
        number = roll(card, context)
        if number:
            card = card.put("expected", Slot(number, ""))
    if "present" in card.slots and "count" in wants and "present" not in wants:  # told before it was clear what of
        card = card if "count" in card.slots else card.put("count", card.slots["present"])
        card = card.put("present", None)
    card = _as_many_as_titles(card) if {"count", "titles"} <= wants else card
    present, expected = card.slots.get("present"), card.slots.get("expected")
    if expected and expected.value == 0 and not _doubted(card, "expected"):
        card = card.put("expected", None)
    if present is None and (leave := _gone(card)) is not None and _number(expected):
        card = card.put("present", Slot((_number(expected) or 0) - leave, ""))
        present = card.slots.get("present")
    if present is not None and present.value == ALL and _number(expected) is not None:
        card = card.put("present", Slot((_number(expected) or 0) - (_gone(card) or 0), present.words))
        present = card.slots.get("present")
    return _over(_adding_up(card))


def _held_already(card: Card, context: Context) -> Card:
    """The card with a day that is still to come asked about, however it came to be there: picked among several, put in
    the other's place, or left over from before."""
    day = card.slots.get("date")
    if day is None or not isinstance(day.value, date) or day.value <= context.now.date():
        return card
    doubt = Doubt("date", "future_date", long_date(day.value, context.now.date()))
    return replace(card.put("date", None), doubts=(doubt, *card.doubts))


def _of_a_group(card: Card, context: Context) -> Card:
    """The card of a group's meeting with the question which group, in a branch that has several and where the card
    names none of them."""
    if _doubted(card, "group") or all(part.kind != "group_meeting" for part in card.parts):
        return card
    several = tuple(range(1, groups_of(card, card.unit or "", context) + 1))
    told = _number(card.slots.get("group"))
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
    expected, present, gone = card.slots.get("expected"), card.slots.get("present"), _gone(card)
    many, came = _number(expected), _number(present)
    if expected is None or present is None or expected.words or not many or not came or not gone:
        return card
    if came > many or came + gone <= many or _doubted(card, "present"):
        return card
    return replace(card, doubts=(*card.doubts, Doubt("present", DISAGREE, present.words, (many - gone, came))))


def _over(card: Card) -> Card:
    """The card with more present than expected asked about, unless it says of just as many that they were guests."""
    card = replace(card, doubts=tuple(d for d in card.doubts if d.why != OVER))  # of the figures as they are now
    present, expected = _number(card.slots.get("present")), _number(card.slots.get("expected"))
    if not present or not expected or present <= expected or _doubted(card, "present"):
        return card
    over = present - expected
    if _number(card.slots.get("guests")) == over:
        return card.put("present", Slot(expected, card.slots["present"].words))
    return replace(card, doubts=(*card.doubts, Doubt("present", OVER, str(over), (expected,))))


def _doubted(card: Card, slot: str) -> bool:
    return any(doubt.slot == slot for doubt in card.doubts)


def _number(slot: Slot | None) -> int | None:
    return slot.value if slot is not None and isinstance(slot.value, int) else None


def _gone(card: Card) -> int | None:
    """How many were away, when that was said in place of how many came."""
    absent, leave = _number(card.slots.get("absent")), _number(card.slots.get("leave"))
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
        which = _number(card.slots.get("group"))
        if which is not None and 0 < which <= len(count.groups):
            return count.groups[which - 1] or None  # 0: the size was not told
        return count.groups[0] or None if len(count.groups) == 1 else None
    return max(0, count.full + count.probationary - count.floating - count.on_leave) or None


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
    return (
        [name for name in names if name in _ANOTHERS and name not in known] if all(p.kind for p in card.parts) else []
    )


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
        present = _number(card.slots.get("present")) or 0
        expected = _number(card.slots.get("expected")) or 0
        guests = _number(card.slots.get("guests")) or 0
        rest = rest.put("present", Slot(expected, doubt.words))
        return rest.put("guests", Slot(max(guests, present - expected), doubt.words))
    if doubt.why == DISAGREE and doubt.slot == "present" and isinstance(choice, int):
        more = choice + (_gone(card) or 0)
        if more > (_number(card.slots.get("expected")) or more):  # the roll is behind: as many ought to come as told
            rest = rest.put("expected", Slot(more, doubt.words))
    if doubt.slot == "kind":
        return replace(rest, parts=(replace(rest.parts[0], kind=str(choice)), *rest.parts[1:]))
    return rest.put(asked.slot, Slot(choice, doubt.words), asked.part)


def shared(slots: Mapping[str, Slot]) -> dict[str, Slot]:
    """The slots that all kinds of a gathering have in common."""
    return {name: slot for name, slot in slots.items() if name not in OWN}
