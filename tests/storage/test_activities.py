"""Activities: versions instead of changes, tombstones instead of gaps, and nobody sees another unit's."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from storage import activities, faults
from storage.activities import RecordError
from storage.database import Database
from tests.storage.conftest import LI, NOON, later

WANG = "@wang:example.org"
DAY = date(2026, 11, 5)


async def report(conn: Any, unit: str = "b1", day: date = DAY, event: str = "$1", **slots: object) -> int:
    return await activities.record(
        conn, unit, kind="committee_meeting", occurred_on=day, slots=slots, by=LI, source_event=event, at=NOON
    )


async def test_a_record_reads_back_whole(branches: Database) -> None:
    async with branches.turn() as conn:
        number = await activities.record(
            conn,
            "b1",
            kind="dues_collected",
            occurred_on=DAY,
            slots={"amount": 48000, "months": ["2026-10"]},
            by=LI,
            source_event="$1",
            at=NOON,
            period="2026-10",
            gathering="g",
        )
        row = await activities.one(conn, number, ["b1"])
        assert row == activities.ActivityRow(
            number=number,
            version=1,
            unit_id="b1",
            kind="dues_collected",
            occurred_on=DAY,
            slots={"amount": 48000, "months": ["2026-10"]},
            period="2026-10",
            gathering="g",
            by=LI,
            source_event="$1",
            recorded_at=NOON,
            changed_by=LI,
            changed_at=NOON,
        )
        assert await activities.by_source(conn, "$1") == [number]


async def test_a_correction_is_a_version_and_keeps_who_reported_it(branches: Database) -> None:
    async with branches.turn() as conn:
        number = await report(conn, present=5, topic="方案")
        version = await activities.amend(
            conn, number, {"slots": {"present": 4}}, by=WANG, source_event="$2", at=later(60)
        )
        row = await activities.one(conn, number, ["b1"])
        assert version == 2
        assert row is not None
        assert (row.slots, row.occurred_on, row.by, row.changed_by) == ({"present": 4}, DAY, LI, WANG)
        assert (row.recorded_at, row.changed_at, row.source_event) == (NOON, later(60), "$1")
        said = [(v.version, v.action, v.slots) for v in await activities.history(conn, number, ["b1"])]
        assert said == [(1, "record", {"present": 5, "topic": "方案"}), (2, "amend", {"present": 4})]
        assert await activities.by_source(conn, "$2") == []


async def test_the_newest_version_decides_the_day(branches: Database) -> None:
    async with branches.turn() as conn:
        number = await report(conn)
        await activities.amend(conn, number, {"occurred_on": date(2026, 12, 5)}, by=LI, source_event=None, at=NOON)
        november = await activities.current(conn, ["b1"], date(2026, 11, 1), date(2026, 11, 30))
        december = await activities.current(conn, ["b1"], date(2026, 12, 5), date(2026, 12, 5))
        assert (november, [row.number for row in december]) == ([], [number])


async def test_a_withdrawal_is_marked_and_can_be_changed_no_more(branches: Database) -> None:
    async with branches.turn() as conn:
        number = await report(conn)
        await activities.withdraw(conn, number, by=LI, source_event="$3", at=later(9), reason="said")
        (row,) = await activities.current(conn, ["b1"])
        assert (row.withdrawn_at, row.reason, row.kind) == (later(9), "said", "committee_meeting")
        for change in (
            activities.amend(conn, number, {"slots": {}}, by=LI, source_event=None, at=NOON),
            activities.withdraw(conn, number, by=LI, source_event=None, at=NOON, reason="again"),
        ):
            with pytest.raises(RecordError) as refused:
                await change
            assert refused.value.code == "withdrawn"


async def test_a_purge_leaves_a_tombstone_and_nothing_else(branches: Database) -> None:
    async with branches.turn() as conn:
        number = await report(conn, topic="机密")
        await activities.amend(conn, number, {"slots": {"topic": "还是机密"}}, by=LI, source_event="$2", at=NOON)
        assert await activities.purge(conn, number, by=WANG, at=NOON, reason="涉密") == ["$1", "$2"]
        assert await activities.current(conn, ["b1"]) == []
        assert await activities.one(conn, number, ["b1"]) is None
        versions = await activities.history(conn, number, ["b1"])
        assert [(v.action, v.kind, v.slots, v.reason) for v in versions] == [
            ("record", None, None, None),
            ("amend", None, None, None),
            ("purge", None, None, "涉密"),
        ]
        assert await faults.verify(conn, "b1") == []
        with pytest.raises(RecordError, match="purged"):
            await activities.purge(conn, number, by=WANG, at=NOON, reason="again")
        with pytest.raises(RecordError, match="unknown"):
            await activities.purge(conn, 999, by=WANG, at=NOON, reason="none")


async def test_only_the_asked_units_are_seen(branches: Database) -> None:
    async with branches.turn() as conn:
        first, second = await report(conn, "b1"), await report(conn, "b2")
        assert await activities.one(conn, second, ["b1"]) is None
        assert await activities.history(conn, second, ["b1"]) == []
        assert await activities.current(conn, []) == []
        assert [row.number for row in await activities.current(conn, ["b1"])] == [first]
        assert [row.number for row in await activities.recent(conn, ["b1", "b2"], 1)] == [second]


async def test_lists_are_by_day_then_number(branches: Database) -> None:
    async with branches.turn() as conn:
        late = await report(conn, day=date(2026, 11, 20))
        early = await report(conn, day=date(2026, 11, 1))
        same = await report(conn, day=date(2026, 11, 20))
        assert [row.number for row in await activities.current(conn, ["b1"])] == [early, late, same]


@pytest.mark.parametrize("slots", [{"hours": 1.5}, {"deep": [{"x": 0.1}]}])
async def test_a_float_is_refused(branches: Database, slots: dict[str, object]) -> None:
    async with branches.turn() as conn:
        with pytest.raises(ValueError, match="float"):
            await report(conn, **slots)


async def test_only_what_may_change_changes(branches: Database) -> None:
    async with branches.turn() as conn:
        number = await report(conn)
        with pytest.raises(KeyError):
            await activities.amend(conn, number, {"unit_id": "b2"}, by=LI, source_event=None, at=NOON)
