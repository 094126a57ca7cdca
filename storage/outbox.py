"""What is to be said: a row an event, keyed by an id derived from its cause, sent once and in order for each room."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Text, and_, bindparam, case, func, null, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.columns import canonical
from storage.tables import outbox
from storage.upsert import add_new

UNSENT, SENT, SET_ASIDE, UNCERTAIN, LET_GO = "unsent", "sent", "set_aside", "uncertain", "let_go"
_THIS = and_(outbox.c.account == bindparam("b_account"), outbox.c.transaction_id == bindparam("b_transaction"))
# What holds a secret (an enrolment code) is erased as soon as it is said.
_SAID = case((type_coerce(outbox.c.about, Text).contains('"secret":true'), null()), else_=outbox.c.content)
_SENT = update(outbox).where(_THIS, outbox.c.state != SENT).values(content=_SAID)
_HOW_MANY = select(func.count()).where(
    outbox.c.account == bindparam("b_account"), outbox.c.state == bindparam("b_state"),
    outbox.c.transaction_id.in_(bindparam("b_transactions", expanding=True)),
)  # fmt: skip
_BY_EVENT = select(outbox).where(outbox.c.account == bindparam("b_account"), outbox.c.event_id == bindparam("b_event"))
_LAST_SENT = (
    select(outbox)
    .where(outbox.c.account == bindparam("b_account"), outbox.c.room_id == bindparam("b_room"), outbox.c.state == SENT)
    .order_by(outbox.c.position.desc())
    .limit(1)
)
_FIRSTS = (
    select(func.min(outbox.c.position))
    .where(outbox.c.account == bindparam("b_account"), outbox.c.state == UNSENT)
    .where(outbox.c.room_id.not_in(bindparam("b_busy", expanding=True)))
    .group_by(outbox.c.room_id)
)
_UNASKED = case((outbox.c.cause.startswith("$"), 0), else_=1)  # reminders: nobody waits for them
_UNSENT = select(outbox).where(outbox.c.position.in_(_FIRSTS)).order_by(_UNASKED, outbox.c.position)
_UNSENT = _UNSENT.limit(bindparam("b_limit"))


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One event to send. transaction_id: derived from its cause; content: empty once erased; about: what a reaction
    or reply to it is about; cause: the event it answers, or the reminder's key; file: what must be uploaded first;
    event_id: as sent; why: it was set aside.

    state: unsent | sent | set_aside (refused for good) | uncertain (unsent in a backup: may have been sent since) |
    let_go (one of these two, which an administrator gave up). put_at: when it was put there.
    """

    transaction_id: str
    room_id: str
    event_type: str
    content: Mapping[str, Any]
    about: Mapping[str, Any] | None = None
    cause: str = ""
    file: str | None = None
    state: str = UNSENT
    event_id: str | None = None
    why: str | None = None
    put_at: datetime | None = field(default=None, compare=False)


def transaction_id(cause: str, position: int) -> str:
    """The id of the nth message a cause leads to: the same at every try, so that a resend is not a double."""
    return "zb" + hashlib.sha256(f"{cause}\n{position}".encode()).hexdigest()[:40]


async def put(conn: AsyncConnection, account: str, rows: Sequence[OutboxRow], at: datetime) -> None:
    """Add what is to be sent, in order; a transaction id already there stays as it is."""
    values = [
        {
            "account": account,
            "transaction_id": row.transaction_id,
            "cause": row.cause,
            "room_id": row.room_id,
            "event_type": row.event_type,
            "content": dict(row.content),
            "about": None if row.about is None else dict(row.about),
            "file": row.file,
            "state": row.state,
            "put_at": at,
        }
        for row in rows
    ]
    await add_new(conn, outbox, values)


async def unsent(conn: AsyncConnection, account: str, limit: int = 50, busy: Collection[str] = ()) -> list[OutboxRow]:
    """The next row of each room, answers first, then the oldest; none of the busy rooms, whose last row is still on its
    way."""
    which = {"b_account": account, "b_busy": list(busy), "b_limit": limit}
    return [_row(found) for found in await conn.execute(_UNSENT, which)]


async def uploaded(conn: AsyncConnection, account: str, transaction_id: str, content: Mapping[str, Any]) -> None:
    """The row's file lies on the homeserver; content: the event with its address and keys."""
    here = and_(_key(account, transaction_id), outbox.c.state == UNSENT)
    await conn.execute(update(outbox).where(here).values(content=dict(content), file=None))


async def sent(conn: AsyncConnection, account: str, transaction_id: str, event_id: str, at: datetime) -> None:
    """The row's event stands in the room, by the server's answer or by its own return through sync; the second of
    the two changes nothing. A row set aside that returns was sent after all."""
    here = {"b_account": account, "b_transaction": transaction_id}
    await conn.execute(_SENT, {**here, "state": SENT, "event_id": event_id, "ended_at": at})


async def all_sent(conn: AsyncConnection, account: str, transaction_ids: Set[str]) -> bool:
    """Whether all of these are rows whose events are known to stand in their rooms."""
    which = {"b_account": account, "b_transactions": list(transaction_ids), "b_state": SENT}
    return (await conn.execute(_HOW_MANY, which)).scalar_one() == len(transaction_ids)


