"""Words are not kept longer than they serve: bodies of answered messages and of our answers go after 30 days."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage import inbox, outbox, withheld
from storage.database import Database

KEPT = timedelta(days=30)


async def forget_old(database: Database, at: datetime) -> int:
    """Erase bodies older than 30 days, a few hundred at a time so that nobody waits; how many were erased. at: UTC."""
    async with database.turn(holding=()) as conn:
        await withheld.forget_old(conn, at - KEPT)
        return await inbox.erase_old(conn, at - KEPT) + await outbox.erase_old(conn, at - KEPT)
