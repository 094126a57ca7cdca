"""The end of a publicity period: who hears of it, once, and of what has gone nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.commands.chat import open_local
from bot.demo.local import BOT, LocalTalk
from bot.demo.points import SETTLED
from bot.demo.transcript import Said
from bot.house import House
from bot.reminders.tick import Reminders
from bot.settings import Settings
from storage import outbox, units
from storage.database import Database
from tests.settled import settled

MADE = datetime.fromisoformat("2026-12-05T10:00:00+08:00")
LAST = datetime.fromisoformat("2026-12-11T10:00:00+08:00")
AFTER = datetime.fromisoformat("2026-12-12T09:00:00+08:00")


class Public:
    """A branch whose result has been made known until 11 December, and what is said of it unasked."""

    def __init__(self, database: Database, talk: LocalTalk, folder: Path) -> None:
        self.database, self.talk = database, talk
        house = House.open(Settings(homeserver="http://x", user_id=BOT, data=folder, rulebooks=settled()))
        self.reminders = Reminders(database, BOT, house)

    async def say(self, who: str, *lines: str) -> list[str]:
        """Somebody's words; what is answered to the last."""
        await self.talk.speak_as(who)
        answers: list[str] = []
        for line in lines:
            answers = await self.talk.say(Said(0, line))
        return answers

    async def tick(self, now: datetime) -> dict[str, str]:
        """What is said of a publicity's end at a time, by room."""
        await self.reminders.tick(now, now)
        async with self.database.turn() as conn:
            rows = await outbox.unsent(conn, BOT)
            for row in rows:
                await outbox.sent(conn, BOT, row.transaction_id, f"${row.transaction_id}", now)
        found = [row for row in rows if row.cause.startswith("public_end/")]
        assert len({row.room_id for row in found}) == len(found), "one message each"
        return {row.room_id: str(row.content["body"]) for row in found}


@pytest.fixture
async def public(tmp_path: Path) -> AsyncIterator[Public]:
    database, talk = await open_local(tmp_path, MADE, rulebooks=settled(), points=SETTLED)
    await talk.open()
    here = Public(database, talk, tmp_path)
    for who in ("chen", "zhao"):
        await talk.speak_as(who)
    await here.say("li", "自评 量化考核", "全部认可", "其余满分", "好")
    await here.say("wang", "考评 机关第一支部 量化考核", "全部认可", "其余同自评", "好")
    await here.say("wang", "公示 机关第一支部 量化考核", "好")
    yield here
    await database.close()


async def test_the_end_is_told_once_to_whoever_it_concerns(public: Public) -> None:
    assert await public.tick(LAST) == {}, "the last day is still a day to object"
    assert await public.tick(AFTER - timedelta(minutes=1)) == {}
    assert await public.tick(AFTER) == {
        "!local": "公示期满：\n机关第一支部 量化考核 2026年：没有待答复的异议，等批准；批了告诉您。",
        "!local-wang": "公示期满：\n机关第一支部 量化考核 2026年：没有待答复的异议，已请管理员批准。",
        "!local-chen": "公示期满，等您批准：\n机关第一支部 量化考核 2026年：87.47/100分（自评87.47 × 30% + 考评87.47 × "
                       "70%）。批准说“批准 机关第一支部 量化考核，依据…”。",
    }  # fmt: skip
    assert await public.tick(AFTER + timedelta(days=1)) == {}


async def test_an_objection_left_open_is_named(public: Public) -> None:
    told = await public.say("li", "异议 （三）1 少算一次", "好")
    assert any(one.startswith("[wang]") and "有异议1：" in one for one in told), "the assessor hears of it at once"
    said = await public.tick(AFTER)
    assert set(said) == {"!local", "!local-wang"}
    assert "异议1还没有答复" in said["!local-wang"]
    assert "“答复 机关第一支部 异议1 采纳" in said["!local-wang"]
    assert said["!local"].endswith("异议1还在办，答复了告诉您。")


async def test_what_was_taken_back_meanwhile_is_not_spoken_of(public: Public) -> None:
    await public.say("chen", "退回结果 机关第一支部 量化考核，理由：合计算错", "好")
    assert await public.tick(AFTER) == {}


async def test_quiet_hours_and_a_week_of_silence_are_kept_to(public: Public) -> None:
    async with public.database.turn() as conn:
        quiet = {"from": "19:00", "to": "11:00"}
        await units.change_setting(conn, "first", "quiet_hours", quiet, by="test", at=MADE)
    assert await public.tick(AFTER + timedelta(days=7)) == {}
    assert len(await public.tick(AFTER + timedelta(days=7, hours=2))) == 3


async def test_two_bots_tell_it_once(public: Public) -> None:
    other = Reminders(public.database, "@second:local", public.reminders._house)
    await other.tick(AFTER, AFTER)
    assert len(await public.tick(AFTER)) == 3
