"""催办 goes to the one unit's room and nowhere else; a reply goes back to whoever asked; both are in the chain."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.commands.chat import open_local
from bot.demo.local import BOT
from bot.events import Batch, Inbound, Kind, RoomView
from bot.house import House
from bot.worker import Worker
from storage import faults, outbox, papers, units
from storage.database import Database
from storage.outbox import OutboxRow
from tests.app.test_assessors import LI, WANG

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
ZHAO = "@zhao:local"


@dataclass
class Talk:
    """Everybody in a room of their own with the bot. said: rows that went out, by room, in order."""

    database: Database
    house: House
    now: datetime = NOW
    count: int = 0
    said: dict[str, list[OutboxRow]] = field(default_factory=dict)

    async def join(self, room: str, *others: str, direct: bool = True) -> None:
        """The bot is in a room with them."""
        view = RoomView(room, direct=direct, encrypted=True, others=others)
        await self._worker().receive(Batch("r", rooms=(view,)))
        await self._send()

    async def say(self, person: str, room: str, body: str, **more: Any) -> list[str]:
        """Say something; every answer to it, with the room it went to before it."""
        self.count += 1
        self.now += timedelta(seconds=1)
        worker = self._worker()
        event = Inbound(f"${self.count}", room, person, self.now, Kind.TEXT, body, **more)
        await worker.receive(Batch(str(self.count), (event,)))
        await worker.drain()
        return [f"{row.room_id} {row.content['body']}" for row in await self._send()]

    def _worker(self) -> Worker:
        return Worker(self.database, BOT, self.house, clock=lambda: self.now)

    async def _send(self) -> list[OutboxRow]:
        found = []
        async with self.database.turn() as conn:
            while rows := await outbox.unsent(conn, BOT):
                for row in rows:
                    await outbox.sent(conn, BOT, row.transaction_id, f"${row.transaction_id}", self.now)
                    self.said.setdefault(row.room_id, []).append(row)
                    found.append(row)
        return found


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    database, local = await open_local(tmp_path, NOW)
    made = Talk(database, local.house)
    for person, room in ((LI, "!li"), (ZHAO, "!zhao"), (WANG, "!wang")):
        await made.join(room, person)
    yield made
    await database.close()


async def urge(talk: Talk, words: str = "催办 机关第一支部 主题党日") -> OutboxRow:
    """Ask and confirm; what went to the unit."""
    before = {room: len(rows) for room, rows in talk.said.items()}
    await talk.say(WANG, "!wang", words)
    await talk.say(WANG, "!wang", "好")
    new = {room: rows[before.get(room, 0) :] for room, rows in talk.said.items() if room != "!wang"}
    (row,) = [row for rows in new.values() for row in rows]
    return row


async def test_it_goes_to_that_unit_alone_and_is_on_record(talk: Talk) -> None:
    row = await urge(talk)
    assert row.room_id == "!li"
    assert row.content["msgtype"] == "m.text"
    assert all("催办" not in row.content["body"] for row in talk.said["!zhao"])
    async with talk.database.look() as conn:
        (asking,) = [p for p in await papers.current(conn, ["first"]) if p.subject == papers.ASKING]
        assert (asking.by, asking.body["what"]) == (WANG, "主题党日")
        assert await faults.verify(conn, "first") == []
        assert [p for p in await papers.current(conn, ["second"]) if p.subject in papers.ASKED] == []


async def test_a_reply_to_it_goes_to_whoever_asked(talk: Talk) -> None:
    row = await urge(talk)
    for words in ("25号开", "收到", "本月党员外出，下月补"):
        told, passed = await talk.say(LI, "!li", words, reply_to=f"${row.transaction_id}")
        assert told == f"!wang 机关第一支部（李明）答复催办“主题党日”：{words}"
        assert passed.startswith("!li 已转告考评员王芳")
    async with talk.database.look() as conn:
        found = [p.body["words"] for p in await papers.current(conn, ["first"]) if p.subject == papers.REPLY]
        assert found == ["25号开", "收到", "本月党员外出，下月补"]
        assert await faults.verify(conn, "first") == []


async def test_a_report_in_reply_to_it_is_recorded(talk: Talk) -> None:
    row = await urge(talk)
    (card,) = await talk.say(
        LI, "!li", "11月6日主题党日，义务植树，应到24人实到22人", reply_to=f"${row.transaction_id}"
    )
    assert "没问题回“好”" in card
    (answer,) = await talk.say(LI, "!li", "好")
    assert "已记下" in answer
    (listed,) = await talk.say(WANG, "!wang", "催办")
    assert "未答复" in listed


async def test_what_is_sensitive_is_passed_on_to_nobody(talk: Talk) -> None:
    row = await urge(talk)
    (answer,) = await talk.say(LI, "!li", "负责人身份证号110101199003078515", reply_to=f"${row.transaction_id}")
    assert "敏感信息" in answer


async def test_it_can_be_put_off_like_a_reminder(talk: Talk) -> None:
    await urge(talk)
    (answer,) = await talk.say(LI, "!li", "明天再说")
    assert "11月21日再提醒" in answer


async def test_it_goes_where_the_unit_is_reminded(talk: Talk) -> None:
    await talk.join("!group", LI, ZHAO, direct=False)
    await talk.say(LI, "!group", "提醒发到这里", mentions_me=True)
    row = await urge(talk)
    assert row.room_id == "!group"
    told, passed = await talk.say(LI, "!group", "25号开", reply_to=f"${row.transaction_id}")
    assert told.startswith("!wang 机关第一支部（李明）答复催办")
    assert passed.startswith("!group ")
    assert await talk.say(ZHAO, "!group", "我们也25号开", reply_to=f"${row.transaction_id}") != told


async def test_nobodys_phone_rings_in_the_hours_a_unit_keeps_quiet(talk: Talk) -> None:
    async with talk.database.turn() as conn:
        quiet = {"from": "09:00", "to": "18:00"}
        await units.change_setting(conn, "first", "quiet_hours", quiet, by="t", at=NOW)
    row = await urge(talk)
    assert row.content["msgtype"] == "m.notice"


async def test_who_does_not_assess_a_unit_can_not_ask_it(talk: Talk) -> None:
    answers = await talk.say(LI, "!li", "催办 机关第二支部 主题党日")
    assert all(answer.startswith("!li ") for answer in answers)
    async with talk.database.turn() as conn:
        await conn.execute(text("UPDATE posts SET until = '2026-11-01' WHERE role = 'assessor'"))
    answers = await talk.say(WANG, "!wang", "催办 机关第一支部 主题党日")
    assert all(answer.startswith("!wang ") for answer in answers)


async def test_a_role_that_ends_between_question_and_yes_sends_nothing(talk: Talk) -> None:
    await talk.say(WANG, "!wang", "催办 机关第一支部 主题党日")
    async with talk.database.turn() as conn:
        await conn.execute(text("UPDATE posts SET until = '2026-11-01' WHERE role = 'assessor'"))
    answers = await talk.say(WANG, "!wang", "好")
    assert all(answer.startswith("!wang ") for answer in answers)
    assert all("考评员王芳" not in row.content["body"] for row in talk.said["!li"])


async def test_in_company_nothing_is_asked(talk: Talk) -> None:
    await talk.join("!all", WANG, LI, direct=False)
    answers = await talk.say(WANG, "!all", "催办 机关第一支部 主题党日", mentions_me=True)
    assert all("考评员王芳" not in answer for answer in answers)
