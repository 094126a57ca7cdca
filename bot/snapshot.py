"""All that one message is answered on: the person's own units, and what just this message asks to be looked up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.dialogue.context import Context
from bot.dialogue.session import Session
from bot.events import Arrived, Inbound
from bot.house import House
from bot.loading import load_context, with_opened, with_purge, with_reference
from bot.loading_heritage import with_heritage
from bot.loading_offices import with_administration, with_enrolment
from storage.database import Connection


async def snapshot(
    conn: Connection,
    account: str,
    house: House,
    event: Inbound,
    session: Session,
    *,
    direct: bool,
    arrived: Arrived | None,
    now: datetime,
    at: datetime,
) -> Context:
    """The context of a turn. direct: nobody else is in the room; arrived: what became of the message's file; now: the
    message's own time; at: the machine's; both UTC."""
    context = await load_context(conn, account, event.sender, house, now)
    context = replace(await with_reference(conn, account, event, context), direct=direct, arrived=arrived, me=account)
    context = await with_heritage(conn, house, context)
    context = await with_opened(conn, account, house, event, session, context)
    context = await with_purge(conn, session, event, house, context)
    context = await with_enrolment(conn, session, event, house, context, at)
    return await with_administration(conn, session, event, house, context, at)
