"""What doesn't apply to a unit, as records of their own in its chain."""

from __future__ import annotations

from datetime import date

from storage import activities, faults, waivers
from storage.database import Database
from tests.storage.conftest import LI, NOON, later

LAST = date(2026, 11, 30)


async def test_a_waiver_is_on_record_and_can_be_taken_back(branches: Database) -> None:
    async with branches.turn() as conn:
        first = await activities.record(
            conn, "b1", kind="committee_meeting", occurred_on=LAST, slots={}, by=LI, source_event="$a", at=NOON
        )
        number = await waivers.waive(
            conn, "b1", key="k", label="11月支委会", last=LAST, reason="外出", by=LI, source_event="$w", at=NOON
        )
        assert number == first + 1, "one number means one thing"
        (row,) = await waivers.current(conn, ["b1"], LAST)
        assert (row.key, row.label, row.reason, row.by, row.source_event) == ("k", "11月支委会", "外出", LI, "$w")
        assert await waivers.current(conn, ["b1"], date(2026, 12, 1)) == []
        assert await waivers.current(conn, ["b2"], LAST) == []
        assert [a.number for a in await activities.current(conn, ["b1"])] == [first], "it is no activity"
        await waivers.lift(conn, row, by=LI, source_event="$x", at=later(1))
        await waivers.lift(conn, row, by=LI, source_event="$y", at=later(2))  # a second time changes nothing
        assert await waivers.current(conn, ["b1"], LAST) == []
        assert await faults.verify(conn, "b1") == []
