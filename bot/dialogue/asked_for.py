"""A unit's answer to being asked for something (催办): words that reply to it go to whoever asked, and on record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.dialogue import asking_units
from bot.dialogue.asking_units import REPLY
from bot.dialogue.context import Asking, Context
from bot.dialogue.session import Pending, Session
from bot.dialogue.turn import Inform, Put, Say, Turn
from bot.events import Inbound
from bot.locale import words
from bot.understanding.commands import find_command
from bot.understanding.read import read
from bot.understanding.reading import Intent

# What right after it may well be meant as an answer; a correction of nothing is one.
_LOOSE = (Intent.PLAN, Intent.NOT_DONE, Intent.CORRECTION, Intent.UNKNOWN)
_ELSE = (Intent.REPORT, Intent.QUESTION)  # what is no answer even as a reply
_NODS = ("acknowledge", "yes")


def hear(session: Session, message: Inbound, context: Context) -> Turn | None:
    """Take up an answer: a reply to what was asked, 答复催办 …, or, after a question back, words right after it."""
    command = find_command(message.body)
    name = command.name if command is not None else ""
    if session.pending is not None and session.pending.what == "urge_pass" and session.card is None:
        turn = _passed(session, session.pending, name, context)
        if turn is not None:
            return turn
    if name == "urge" and not context.assessed and command is not None and not command.argument:
        return Turn(session, (Say(asking_units.listed(context)),))
    if name == "urge" and not context.assessed:
        return Turn(session, (Say(words(context.language)("urge.assessors")),))
    if name == "urge_answer" and command is not None and not context.assessed:
        asking = _of(context, str(context.about.get("asked", ""))) or _newest(context)
        if asking is None:
            return Turn(session, (Say(words(context.language)("urge.nothing")),))
        return _send(session, asking, command.argument, context)
    asking = _of(context, str(context.about.get("asked", "")))
    if asking is None or session.card is not None or (command is not None and name not in _NODS):
        return None
    intent = read(message.body, context.now, kinds=context.kinds).intent
    if message.reply_to is not None:
        return None if command is None and intent in _ELSE else _send(session, asking, message.body, context)
    if command is not None or intent not in _LOOSE:
        return None
    asked = Pending("urge_pass", (asking.id, message.body), asking.unit)
    text = words(context.language)("urge.pass", by=asking.by, words=message.body)
    return Turn(replace(session, pending=asked), (Say(text),))


def _passed(session: Session, asked: Pending, name: str, context: Context) -> Turn | None:
    if name not in ("yes", "no", "drop"):
        return None
    calm = replace(session, pending=None)
    asking = _of(context, asked.options[0])
    if name != "yes" or asking is None:
        return Turn(calm, (Say(words(context.language)("urge.kept")),))
    return _send(calm, asking, asked.options[1], context)


def _send(session: Session, asking: Asking, said: str, context: Context) -> Turn:
    say = words(context.language)
    name = context.unit(asking.unit).name
    body = {"asking": asking.id, "words": said}
    told = say("urge.told", unit=name, by=context.name, what=asking.what, words=said)
    put = Put(asking.unit, REPLY, context.now.date(), body)
    return Turn(session, (put, Inform(asking.person, told), Say(say("urge.passed", by=asking.by, words=said))))


def _all(context: Context) -> Iterator[Asking]:
    for some in context.askings.values():
        yield from some


def _of(context: Context, asking_id: str) -> Asking | None:
    return next((one for one in _all(context) if one.id == asking_id), None)


def _newest(context: Context) -> Asking | None:
    """What was asked for last; of those not answered yet, if there are any."""
    found = sorted(_all(context), key=lambda one: (not one.replies, one.on, one.id))
    return found[-1] if found else None
