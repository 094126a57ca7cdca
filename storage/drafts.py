"""Ratings under way: kept with the unit, so that whoever holds the office tomorrow goes on with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import drafts
from storage.upsert import put_over

_LOAD = select(drafts).where(
    drafts.c.unit_id.in_(bindparam("unit_ids", expanding=True)), drafts.c.person == bindparam("person")
)


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One rating under way. rubric: its key; side: self | trial | a rater's column; person: whose, empty for the
    office's; body: only the dialogue understands it."""

    unit_id: str
    rubric: str
    side: str
    person: str
    body: Mapping[str, Any]
    saved_at: datetime


async def load(conn: AsyncConnection, unit_ids: Collection[str], person: str) -> list[DraftRow]:
    """The drafts of these units: their offices' (person empty), or a rater's own."""
    if not unit_ids:
        return []
    found = await conn.execute(_LOAD, {"unit_ids": list(unit_ids), "person": person})
    return [DraftRow(row.unit_id, row.rubric, row.side, row.person, row.body, row.saved_at) for row in found]


async def files(conn: AsyncConnection, unit_id: str, rubric: str, side: str, person: str) -> set[str]:
    """The sha256 of the files that lie with a draft."""
    here = (drafts.c.unit_id == unit_id, drafts.c.rubric == rubric, drafts.c.side == side, drafts.c.person == person)
    body = await conn.scalar(select(drafts.c.body).where(*here))
    return {file["sha256"] for file in (body or {}).get("files", ())}


async def save(
    conn: AsyncConnection, unit_id: str, rubric: str, side: str, person: str, body: Mapping[str, Any], at: datetime
) -> None:
    """Keep a draft as it is now."""
    key = {"unit_id": unit_id, "rubric": rubric, "side": side, "person": person}
    await put_over(conn, drafts, [{**key, "body": dict(body), "saved_at": at}])


async def hand_on(conn: AsyncConnection, unit_ids: Collection[str], before: str, after: str) -> None:
    """A rater's own drafts go to the next in office; where that one has begun already, both stay as they are."""
    begun = {(d.unit_id, d.rubric, d.side) for d in await load(conn, unit_ids, after)}
    for draft in await load(conn, unit_ids, before):
        if (draft.unit_id, draft.rubric, draft.side) not in begun:
            await save(conn, draft.unit_id, draft.rubric, draft.side, after, draft.body, draft.saved_at)
            await forget(conn, draft.unit_id, draft.rubric, draft.side, before)


async def forget(conn: AsyncConnection, unit_id: str, rubric: str, side: str, person: str) -> None:
    """The draft is submitted, or given up."""
    here = (drafts.c.unit_id == unit_id, drafts.c.rubric == rubric, drafts.c.side == side, drafts.c.person == person)
    await conn.execute(delete(drafts).where(*here))
