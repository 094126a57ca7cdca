"""SIGKILL while a file is on its way: each is one event in the room, and opens with its own keys."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.demo.homeserver import Homeserver
from bot.events import Attachment
from bot.matrix import media
from storage import outbox
from storage.database import Database
from tests.faults.five import PATIENCE, Bot, Secretary, leave, quiet, settle

ASKED = int(os.environ.get("ZHIBU_FILE_KILLS", "10"))
MOMENT = 0.15  # seconds after a file's row was written, at most: about how long its upload and its event take


@pytest.mark.timeout(600)
async def test_killed_while_a_file_goes_out_it_comes_once_and_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One asks for the calendar again and again; the bot is killed each time while the file goes out, or just after."""
    draw = random.Random(7)
    stages: dict[str, int] = {}
    async with Homeserver(tmp_path / "synapse") as homeserver:
        bot, secretaries = await settle(homeserver, tmp_path / "bot", people=1)
        (who,) = secretaries
        database = await Database.open(bot.settings.database_url)
        try:
            for _ in range(ASKED):
                before = len(_files(who))
                asked = await who.person.say(who.room_id, "日历")
                await _next_to_go(database, bot, asked)
                await asyncio.sleep(draw.uniform(0, MOMENT))  # the moment is what is random here
                await bot.kill()
                stage = _stage(await _rows(database, bot, asked))
                stages[stage] = stages.get(stage, 0) + 1
                await bot.start()
                await who.person.wait_for(lambda one: one.msgtype == "m.file", room_id=who.room_id, timeout=PATIENCE)
                assert len(_files(who)) == before + 1
            await quiet(bot)
            found = _files(who)
            assert len(found) == ASKED
            for content in found:
                file = content["file"]
                attachment = Attachment(file["url"], content["body"], "text/calendar", None, file)
                data = await media.download(who.person.client, attachment, 10_000_000)
                assert data.startswith(b"BEGIN:VCALENDAR")
                assert len(data) == content["info"]["size"]
            assert list((bot.settings.data / "outgoing").iterdir()) == []
        finally:
            await leave(bot, secretaries)
            await database.close()
    with capsys.disabled():
        print(f"\nSIGKILL while a file goes out: {', '.join(f'{k}: {n}' for k, n in sorted(stages.items()))}")


def _files(who: Secretary) -> list[Mapping[str, Any]]:
    return [one.content for one in who.person.heard if one.msgtype == "m.file"]


async def _rows(database: Database, bot: Bot, asked: str) -> list[outbox.OutboxRow]:
    """What answers a message, the file last, whether it has gone out or not."""
    async with database.look() as conn:
        return await outbox.to_event(conn, bot.settings.user_id, asked)


async def _next_to_go(database: Database, bot: Bot, asked: str) -> None:
    """Until the words before the file are out. It may be out itself by then: between two looks a quick bot sends it."""
    async with asyncio.timeout(PATIENCE):
        while not (rows := await _rows(database, bot, asked)) or any(row.state != outbox.SENT for row in rows[:-1]):
            await asyncio.sleep(0.005)  # the outbox is another process's


def _stage(rows: list[outbox.OutboxRow]) -> str:
    file = rows[-1]
    assert file.content["msgtype"] == "m.file"
    if file.state == outbox.SENT:
        return "its event marked as sent"
    return "not yet uploaded" if file.file else "uploaded, its event not marked"
