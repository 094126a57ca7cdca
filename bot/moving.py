"""Units that were to move under another parent do so when their day has come."""

from __future__ import annotations

from datetime import datetime

import structlog

from bot.house import House
from storage import structure
from storage.database import Database

log = structlog.get_logger(__name__)


async def move_due(database: Database, house: House, now: datetime, at: datetime) -> None:
    """Do what is due; of several processes one does it. now: the time people live in; at: the machine's; both UTC."""
    today = now.astimezone(house.settings.zone).date()
    async with database.look() as conn:
        if not await structure.waiting(conn, today):
            return
    async with database.turn() as conn:
        for done in await structure.move_due(conn, today, at):
            log.info("unit_moved", unit=done.unit_id, to=done.parent)
