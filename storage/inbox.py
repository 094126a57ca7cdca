"""What people sent: a row an event, in order of arrival, until it is answered; and where the next sync begins."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.columns import printable
from storage.tables import inbox, sync_tokens
from storage.upsert import add_new, put_over

WAITING, UNREADABLE, DONE = "waiting", "unreadable", "done"
_THIS = and_(inbox.c.account == bindparam("b_account"), inbox.c.event_id == bindparam("b_event"))
_ONE = select(inbox).where(_THIS)
_HELD = _ONE.with_for_update()
_DONE = update(inbox).where(_THIS, inbox.c.state != DONE)
_QUEUE = select(inbox).where(inbox.c.account == bindparam("b_account"), inbox.c.state == bindparam("b_state"))
_OLDEST = _QUEUE.where(inbox.c.room_id == bindparam("b_room")).order_by(inbox.c.position)
_OLDEST = _OLDEST.limit(bindparam("b_limit"))
_ROOMS_OF = select(inbox.c.event_id, inbox.c.room_id).where(
    inbox.c.account == bindparam("b_account"), inbox.c.event_id.in_(bindparam("b_events", expanding=True))
)


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One event. kind, content: as the caller understands them; content is empty once erased; session: the Megolm
    session an unreadable row waits for; state: waiting | unreadable | done; outcome: what became of it, a code."""

    event_id: str
    room_id: str
    sender: str
    sent_at: datetime
    kind: str
    content: Mapping[str, Any]
    session: str | None = None
    state: str = WAITING
    outcome: str | None = None


async def take_in(conn: AsyncConnection, account: str, rows: Sequence[InboxRow]) -> None:
    """Keep new events in the order given; those already known stay as they are."""
    values = [
        {
            "account": account,
            "event_id": row.event_id,
            "room_id": row.room_id,
            "sender": printable(row.sender),
            "sent_at": row.sent_at,
            "kind": row.kind,
            "content": dict(row.content),
            "session": row.session,
            "state": row.state,
            "told": False,
        }
        for row in rows
    ]
    await add_new(conn, inbox, values)


async def save_token(conn: AsyncConnection, account: str, token: str) -> None:
    """Where the next sync begins; belongs in the transaction of the events that came with it."""
    await put_over(conn, sync_tokens, [{"account": account, "token": token}])


async def load_token(conn: AsyncConnection, account: str) -> str | None:
    """Where the next sync begins; None before the first."""
    return await conn.scalar(select(sync_tokens.c.token).where(sync_tokens.c.account == account))


async def rooms_waiting(conn: AsyncConnection, account: str) -> list[str]:
    """Rooms with a row to answer, the longest waiting first."""
    asked = select(inbox.c.room_id).where(_state(account, WAITING)).group_by(inbox.c.room_id)
    return list(await conn.scalars(asked.order_by(func.min(inbox.c.position))))


async def waiting(conn: AsyncConnection, account: str) -> int:
    """How many rows are to be answered."""
    return await conn.scalar(select(func.count()).select_from(inbox).where(_state(account, WAITING))) or 0


async def backlog(conn: AsyncConnection, account: str) -> tuple[int, datetime | None]:
    """How many rows are to be answered, and when the oldest of them was sent."""
    asked = select(func.count(), func.min(inbox.c.sent_at)).where(_state(account, WAITING))
    count, since = (await conn.execute(asked)).one()
    return count, since


async def unreadable_since(conn: AsyncConnection, account: str, moment: datetime) -> int:
    """How many rows sent after a moment still wait for their keys."""
    asked = select(func.count()).select_from(inbox).where(_state(account, UNREADABLE), inbox.c.sent_at >= moment)
    return await conn.scalar(asked) or 0


async def all_waiting(conn: AsyncConnection) -> list[tuple[str, InboxRow]]:
    """Every account's rows to be answered, with the account."""
    asked = select(inbox).where(inbox.c.state == WAITING).order_by(inbox.c.position)
    return [(found.account, _row(found)) for found in await conn.execute(asked)]


async def rewrite(conn: AsyncConnection, account: str, event_id: str, content: Mapping[str, Any]) -> None:
    """Other content for a row."""
    await conn.execute(update(inbox).where(_key(account, event_id)).values(content=dict(content)))


