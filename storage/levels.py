"""How full the record is: what waits, what is stuck, what is late; for whoever watches the bot from outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import nan

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import audit, inbox, outbox, timers, withheld

LATE_REMINDER = timedelta(minutes=10)
RECENT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Levels:
    """Counts, all of one account; oldest_unsent: seconds, 0 when nothing is to be sent; backup_age: seconds since the
    last backup, or where there is none since the record was begun; NaN of an empty record."""

    waiting: int
    unreadable: int
    unsent: int
    oldest_unsent: float
    set_aside: int
    uncertain: int
    late_reminders: int
    withheld: int
    backup_age: float


async def levels(conn: AsyncConnection, account: str, now: datetime) -> Levels:
    """As they are. now: UTC."""
    unsent, since = await outbox.backlog(conn, account)
    return Levels(
        waiting=await inbox.waiting(conn, account),
        unreadable=await inbox.unreadable_since(conn, account, now - RECENT),
        unsent=unsent,
        oldest_unsent=max(0.0, (now - since).total_seconds()) if since is not None else 0.0,
        set_aside=await outbox.count(conn, account, outbox.SET_ASIDE),
        uncertain=await outbox.count(conn, account, outbox.UNCERTAIN),
        late_reminders=await timers.late(conn, account, now - LATE_REMINDER),
        withheld=(await withheld.since(conn, account, now - RECENT))[0],
        backup_age=await _backup_age(conn, now),
    )


async def _backup_age(conn: AsyncConnection, now: datetime) -> float:
    made = await audit.latest(conn, audit.BACKUP)
    since = made[0] if made is not None else await audit.begun(conn)
    return nan if since is None else max(0.0, (now - since).total_seconds())
