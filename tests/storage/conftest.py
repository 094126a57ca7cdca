"""A fresh record for each test: SQLite always, PostgreSQL where ZHIBU_TEST_POSTGRES names a server."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Database
from storage.people import Person
from storage.unit_import import UnitEntry, import_units
from storage.units import Headcount

POSTGRES = os.environ.get("ZHIBU_TEST_POSTGRES")  # postgresql+asyncpg://user@host/any-database, may create databases
ME = "@zhibu:example.org"
LI = "@li:example.org"
ROOM = "!room"
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def later(seconds: float) -> datetime:
    """A moment after noon."""
    return NOON + timedelta(seconds=seconds)


@pytest.fixture(params=["sqlite", *(["postgres"] if POSTGRES else [])])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """Where a database of the test's own lies, or will."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'zhibu.db'}"
        return
    server = create_async_engine(str(POSTGRES), isolation_level="AUTOCOMMIT")
    name = f"zhibu_test_{secrets.token_hex(6)}"
    async with server.connect() as conn:
        await conn.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(str(POSTGRES)).set(database=name).render_as_string(hide_password=False)
    async with server.connect() as conn:
        await conn.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    await server.dispose()


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
