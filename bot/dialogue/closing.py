"""Closing the open card, recorded or dropped, and going on with what waits: the next card, or the walk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.dialogue import confirming, monthly
from bot.dialogue.asking import reminder
from bot.dialogue.card import short_date
from bot.dialogue.completing import complete
from bot.dialogue.context import Context
from bot.dialogue.replies import put_card
from bot.dialogue.session import Card, Session
from bot.dialogue.turn import Record, Say, Turn
from bot.locale import words


def confirm(session: Session, event_id: str, context: Context) -> Turn:
    """Record the open card, then go on with what waits: the next card, or the walk through the month."""
    assert session.card is not None, "there is a card to confirm"
    if why := _outside(complete(session.card, context), context):
        return put_card(session, context, why)
    if changes_nothing(session.card, context):
        return Turn(session, (Say(words(context.language)("amend.what", number=session.card.amends)),))
    turn = confirming.record(session, complete(session.card, context), event_id, context)
    return follow(turn, context)


def changes_nothing(card: Card, context: Context) -> bool:
    """Whether a card that changes a record says what the record says already. One that was sent back is reported anew
    by a yes: what was wrong may lie beside it."""
    was = context.activity(card.amends) if card.amends is not None else None
    if was is None or card.files or was.returned_on:
        return False
    told = {name: slot.value for name, slot in {**card.slots, **card.parts[0].slots}.items()}
    return told == {**was.slots, "date": was.occurred_on}


def _outside(card: Card, context: Context) -> str:
    """Why a branch can't have done something on a day: it was not there yet, or no longer; empty where it was."""
    charge, slot = context.charges.get(card.unit or ""), card.get("date")
    day = slot.value if slot is not None else None
    if charge is None or not isinstance(day, date):
        return ""
    say, today = words(context.language), context.now.date()
    founded, closed, name = charge.unit.founded_on, charge.closed_on, charge.unit.name
    if founded is not None and day < founded:
        return say("unit.not_founded", unit=name, day=f"{founded:%Y}年{founded.month}月{founded.day}日")
    if closed is not None and day >= closed:
        return say("card.unit_closed", unit=name, day=short_date(closed, today))
    return ""


def follow(turn: Turn, context: Context) -> Turn:
    """A turn that closed a card, with what comes next said at its end."""
    session, effects = turn.session, list(turn.effects)
    if session.card is not None:
        after = put_card(session, context)
        return Turn(after.session, (*effects, *after.effects))
    made = [e for e in effects if isinstance(e, Record)]
    later = confirming.with_records(context, made)
    session, text = monthly.go_on(session, later)
    text = text or reminder(session, later).strip()
    if text:
        last = effects.pop()
        assert isinstance(last, Say), "a closed card ends with words"
        effects.append(replace(last, text=f"{last.text}\n\n{text}"))
    return Turn(session, tuple(effects))


def drop(session: Session, context: Context) -> Turn:
    """Let the open card go, unrecorded."""
    say = words(context.language)
    number = session.card.amends if session.card is not None else None
    text = say("card.dropped") if number is None else say("drop.amend", number=number)
    return follow(Turn(session.close(), (Say(text),)), context)
