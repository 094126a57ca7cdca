"""What rating leads to, kept: drafts, papers, records and sheets sent back."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from bot.dialogue.turn import ClosePaper, KeepDraft, PaperEffect, Put, SendBack, Tried
from bot.events import Inbound
from bot.reminders import closing
from storage import activities, audit, drafts, papers, timers, units
from storage.database import Connection


async def keep_paper(conn: Connection, effect: PaperEffect, event: Inbound, zone: tzinfo, at: datetime) -> None:
    """Write one effect, in the turn's own transaction. zone: the message's; at: UTC."""
    by, source = event.sender, event.event_id
    match effect:
        case KeepDraft(unit, rubric, side, person, None):
            await drafts.forget(conn, unit, rubric, side, person)
        case KeepDraft(unit, rubric, side, person, body) if body is not None:
            await drafts.save(conn, unit, rubric, side, person, body, at)
        case Put():
            number = await papers.record(
                conn, effect.unit, effect.subject, effect.on, effect.body, by=by, source_event=source, at=at
            )
            if effect.subject == papers.OUTCOME and effect.body["until"]:
                until = date.fromisoformat(effect.body["until"])
                await timers.plan(conn, [closing.timer(effect.unit, number, until, zone)])
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
