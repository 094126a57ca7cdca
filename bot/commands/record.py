"""The record, opened for one command."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.settings import Settings
from storage.database import Database

Result = TypeVar("Result")


async def with_record(settings: Settings, work: Callable[[Database], Awaitable[Result]]) -> Result:
    """What the work gives; the record is made where there is none, and closed in any case. Raises DatabaseError."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = await Database.open(settings.database_url)
    try:
        return await work(database)
    finally:
        await database.close()
