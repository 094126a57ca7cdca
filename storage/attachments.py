"""Which stored files are still needed: those of the newest version of a record, and those of open talks and drafts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.reports import SUBJECT
from storage.tables import bodies, drafts, sessions

_newer = bodies.alias("newer")
_NEWER = and_(_newer.c.subject == SUBJECT, _newer.c.number == bodies.c.number, _newer.c.version > bodies.c.version)
_OF_RECORDS = select(bodies.c.number, bodies.c.body).where(
    bodies.c.subject == SUBJECT, bodies.c.body.contains('"sha256"'), ~exists().where(_NEWER)
)
_OF_NUMBER = select(bodies.c.body).where(bodies.c.subject == SUBJECT)
_OF_SESSIONS = select(sessions.c.body).where(sessions.c.body.contains('"sha256"'))
_HELD = re.compile(r'"sha256": ?"([0-9a-f]{64})"')


async def recorded(conn: AsyncConnection) -> dict[str, list[int]]:
    """The files of records by sha256, each with the numbers it lies with."""
    found: dict[str, list[int]] = {}
    for row in await conn.execute(_OF_RECORDS):
        for file in json.loads(row.body).get("files", ()):
            found.setdefault(file["sha256"], []).append(row.number)
    return found


async def used(conn: AsyncConnection) -> set[str]:
    """The sha256 of every file that must stay. Reads all records: not for every turn."""
    held = {digest for text in await conn.scalars(_OF_SESSIONS) for digest in _HELD.findall(text)}
    drafted = {file["sha256"] for body in await conn.scalars(select(drafts.c.body)) for file in body.get("files", ())}
    return held | drafted | set(await recorded(conn))


async def ever_with(conn: AsyncConnection, number: int) -> list[Mapping[str, Any]]:
    """The files that any version of an activity has had, as activities.attach() has them."""
    texts = await conn.scalars(_OF_NUMBER.where(bodies.c.number == number))
    return [file for text in texts for file in json.loads(text).get("files", ())]
