"""What an import would undo: what somebody has changed, in chat or by a command, since a file last spoke of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import audit
from storage.unit_entry import Change

_AT_ONCE = 500  # units in one question; databases take only so many values in one
_SORTS = ("parent", "closed_on", "merged_into", "setting", "headcount")
_LINES = (
    select(audit.c.at, audit.c.by, audit.c.action, audit.c.unit_id, audit.c.details)
    .where(
        audit.c.unit_id.in_(bindparam("units", expanding=True)),
        audit.c.action.in_(("import", "setting", "headcount", "close", "moved")),
    )
    .order_by(audit.c.id)
)


@dataclass(frozen=True, slots=True)
class Overruled:
    """A change of an import that undoes somebody's. by: their id, or who ran the command; at: when they did it."""

    change: Change
    by: str
    at: datetime


class Overrules(Exception):
    """An import would undo what was changed since, and nobody said that it shall."""

    def __init__(self, undone: Sequence[Overruled]) -> None:
        super().__init__(f"{len(undone)} changes")
        self.undone = tuple(undone)


async def overruled(conn: AsyncConnection, changes: Sequence[Change]) -> list[Overruled]:
    """Which of an import's changes undo one that came after the last import to speak of the same."""
    asked = [change for change in changes if change.what in _SORTS]
    units = list(dict.fromkeys(change.unit_id for change in asked))
    last: dict[tuple[str, str, str], tuple[str, datetime] | None] = {}
    for first in range(0, len(units), _AT_ONCE):
        for line in await conn.execute(_LINES, {"units": units[first : first + _AT_ONCE]}):
            by = None if line.action == "import" else (line.by, line.at)
            last |= {(line.unit_id, *key): by for key in _spoken_of(line.action, line.details)}
    found = [(change, last.get((change.unit_id, change.what, change.key))) for change in asked]
    return [Overruled(change, *who) for change, who in found if who is not None]


def _spoken_of(action: str, details: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a line of the audit says of a unit: the sort of it, and which one."""
    match action:
        case "import":
            yield from ((told["what"], told.get("key", "")) for told in details["changes"])
        case "setting":
            yield action, details["name"]
        case "headcount":
            yield action, details["since"]
        case "close":
            yield from (("closed_on", ""), ("merged_into", ""))
        case "moved":
            yield "parent", ""
