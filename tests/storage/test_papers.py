"""Sheets, findings and results: chained like activities, closed but never lost; drafts that move with the office."""

from __future__ import annotations

from datetime import date

import pytest

from storage import activities, chain, drafts, faults, papers
from storage.activities import RecordError
from storage.database import Database
from storage.papers import PaperError
from tests.storage.conftest import LI, NOON, TODAY, later

WANG = "@wang:example.org"
SHEET = {"rubric": "r", "judgements": [{"clause": "（一）1", "points": "2.5"}], "activities": [[1, 1]]}


async def submit(db: Database, unit: str = "b1", subject: str = papers.SHEET) -> int:
    """One paper on record."""
    async with db.turn() as conn:
        return await papers.record(conn, unit, subject, TODAY, SHEET, by=LI, source_event="$1", at=NOON)


async def test_a_paper_is_read_back_as_it_was_put_in(branches: Database) -> None:
    number = await submit(branches)
    async with branches.look() as conn:
        (paper,) = await papers.current(conn, ["b1"])
    assert (paper.number, paper.version, paper.subject, paper.on, paper.by) == (number, 1, "sheet", TODAY, LI)
    assert paper.body == SHEET
    assert paper.stands


async def test_another_units_papers_are_not_seen(branches: Database) -> None:
    await submit(branches, "b2")
    async with branches.look() as conn:
        assert await papers.current(conn, ["b1"]) == []


async def test_a_sheet_sent_back_stays_with_its_words_and_the_reason(branches: Database) -> None:
    number = await submit(branches)
    async with branches.turn() as conn:
        await papers.close(conn, number, by=WANG, source_event="$2", at=later(5), reason="（三）1 请补佐证")
    async with branches.look() as conn:
        (paper,) = await papers.current(conn, ["b1"])
        assert await faults.verify(conn, "b1") == []
    assert (paper.version, paper.by, paper.closed_by, paper.reason) == (2, LI, WANG, "（三）1 请补佐证")
    assert paper.body == SHEET
    assert paper.closed_at == later(5)
    assert not paper.stands


async def test_what_is_closed_or_unknown_cannot_be_closed(branches: Database) -> None:
    number = await submit(branches, subject=papers.FINDING)
    async with branches.turn() as conn:
        await papers.close(conn, number, by=WANG, source_event=None, at=NOON, reason="登记错了")
    for wrong, code in ((number, "closed"), (number + 99, "unknown")):
        with pytest.raises(PaperError) as error:
            async with branches.turn() as conn:
                await papers.close(conn, wrong, by=WANG, source_event=None, at=NOON, reason="x")
        assert error.value.code == code


@pytest.mark.parametrize(("subject", "body"), [("note", {}), ("sheet", {"total": 1.5})])
async def test_an_unknown_subject_or_a_float_is_refused_and_leaves_nothing(
    branches: Database, subject: str, body: dict[str, object]
) -> None:
    with pytest.raises(ValueError):
        async with branches.turn() as conn:
            await papers.record(conn, "b1", subject, TODAY, body, by=LI, source_event=None, at=NOON)
    async with branches.look() as conn:
        assert await papers.current(conn, ["b1"]) == []
        assert await chain.head(conn, "b1") is None


async def test_papers_and_activities_share_a_chain_and_not_their_numbers(branches: Database) -> None:
    async with branches.turn() as conn:
        first = await activities.record(
            conn, "b1", kind="k", occurred_on=TODAY, slots={}, by=LI, source_event="$1", at=NOON
        )
    await submit(branches)
    async with branches.turn() as conn:
        second = await activities.record(
            conn, "b1", kind="k", occurred_on=TODAY, slots={}, by=LI, source_event="$2", at=NOON
        )
        head = await chain.head(conn, "b1")
        assert head is not None
        assert head.position == 3
        assert await faults.verify(conn, "b1") == []
    assert second == first + 1


async def test_an_altered_sheet_is_found(branches: Database) -> None:
    number = await submit(branches)
    async with branches.turn() as conn:
        await conn.exec_driver_sql("UPDATE bodies SET body = replace(body, '2.5', '3.0') WHERE subject = 'sheet'")
        (fault,) = await faults.verify(conn, "b1")
    assert (fault.kind, fault.part, fault.subject, fault.number) == ("altered", "body", "sheet", number)


async def test_an_activity_sent_back_is_marked_until_it_is_corrected(branches: Database) -> None:
    async with branches.turn() as conn:
        number = await activities.record(
            conn, "b1", kind="k", occurred_on=date(2026, 11, 1), slots={"n": 1}, by=LI, source_event="$1", at=NOON
        )
        await activities.send_back(conn, number, by=WANG, source_event="$2", at=later(1), reason="缺签到表")
        (row,) = await activities.current(conn, ["b1"])
        assert (row.returned_at, row.reason, row.withdrawn_at, row.version) == (later(1), "缺签到表", None, 2)
        assert row.slots == {"n": 1}
        await activities.amend(conn, number, {"slots": {"n": 2}}, by=LI, source_event="$3", at=later(2))
        (row,) = await activities.current(conn, ["b1"])
        assert (row.returned_at, row.reason, row.slots) == (None, None, {"n": 2})
        actions = [v.action for v in await activities.history(conn, number, ["b1"])]
        assert actions == ["record", "return", "amend"]
        assert await faults.verify(conn, "b1") == []


async def test_a_withdrawn_activity_cannot_be_sent_back(branches: Database) -> None:
    async with branches.turn() as conn:
        number = await activities.record(
            conn, "b1", kind="k", occurred_on=TODAY, slots={}, by=LI, source_event="$1", at=NOON
        )
        await activities.withdraw(conn, number, by=LI, source_event=None, at=NOON, reason="said")
        with pytest.raises(RecordError):
            await activities.send_back(conn, number, by=WANG, source_event=None, at=NOON, reason="x")


async def test_a_draft_is_the_offices_or_a_raters_own(branches: Database) -> None:
    async with branches.turn() as conn:
        await drafts.save(conn, "b1", "r", "self", "", {"at": "1"}, NOON)
        await drafts.save(conn, "b1", "r", "self", "", {"at": "2"}, later(1))
        await drafts.save(conn, "b1", "r", "assessor", WANG, {"at": "3"}, NOON)
        (office,) = await drafts.load(conn, ["b1"], "")
        assert (office.side, office.body, office.saved_at) == ("self", {"at": "2"}, later(1))
        (hers,) = await drafts.load(conn, ["b1"], WANG)
        assert (hers.side, hers.body) == ("assessor", {"at": "3"})
        assert await drafts.load(conn, ["b1"], LI) == []
        assert await drafts.load(conn, ["b2"], WANG) == []
        await drafts.forget(conn, "b1", "r", "self", "")
        assert await drafts.load(conn, ["b1"], "") == []
