"""Where a unit is spoken to: the room it chose for that, as long as somebody who speaks for it is there, else alone
with its secretary."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from bot.papers import BELONGING
from storage import people, rooms, units
from storage.database import Connection

Place = tuple[str, str]  # account and room


def chosen_place(
    room: str | None, joined: tuple[str, Collection[str]] | None, speakers: Collection[str], alone: Place | None
) -> Place | None:
    """The place of a unit. room: the one it chose; joined: which account is in it, and who else; alone: where its
    secretary is spoken to alone."""
    if room is not None and joined is not None and set(speakers) & set(joined[1]):
        return joined[0], room
    return alone


async def place_of(conn: Connection, unit_id: str, on: date) -> Place | None:
    """The place of one unit; None where nobody can be spoken to."""
    posts = [post for post in await people.people_of(conn, unit_id, on) if post.role in BELONGING]
    secretary = next((post.person for post in posts if post.role == "secretary"), None)
    alone = await rooms.direct_room(conn, secretary) if secretary is not None else None
    row = await units.unit(conn, unit_id)
    room = row.settings.get("remind_room") if row is not None else None
    joined = await rooms.who_is_in(conn, room) if room is not None else None
    return chosen_place(room, joined, [post.person for post in posts], alone)
