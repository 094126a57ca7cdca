"""Wishes about what is under way, a card or the walk: back, skip, later, drop, yes, no, 收到, 不要附件."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.dialogue import attaching, closing, monthly, reminding
from bot.dialogue.completing import complete
from bot.dialogue.context import Context
from bot.dialogue.duties import lacking_name, month_name
from bot.dialogue.form import CANT_SKIP, question
from bot.dialogue.replies import interrupted, put_card
from bot.dialogue.session import Session
from bot.dialogue.turn import Say, Turn
from bot.events import Inbound
from bot.locale import words
from bot.understanding.commands import Command

Act = Callable[[Session, Inbound, Command, Context], Turn | None]


def _back(session: Session, message: Inbound, command: Command, context: Context) -> Turn:
    if not session.past:
        say = words(context.language)
        if session.card is None:
            return Turn(session, (Say(say("back.nothing")),))
        return put_card(session, context, say("back.first"))
    earlier = replace(session, cards=(session.past[-1], *session.cards[1:]), past=session.past[:-1])
    return put_card(earlier, context, words(context.language)("back.done"))


def _skip(session: Session, message: Inbound, command: Command, context: Context) -> Turn:
    say = words(context.language)
    if session.card is not None:
        asked = question(complete(session.card, context), context)
        if asked is None or asked.slot in CANT_SKIP:
            return put_card(session, context, say("skip.complete" if asked is None else "skip.cant"))
        names = [d.slot for d in session.card.doubts[:1]] or [asked.slot]
        card = replace(session.card, skipped=(*session.card.skipped, *names), doubts=session.card.doubts[1:])
        return put_card(session.open(card), context)
    if monthly.current(session, context) is not None:
        return monthly.skip(session, context)
    return Turn(session, (Say(say("skip.nothing")),))


def _forgotten(session: Session, message: Inbound, command: Command, context: Context) -> Turn | None:
    """不记得了: what was asked of a card or in the walk stays empty."""
    asked = session.card is not None or monthly.current(session, context) is not None
    return _skip(session, message, command, context) if asked else None


def _later(session: Session, message: Inbound, command: Command, context: Context) -> Turn | None:
    """晚点再说: of the walk it is left out; a card waits, whatever it still lacks."""
    say = words(context.language)
    if session.card is not None:
        return Turn(session, (Say(say("later.card"), {"card": session.card.id}),))
    if monthly.current(session, context) is not None:
        return monthly.skip(session, context)
    return _to_nothing(session, "acknowledged", message, context)


def _already(session: Session, message: Inbound, command: Command, context: Context) -> Turn | None:
    """已经报过了, of the duty that the walk is at: what is on record says otherwise."""
    duty = monthly.current(session, context)
    if session.card is not None or duty is None or session.walk is None:
        return None
    say = words(context.language)
    month = month_name(session.walk.period)
    return Turn(session, (Say(say("walk.not_on_record", name=lacking_name(duty), month=month)),))


def _skip_all(session: Session, message: Inbound, command: Command, context: Context) -> Turn | None:
    """都没有: of all that is left of the walk, else of what was asked or reminded of."""
    if session.card is not None:
        return None
    if monthly.current(session, context) is not None:
        return monthly.skip_all(session, context)
    return interrupted(session, words(context.language)("not_done"), context)


def _tomorrow(session: Session, message: Inbound, command: Command, context: Context) -> Turn:
    """An answer to a reminder; else the open question is left for later."""
    under_way = session.card is not None or monthly.current(session, context) is not None
    if under_way and reminding.reminded(context) is None:
        return _skip(session, message, command, context)
    return reminding.tomorrow(session, context)


def _drop(session: Session, message: Inbound, command: Command, context: Context) -> Turn:
    say = words(context.language)
    if session.card is not None:
        return closing.drop(session, context)
    if session.files:
        return attaching.drop(session, context)
    if session.walk is not None or session.pending is not None:
        return Turn(replace(session, walk=None, pending=None), (Say(say("walk.stopped")),))
    return Turn(session, (Say(say("drop.nothing")),))


def _yes(session: Session, message: Inbound, command: Command, context: Context) -> Turn:
    say = words(context.language)
    if session.card is not None:
        return put_card(session, context, say("yes.not_yet"))
    return _to_nothing(session, "yes.nothing", message, context)


def _no(session: Session, message: Inbound, command: Command, context: Context) -> Turn | None:
    if session.card is not None:
        say = words(context.language)
        return Turn(session, (Say(say("card.what_is_wrong"), {"card": session.card.id}),))
    if monthly.current(session, context) is not None:
        return monthly.skip(session, context)
    return _to_nothing(session, "acknowledged", message, context)


def _no_files(session: Session, message: Inbound, command: Command, context: Context) -> Turn:
    say = words(context.language)
    if session.card is not None and session.card.files:
        return put_card(session.open(replace(session.card, files=())), context)
    if session.files:
        return attaching.drop(session, context)
    return interrupted(session, say("file.none"), context)


def _acknowledge(session: Session, message: Inbound, command: Command, context: Context) -> Turn:
    if session.card is not None:
        return put_card(session, context)
    return _to_nothing(session, "acknowledged", message, context)


def _to_nothing(session: Session, key: str, message: Inbound, context: Context) -> Turn:
    """A yes where nothing was asked: in company it is meant for somebody else, unless the bot was named."""
    answered = context.direct or message.mentions_me
    return Turn(session, (Say(words(context.language)(key)),) if answered else ())


STEERS: dict[str, Act] = {
    "back": _back,
    "skip": _skip,
    "forgotten": _forgotten,
    "later": _later,
    "already": _already,
    "skip_all": _skip_all,
    "drop": _drop,
    "yes": _yes,
    "no": _no,
    "acknowledge": _acknowledge,
    "tomorrow": _tomorrow,
    "no_files": _no_files,
}
