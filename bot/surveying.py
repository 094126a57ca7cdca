"""总览: how an assessor's units stand in a month, looked up before the turn, since there may be thousands of them."""

from __future__ import annotations

import asyncio
from datetime import datetime

from bot.charges import load_charges
from bot.dialogue.duties import month_of, named, span
from bot.events import Inbound, Kind
from bot.house import House
from bot.papers import assessed_ids
from bot.sheets.overview import Standing, standing
from bot.understanding.commands import find_command
from storage.database import Database

AT_ONCE = 20  # units in one look: others have their turn in between


async def survey(database: Database, house: House, event: Inbound, now: datetime) -> tuple[Standing, ...] | None:
    """The sender's units, where a message asks for their overview; None for any other message. now: the message's own
    time, UTC."""
    command = find_command(event.body) if event.kind is Kind.TEXT else None
    if command is None or command.name != "overview":
        return None
    today = now.astimezone(house.settings.zone).date()
    first, last = span(named(command.month, today) or month_of(today))
    async with database.look() as conn:
        ids = await assessed_ids(conn, event.sender, today)
    found: list[Standing] = []
    for begin in range(0, len(ids), AT_ONCE):
        async with database.look() as conn:
            charges = await load_charges(conn, house, ids[begin : begin + AT_ONCE], now, first.year)
        for charge in charges.values():
            found.append(standing(charge, first, last, now.astimezone(charge.zone).date()))
            await asyncio.sleep(0)
    return tuple(found)
