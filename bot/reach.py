"""How far a message reaches: the units its turn holds from its first look to its end, and whether that was enough.

Most messages are a secretary's about the own branch. Held no further, thousands of branches report beside each other.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.dialogue.context import Context
from bot.dialogue.turn import (
    Amend,
    Attach,
    Detach,
    Effect,
    File,
    Inform,
    KeepDraft,
    Later,
    Lift,
    Mark,
    Put,
    Record,
    Say,
    Setting,
    Tell,
    Tried,
    Turn,
    Waive,
    Withdraw,
)
from bot.house import House
from bot.loading import MAY_REPORT
from storage import people
from storage.database import Connection, Holding

_OF_UNIT = Record | Waive | Lift | Setting | Later | KeepDraft | Put
_OF_SHOWN = Amend | Withdraw | Attach | Detach | Mark  # of a record that the snapshot showed, so one of its units'
_WORDS = Say | File | Tell | Inform | Tried


class Wider(Exception):
    """A turn would change more than it holds; it is to be done again, holding everything."""


async def reach(conn: Connection, person: str, house: House, now: datetime) -> list[str] | None:
    """The units whose state a person's message may change; None when it may be anything: of a stranger, or somebody
    who does more than report. now: the message's own time, UTC."""
    posts = await people.posts_of(conn, person, now.astimezone(house.settings.zone).date())
    if not posts or any(post.role not in MAY_REPORT for post in posts):
        return None
    return sorted({post.unit_id for post in posts})


def within(holding: Holding, turn: Turn, context: Context) -> None:
    """Raises Wider for a turn that was decided on, or changes, more than the units it holds. An effect that isn't known
    here is taken for one that does."""
    if holding is None:
        return
    decided_on_more = context.assessed or context.administers or {unit.id for unit in context.units} != set(holding)
    if decided_on_more or not all(_inside(effect, holding) for effect in turn.effects):
        raise Wider


def _inside(effect: Effect, holding: Collection[str]) -> bool:
    if isinstance(effect, _OF_UNIT):
        return effect.unit in holding
    return isinstance(effect, _OF_SHOWN | _WORDS)
