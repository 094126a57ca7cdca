"""The demo's branches with a second committee beside theirs, and the people who speak there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.commands.chat import open_local
from bot.demo.local import LocalTalk
from bot.demo.transcript import Said
from storage.database import Database
from storage.people import Person
from storage.unit_import import UnitEntry, import_units

NOW = datetime.fromisoformat("2026-12-05T10:00:00+08:00")
TODAY = NOW.date()
LI, WANG, ZHAO, CHEN = "@li:local", "@wang:local", "@zhao:local", "@chen:local"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[tuple[Database, LocalTalk]]:
    """The demo's branches, and a second committee with an assessor of its own."""
    database, talk = await open_local(tmp_path, NOW)
    async with database.turn() as conn:
        other = UnitEntry("other", "第二党委", people=((Person("@wu:local", "吴刚"), ("assessor",)),))
        await import_units(conn, [other], at=NOW, by="test")
    await talk.open()
    for name in ("wang", "zhao", "li"):
        await talk.speak_as(name)
    yield database, talk
    await database.close()


Place = tuple[Database, LocalTalk]


async def say(place: Place, *texts: str) -> list[str]:
    """The answers to the last of some messages."""
    answers: list[str] = []
    for line in texts:
        answers = await place[1].say(Said(0, line))
    return answers