async def set_aside(conn: AsyncConnection, account: str, transaction_id: str, why: str, at: datetime) -> None:
    """The row was refused for good; the room's next one may go."""
    here = and_(_key(account, transaction_id), outbox.c.state == UNSENT)
    await conn.execute(update(outbox).where(here).values(state=SET_ASIDE, why=why, ended_at=at))


async def by_event(conn: AsyncConnection, account: str, event_id: str) -> OutboxRow | None:
    """Which of our messages an event is; None for somebody else's."""
    found = (await conn.execute(_BY_EVENT, {"b_account": account, "b_event": event_id})).first()
    return _row(found) if found else None


async def to_event(conn: AsyncConnection, account: str, event_id: str) -> list[OutboxRow]:
    """What was said in answer to an event, in order."""
    asked = select(outbox).where(outbox.c.account == account, outbox.c.cause == event_id)
    return [_row(found) for found in await conn.execute(asked.order_by(outbox.c.position))]


async def about(conn: AsyncConnection, name: str, value: str | int) -> list[OutboxRow]:
    """What was said, by any account, about something: whose about has that value under a name, or in a list there.

    Reads through the outbox: not for every turn.
    """
    asked = select(outbox).where(type_coerce(outbox.c.about, Text).contains(canonical(value), autoescape=True))
    rows = [_row(found) for found in await conn.execute(asked.order_by(outbox.c.position))]
    return [row for row in rows if (found := (row.about or {}).get(name)) == value or _holds(found, value)]


async def last_sent(conn: AsyncConnection, account: str, room_id: str) -> OutboxRow | None:
    """What we said last in a room; None when nothing was."""
    found = (await conn.execute(_LAST_SENT, {"b_account": account, "b_room": room_id})).first()
    return _row(found) if found else None


async def by_transaction(conn: AsyncConnection, account: str, transaction_id: str) -> OutboxRow | None:
    """One row, whatever its state."""
    found = (await conn.execute(select(outbox).where(_key(account, transaction_id)))).first()
    return _row(found) if found else None


async def backlog(conn: AsyncConnection, account: str) -> tuple[int, datetime | None]:
    """How many rows are unsent, and since when the oldest is."""
    asked = select(func.count(), func.min(outbox.c.put_at)).where(outbox.c.account == account, outbox.c.state == UNSENT)
    count, oldest = (await conn.execute(asked)).one()
    return count, oldest


async def count(conn: AsyncConnection, account: str, state: str) -> int:
    """How many rows are in a state."""
    asked = select(func.count()).select_from(outbox).where(outbox.c.account == account, outbox.c.state == state)
    return await conn.scalar(asked) or 0


async def stuck(conn: AsyncConnection, account: str, limit: int) -> list[OutboxRow]:
    """The last rows that were set aside or are uncertain."""
    asked = select(outbox).where(_stuck(account)).order_by(outbox.c.position.desc()).limit(limit)
    return [_row(row) for row in await conn.execute(asked)]


async def release(conn: AsyncConnection, account: str, transaction_ids: Collection[str] | None, state: str) -> int:
    """Rows set aside or uncertain (None: all of them) are to be sent after all, or let go; how many there were. One
    whose words have been erased can't be sent."""
    here = _stuck(account)
    if transaction_ids is not None:
        here = and_(here, outbox.c.transaction_id.in_(transaction_ids))
    if state == UNSENT:
        here = and_(here, outbox.c.content.is_not(None))
    return (await conn.execute(update(outbox).where(here).values(state=state, ended_at=None))).rowcount


async def doubt(conn: AsyncConnection, why: str, at: datetime) -> int:
    """After a restore: what every account had unsent may have been sent since, and must not be sent twice."""
    values = {"state": UNCERTAIN, "why": why, "ended_at": at}
    return (await conn.execute(update(outbox).where(outbox.c.state == UNSENT).values(values))).rowcount


async def forget_body(conn: AsyncConnection, cause: str) -> None:
    """Erase what was said in answer to an event that has been redacted or purged, if it has gone out."""
    here = and_(outbox.c.cause == cause, outbox.c.state != UNSENT)
    await conn.execute(update(outbox).where(here).values(content=None))


async def erase_old(conn: AsyncConnection, before: datetime, limit: int = 500) -> int:
    """Erase bodies of rows sent or set aside before a moment, at most limit of them; how many were."""
    old = select(outbox.c.position).where(outbox.c.ended_at < before, outbox.c.content.is_not(None)).limit(limit)
    return (await conn.execute(update(outbox).where(outbox.c.position.in_(old)).values(content=None))).rowcount


def _key(account: str, transaction_id: str) -> Any:
    return and_(outbox.c.account == account, outbox.c.transaction_id == transaction_id)


def _stuck(account: str) -> Any:
    return and_(outbox.c.account == account, outbox.c.state.in_((SET_ASIDE, UNCERTAIN)))


def _holds(found: Any, value: str | int) -> bool:
    return isinstance(found, list) and value in found


def _row(found: Row[Any]) -> OutboxRow:
    return OutboxRow(
        transaction_id=found.transaction_id,
        room_id=found.room_id,
        event_type=found.event_type,
        content=found.content or {},
        about=found.about,
        cause=found.cause,
        file=found.file,
        state=found.state,
        event_id=found.event_id,
        why=found.why,
        put_at=found.put_at,
    )
