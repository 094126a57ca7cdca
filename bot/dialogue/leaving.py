"""An office ends in the middle of a conversation: what was open for a unit no longer the person's is let go."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.context import Context
from bot.dialogue.session import Session
from bot.dialogue.turn import Say, Turn
from bot.locale import words

OF_UNIT = frozenset({"waive", "waive_reason", "waive_sure", "withdraw", "rubric", "rating_end", "month", "unit"})


def theirs(session: Session, context: Context) -> Session:
    """The conversation without cards, walks and questions about units that the person doesn't speak for."""
    mine = context.facts.keys()
    units = {card.unit for card in session.cards if card.unit is not None}
    units |= {unit for unit in (session.unit, session.walk.unit if session.walk else None) if unit is not None}
    if units <= mine:
        return session
    cards = tuple(card for card in session.cards if card.unit is None or card.unit in mine)
    same = bool(cards) and cards[0] == session.card
    pending = session.pending if session.pending is None or session.pending.what not in OF_UNIT else None
    return replace(
        session,
        cards=cards,
        past=session.past if same else (),
        walk=session.walk if session.walk is None or session.walk.unit in mine else None,
        unit=session.unit if session.unit in mine else None,
        pending=pending,
        asked=session.asked if same else "",
        times=session.times if same else 0,
    )


def told(before: Session, turn: Turn, context: Context) -> Turn:
    """A turn that says so first, where a card was let go."""
    gone = [card for card in before.cards if card.unit is not None and card.unit not in context.facts]
    said = next((n for n, effect in enumerate(turn.effects) if isinstance(effect, Say)), None)
    if not gone or said is None:
        return turn
    effects = list(turn.effects)
    first = effects[said]
    assert isinstance(first, Say), "the place of a Say"
    effects[said] = replace(first, text=words(context.language)("card.not_yours") + "\n\n" + first.text)
    return replace(turn, effects=tuple(effects))
