"""A text message: first as an answer to the open question, then as a wish, then as a report."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace

from bot.dialogue import (
    administering,
    asked_for,
    assessing,
    choosing,
    enrolling,
    evaluating,
    evidence,
    obeying,
    overseeing,
    purging,
    reporting,
    yearly,
)
from bot.dialogue.context import Context
from bot.dialogue.replies import interrupted, put_card
from bot.dialogue.session import Session
from bot.dialogue.turn import Say, Tried, Turn
from bot.events import Inbound
from bot.locale import words
from bot.understanding.commands import find_command
from bot.understanding.intents import is_small_talk
from bot.understanding.sensitive import sensitive
from bot.understanding.unit_names import strange_unit

LONGEST = 4000  # characters; a report is a few lines, a pasted document is none
Handler = Callable[[Session, Inbound, Context], Turn | None]


def hear(session: Session, message: Inbound, context: Context) -> Turn:
    """Answer a text. Every handler says None for "not for me"; the last one always answers."""
    message = replace(message, body=clean(message.body))
    guards: tuple[Handler, ...] = (_nothing, _too_long, enrolling.hear, purging.purge, administering.hear, _sensitive)
    for handle in guards:
        turn = handle(session, message, context)
        if turn is not None:
            return turn
    session = administering.let_go(purging.let_go(session))
    if not context.units:
        alone: tuple[Handler, ...] = (yearly.hear, evidence.hear, overseeing.hear, assessing.hear_alone)
        return next(turn for handle in alone if (turn := handle(session, message, context)) is not None)
    first: tuple[Handler, ...] = (
        _strange, yearly.hear, asked_for.hear, evidence.hear, overseeing.hear, assessing.hear, evaluating.hear,
        choosing.pending,
    )  # fmt: skip
    for handle in first:
        turn = handle(session, message, context)
        if turn is not None:
            return turn
    session = choosing.let_go(session, message)
    for handle in (choosing.of_card, obeying.obey, reporting.report):
        turn = handle(session, message, context)
        if turn is not None:
            return turn
    return _not_understood(session, message, context)


def hear_administrator(session: Session, message: Inbound, context: Context) -> Turn:
    """Answer somebody who administers units and neither reports nor assesses."""
    say = words(context.language)
    message = replace(message, body=clean(message.body))
    handlers: tuple[Handler, ...] = (enrolling.hear, purging.purge, administering.hear)
    for handle in (*handlers, yearly.hear) if context.decides else handlers:
        turn = handle(session, message, context)
        if turn is not None:
            return turn
    command = find_command(message.body)
    greeted = command is None and is_small_talk(message.body)
    key = "admin.help" if greeted or (command is not None and command.name == "help") else "admin.not_understood"
    return Turn(administering.let_go(purging.let_go(session)), (Say(say(key)),))


def clean(text: str) -> str:
    """The text without what can't be seen: control and direction marks."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs")).strip()


def _nothing(session: Session, message: Inbound, context: Context) -> Turn | None:
    if message.body:
        return None
    return interrupted(session, words(context.language)("empty"), context)


def _too_long(session: Session, message: Inbound, context: Context) -> Turn | None:
    if len(message.body) <= LONGEST:
        return None
    return interrupted(session, words(context.language)("too_long"), context)


def _sensitive(session: Session, message: Inbound, context: Context) -> Turn | None:
    if sensitive(message.body) is None:
        return None
    return Turn(session, (Say(words(context.language)("sensitive")),))


def _strange(session: Session, message: Inbound, context: Context) -> Turn | None:
    """A message about a branch that isn't the person's is not taken for their own, whether there is such a branch."""
    name = strange_unit(message.body, (unit.name for unit in context.units))
    others = (one.unit.name for one in (*context.assessed, *context.decides))
    if not name or any(other in message.body for other in others):
        return None
    if session.card is not None and message.body == name:  # the answer to a question about the card
        return None
    say = words(context.language)
    own = say("card.list_comma").join(unit.name for unit in context.units)
    turn = interrupted(session, say("unit.not_yours", name=name[:40], own=own), context)
    return replace(turn, effects=(Tried("unit", message.body), *turn.effects))


def _not_understood(session: Session, message: Inbound, context: Context) -> Turn:
    say = words(context.language)
    session = replace(session, misses=session.misses + 1, missed=message.event_id)
    if session.misses > 3:
        return Turn(session, (Say(say("miss.person", contact=context.contact)),))
    if session.misses == 3:
        return Turn(session, (Say(say("miss.choices")),))
    if session.card is not None:
        misses = session.misses
        turn = put_card(session, context, say("miss.card"))
        return replace(turn, session=replace(turn.session, misses=misses))
    return Turn(session, (Say(say("miss.first" if session.misses == 1 else "miss.again")),))
