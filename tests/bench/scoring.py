"""Scoring: one branch with 500 activities, and thousands out of a database, each beside the plainest query by hand.

The query counts only what can be counted (so many rows of a kind, times so much, capped); a sheet says besides why, for
every clause. Their points are compared, so that both do the same work where they can.
"""

from __future__ import annotations

import os
import random
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from rubrics import Activity, Facts, Rubric, ScoreSheet, Unit, load_catalog, score
from rubrics.ranking import rank

ON = date(2018, 12, 31)
MEETINGS = ("member_assembly", "committee_meeting", "group_meeting", "party_lecture")
KINDS = (*MEETINGS, "night_study", "themed_party_day", "home_visit", "recreation", "collective_study", "thought_review")
COUNTED = {
    "规3.a": (MEETINGS, "0.4", 4),
    "学2.b": (("night_study",), "0.3", 3),
    "规3.b.2": (("themed_party_day",), "0.2", 1),
}
QUERY = "SELECT unit, " + ", ".join(
    f"MIN({cap}, {each} * SUM(kind IN ({', '.join(repr(kind) for kind in kinds)})))"
    for kinds, each, cap in COUNTED.values()
)  # fmt: skip
SIZES = tuple(int(n) for n in os.environ.get("ZHIBU_BENCH_BRANCHES", "100,1000,10000").split(","))


def run() -> None:
    """Print the figures."""
    rubric = load_catalog()["shaoxing-2018"]
    _one(rubric)
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            _many(rubric, size, Path(folder) / f"{size}.db")


def activities(unit: str, count: int, seed: int) -> list[Activity]:
    """A year of a branch, by day."""
    rng = random.Random(seed)
    days = sorted(date(2018, 1, 1) + timedelta(rng.randrange(365)) for _ in range(count))
    slots = {"topic": "学", "expected": 20, "present": 18}
    return [Activity(n, unit, rng.choice(KINDS), day, slots) for n, day in enumerate(days, 1)]


def _one(rubric: Rubric) -> None:
    facts = Facts(Unit("b", "支部"), tuple(activities("b", 500, 1)))
    database = sqlite3.connect(":memory:")
    _fill(database, [facts])
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


def _many(rubric: Rubric, size: int, path: Path) -> None:
    database = sqlite3.connect(path)
    _fill(database, (Facts(Unit(f"b{n}", f"b{n}"), tuple(activities(f"b{n}", 250, n))) for n in range(size)))
    start = time.perf_counter()
    scored = []
    for facts in _read(database):
        sheet = score(rubric, facts, ON)
        scored.append((facts.unit, replace(sheet, lines=(), order=(), readings=None, meanings=None)))
    standings = rank(rubric, scored)
    ours = time.perf_counter() - start
    start = time.perf_counter()
    rows = database.execute(f"{QUERY} FROM activity WHERE day <= '2018-12-31' GROUP BY unit").fetchall()
    order = sorted(rows, key=lambda row: -sum(row[1:]))
    theirs = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert len(order) == len(standings) == size
    print(f"scoring, {size} branches with 250 activities from a database, scored and ranked: {ours:.1f} s "
          f"({ours / size * 1000:.2f} ms a branch, {memory:.0f} MB at most); 3 clauses by SQL: {theirs:.2f} s; "
          f"ratio {ours / theirs:.1f}")  # fmt: skip
    database.close()


def _fill(database: sqlite3.Connection, branches: Iterator[Facts] | list[Facts]) -> None:
    database.execute("CREATE TABLE activity (unit TEXT, number INTEGER, kind TEXT, day TEXT)")
    for facts in branches:
        rows = ((a.unit, a.number, a.kind, a.occurred_on.isoformat()) for a in facts.activities)
        database.executemany("INSERT INTO activity VALUES (?, ?, ?, ?)", rows)
    database.execute("CREATE INDEX by_unit ON activity (unit, day)")
    database.commit()


def _read(database: sqlite3.Connection) -> Iterator[Facts]:
    """One branch after the other, never all at once."""
    slots = {"topic": "学", "expected": 20, "present": 18}
    unit, found = "", list[Activity]()
    for owner, number, kind, day in database.execute("SELECT unit, number, kind, day FROM activity ORDER BY unit, day"):
        if owner != unit and found:
            yield Facts(Unit(unit, unit), tuple(found))
            found = []
        unit = owner
        found.append(Activity(number, owner, kind, date.fromisoformat(day), slots))
    yield Facts(Unit(unit, unit), tuple(found))


def _same(sheet: ScoreSheet, row: tuple[str, ...]) -> None:
    lines = {line.clause: line for line in sheet.lines}
    for clause, value in zip(COUNTED, row[1:], strict=True):
        points = lines[clause].points
        assert points is not None
        assert abs(points - Decimal(str(value))) < Decimal("1E-9"), clause
