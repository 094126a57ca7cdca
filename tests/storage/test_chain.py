"""The hash chain: any single alteration of it is found, and the fault names the place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, Table, Text, and_, delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from storage import activities, chain, faults
from storage.database import Connection, Database, DatabaseError
from storage.faults import Fault
from storage.tables import bodies, entries, heads
from tests.storage.conftest import LI, NOON

TABLES = (entries, bodies, heads)
ENTRIES = 8  # of b1


@pytest.fixture
async def written(branches: Database) -> Database:
    """Five activities of one unit, eight entries: one corrected, one withdrawn, one purged; and a second unit's."""
    async with branches.turn() as conn:
        numbers = []
        for n in range(5):
            new = activities.record(
                conn, "b1", kind="k", occurred_on=date(2026, 11, 1 + n), slots={"n": n}, by=LI, source_event=f"${n}",
                at=NOON,
            )  # fmt: skip
            numbers.append(await new)
        await activities.amend(conn, numbers[1], {"slots": {"n": 9}}, by=LI, source_event="$9", at=NOON)
        await activities.withdraw(conn, numbers[2], by=LI, source_event=None, at=NOON, reason="said")
        await activities.purge(conn, numbers[3], by=LI, at=NOON, reason="涉密")
        await activities.record(
            conn, "b2", kind="k", occurred_on=date(2026, 11, 1), slots={}, by=LI, source_event="$b2", at=NOON
        )
    return branches


class Undone(Exception):
    """Ends a turn that is not meant to last."""


@asynccontextmanager
async def altered(database: Database) -> AsyncIterator[Connection]:
    """A turn for whoever tampers with the record; nothing of it lasts."""
    with suppress(Undone):
        async with database.turn() as conn:
            yield conn
            raise Undone


async def pick(conn: Connection, table: Table, place: int) -> dict[str, Any]:
    """A row of b1."""
    rows = await conn.execute(select(table).where(table.c.unit_id == "b1").order_by(*table.primary_key))
    found = [dict(row) for row in rows.mappings()]
    return found[place % len(found)]


def at(table: Table, row: dict[str, Any]) -> ColumnElement[bool]:
    """That row."""
    return and_(*(column == row[column.name] for column in table.primary_key))


async def place_of(conn: Connection, row: dict[str, Any]) -> int | None:
    """Where the entry stands that a row is, or belongs to; None for a head."""
    if "version" not in row:
        return None
    here = (entries.c.subject == row["subject"], entries.c.number == row["number"], entries.c.version == row["version"])
    return await conn.scalar(select(entries.c.position).where(*here))


async def test_an_untouched_chain_has_no_fault(written: Database) -> None:
    async with written.look() as conn:
        for unit in ("b1", "b2", "nobody"):
            assert await faults.verify(conn, unit) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=st.sampled_from(TABLES),
    place=st.integers(0, 7),
    column=st.integers(0, 11),
    value=st.one_of(
        st.integers(0, 30), st.sampled_from(["b2", "top", "activity", "amend", "", "x"]), st.text("0123456789abcdef"),
        st.none(),
    ),
)  # fmt: skip
async def test_any_single_value_altered_is_found_and_named(
    written: Database, table: Table, place: int, column: int, value: Any
) -> None:
    changed = list(table.c)[column % len(table.c)]
    if value is not None and isinstance(changed.type, Text):
        value = str(value)
    found: list[Fault] = []
    row: dict[str, Any] = {}
    position = None
    with suppress(DBAPIError, DatabaseError):  # the database itself refuses it
        async with altered(written) as conn:
            row = await pick(conn, table, place)
            position = await place_of(conn, row)
            await conn.execute(update(table).where(at(table, row)).values({changed: value}))
            found = await faults.verify(conn, "b1")
            if value == row[changed.name]:
                assert found == []
                return
            assert found
    named = {fault.number for fault in found} | {fault.position for fault in found}
    elsewhere = table is heads or changed.name in ("unit_id", "position")
    assert not found or elsewhere or row["number"] in named or position in named


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.sampled_from(TABLES), place=st.integers(0, 7))
async def test_any_single_row_removed_is_found_and_named(written: Database, table: Table, place: int) -> None:
    async with altered(written) as conn:
        row = await pick(conn, table, place)
        await conn.execute(delete(table).where(at(table, row)))
        found = await faults.verify(conn, "b1")
    if table is entries:
        kind = "cut" if row["position"] == ENTRIES else "missing"
        assert Fault("b1", kind, "entry", row["position"]) in found
    elif table is bodies:
        assert [(fault.kind, fault.part, fault.number) for fault in found] == [("missing", "body", row["number"])]
    else:
        assert found == [Fault("b1", "missing", "head")]


@pytest.mark.parametrize(("one", "other"), [(1, 2), (3, 7), (1, 8)])
async def test_two_entries_that_change_places_are_named(written: Database, one: int, other: int) -> None:
    async with altered(written) as conn:
        for old, new in ((one, 100), (other, one), (100, other)):
            here = (entries.c.unit_id == "b1", entries.c.position == old)
            await conn.execute(update(entries).where(*here).values(position=new))
        found = {(fault.kind, fault.position) for fault in await faults.verify(conn, "b1")}
    assert {("moved", one), ("moved", other)} <= found


async def test_an_entry_written_anew_with_a_right_seal_is_named_by_its_successor(written: Database) -> None:
    async with altered(written) as conn:
        row = {**await pick(conn, entries, 3), "by": "@forger:example.org"}
        anew = {"by": row["by"], "hash": chain.entry_hash(row)}
        await conn.execute(update(entries).where(at(entries, row)).values(anew))
        assert [(fault.kind, fault.position) for fault in await faults.verify(conn, "b1")] == [("altered", 4)]


async def test_a_tail_cut_with_its_head_is_seen_against_a_printed_head(written: Database) -> None:
    async with altered(written) as conn:
        known = await chain.head(conn, "b1")
        assert await faults.verify(conn, "b1", known) == []
        await conn.execute(delete(entries).where(entries.c.unit_id == "b1", entries.c.position > 5))
        await conn.execute(delete(bodies).where(bodies.c.unit_id == "b1", bodies.c.version > 1))
        last = await pick(conn, entries, 4)
        here = heads.c.unit_id == "b1"
        await conn.execute(update(heads).where(here).values(position=5, hash=last["hash"]))
        assert [fault.kind for fault in await faults.verify(conn, "b1") if fault.number is None] == []
        assert Fault("b1", "cut", "entry", ENTRIES) in await faults.verify(conn, "b1", known)


async def test_a_purged_body_put_back_is_seen(written: Database) -> None:
    async with altered(written) as conn:
        number = await conn.scalar(select(entries.c.number).where(entries.c.action == "purge"))
        row = {"subject": "activity", "number": number, "version": 1, "unit_id": "b1", "on_day": "2026-11-04",
               "salt": "salt", "body": "{}"}  # fmt: skip
        await conn.execute(insert(bodies).values(row))
        found = await faults.verify(conn, "b1")
    assert [(fault.kind, fault.part, fault.number) for fault in found] == [("extra", "body", number)]


async def test_the_head_moves_with_each_entry(branches: Database) -> None:
    async with branches.turn() as conn:
        assert await chain.head(conn, "b1") is None
        for n in (1, 2):
            await activities.record(
                conn, "b1", kind="k", occurred_on=date(2026, 11, 1), slots={}, by=LI, source_event=None, at=NOON
            )
            head = await chain.head(conn, "b1")
            assert head is not None and (head.unit_id, head.position, len(head.hash)) == ("b1", n, 64)  # noqa: PT018
