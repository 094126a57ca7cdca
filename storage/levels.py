"""How full the record is: what waits, what is stuck, what is late; for whoever watches the bot from outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import inbox, outbox, timers, withheld

LATE_REMINDER = timedelta(minutes=10)
RECENT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Levels:
    """Counts, all of one account; oldest_unsent: seconds, 0 when nothing is to be sent."""

    waiting: int
    unreadable: int
    unsent: int
    oldest_unsent: float
    set_aside: int
    uncertain: int
    late_reminders: int
    withheld: int


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
    )
