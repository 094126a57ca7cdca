"""A confirmed card becomes records, and the answer says what that did for the branch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from bot.dialogue.card import headline, short_date
from bot.dialogue.context import Context
from bot.dialogue.duties import lacking_line, meets, month_of, owed, period_name
from bot.dialogue.frozen import why_frozen
from bot.dialogue.session import Card, Session
from bot.dialogue.turn import NUMBER, Amend, Attach, Record, Say, Turn
from bot.dialogue.values import ALL
from bot.locale import words
from bot.understanding.reading import Value
from rubrics import Activity, Duty
from rubrics.facts import last_in_time


def record(session: Session, card: Card, source: str, context: Context) -> Turn:
    """Close the open card by what it is for: new activities, or a new version of one. source: the confirming event."""
    assert card.unit is not None, "a complete card has a branch"
    say = words(context.language)
    day = card.slots["date"].value
    assert isinstance(day, date), "a date slot holds a date"
    name = headline(context, [part.kind for part in card.parts], day)
    closed = replace(session.close(), unit=card.unit)
    if card.amends is not None:
        return _amended(closed, card, day, name, context)
    gathering = card.id if len(card.parts) > 1 else None
    origin = card.sources[0] if card.sources else source
    made = [
        Record(card.unit, part.kind, day, _slots(card, index), origin, _period(card, day), gathering, card.files)
        for index, part in enumerate(card.parts)
    ]
    numbers = say("card.list_comma").join(NUMBER.format(index) for index in range(len(made)))
    after = with_records(context, made)
    new = {-1 - index for index in range(len(made))}
    head = say("recorded", numbers=numbers, name=name)
    if context.now.date() > last_in_time(day):
        head += say("recorded.late", day=short_date(context.now.date(), context.now.date()))
    if card.files:
        head += say("recorded.files", n=len(card.files))
    about = {"records": [NUMBER.format(index) for index in range(len(made))], "was": card.id}
    return Turn(closed, (*made, Say(head + _effect(card, day, new, after), about)))


def _amended(session: Session, card: Card, day: date, name: str, context: Context) -> Turn:
    say = words(context.language)
    assert card.amends is not None, "this card changes a record"
    was = context.activity(card.amends)
    if was is None or was.withdrawn_on:
        return Turn(session, (Say(say("number.unknown", number=card.amends)),))
    if why := why_frozen(card.amends, context):
        return Turn(session, (Say(why),))
    change = Amend(card.amends, day, _slots(card, 0), _period(card, day))
    changed = replace(was, occurred_on=day, slots=change.slots, period=change.period, returned_on=None)
    text = say("amended", number=card.amends, name=name)
    files = (Attach(card.amends, card.files),) if card.files else ()
    if card.files:
        text += say("recorded.files", n=len(card.files))
    said = Say(text + _effect(card, day, {was.number}, _with_version(context, changed)),
               {"records": [card.amends], "was": card.id})  # fmt: skip
    return Turn(session, (change, *files, said))


def _slots(card: Card, index: int) -> dict[str, Value]:
    both = {**card.slots, **card.parts[index].slots}
    return {name: slot.value for name, slot in both.items() if name != "date" and slot.value != ALL}


def _period(card: Card, day: date) -> str | None:
    """The month a card belongs to when it says one that is not its day's."""
    months = card.slots.get("months")
    if months is not None and isinstance(months.value, tuple) and len(months.value) == 1:
        return str(months.value[0]) if months.value[0] != month_of(day) else None
    return None


def _effect(card: Card, day: date, new: set[int], context: Context) -> str:
    """What the records did: the duties they meet, and what the month still lacks."""
    assert card.unit is not None, "a complete card has a branch"
    say = words(context.language)
    this, periods = month_of(context.now.date()), _periods(card, day)
    met = {duty.key: duty for period in periods for duty in meets(context, card.unit, period, new)}
    lines = [_progress(duty, context) for duty in met.values()] or [say("recorded.no_duty")]
    shown = periods if len(periods) == 1 and met else (this,) if this in periods else ()
    lines += [lacking_line(owed(context, card.unit, period), context, period) for period in shown]
    return "".join("\n" + line for line in lines)


def _periods(card: Card, day: date) -> tuple[str, ...]:
    """The months a card is about: those it names, else its day's."""
    months = card.slots.get("months")
    return months.value if months is not None and isinstance(months.value, tuple) else (month_of(day),)


def _progress(duty: Duty, context: Context) -> str:
    """What one duty has now, and the other rulebooks the same record counts under."""
    say = words(context.language)
    key = "duty.progress" if duty.lacking else "duty.done"
    where = f"{duty.rubric_title}{duty.clause} {duty.title}"
    line = say(key, where=where, month=period_name(duty, context), label=duty.label, done=duty.done, needed=duty.needed)
    others = say("card.list_comma").join(f"{title}{clause}" for title, clause, _ in duty.also)
    return line + (say("duty.also", others=others) if others else "")


def with_records(context: Context, made: Iterable[Record]) -> Context:
    """The context as it will be once these records are kept; until then their numbers are negative."""
    facts = dict(context.facts)
    for index, r in enumerate(made):
        activity = Activity(-1 - index, r.unit, r.kind, r.occurred_on, r.slots, r.period, r.gathering)
        facts[r.unit] = replace(facts[r.unit], activities=(*facts[r.unit].activities, activity))
    return replace(context, facts=facts)


def _with_version(context: Context, changed: Activity) -> Context:
    facts = context.facts[changed.unit]
    kept = tuple(a for a in facts.activities if a.number != changed.number)
    return replace(context, facts={**context.facts, changed.unit: replace(facts, activities=(*kept, changed))})
