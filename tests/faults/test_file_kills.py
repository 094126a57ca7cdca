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
    """One asks for the calendar again and again; the bot is killed each time before the file was seen."""
    draw = random.Random(7)
    stages: dict[str, int] = {}
    async with Homeserver(tmp_path / "synapse") as homeserver:
        bot, secretaries = await settle(homeserver, tmp_path / "bot")
        who = secretaries[0]
        try:
            for _ in range(ASKED):
                before = len(_files(who))
                await who.person.say(who.room_id, "日历")
                await _waiting(bot)
                await asyncio.sleep(draw.uniform(0, MOMENT))  # the moment is what is random here
                await bot.kill()
                stage = await _stage(bot)
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
    with capsys.disabled():
        print(f"\nSIGKILL while a file goes out: {', '.join(f'{k}: {n}' for k, n in sorted(stages.items()))}")


def _files(who: Secretary) -> list[Mapping[str, Any]]:
    return [one.content for one in who.person.heard if one.msgtype == "m.file"]


async def _rows(bot: Bot) -> list[outbox.OutboxRow]:
    database = await Database.open(bot.settings.database_url)
    try:
        async with database.look() as conn:
            return await outbox.unsent(conn, bot.settings.user_id)
    finally:
        await database.close()


async def _waiting(bot: Bot) -> None:
    """Until the file's row is the next to go: the words before it are out."""
    async with asyncio.timeout(PATIENCE):
        while not any(row.content.get("msgtype") == "m.file" for row in await _rows(bot)):
            await asyncio.sleep(0.005)  # the outbox is another process's


async def _stage(bot: Bot) -> str:
    rows = [row for row in await _rows(bot) if row.content.get("msgtype") == "m.file"]
    if not rows:
        return "its event marked as sent"
    return "not yet uploaded" if rows[0].file else "uploaded, its event not marked"