async def oldest(conn: AsyncConnection, account: str, room_id: str, limit: int) -> list[InboxRow]:
    """The rows of the room to be answered next, at most so many."""
    which = {"b_account": account, "b_state": WAITING, "b_room": room_id, "b_limit": limit}
    return [_row(found) for found in await conn.execute(_OLDEST, which)]


async def row(conn: AsyncConnection, account: str, event_id: str) -> InboxRow | None:
    """One event, whatever its state."""
    found = (await conn.execute(_ONE, {"b_account": account, "b_event": event_id})).first()
    return _row(found) if found else None


async def hold(conn: AsyncConnection, account: str, event_id: str) -> InboxRow | None:
    """One event, as it stays until the turn ends: whoever deletes it meanwhile comes after."""
    found = (await conn.execute(_HELD, {"b_account": account, "b_event": event_id})).first()
    return _row(found) if found else None


async def known(conn: AsyncConnection, account: str, event_ids: Collection[str]) -> set[str]:
    """Which of these events have been taken in."""
    return set(await rooms_of(conn, account, event_ids))


async def rooms_of(conn: AsyncConnection, account: str, event_ids: Collection[str | None]) -> dict[str, str]:
    """The room of each event, for links to it; unknown ones are left out."""
    which = {"b_account": account, "b_events": [event_id for event_id in event_ids if event_id]}
    return {found.event_id: found.room_id for found in await conn.execute(_ROOMS_OF, which)}


async def done(conn: AsyncConnection, account: str, event_id: str, outcome: str, at: datetime) -> None:
    """The row is answered. outcome: a code that says how; the first one stays."""
    here = {"b_account": account, "b_event": event_id}
    await conn.execute(_DONE, {**here, "state": DONE, "outcome": outcome, "done_at": at})


async def unreadable_for(conn: AsyncConnection, account: str, room_id: str, session: str) -> list[InboxRow]:
    """The rows that wait for a Megolm session's key."""
    asked = select(inbox).where(_state(account, UNREADABLE), inbox.c.room_id == room_id, inbox.c.session == session)
    return [_row(found) for found in await conn.execute(asked.order_by(inbox.c.position))]


async def become_readable(
    conn: AsyncConnection, account: str, event_id: str, kind: str, content: Mapping[str, Any]
) -> None:
    """The key has come: the row waits to be answered, in its old place."""
    here = and_(_key(account, event_id), inbox.c.state == UNREADABLE)
    await conn.execute(update(inbox).where(here).values(state=WAITING, kind=kind, content=dict(content)))


async def untold(conn: AsyncConnection, account: str, before: datetime) -> list[InboxRow]:
    """Unreadable rows sent before a moment whose senders don't know yet."""
    asked = select(inbox).where(_state(account, UNREADABLE), inbox.c.told.is_(False), inbox.c.sent_at < before)
    return [_row(found) for found in await conn.execute(asked.order_by(inbox.c.position))]


async def told(conn: AsyncConnection, account: str, event_id: str) -> None:
    """The sender of an unreadable row has been told."""
    await conn.execute(update(inbox).where(_key(account, event_id)).values(told=True))


async def forget_body(conn: AsyncConnection, event_id: str, at: datetime) -> None:
    """A redacted event leaves nothing but its id; one not answered yet never will be (outcome redacted)."""
    here = inbox.c.event_id == event_id
    await conn.execute(update(inbox).where(here).values(content=None))
    await conn.execute(
        update(inbox).where(here, inbox.c.state != DONE).values(state=DONE, outcome="redacted", done_at=at)
    )


async def erase_old(conn: AsyncConnection, before: datetime, limit: int = 500) -> int:
    """Erase bodies of rows answered before a moment, at most limit of them; how many were."""
    old = select(inbox.c.position).where(inbox.c.done_at < before, inbox.c.content.is_not(None)).limit(limit)
    return (await conn.execute(update(inbox).where(inbox.c.position.in_(old)).values(content=None))).rowcount


def _key(account: str, event_id: str) -> Any:
    return and_(inbox.c.account == account, inbox.c.event_id == event_id)


def _state(account: str, state: str) -> Any:
    return and_(inbox.c.account == account, inbox.c.state == state)


def _row(found: Row[Any]) -> InboxRow:
    return InboxRow(
        event_id=found.event_id,
        room_id=found.room_id,
        sender=found.sender,
        sent_at=found.sent_at,
        kind=found.kind,
        content=found.content or {},
        session=found.session,
        state=found.state,
        outcome=found.outcome,
    )
