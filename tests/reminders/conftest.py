"""A branch with a record of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.commands.chat import open_local
from tests.reminders.branch import START, Branch


@pytest.fixture
async def branch(tmp_path: Path) -> AsyncIterator[Branch]:
    database, talk = await open_local(tmp_path, START)
    await talk.open()
    yield Branch(database, talk, tmp_path)
    await database.close()
