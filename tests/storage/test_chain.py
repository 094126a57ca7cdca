"""The hash chain: any single alteration of it is found, and the fault names the place."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import activities, chain, faults
from storage.chain import Head
from storage.database import Database
from storage.faults import Fault
from storage.unit_import import import_units
from tests.storage.conftest import LI, NOON, TREE

COLUMNS = {
    "entries": (
        "unit_id", "position", "subject", "number", "version", "action", "by", "source_event", "at", "body_hash",
        "previous", "hash",
    ),
    "bodies": ("unit_id", "subject", "number", "version", "on_day", "salt", "body"),
    "heads": ("unit_id", "position", "hash"),
}  # fmt: skip
ROWS = {"entries": 8, "bodies": 6, "heads": 1}


async def write(url: str) -> None:
    """Five activities of one unit, eight entries: one corrected, one withdrawn, one purged; and a second unit's."""
    database = await Database.open(url)
    async with database.turn() as conn:
        await import_units(conn, TREE, at=NOON, by="test")
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
    await database.close()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with that record; tests change copies in memory."""
    path = tmp_path_factory.mktemp("chain") / "zhibu.db"
    asyncio.run(write(f"sqlite+aiosqlite:///{path}"))
    return path


@contextmanager
def altered(path: Path) -> Iterator[tuple[sqlite3.Connection, Path]]:
    """A copy of the file, open for whoever tampers with it."""
    copy = path.with_name("altered.db")
    copy.unlink(missing_ok=True)
    source, conn = sqlite3.connect(path), sqlite3.connect(copy, isolation_level=None)
    source.backup(conn)
    source.close()
    yield conn, copy
    conn.close()


def check(path: Path, known: Head | None = None, unit: str = "b1") -> list[Fault]:
    """What the record says of its own chain."""

    async def verify() -> list[Fault]:
        database = await Database.open(f"sqlite+aiosqlite:///{path}")
        async with database.look() as conn:
            found = await faults.verify(conn, unit, known)
        await database.close()
        return found

    return asyncio.run(verify())


def pick(conn: sqlite3.Connection, table: str, place: int) -> tuple[int, int | None]:
    """The rowid of a row of b1, and the number it is about."""
    named = "number" if table != "heads" else "NULL"
    rows = conn.execute(f"SELECT rowid, {named} FROM {table} WHERE unit_id = 'b1' ORDER BY rowid").fetchall()
    return rows[place % len(rows)]


def test_an_untouched_chain_has_no_fault(written: Path) -> None:
    assert check(written) == []
    assert check(written, unit="b2") == []
    assert check(written, unit="nobody") == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=st.sampled_from(sorted(COLUMNS)),
    place=st.integers(0, 7),
    column=st.integers(0, 11),
    value=st.one_of(
        st.integers(0, 30), st.sampled_from(["b2", "top", "activity", "amend", "", "x"]), st.text("0123456789abcdef"),
        st.none(),
    ),
)  # fmt: skip
def test_any_single_value_altered_is_found_and_named(
    written: Path, table: str, place: int, column: int, value: Any
) -> None:
    name = COLUMNS[table][column % len(COLUMNS[table])]
    with altered(written) as (conn, copy):
        row, number = pick(conn, table, place)
        before = conn.execute(f'SELECT "{name}" FROM {table} WHERE rowid = ?', (row,)).fetchone()
        try:
            conn.execute(f'UPDATE {table} SET "{name}" = ? WHERE rowid = ?', (value, row))
        except sqlite3.IntegrityError:
            return  # the database itself refuses it
        after = conn.execute(f'SELECT "{name}" FROM {table} WHERE rowid = ?', (row,)).fetchone()
        position = conn.execute(f"SELECT position FROM entries WHERE rowid = {row}").fetchone()[0]
        found = check(copy)
    if after == before:
        assert found == []
        return
    assert found
    named = {fault.number for fault in found} | {fault.position for fault in found}
    assert table == "heads" or number in named or position in named or name in ("unit_id", "position")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.sampled_from(sorted(COLUMNS)), place=st.integers(0, 7))
def test_any_single_row_removed_is_found_and_named(written: Path, table: str, place: int) -> None:
    with altered(written) as (conn, copy):
        row, number = pick(conn, table, place)
        entry = conn.execute("SELECT position FROM entries WHERE rowid = ?", (row,)).fetchone()
        conn.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))
        found = check(copy)
    if table == "entries":
        kind = "cut" if entry[0] == ROWS["entries"] else "missing"
        assert Fault("b1", kind, "entry", entry[0]) in found
    elif table == "bodies":
        assert [(fault.kind, fault.part, fault.number) for fault in found] == [("missing", "body", number)]
    else:
        assert found == [Fault("b1", "missing", "head")]


@pytest.mark.parametrize(("one", "other"), [(1, 2), (3, 7), (1, 8)])
def test_two_entries_that_change_places_are_named(written: Path, one: int, other: int) -> None:
    with altered(written) as (conn, copy):
        for old, new in ((one, 100), (other, one), (100, other)):
            conn.execute("UPDATE entries SET position = ? WHERE unit_id = 'b1' AND position = ?", (new, old))
        found = {(fault.kind, fault.position) for fault in check(copy)}
    assert {("moved", one), ("moved", other)} <= found


def test_an_entry_written_anew_with_a_right_seal_is_named_by_its_successor(written: Path) -> None:
    with altered(written) as (conn, copy):
        conn.row_factory = sqlite3.Row
        row = dict(conn.execute("SELECT * FROM entries WHERE unit_id = 'b1' AND position = 4").fetchone())
        row["by"] = "@forger:example.org"
        conn.execute(
            "UPDATE entries SET by = ?, hash = ? WHERE unit_id = 'b1' AND position = 4",
            (row["by"], chain.entry_hash(row)),
        )
        assert [(fault.kind, fault.position) for fault in check(copy)] == [("altered", 4)]


def test_a_tail_cut_with_its_head_is_seen_against_a_printed_head(written: Path) -> None:
    with altered(written) as (conn, copy):
        conn.row_factory = sqlite3.Row
        printed = conn.execute("SELECT * FROM heads WHERE unit_id = 'b1'").fetchone()
        known = Head("b1", printed["position"], printed["hash"])
        conn.execute("DELETE FROM entries WHERE unit_id = 'b1' AND position > 5")
        conn.execute("DELETE FROM bodies WHERE unit_id = 'b1' AND version > 1")
        last = conn.execute("SELECT hash FROM entries WHERE unit_id = 'b1' AND position = 5").fetchone()[0]
        conn.execute("UPDATE heads SET position = 5, hash = ? WHERE unit_id = 'b1'", (last,))
        assert [fault.kind for fault in check(copy) if fault.number is None] == []
        assert Fault("b1", "cut", "entry", 8) in check(copy, known)
    assert check(written, known) == []


def test_a_purged_body_put_back_is_seen(written: Path) -> None:
    with altered(written) as (conn, copy):
        number = conn.execute("SELECT number FROM entries WHERE action = 'purge'").fetchone()[0]
        conn.execute("INSERT INTO bodies VALUES ('activity', ?, 1, 'b1', '2026-11-04', 'salt', '{}')", (number,))
        assert [(fault.kind, fault.part, fault.number) for fault in check(copy)] == [("extra", "body", number)]


async def test_the_head_moves_with_each_entry(branches: Database) -> None:
    async with branches.turn() as conn:
        assert await chain.head(conn, "b1") is None
        for n in (1, 2):
            await activities.record(
                conn, "b1", kind="k", occurred_on=date(2026, 11, 1), slots={}, by=LI, source_event=None, at=NOON
            )
            head = await chain.head(conn, "b1")
            assert head is not None and (head.unit_id, head.position, len(head.hash)) == ("b1", n, 64)  # noqa: PT018
