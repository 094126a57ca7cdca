"""Enrolment codes: good once, until a moment, unless cancelled; and only their hashes are on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage import audit, codes
from storage.database import Database
from tests.storage.conftest import LI, NOON, later

ZHAO = "@zhao:example.org"


async def made(db: Database, digest: str = "h1", replaces: str | None = None) -> int:
    async with db.turn() as conn:
        return await codes.make(
            conn, digest, "b1", "secretary", by=LI, at=NOON, expires_at=NOON + timedelta(days=1), replaces=replaces
        )


async def test_a_code_is_good_once(branches: Database) -> None:
    number = await made(branches)
    async with branches.turn() as conn:
        found = await codes.by_hash(conn, "h1")
        assert found is not None
        assert (found.number, found.unit_id, found.role, found.made_by) == (number, "b1", "secretary", LI)
        assert found.state(NOON) == codes.OPEN
        assert await codes.use(conn, number, ZHAO, NOON)
        assert not await codes.use(conn, number, LI, NOON)
        assert not await codes.cancel(conn, number, LI, NOON)
        used = await codes.by_number(conn, number)
        assert used is not None
        assert (used.state(NOON), used.used_by, used.used_at) == (codes.USED, ZHAO, NOON)


async def test_a_code_ends_with_its_moment_or_when_cancelled(branches: Database) -> None:
    first, second = await made(branches), await made(branches, "h2", ZHAO)
    async with branches.turn() as conn:
        assert [c.number for c in await codes.open_of(conn, ["b1", "b2"], NOON)] == [first, second]
        assert await codes.open_of(conn, ["b2"], NOON) == []
        assert await codes.cancel(conn, first, LI, NOON)
        found = await codes.by_hash(conn, "h1")
        assert found is not None
        assert found.state(NOON) == codes.CANCELLED
        assert not await codes.use(conn, first, ZHAO, NOON)
        last = await codes.by_hash(conn, "h2")
        assert last is not None
        assert (last.state(later(86399)), last.state(later(86400))) == (codes.OPEN, codes.EXPIRED)
        assert last.replaces == ZHAO
        assert await codes.open_of(conn, ["b1"], later(86400)) == []
        assert await codes.by_hash(conn, "h3") is None
        assert await codes.by_number(conn, 99) is None


async def test_no_two_codes_share_a_hash(branches: Database) -> None:
    await made(branches)
    with pytest.raises(IntegrityError):
        await made(branches)


async def test_what_somebody_tried_can_be_counted(branches: Database) -> None:
    async with branches.turn() as conn:
        for seconds in (0, 10, 20):
            await audit.note(conn, ZHAO, "code_refused", None, {}, later(seconds))
        await audit.note(conn, LI, "code_refused", None, {}, later(20))
        await audit.note(conn, ZHAO, "other", None, {}, later(20))
        assert await audit.count(conn, ZHAO, "code_refused", later(10)) == 2


async def test_the_table_has_no_place_for_the_code_itself(branches: Database) -> None:
    await made(branches)
    async with branches.look() as conn:
        row = (await conn.execute(text("SELECT * FROM codes"))).mappings().one()
    assert set(row) == {
        "number", "hash", "unit_id", "role", "replaces", "made_by", "made_at", "expires_at", "used_by", "used_at",
        "cancelled_by", "cancelled_at",
    }  # fmt: skip
