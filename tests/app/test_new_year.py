"""The first of January, with nothing done by hand: the new year's version of a rulebook holds, last year's is judged by
its own."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.demo.local import BOT, LocalTalk
from bot.demo.transcript import Said
from bot.house import House
from bot.loading import load_context
from bot.reminders.tick import Reminders
from bot.settings import Settings
from rubrics.rulebooks import CATALOG
from storage import outbox, papers, timers
from storage.database import Database
from storage.people import Person
from storage.unit_import import UnitEntry, import_units
from storage.units import Headcount

DECEMBER, JANUARY = (datetime.fromisoformat(f"{day}T10:00:00+08:00") for day in ("2026-12-28", "2027-01-04"))
LI, WANG = "@li:local", "@wang:local"
BRANCH = UnitEntry(
    "b1", "第一支部", "top", headcounts=(Headcount(date(2025, 1, 1), 22, 2, committee=5),),
    people=((Person(LI, "李明"), ("secretary",)),),
)  # fmt: skip


def versions(folder: Path) -> None:
    """health-branches in two versions, each with its score sheet: 旧办法 until 2026, 新办法 from 2027."""
    text = (CATALOG / "health-branches.yaml").read_text(encoding="utf-8").replace("id: health-branches", "id: mine")
    points = (CATALOG / "health-branches.example-points.yaml").read_text(encoding="utf-8")
    until = "effective: {from: 2020-01-01, until: 2026-12-31}"
    for name, effective in (("旧办法", until), ("新办法", "effective: {from: 2027-01-01}")):
        one = text.replace("effective: {from: 2020-01-01}", effective)
        (folder / f"{name}.yaml").write_text(re.sub("(?m)^short: .*$", f"short: {name}", one), encoding="utf-8")
    (folder / "mine.points.yaml").write_text(points.replace("overlay: health-branches", "overlay: mine"), "utf-8")


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[tuple[Database, LocalTalk]]:
    """One branch under a committee, assessed by the rulebook that changes with the year."""
    (tmp_path / "books").mkdir()
    versions(tmp_path / "books")
    settings = Settings(homeserver="http://localhost", user_id=BOT, data=tmp_path, rulebooks=tmp_path / "books")
    database = await Database.open(settings.database_url)
    top = UnitEntry(
        "top", "机关党委", settings={"rulebooks": [{"id": "mine", "points": "points"}]},
        people=((Person(WANG, "王芳"), ("assessor",)),),
    )  # fmt: skip
    async with database.turn() as conn:
        await import_units(conn, [top, BRANCH], at=DECEMBER, by="test")
    talk = LocalTalk(database, House.open(settings), LI, DECEMBER)
    await talk.open()
    yield database, talk
    await database.close()


Place = tuple[Database, LocalTalk]


async def say(place: Place, *texts: str) -> str:
    """The answer to the last of some messages."""
    answers: list[str] = []
    for line in texts:
        answers = await place[1].say(Said(0, line))
    return "\n".join(answers)


async def test_the_version_changes_with_the_year(place: Place) -> None:
    database, talk = place
    assert "旧办法 示例分值（原附件未收录） 2026年" in await say(place, "积分")
    await talk.set_now(JANUARY)
    answer = await say(place, "积分")
    assert "新办法 示例分值（原附件未收录） 2027年" in answer
    assert "旧办法" not in answer
    async with database.look() as conn:
        for at, short in ((DECEMBER, "旧办法"), (JANUARY, "新办法")):
            context = await load_context(conn, BOT, LI, talk.house, at)
            assert [r.short for r in context.rubrics["b1"]] == [short]


async def test_a_plan_made_in_december_reaches_into_the_new_year(place: Place) -> None:
    database, talk = place
    await Reminders(database, BOT, talk.house).tick(DECEMBER, DECEMBER)
    async with database.look() as conn:
        found = await timers.of_units(conn, BOT, ["b1"], datetime.fromisoformat("2027-03-01T00:00:00+08:00"), ("day",))
    assert {timer.due_at.year for timer in found} == {2026, 2027}


async def test_reminders_after_midnight_are_the_new_years(place: Place) -> None:
    database, talk = place
    reminders = Reminders(database, BOT, talk.house)
    await reminders.tick(DECEMBER, DECEMBER)
    await talk._answers()
    last = datetime.fromisoformat("2027-01-31T10:00:00+08:00")
    await reminders.tick(last, last)
    async with database.look() as conn:
        said = "\n".join(str(row.content["body"]) for row in await outbox.unsent(conn, BOT))
    before, due, now = said.partition("今天到期：")
    assert "12月——" in before  # what the old year still lacks, by the old version
    assert "年底自查（旧办法）" in before
    assert due
    assert "支委会" in now  # and January's, by the new one


async def test_last_year_is_judged_by_its_own_version(place: Place) -> None:
    database, talk = place
    await talk.speak_as("wang")
    await talk.set_now(JANUARY)
    async with database.turn() as conn:
        body = {
            "rubric": "mine", "version": "2020", "hash": "x", "side": "self", "year": 2026, "period": "2026",
            "total": None, "judgements": [], "activities": [],
        }  # fmt: skip
        await papers.record(conn, "b1", papers.SHEET, date(2026, 12, 30), body, by=LI, source_event=None, at=JANUARY)
    answer = await say(place, "考评 第一支部")
    assert "2026年考评" in answer
    async with database.look() as conn:
        drafts = (await load_context(conn, BOT, WANG, talk.house, JANUARY)).drafts
    (draft,) = drafts.values()
    old = talk.house.rubrics["mine.points"].of_year(2026)
    assert (old.short, draft["hash"]) == ("旧办法", old.hash)
