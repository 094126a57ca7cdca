"""The part of a turn's snapshot that is about units merged into the person's own: their record, to be looked at."""

from __future__ import annotations

from dataclasses import replace

from bot.charges import load_charges
from bot.dialogue.context import Context, Heritage
from bot.house import House
from storage import units
from storage.database import Connection


async def with_heritage(conn: Connection, house: House, context: Context) -> Context:
    """The context with what was merged into the units that the person speaks for, and into no other."""
    found = await units.merged_into(conn, [unit.id for unit in context.units], context.now.date())
    if not found:
        return context
    charges = await load_charges(conn, house, [one for several in found.values() for one in several], context.now)
    heritage = {}
    for heir, several in found.items():
        parts = []
        for charge in (charges[one] for one in several):
            assert charge.closed_on is not None, "what was merged was closed"
            parts.append(Heritage(charge.unit, charge.closed_on, charge.facts.activities, charge.files, charge.head))
        heritage[heir] = tuple(parts)
    return replace(context, heritage=heritage)
