"""Scoring: one branch with 500 activities, and thousands out of the record, each beside the plainest query by hand.

The query counts only what can be counted (so many rows of a kind, times so much, capped); a sheet says besides why, for
every clause. Their points are compared, so that both do the same work where they can.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.chained import as_activity
from rubrics import Activity, Facts, Rubric, ScoreSheet, Unit, load_catalog, score
from rubrics.ranking import rank
from storage.activities import current
from storage.database import Database

ON = date(2018, 12, 31)
MEETINGS = ("member_assembly", "committee_meeting", "group_meeting", "party_lecture")
KINDS = (*MEETINGS, "night_study", "themed_party_day", "home_visit", "recreation", "collective_study", "thought_review")
COUNTED = {
    "规3.a": (MEETINGS, "0.4", 4),
    "学2.b": (("night_study",), "0.3", 3),
    "规3.b.2": (("themed_party_day",), "0.2", 1),
}
PAGE = 20  # branches read at once
ZONE = ZoneInfo("Asia/Shanghai")


def _counts(kind: str) -> str:
    """The three clauses in SQL. kind: how a row's kind is read."""
    return ", ".join(
        f"MIN({cap}, {each} * SUM({kind} IN ({', '.join(repr(one) for one in kinds)})))"
        for kinds, each, cap in COUNTED.values()
    )


QUERY = f"SELECT unit, {_counts('kind')}"
STORED = (
    f"SELECT unit_id, {_counts('kind')} FROM (SELECT unit_id, body ->> 'kind' AS kind FROM bodies"
    " WHERE subject = 'activity' AND on_day BETWEEN '2018-01-01' AND '2018-12-31'"
    " AND unit_id < 'b' || printf('%05d', :units)) GROUP BY unit_id"
)
SIZES = tuple(int(n) for n in os.environ.get("ZHIBU_BENCH_BRANCHES", "100,1000,10000").split(","))


def run() -> None:
    """Print the figures."""
    rubric = load_catalog()["shaoxing-2018"]
    _one(rubric)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_from_the_record(rubric, Path(folder) / "record.db"))


def activities(unit: str, count: int, seed: int) -> list[Activity]:
    """A year of a branch, by day."""
    rng = random.Random(seed)
    days = sorted(date(2018, 1, 1) + timedelta(rng.randrange(365)) for _ in range(count))
    slots = {"topic": "学", "expected": 20, "present": 18}
    return [Activity(n, unit, rng.choice(KINDS), day, slots) for n, day in enumerate(days, 1)]


def _one(rubric: Rubric) -> None:
    facts = Facts(Unit("b", "支部"), tuple(activities("b", 500, 1)))
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE activity (unit TEXT, number INTEGER, kind TEXT, day TEXT)")
    rows = ((a.unit, a.number, a.kind, a.occurred_on.isoformat()) for a in facts.activities)
    database.executemany("INSERT INTO activity VALUES (?, ?, ?, ?)", rows)
    database.execute("CREATE INDEX by_unit ON activity (unit, day)")
    pairs = []
    for _ in range(40):
        start = time.perf_counter()
        sheet = score(rubric, facts, ON)
        middle = time.perf_counter()
        row = database.execute(f"{QUERY} FROM activity WHERE unit = 'b' AND day <= '2018-12-31'").fetchone()
        pairs.append((middle - start, time.perf_counter() - middle))
        _same(sheet, row)
    ours, theirs = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
    print(f"scoring, 1 branch with 500 activities on shaoxing-2018 ({len(sheet.lines)} explained lines): "
          f"{ours:.2f} ms a sheet; 3 clauses by a SQL query: {theirs:.2f} ms; ratio {ours / theirs:.1f}")  # fmt: skip


