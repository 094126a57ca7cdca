"""What somebody says of numbers that are none of theirs, for the audit: whatever the answer was, it is noted."""

from __future__ import annotations

import re
from datetime import datetime

from bot.dialogue.context import Context
from bot.events import Inbound
from storage import activities, audit
from storage.database import Connection

MOST = 5  # numbers of one message that are looked up
_NUMBER = re.compile(r"[#＃] ?(\d{1,9})")


async def note_strange(conn: Connection, event: Inbound, context: Context, at: datetime) -> None:
    """Note each number in a message that belongs to a unit the person neither speaks for nor assesses. The answer is
    made without this, and is the same as for a number that nobody has."""
    own = {unit.id for unit in context.units} | {one.unit.id for one in (*context.assessed, *context.decides)}
    if context.purgeable is not None:
        own.add(context.purgeable.activity.unit)
    for number in dict.fromkeys(int(n) for n in _NUMBER.findall(event.body)[:MOST]):
        unit = await activities.whose(conn, number)
        if unit is not None and unit not in own:
            details = {"event": event.event_id, "number": number}
            await audit.refused(conn, event.sender, "number", unit, details, at)
