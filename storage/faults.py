"""Is a unit's chain as it was written? Finds and names what was altered, removed, moved or added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.chain import GENESIS, PURGE, Head, body_hash, entry_hash
from storage.tables import bodies, entries, heads

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. kind: altered | missing | moved | extra | cut; part: entry | body | head; position: in the chain,
    None for what is outside it; number, version: of the activity (or other subject), None where unknown."""

    unit_id: str
    kind: str
    part: str
    position: int | None = None
    subject: str | None = None
    number: int | None = None
    version: int | None = None


async def verify(conn: AsyncConnection, unit_id: str, known: Head | None = None) -> list[Fault]:
    """Every fault of a unit's chain; none when it is whole.

    known: a head printed earlier. Without it, a tail cut off together with its head can't be seen.
    """
    rows = await _all(conn, select(entries).where(entries.c.unit_id == unit_id).order_by(entries.c.position))
    kept = await _all(conn, select(bodies).where(bodies.c.unit_id == unit_id))
    lost = await _all(conn, _bodies_elsewhere(unit_id))
    ends = await _all(conn, select(heads).where(heads.c.unit_id == unit_id))
    odd = [row for row in (*rows, *kept, *lost, *ends) if not _whole(row)]
    rows, kept, lost, ends = ([row for row in part if _whole(row)] for part in (rows, kept, lost, ends))
    return [
        *(_named(unit_id, "altered", row) for row in odd),
        *_links(unit_id, rows),
        *_bodies(unit_id, rows, [*kept, *lost]),
        *_end(unit_id, rows, ends[0] if ends else None),
        *_against(unit_id, rows, known),
    ]


async def _all(conn: AsyncConnection, query: Any) -> list[Row]:
    return [dict(row) for row in (await conn.execute(query)).mappings()]


def _bodies_elsewhere(unit_id: str) -> Any:
    """Bodies of this unit's entries that say they are another unit's."""
    same = and_(
        bodies.c.subject == entries.c.subject,
        bodies.c.number == entries.c.number,
        bodies.c.version == entries.c.version,
    )
    return select(bodies).join(entries, same).where(entries.c.unit_id == unit_id, bodies.c.unit_id != unit_id)


def _whole(row: Row) -> bool:
    """SQLite lets anybody write words into a column of numbers; such a row can be named, but not followed."""
    return all(isinstance(row[name], int) for name in ("position", "number", "version") if name in row)


def _named(unit_id: str, kind: str, row: Row) -> Fault:
    part = "head" if "subject" not in row else "entry" if "action" in row else "body"
    position, number, version = (
        value if isinstance(value := row.get(name), int) else None for name in ("position", "number", "version")
    )
    return Fault(unit_id, kind, part, position, row.get("subject"), number, version)


def _links(unit_id: str, rows: Sequence[Row]) -> list[Fault]:
    """Each entry against its own seal, its place, and the seal it was put on."""
    faults: list[Fault] = []
    place = _places(rows)
    before: Row = {"position": 0, "hash": GENESIS}
    for row in rows:
        gap = row["position"] != before["position"] + 1
        sealed = entry_hash(row) == row["hash"]
        if gap and sealed:
            faults += [Fault(unit_id, "missing", "entry", n) for n in range(before["position"] + 1, row["position"])]
        elif not sealed:
            moved = entry_hash({**row, "position": place.get(row["hash"])}) == row["hash"]
            faults.append(_named(unit_id, "moved" if moved else "altered", row))
        elif row["previous"] != before["hash"] and before["position"] and entry_hash(before) == before["hash"]:
            faults.append(_named(unit_id, "altered", before))  # sealed anew, but not as its successor knew it
        before = row
    return faults


def _places(rows: Sequence[Row]) -> dict[str, int]:
    """Where each entry stands by the seals alone, whatever its position says."""
    after = {row["previous"]: row["hash"] for row in rows}
    places: dict[str, int] = {}
    last = GENESIS
    while last in after and after[last] not in places:
        last = after[last]
        places[last] = len(places) + 1
    return places


def _bodies(unit_id: str, rows: Sequence[Row], kept: Sequence[Row]) -> list[Fault]:
    """Each body against its entry's hash; only a purge excuses a missing one."""
    faults = []
    purged = {(row["subject"], row["number"]): row["version"] for row in rows if row["action"] == PURGE}
    left = {(body["subject"], body["number"], body["version"]): body for body in kept}
    for row in rows:
        body = left.pop((row["subject"], row["number"], row["version"]), None)
        gone = row["version"] < purged.get((row["subject"], row["number"]), 0)
        if body is None and not gone:
            faults.append(_body_of(unit_id, "missing", row))
        elif body is not None and gone:
            faults.append(_body_of(unit_id, "extra", row))
        elif body is not None and _hash_of(body) != row["body_hash"]:
            faults.append(_body_of(unit_id, "altered", row))
    return faults + [_named(unit_id, "extra", body) for body in left.values()]


def _body_of(unit_id: str, kind: str, row: Row) -> Fault:
    return replace(_named(unit_id, kind, row), part="body")


def _hash_of(body: Row) -> str:
    return body_hash(
        body["subject"],
        body["number"],
        body["version"],
        body["unit_id"],
        body["on_day"],
        body["salt"],
        body["body"],
    )


def _end(unit_id: str, rows: Sequence[Row], end: Row | None) -> list[Fault]:
    """The last entry against the head kept beside it."""
    if end is None:
        return [Fault(unit_id, "missing", "head")] if rows else []
    last = rows[-1]["position"] if rows else 0
    if end["position"] > last:
        return [Fault(unit_id, "cut", "entry", n) for n in range(last + 1, end["position"] + 1)]
    if end["position"] < last:
        return [_named(unit_id, "extra", row) for row in rows if row["position"] > end["position"]]
    if rows and end["hash"] != rows[-1]["hash"]:
        return [replace(_named(unit_id, "altered", rows[-1]), part="head")]
    return [] if rows or end["hash"] == GENESIS else [Fault(unit_id, "altered", "head")]


def _against(unit_id: str, rows: Sequence[Row], known: Head | None) -> list[Fault]:
    """The chain against a head that was printed when it was shorter, or as long."""
    if known is None or known.position == 0:
        return []
    there = [row for row in rows if row["position"] == known.position]
    if not there:
        return [Fault(unit_id, "cut", "entry", known.position)]
    return [] if there[0]["hash"] == known.hash else [_named(unit_id, "altered", there[0])]
