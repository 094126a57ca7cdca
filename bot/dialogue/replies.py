"""Putting the open card, or its next question, before the person: always in the same way."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.asking import reminder
from bot.dialogue.card import show, title_of
from bot.dialogue.completing import complete
from bot.dialogue.context import Context
from bot.dialogue.form import CANT_SKIP, question
from bot.dialogue.monthly import current
from bot.dialogue.session import Session
from bot.dialogue.turn import Say, Turn
from bot.locale import words


def put_card(session: Session, context: Context, lead: str = "") -> Turn:
    """Show the open card and ask for what it lacks, or for the confirmation. lead: a line said before it."""
    say = words(context.language)
    card = session.card
    assert card is not None, "there is a card to put"
    card = complete(card, context)
    if session.files and card.amends is None:  # a file sent before the words goes with them
        pending = None if session.pending is not None and session.pending.what == "attach" else session.pending
        card, session = card.with_files(session.files), replace(session, files=(), pending=pending)
    session = replace(session, cards=(card, *session.cards[1:]), misses=0)
    asked = question(card, context)
    if asked is None:
        slots = context.kinds.kinds[card.parts[0].kind].slots
        example = "present" if "present" in slots else "amount" if "amount" in slots else "date"
        key = "card.confirm_amend" if card.amends is not None else "card.confirm"
        text = say(key, example=say(f"ask.example.{example}"))
        session = replace(session, asked="confirm", times=1)
    else:
        times = session.times + 1 if session.asked == asked.key else 1
        session = replace(session, asked=asked.key, times=times)
        stuck = say("ask.stuck_firm" if asked.slot in CANT_SKIP else "ask.stuck")
        text = asked.text + ("\n" + stuck if times > 2 else "")
    if len(session.cards) > 1:
        text += "\n" + say("card.waiting", n=len(session.cards) - 1)
    lines = [lead, show(card, context), text]
    return Turn(session, (Say("\n".join(line for line in lines if line), {"card": card.id}),))


def restated(session: Session, context: Context) -> str:
    """One line that brings what was interrupted back to mind: a withdrawal, a card, a rating, the month's walk; empty
    without one."""
    say = words(context.language)
    if session.pending is not None and session.pending.what == "withdraw":
        return "\n\n" + say("restate.withdraw", number=session.pending.options[0])
    if session.card is None:
        duty = current(session, context)
        return reminder(session, context) or ("\n\n" + say("restate.walk", name=duty.label) if duty else "")
    names = title_of(session.card, context)
    open_question = question(complete(session.card, context), context)
    if open_question is not None:
        return "\n\n" + say("restate.ask", name=names, question=open_question.text)
    if session.card.amends is not None:
        return "\n\n" + say("restate.amend", number=session.card.amends)
    return "\n\n" + say("restate.confirm", name=names)


def interrupted(session: Session, text: str, context: Context) -> Turn:
    """An answer to something else, with the open card restated once after it."""
    return Turn(replace(session, misses=0), (Say(text + restated(session, context)),))
