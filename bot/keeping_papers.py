"""What rating leads to, kept: drafts, papers, records and sheets sent back."""

from __future__ import annotations

from datetime import datetime

from bot.dialogue.turn import ClosePaper, KeepDraft, PaperEffect, Put, SendBack, Tried
from bot.events import Inbound
from storage import activities, audit, drafts, papers, units
from storage.database import Connection


async def keep_paper(conn: Connection, effect: PaperEffect, event: Inbound, at: datetime) -> None:
    """Write one effect, in the turn's own transaction. at: UTC."""
    by, source = event.sender, event.event_id
    match effect:
        case KeepDraft(unit, rubric, side, person, None):
            await drafts.forget(conn, unit, rubric, side, person)
        case KeepDraft(unit, rubric, side, person, body) if body is not None:
            await drafts.save(conn, unit, rubric, side, person, body, at)
        case Put():
            await papers.record(
                conn, effect.unit, effect.subject, effect.on, effect.body, by=by, source_event=source, at=at
            )
        case SendBack():
            await activities.send_back(conn, effect.number, by=by, source_event=source, at=at, reason=effect.reason)
        case ClosePaper():
            await papers.close(conn, effect.paper, by=by, source_event=source, at=at, reason=effect.reason)
        case Tried():
            await _tried(conn, effect, event, at)


async def _tried(conn: Connection, effect: Tried, event: Inbound, at: datetime) -> None:
    """Noted with the units it was about, if there are such units."""
    named: list[str | None] = [*await units.named_in(conn, effect.about)]
    for unit in named or [None]:
        await audit.refused(conn, event.sender, effect.action, unit, {"event": event.event_id}, at)
