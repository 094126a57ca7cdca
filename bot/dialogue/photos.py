"""A photo or file from a person: refused with a sentence, or put where its reply, its words or the open card say."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import attaching, evaluating, reporting
from bot.dialogue.accepting import megabytes, named, refusal
from bot.dialogue.card import listed, title_of
from bot.dialogue.context import Context
from bot.dialogue.hearing import LONGEST, clean
from bot.dialogue.replies import interrupted, restated
from bot.dialogue.seat import Seat, seat_of
from bot.dialogue.session import Session
from bot.dialogue.turn import Say, Turn
from bot.events import Inbound, Kept, Kind
from bot.locale import words
from bot.understanding.filetypes import label, shown
from bot.understanding.ratings import clause_begun


def file(session: Session, message: Inbound, context: Context) -> Turn:
    """Answer a file. What was to be downloaded has been, or has failed, before this turn: context.arrived."""
    say = words(context.language)
    refused = refusal(message, context.limits)
    if refused is not None:
        return interrupted(session, say(refused[0], **refused[1]), context)
    attachment = message.attachment
    assert attachment is not None, "else it is refused"
    if not context.units:
        return interrupted(session, say("file.no_branch"), context)
    if context.arrived is None or context.arrived.kept is None:
        why = context.arrived.why if context.arrived is not None else "unreachable"
        values = {"name": shown(attachment.name), "limit": megabytes(context.limits.max_bytes),
                  "allowed": named(context.limits), "kind": label("image/heic")}  # fmt: skip
        return interrupted(session, say(f"file.{why}", **values), context)
    message = replace(message, body=clean(message.body))
    return _put(session, message, context.arrived.kept, context)


def _put(session: Session, message: Inbound, kept: Kept, context: Context) -> Turn:
    said = attaching.number_in(message.body)
    numbers = (said,) if said is not None else (*context.about.get("records", ()), *context.sourced)
    available = attaching.available(numbers, context)
    if available:
        return attaching.to_records(session, available, (kept,), context)
    if said is not None:
        both = {file.sha256: file for file in (*session.files, kept)}
        waiting = replace(session, files=tuple(both.values()))
        return attaching.ask(waiting, context, words(context.language)("number.unknown", number=said))
    told = _told(session, message, kept, context)
    if told is not None:
        return told
    at = _card(session, message, context)
    if at is not None:
        return _on_card(session, at, kept, context)
    if kept.sha256 in {file.sha256 for file in session.files}:
        return Turn(session, (Say(words(context.language)("file.waiting_already", files=listed((kept,), context))),))
    seat = seat_of(session, context)
    if seat is not None and seat.rating.side == "self":
        return _with_rating(session, seat, message, kept, context)
    return attaching.ask(replace(session, files=(*session.files, kept)), context, fresh=kept)


def _with_rating(session: Session, seat: Seat, message: Inbound, kept: Kept, context: Context) -> Turn:
    """A file while a self-rating is under way lies with its draft until the submission; its words are an answer like
    any. It is for the clause that its words name, or else for the one that is asked."""
    say = words(context.language)
    if kept.sha256 in {file.sha256 for file in seat.draft.files}:
        return Turn(session, (Say(say("file.waiting_already", files=listed((kept,), context))),))
    clause = clause_begun(message.body, {c.clause: c.title for c, _ in seat.rubric.clauses()}) or seat.rating.asked
    seat = seat.with_files((*seat.draft.files, replace(kept, clause=clause)))
    session, context = replace(session, misses=0), seat.seen_by(context)
    told = say("file.for_clause" if clause else "file.with_rating", files=listed((kept,), context), clause=clause)
    turn = evaluating.hear(session, replace(message, kind=Kind.TEXT), context) if message.body.strip() else None
    if turn is None:
        return Turn(session, (seat.keep(), Say(told + restated(session, context))))
    return replace(turn, effects=(seat.keep(), *(
        replace(e, text=f"{told}\n{e.text}") if isinstance(e, Say) else e for e in turn.effects
    )))  # fmt: skip


def _told(session: Session, message: Inbound, kept: Kept, context: Context) -> Turn | None:
    """The words beside the file as a report; None when they are none, and only say what the file shows."""
    if not 0 < len(message.body) <= LONGEST:
        return None
    turn = reporting.report(session, replace(message, kind=Kind.TEXT), context)
    return turn if turn is not None and any(kept in card.files for card in turn.session.cards) else None


def _card(session: Session, message: Inbound, context: Context) -> int | None:
    """The card that a file answers, or else the open one."""
    answered = context.about.get("card")
    for index, card in enumerate(session.cards):
        if card.id == answered or (message.reply_to is not None and message.reply_to in card.sources):
            return index
    return 0 if session.cards else None


def _on_card(session: Session, at: int, kept: Kept, context: Context) -> Turn:
    say = words(context.language)
    card = session.cards[at]
    name = title_of(card, context)
    changed = card.with_files((kept,))
    files = listed((kept,), context)
    text = say("file.card_already", files=files, name=name)
    if changed != card:
        session = replace(session, cards=(*session.cards[:at], changed, *session.cards[at + 1 :]), misses=0)
        text = say("file.on_card", files=files, name=name, n=len(changed.files))
    return Turn(session, (Say(text + restated(session, context), {"card": card.id}),))
