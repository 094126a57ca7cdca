"""What rating leads to, kept: drafts, papers, records and sheets sent back."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from bot.dialogue.turn import ClosePaper, KeepDraft, PaperEffect, Put, SendBack, Tried
from bot.events import Inbound
from bot.reminders import closing
from storage import activities, audit, drafts, papers, timers, units
from storage.database import Connection


async def keep_paper(conn: Connection, effect: PaperEffect, event: Inbound, zone: tzinfo, at: datetime) -> set[str]:
    """Write one effect, in the turn's own transaction. zone: the message's; at: UTC. Gives the sha256 of files that a
    draft has let go."""
    by, source = event.sender, event.event_id
    match effect:
        case KeepDraft():
            return await _draft(conn, effect, at)
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
    return set()


async def _draft(conn: Connection, effect: KeepDraft, at: datetime) -> set[str]:
    key = (effect.unit, effect.rubric, effect.side, effect.person)
    had = await drafts.files(conn, *key)
    if effect.body is None:
        await drafts.forget(conn, *key)
        return had
    await drafts.save(conn, *key, effect.body, at)
    return had - {file["sha256"] for file in effect.body.get("files", ())}


async def _tried(conn: Connection, effect: Tried, event: Inbound, at: datetime) -> None:
    """Noted with the units it was about, if there are such units."""
    named: list[str | None] = [*await units.named_in(conn, effect.about)]
    for unit in named or [None]:
        await audit.refused(conn, event.sender, effect.action, unit, {"event": event.event_id}, at)
