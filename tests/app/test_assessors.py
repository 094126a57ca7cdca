"""Who may see and judge whom: through the worker and a record on disk."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.commands.chat import open_local
from bot.demo.local import BOT, LocalTalk
from bot.demo.transcript import Said
from bot.dialogue.session import Rating, Session
from bot.events import Inbound, Kind
from bot.loading import load_context, with_opened
from bot.papers import holders
from storage import papers
from storage.database import Database
from storage.people import Person
from storage.unit_import import UnitEntry, import_units
from storage.units import units

NOW = datetime.fromisoformat("2026-12-05T10:00:00+08:00")
LI, WANG, ZHAO = "@li:local", "@wang:local", "@zhao:local"


async def opened(tmp_path: Path) -> tuple[Database, LocalTalk]:
    """The demo's branches."""
    database, talk = await open_local(tmp_path, NOW)
    await talk.open()
    return database, talk


async def say(talk: LocalTalk, *texts: str) -> list[str]:
    """The answers to the last of some messages."""
    answers: list[str] = []
    for line in texts:
        answers = await talk.say(Said(0, line))
    return answers


@pytest.mark.parametrize("person", [LI, ZHAO])
async def test_a_secretary_is_loaded_with_no_other_unit(tmp_path: Path, person: str) -> None:
    database, talk = await opened(tmp_path)
    async with database.look() as conn:
        context = await load_context(conn, BOT, person, talk.house, NOW)
        message = Inbound("$1", "!r", person, NOW, Kind.TEXT, "考评 机关第一支部 机关第二支部 #1 #2")
        seen = await with_opened(
            conn,
            BOT,
            talk.house,
            message,
            Session(rating=Rating("first", "qianjiang-2017.example-points", "assessor")),
            context,
        )
    await database.close()
    own = "first" if person == LI else "second"
    assert seen.assessed == ()
    assert set(seen.facts) == {own}
    assert set(seen.papers) == {own}


async def test_an_assessor_is_loaded_with_the_records_of_the_unit_a_message_is_about(tmp_path: Path) -> None:
    database, talk = await opened(tmp_path)
    async with database.look() as conn:
        context = await load_context(conn, BOT, WANG, talk.house, NOW)
        for words, meant in (("单位", set()), ("考评 机关第二支部", {"second"}), ("退回 #3 重写", {"first"})):
            message = Inbound("$1", "!r", WANG, NOW, Kind.TEXT, words)
            seen = await with_opened(conn, BOT, talk.house, message, Session(), context)
            assert {one.unit.id for one in seen.assessed} == {"first", "second"}  # not the committee itself
            assert {one.unit.id for one in seen.assessed if one.facts is not None} == meant
    await database.close()


async def test_who_belongs_to_a_branch_is_no_assessor_of_it(tmp_path: Path) -> None:
    database, talk = await opened(tmp_path)
    async with database.turn() as conn:
        (committee,) = await units(conn, ["committee"])
        entry = UnitEntry(
            "committee", committee.name, attributes=committee.attributes, settings=committee.settings,
            people=((Person(WANG, "王芳"), ("assessor",)), (Person(LI, "李明"), ("assessor",))),
        )  # fmt: skip
        await import_units(conn, [entry], at=NOW, by="test")
    async with database.look() as conn:
        context = await load_context(conn, BOT, LI, talk.house, NOW)
        assert [one.unit.id for one in context.assessed] == ["second"]
        assert await holders(conn, "first", "assessor", NOW.date()) == [WANG]
        assert await holders(conn, "second", "assessor", NOW.date()) == [LI, WANG]
    (answer,) = await say(talk, "考评 机关第一支部")
    assert "由别的考评员做" in answer
    (answer,) = await say(talk, "单位")
    assert "机关第二支部" in answer
    assert "第一支部：" not in answer
    await database.close()


async def test_what_somebody_may_not_do_is_noted(tmp_path: Path) -> None:
    database, talk = await opened(tmp_path)
    await say(talk, "考评 机关第二支部", "退回 #1 不对")
    async with database.look() as conn:
        seen = "SELECT by, action, unit_id FROM audit WHERE action <> 'import' ORDER BY id"
        tried = (await conn.execute(text(seen))).all()
        assert await papers.current(conn, ["first", "second"]) == []
    await database.close()
    assert [tuple(row) for row in tried] == [(LI, "refused:assess", "second"), (LI, "refused:return_record", None)]


async def test_a_role_that_ended_ends_the_assessment_under_way(tmp_path: Path) -> None:
    database, talk = await opened(tmp_path)
    await talk.speak_as("wang")
    await say(talk, "考评 机关第一支部", "1", "全部认可")
    async with database.turn() as conn:
        await conn.execute(text("UPDATE posts SET until = '2026-12-01' WHERE role = 'assessor'"))
    (answer,) = await say(talk, "3")
    await database.close()
    assert "（一）" not in answer
    assert "支部" in answer  # how to be enrolled, and nothing else
    assert "机关第一支部" not in answer
