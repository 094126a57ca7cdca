"""What was said is erased 30 days after it was answered; what was recorded stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from bot.commands.chat import open_local
from bot.demo.local import BOT
from bot.demo.transcript import Said
from bot.forgetting import forget_old
from storage import activities, inbox
from storage.inbox import InboxRow

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")


async def test_bodies_go_after_thirty_days_and_records_stay(tmp_path: Path) -> None:
    database, talk = await open_local(tmp_path, NOW, empty=True)
    await talk.open()
    for line in ("11月5日支委会，应到5人，实到5人，研究发展对象", "好"):
        await talk.say(Said(0, line))

    async def kept() -> InboxRow | None:
        async with database.look() as conn:
            return await inbox.row(conn, BOT, "$1-!local")

    await forget_old(database, NOW + timedelta(days=29))
    before = await kept()
    assert before is not None
    assert before.content["body"].startswith("11月5日支委会")
    await forget_old(database, NOW + timedelta(days=31))
    after = await kept()
    assert after is not None
    assert not after.content
    async with database.look() as conn:
        (record,) = await activities.current(conn, ["first"])
    assert record.slots["topic"] == "研究发展对象"
    await database.close()