async def _from_the_record(rubric: Rubric, path: Path) -> None:
    """The same branches for every size, the first so many; memory is the process's own peak, which only grows."""
    await (await Database.open(f"sqlite+aiosqlite:///{path}")).close()
    _store(path, max(SIZES))
    database = await Database.open(f"sqlite+aiosqlite:///{path}")
    for size in SIZES:
        before = _peak()
        start, worked = time.perf_counter(), time.process_time()
        scored = [entry async for entry in _scored(rubric, database, size)]
        standings = rank(rubric, scored)
        ours, worked = time.perf_counter() - start, time.process_time() - worked
        grown = _peak() - before
        with sqlite3.connect(path) as plain:
            start = time.perf_counter()
            rows = plain.execute(STORED, {"units": size}).fetchall()
            order = sorted(rows, key=lambda row: -sum(row[1:]))
            theirs = time.perf_counter() - start
        assert len(order) == len(standings) == size
        print(f"scoring, {size} branches with 250 activities out of the record, scored and ranked: {ours:.1f} s "
              f"({ours / size * 1000:.2f} ms a branch, {worked / size * 1000:.2f} ms of it the processor's, "
              f"{before:.0f} MB before and {grown:.0f} MB more at most); "
              f"3 clauses by SQL: {theirs:.2f} s; ratio {ours / theirs:.1f}")  # fmt: skip
    await database.close()


async def _scored(rubric: Rubric, database: Database, size: int) -> AsyncIterator[tuple[Unit, ScoreSheet]]:
    """A page of branches after the other; of a sheet only what ranking reads is kept."""
    for first in range(0, size, PAGE):
        ids = [_unit(n) for n in range(first, min(first + PAGE, size))]
        done: dict[str, list[Activity]] = {unit: [] for unit in ids}
        async with database.turn() as conn:
            for row in await current(conn, ids, since=date(ON.year, 1, 1), until=ON):
                done[row.unit_id].append(as_activity(row, ZONE))
        for unit, found in done.items():
            facts = Facts(Unit(unit, unit), tuple(found))
            sheet = score(rubric, facts, ON)
            if unit == _unit(0):
                _same(sheet, sheet_by_hand(facts))
            yield facts.unit, replace(sheet, lines=(), order=(), readings=None, meanings=None)


def sheet_by_hand(facts: Facts) -> tuple[str, ...]:
    """The three clauses of one branch in plain Python, to see that what was read back is what was stored."""
    kinds = [activity.kind for activity in facts.activities]
    sums = (
        min(Decimal(cap), Decimal(each) * sum(kind in wanted for kind in kinds))
        for wanted, each, cap in COUNTED.values()
    )
    return ("", *(str(points) for points in sums))


def _unit(n: int) -> str:
    return f"b{n:05d}"


def _peak() -> float:
    """The most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _store(path: Path, size: int) -> None:
    """Rows as the record writes them, put in at once; their hashes are left out, which scoring doesn't read."""
    at = "2018-12-31T00:00:00.000000+00:00"
    with sqlite3.connect(path) as database:
        for n in range(size):
            unit = _unit(n)
            made = [(n * 250 + a.number, a) for a in activities(unit, 250, n)]
            bodies = [(number, unit, a.occurred_on.isoformat(), json.dumps(
                {"kind": a.kind, "period": None, "slots": dict(a.slots), "gathering": None, "reason": None, "files": [],
                 "evidence": []}, ensure_ascii=False)) for number, a in made]  # fmt: skip
            database.execute("INSERT INTO units (id, name, place, attributes) VALUES (?, ?, ?, '{}')", (unit, unit, n))
            database.executemany(
                "INSERT INTO entries (unit_id, position, subject, number, version, action, by, at, body_hash, previous,"
                " hash) VALUES (?, ?, 'activity', ?, 1, 'record', 'bench', ?, '', '', '')",
                [(unit, position, number, at) for position, (number, _) in enumerate(made, 1)],
            )
            database.executemany(
                "INSERT INTO bodies (subject, number, version, unit_id, on_day, salt, body)"
                " VALUES ('activity', ?, 1, ?, ?, '', ?)",
                bodies,
            )


def _same(sheet: ScoreSheet, row: tuple[str, ...]) -> None:
    lines = {line.clause: line for line in sheet.lines}
    for clause, value in zip(COUNTED, row[1:], strict=True):
        points = lines[clause].points
        assert points is not None
        assert abs(points - Decimal(str(value))) < Decimal("1E-9"), clause
