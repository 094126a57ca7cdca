"""What is kept in mind of units' records is what is on record, whatever was said or undone meanwhile."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import chained
from bot.chained import Chains
from bot.charges import load
from bot.demo.local import BOT
from bot.house import House
from storage import activities, papers
from tests.app.conftest import NOW, WANG, Place, say

UNITS = ("committee", "first", "second")
SINCE, ZONE = date(2025, 1, 1), ZoneInfo("Asia/Shanghai")


async def holds(place: Place) -> Any:
    """What a house that has answered all along has in mind of the units, once it is seen to be what a new one reads."""
    database, talk = place
    async with database.look() as conn:
        kept = await load(conn, talk.house, UNITS, NOW, heard_by=BOT)
        anew = await load(conn, House.open(talk.house.settings), UNITS, NOW, heard_by=BOT)
    assert kept == anew
    return kept


async def test_what_is_kept_in_mind_is_what_is_on_record(place: Place) -> None:
    before = await holds(place)
    for said in (
        "12月2日支委会，应到5人，实到5人，研究发展对象", "好", "改 #{last} 实到4人", "好", "撤回 #{last}", "好",
        "12月3日主题党日，重温入党誓词，应到24人，实到23人", "好",
    ):  # fmt: skip
        last = max(a.number for a in before.charges["first"].facts.activities)
        await say(place, said.format(last=last))
        now = await holds(place)
        assert (now != before) == (said == "好"), said
        before = now
    last = max(a.number for a in before.charges["first"].facts.activities)
    assert last in before.charges["first"].links


async def test_what_other_hands_change_is_seen(place: Place) -> None:
    database, _ = place
    before = await holds(place)
    number = before.charges["first"].facts.activities[-1].number
    async with database.turn() as conn:
        await activities.purge(conn, number, by=WANG, at=NOW, reason="不该记")
    purged = await holds(place)
    assert number not in {a.number for a in purged.charges["first"].facts.activities}
    async with database.turn() as conn:
        said = {"kind": "vacancy", "clause": "1", "times": 1, "points": None, "numbers": [], "note": "", "year": 2026,
                "rubric": "shaoxing-2018"}  # fmt: skip
        await papers.record(conn, "first", papers.FINDING, NOW.date(), said, by=WANG, source_event=None, at=NOW)
    assert (await holds(place)).charges["first"].facts.findings


async def test_an_undone_turn_leaves_nothing_in_mind(place: Place) -> None:
    database, talk = place
    before = await holds(place)
    with suppress(ZeroDivisionError):
        async with database.turn() as conn:
            await activities.record(conn, "first", kind="committee_meeting", occurred_on=NOW.date(), slots={}, by=WANG,
                                    source_event=None, at=NOW)  # fmt: skip
            inside = await talk.house.chains.read(conn, {"first": ZONE}, SINCE)
            assert len(inside["first"].activities) == len(before.charges["first"].facts.activities) + 1
            raise ZeroDivisionError
    assert await holds(place) == before


async def test_it_is_read_once_and_forgotten_when_there_is_too_much(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, _ = place
    chains = Chains()
    async with database.look() as conn:
        first = (await chains.read(conn, {"first": ZONE}, SINCE))["first"]
        assert (await chains.read(conn, {"first": ZONE}, SINCE))["first"] is first
        assert (await chains.read(conn, {"first": ZONE}, date(2026, 6, 1)))["first"] is not first
        monkeypatch.setattr(chained, "RECORDS", 1 + len(first.activities))
        first = (await chains.read(conn, {"first": ZONE}, SINCE))["first"]
        await chains.read(conn, {"second": ZONE}, SINCE)
        assert (await chains.read(conn, {"first": ZONE}, SINCE))["first"] is not first
