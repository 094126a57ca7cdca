"""A purge, done: the words of a record go from everywhere the bot keeps them; a tombstone with the reason stays."""

from __future__ import annotations

from datetime import datetime

from bot.dialogue.turn import Purge
from storage import activities, attachments, audit, inbox, outbox
from storage.database import Connection


async def erase(conn: Connection, what: Purge, by: str, at: datetime) -> set[str]:
    """Erase a record's versions, and what inbox and outbox still hold of the messages it was told, asked about and
    confirmed in. Gives the sha256 of its files, which others may need. Raises RecordError."""
    files = await attachments.ever_with(conn, what.number)
    told = set(await activities.purge(conn, what.number, by=by, at=at, reason=what.reason))
    told |= {file["event"] for file in files}
    answers = await outbox.about(conn, "records", what.number)
    for row in answers:
        told.add(row.cause)
        if row.about and "was" in row.about:
            told |= {shown.cause for shown in await outbox.about(conn, "card", row.about["was"])}
    for event_id in sorted(told):
        await inbox.forget_body(conn, event_id, at)
        await outbox.forget_body(conn, event_id)
    await audit.note(conn, by, "purge", what.unit, {"number": what.number}, at)
    return {file["sha256"] for file in files}
