"""The engine: one message in, one turn out. Knows no database, no network and no clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.dialogue import changes, closing, enrolling, leaving, photos
from bot.dialogue.card import short_date
from bot.dialogue.completing import complete
from bot.dialogue.context import Context
from bot.dialogue.form import question
from bot.dialogue.hearing import hear, hear_administrator
from bot.dialogue.reminding import reminded, tomorrow
from bot.dialogue.replies import interrupted, put_card
from bot.dialogue.session import Session
from bot.dialogue.turn import Say, Turn
from bot.events import Inbound, Kind
from bot.locale import words

YES, NO, LATER = "👍", "👎", "⏰"


def step(session: Session, message: Inbound, context: Context) -> Turn:
    """Answer one message. Reads nothing else and changes nothing: the worker stores the Turn."""
    held = leaving.theirs(session, context)
    turn = _answer(held, message, context)
    return turn if held is session else leaving.told(session, turn, context)


def _answer(session: Session, message: Inbound, context: Context) -> Turn:
    if not context.units:
        return _assessor(session, message, context) if context.assessed else _stranger(session, message, context)
    return _HANDLERS[message.kind](session, message, context)


def _stranger(session: Session, message: Inbound, context: Context) -> Turn:
    """Someone not enrolled is told how to be, and nothing else; an administrator of units is heard as one."""
    if context.administers and message.kind is Kind.TEXT:
        return hear_administrator(session, message, context)
    if message.kind is Kind.TEXT and (turn := enrolling.hear(session, message, context)) is not None:
        return turn
    if message.kind not in (Kind.TEXT, Kind.FILE):
        return Turn(session)
    say = words(context.language)
    return Turn(session, (Say(say("stranger", person=context.person, contact=context.contact)),))


def _assessor(session: Session, message: Inbound, context: Context) -> Turn:
    """Someone who assesses and reports for nobody: words are answered; there are no drafts or records to follow."""
    if message.kind is Kind.TEXT:
        return hear(session, message, context)
    if message.kind in (Kind.EDIT, Kind.REDACTION, Kind.REACTION, Kind.STICKER):
        return Turn(session)
    return _HANDLERS[message.kind](session, message, context)


def _reaction(session: Session, message: Inbound, context: Context) -> Turn:
    """👍 and 👎 on a card are its yes and no, ⏰ puts a reminder off; all others are only reactions."""
    card_id = context.about.get("card")
    key = message.key.rstrip("\ufe0f🏻🏼🏽🏾🏿")
    if key == LATER and reminded(context) is not None:
        return tomorrow(session, context)
    if card_id is None or key not in (YES, NO):
        return Turn(session)
    say = words(context.language)
    if session.card is None or session.card.id != card_id:
        waiting = any(card.id == card_id for card in session.cards)
        return Turn(session, (Say(say("card.not_yet" if waiting else "card.gone")),))
    if key == NO:
        return closing.drop(session, context)
    if question(complete(session.card, context), context) is not None:
        return put_card(session, context, say("yes.not_yet"))
    return closing.confirm(session, message.event_id, context)


def _edited(session: Session, message: Inbound, context: Context) -> Turn:
    """New words for what was not understood are heard as if said now; for the rest see changes.py."""
    if message.target and message.target == session.missed:
        return hear(replace(session, missed=""), replace(message, kind=Kind.TEXT), context)
    return changes.edited(session, message, context)


def _said(key: str) -> Callable[[Session, Inbound, Context], Turn]:
    return lambda session, message, context: interrupted(session, words(context.language)(key), context)


def _unreadable(session: Session, message: Inbound, context: Context) -> Turn:
    """All of a person's messages that can't be read are told of at once: which, why, and what to do."""
    say = words(context.language)
    cure = say(f"unreadable.{context.keys}")
    if len(context.unread) < 2:
        return interrupted(session, say("unreadable.one", cure=cure), context)
    first, last = min(context.unread), max(context.unread)
    span = {"first": _moment(first, context), "last": _moment(last, context)}
    return interrupted(session, say("unreadable.several", count=len(context.unread), cure=cure, **span), context)


def _moment(moment: datetime, context: Context) -> str:
    here = moment.astimezone(context.now.tzinfo)
    return f"{short_date(here.date(), context.now.date())}{here:%H:%M}"


def _silence(session: Session, message: Inbound, context: Context) -> Turn:
    return Turn(session)


_HANDLERS: dict[Kind, Callable[[Session, Inbound, Context], Turn]] = {
    Kind.TEXT: hear,
    Kind.EDIT: _edited,
    Kind.REDACTION: changes.deleted,
    Kind.REACTION: _reaction,
    Kind.FILE: photos.file,
    Kind.LOCATION: _said("location"),
    Kind.STICKER: _silence,
    Kind.UNREADABLE: _unreadable,
    Kind.OTHER: _said("other"),
}
