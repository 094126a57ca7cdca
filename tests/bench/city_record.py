"""A city's record: thousands of branches with two years of activities, sealed as the bot seals them, in bulk."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, insert

from bot.demo.records import _month
from storage.chain import GENESIS, body_hash, entry_hash
from storage.columns import canonical
from storage.database import Connection, Database
from storage.people import Person
from storage.tables import bodies, entries, heads, numbers
from storage.unit_import import UnitEntry, import_units
from storage.units import Headcount

NOW = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)  # seven in the evening, the month's last day
BOOKS = [{"id": "qianjiang-2017", "points": "example-points"}, {"id": "health-branches", "points": "example-points"}]
COMMITTEE = 100  # branches under one
AT_ONCE = 50  # branches in one transaction


def secretary(n: int, server: str) -> str:
    """The Matrix id of a branch's secretary."""
    return f"@s{n}:{server}"


def tree(branches: int, server: str) -> Iterator[UnitEntry]:
    """The city, its committees, their branches."""
    yield UnitEntry("city", "市委", settings={"rulebooks": BOOKS})
    counts = (Headcount(datetime(2024, 1, 1, tzinfo=UTC).date(), 22, 2, committee=5, groups=(8, 8, 8)),)
    for n in range(branches):
        if n % COMMITTEE == 0:
            yield UnitEntry(f"c{n // COMMITTEE}", f"第{n // COMMITTEE}党委", parent="city", place=n)
        people = ((Person(secretary(n, server), f"书记{n}"), ("secretary",)),)
        yield UnitEntry(f"b{n}", f"第{n}支部", f"c{n // COMMITTEE}", n, headcounts=counts, people=people)


def _two_years() -> list[tuple[str, str, str]]:
    """What each branch did: day, moment of recording, body; all of it but the last month's end."""
    found = []
    for year in (NOW.year - 1, NOW.year):
        for month in range(1, 13):
            for kind, day, slots in _month(year, month) if (year, month) < (NOW.year, NOW.month) else ():
                body = {"kind": kind, "period": None, "slots": slots, "gathering": None, "reason": None, "files": [],
                        "evidence": []}  # fmt: skip
                at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC).isoformat(timespec="microseconds")
                found.append((day.isoformat(), at, canonical(body)))
    return sorted(found)


async def fill(database: Database, branches: int, server: str) -> int:
    """Write all of it into an empty record; how many activities there are."""
    async with database.turn() as conn:
        await import_units(conn, list(tree(branches, server)), at=NOW, by="bench")
    done, number = _two_years(), 0
    for first in range(0, branches, AT_ONCE):
        kept: dict[Table, list[dict[str, Any]]] = {numbers: [], heads: [], entries: [], bodies: []}
        for n in range(first, min(first + AT_ONCE, branches)):
            number = _branch(kept, f"b{n}", secretary(n, server), done, number)
        async with database.turn() as conn:
            for table, rows in kept.items():
                await _write(conn, table, rows)
    async with database.turn() as conn:
        if conn.dialect.name == "postgresql":
            await conn.exec_driver_sql(
                "SELECT setval(pg_get_serial_sequence('numbers', 'number'), max(number)) FROM numbers"
            )
        await conn.exec_driver_sql("ANALYZE")
    return number


def _branch(
    kept: dict[Table, list[dict[str, Any]]], unit: str, by: str, done: Sequence[tuple[str, str, str]], number: int
) -> int:
    last = GENESIS
    for position, (day, at, body) in enumerate(done, 1):
        number += 1
        salt = secrets.token_hex(16)
        key = {"subject": "activity", "number": number, "version": 1, "unit_id": unit}
        entry = {
            **key, "position": position, "action": "record", "by": by, "source_event": None, "at": at,
            "body_hash": body_hash("activity", number, 1, unit, day, salt, body), "previous": last,
        }  # fmt: skip
        entry["hash"] = last = entry_hash(entry)
        kept[numbers].append({"number": number, "unit_id": unit})
        kept[entries].append(entry)
        kept[bodies].append({**key, "on_day": day, "salt": salt, "body": body})
    kept[heads].append({"unit_id": unit, "position": len(done), "hash": last})
    return number


async def _write(conn: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if conn.dialect.name != "postgresql":
        await conn.execute(insert(table), rows)
        return
    driver: Any = (await conn.get_raw_connection()).driver_connection
    names = list(rows[0])
    await driver.copy_records_to_table(
        table.name, columns=names, records=[tuple(row[n] for n in names) for row in rows]
    )
