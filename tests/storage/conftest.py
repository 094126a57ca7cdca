"""A fresh record for each test, empty or with a few units."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from storage.database import Database
from storage.people import Person
from storage.unit_import import UnitEntry, import_units
from storage.units import Headcount

ME = "@zhibu:example.org"
LI = "@li:example.org"
ROOM = "!room"
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def later(seconds: float) -> datetime:
    """A moment after noon."""
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
async def db(url: str) -> AsyncIterator[Database]:
    """An empty record."""
    database = await Database.open(url)
    yield database
    await database.close()


BRANCH = UnitEntry(
    "b1",
    "机关第一支部",
    parent="top",
    headcounts=(Headcount(date(2026, 1, 1), 22, 2, committee=5, groups=(12, 12)),),
    attributes={"层级": "branch"},
    settings={"language": "en", "time_zone": None},
    people=((Person(LI, "李明"), ("secretary",)),),
)
TREE = (
    UnitEntry("top", "机关党委", settings={"language": "zh_CN", "time_zone": "Asia/Shanghai"}),
    BRANCH,
    UnitEntry("b2", "机关第二支部", parent="top", place=1),
)


@pytest.fixture
async def branches(db: Database) -> Database:
    """A record with a committee and two branches."""
    async with db.turn() as conn:
        await import_units(conn, TREE, at=NOON, by="test")
    return db
