"""Another branch's things, by any means: refused in the words that a number or name nobody has gets, noted, and
nothing of it shown or changed. Every wish the bot knows is tried."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.commands.chat import open_local
from bot.demo.local import BOT, LocalTalk
from bot.demo.transcript import Said
from bot.events import Attachment, Batch, Inbound, Kind, RoomView
from bot.understanding.commands import _patterns
from bot.worker import Worker
from storage import chain, outbox
from storage.database import Database

NOW = datetime.fromisoformat("2026-12-05T10:00:00+08:00")
SECRET = ("独此一家", "绝密会议室", "张三丰")  # the words of the other branch's record
NAME, NOBODY = "机关第二支部", "机关第九支部"

# One line for each wish, about a number (N) or a unit (U); what names neither can't be about another branch.
LINES = {
    "progress": "考核进度 U", "notice": "公示稿 U", "publish": "公示 U 量化考核", "hand_up": "报批 U",
    "conclude": "定论 U", "answer": "答复 U 异议1 采纳，理由：确实少算", "object": "异议 U 少算一次会议",
    "approve": "批准 U 量化考核，依据：会议纪要", "reject": "退回结果 U，理由：算错了",
    "correct": "更正结果 U，理由：算错了", "reopen": "重新考评 U，理由：算错了",
    "take_back": "撤销登记 1 U 登记错了", "noted": "登记情况",
    "trial": "试自评 U", "evaluate": "自评 U", "accept_all": "全部认可", "rest_full": "其余满分", "submit": "提交自评",
    "units": "单位", "finish": "完成考评", "return_sheet": "退回自评 U 不对", "return_record": "退回 #N 不对",
    "finding": "弄虚作假 #N，没有开", "result": "结果 U 98%", "score_sheet": "评分表 U", "assess": "考评 U",
    "yes": "好", "acknowledge": "收到", "no": "不对", "no_files": "不要附件", "drop": "算了", "back": "上一步",
    "later": "晚点再报", "already": "已经报过了",
    "skip": "跳过", "tomorrow": "明天再说", "help": "帮助", "detail": "U积分 明细", "grade": "U等次",
    "points": "U的积分", "same_as_last": "和上次U支委会一样", "lacking": "U还差什么", "remind_here": "提醒发到这里",
    "stage": "关闭提前一周的提醒", "calendar": "日历", "remind": "提醒 U", "month": "U月报", "records": "U的记录",
    "copy": "复制稿 #N", "entered": "已录平台 #N", "purge": "清除 #N 记错了", "withdraw": "撤回 #N",
    "facts_file": "U的事实文件", "year_picture": "U的年度图", "ledger": "U的台账", "export": "导出 U",
    "overview": "U总览", "evidence": "看附件 #N", "urge": "催办 U 支委会", "urge_answer": "答复催办 U 已经开了",
    "why": "为什么 U 三会一课", "not_applicable": "U支委会本月不适用，都出差了", "change": "改 #N 实到1人",
    "skip_all": "U本月都没有", "forgotten": "讨论了什么我忘了", "instead": "#N不是5人是6人",
}  # fmt: skip
FURTHER = (
    "#N", "附到 #N", "抽查 #N", "#N的附件", "看附件 U", "抽查 U （一）1", "复制稿 U", "把U11月的支委会人数改成1人",
    "U11月5日开了支委会，应到5人实到5人，研究方案", "帮U报11月5日的支委会，应到5人，实到5人",
    "导出U的评分表", "看看U的台账", "批准 #N", "U", "记录 U",
    "> 支委会 · U\n> 11月3日\n好",
)  # fmt: skip


class Town:
    """The demo's two branches, the second with a record of its own."""

    def __init__(self, database: Database, talk: LocalTalk, number: int) -> None:
        self.database, self.talk, self.number = database, talk, number
        self.count = 0

    async def state(self) -> object:
        """All that the second branch has."""
        async with self.database.look() as conn:
            head = await chain.head(conn, "second")
            drafts = (await conn.execute(text("SELECT * FROM drafts WHERE unit_id = 'second'"))).all()
            settings = (await conn.execute(text("SELECT * FROM settings WHERE unit_id = 'second'"))).all()
        return head, drafts, settings

    async def said(self, line: str) -> list[str]:
        """What li is answered to a line in a fresh conversation, with who else hears of it."""
        async with self.database.turn() as conn:
            await conn.execute(text("DELETE FROM sessions"))
        return await self.talk.say(Said(0, line))

    async def sent(self, event: Inbound) -> list[str]:
        """What is answered to any event."""
        worker = Worker(self.database, BOT, self.talk.house, clock=lambda: NOW, fetch=_fetch)
        self.count += 1
        await worker.receive(Batch(f"x{self.count}", events=(event,)))
        await worker.drain()
        async with self.database.turn() as conn:
            rows = await outbox.unsent(conn, BOT)
            for row in rows:
                await outbox.sent(conn, BOT, row.transaction_id, f"$x{row.transaction_id}", NOW)
        return [str(row.content["body"]) for row in rows]

    async def noted(self) -> list[tuple[str, str, str | None]]:
        """Who was refused what of which unit."""
        async with self.database.look() as conn:
            found = await conn.execute(text("SELECT by, action, unit_id FROM audit WHERE action LIKE 'refused:%'"))
            return [tuple(row) for row in found.all()]


async def _fetch(attachment: Attachment, limit: int) -> bytes:
    return b"%PDF-1.4\nx"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    database, talk = await open_local(tmp_path, NOW)
    await talk.open()
    await talk.speak_as("zhao")
    await talk.say(Said(0, "11月3日在绝密会议室开了支部党员大会，应到6人实到6人，议题：独此一家，张三丰主持"))
    (answer,) = await talk.say(Said(0, "好"))
    number = int(re.search(r"#(\d+)", answer)[1])  # type: ignore[index]
    await talk.say(Said(0, "支委会本月不适用，独此一家"))
    await talk.speak_as("li")
    yield Town(database, talk, number)
    await database.close()


def filled(line: str, number: int, name: str) -> str:
    """A line about a number and a unit."""
    return line.replace("N", str(number)).replace("U", name)


def test_every_wish_has_a_line() -> None:
    assert set(LINES) == {name for name, _ in _patterns()}


async def test_whatever_is_said_another_branch_is_as_if_it_were_not_there(town: Town) -> None:
    before = await town.state()
    fake = town.number + 700
    for line in (*LINES.values(), *FURTHER):
        for sure in (False, True):  # also with a yes right after
            real = await town.said(filled(line, town.number, NAME))
            real += await town.talk.say(Said(0, "好")) if sure else []
            nobody = await town.said(filled(line, fake, NOBODY))
            nobody += await town.talk.say(Said(0, "好")) if sure else []
            shown = "\n".join(real)
            assert not [word for word in SECRET if word in shown], (line, shown)
            plain = [a.replace(str(town.number), "N").replace(NAME, "U") for a in real]
            assert _without_own(plain) == _without_own(
                [a.replace(str(fake), "N").replace(NOBODY, "U") for a in nobody]
            ), line
            assert await town.state() == before, line
    assert ("@li:local", "refused:number", "second") in await town.noted()
    assert ("@li:local", "refused:unit", "second") in await town.noted()
    assert ("@li:local", "refused:assess", "second") in await town.noted()


def _without_own(answers: list[str]) -> list[str]:
    """Answers without the numbers of li's own records, which go on counting."""
    return [re.sub(r"#\d+|\d+条|\d+(\.\d+)?～|[\d.]+", "", answer) for answer in answers]


async def test_what_points_at_another_rooms_messages_is_nothing(town: Town) -> None:
    """Reactions, replies, edits, deletions and files aimed at the other branch's events, from li's own room."""
    await town.talk.speak_as("zhao")
    await town.talk.say(Said(0, "11月5日开了支委会，应到5人实到5人，独此一家"))  # a card left open
    await town.talk.speak_as("li")
    before = await town.state()
    async with town.database.look() as conn:
        ours = [r.event_id for r in (await conn.execute(text("SELECT event_id FROM outbox"))).all() if r.event_id]
        theirs = [r.event_id for r in (await conn.execute(
            text("SELECT event_id FROM inbox WHERE sender = '@zhao:local'"))).all()]  # fmt: skip
    file = Attachment("mxc://local/none", "签到表.pdf", "application/pdf", 10)
    for n, target in enumerate((*ours, *theirs)):
        base = Inbound(f"$a{n}", "!local", "@li:local", NOW, Kind.TEXT, "")
        for event in (
            Inbound(f"$r{n}", "!local", "@li:local", NOW, Kind.REACTION, key="👍", target=target),
            Inbound(f"$t{n}", "!local", "@li:local", NOW, Kind.REACTION, key="⏰", target=target),
            Inbound(f"$d{n}", "!local", "@li:local", NOW, Kind.REDACTION, target=target),
            Inbound(f"$e{n}", "!local", "@li:local", NOW, Kind.EDIT, "实到1人", target=target),
            Inbound(f"$p{n}", "!local", "@li:local", NOW, Kind.TEXT, "好", reply_to=target),
            Inbound(f"$f{n}", "!local", "@li:local", NOW, Kind.FILE, "", attachment=file, reply_to=target),
        ):
            answers = await town.sent(event)
            shown = "\n".join(answers)
            assert not [word for word in SECRET if word in shown], (event.kind, base.event_id, shown)
            assert NAME not in shown
    assert await town.state() == before


async def test_in_a_room_with_both_each_speaks_only_for_their_own(town: Town) -> None:
    worker = Worker(town.database, BOT, town.talk.house, clock=lambda: NOW)
    view = RoomView("!both", direct=False, encrypted=True, others=("@li:local", "@zhao:local"))
    await worker.receive(Batch("g", rooms=(view,)))
    card = await town.sent(
        Inbound("$g1", "!both", "@zhao:local", NOW, Kind.TEXT, "11月5日开了支委会，应到5人实到5人，研究方案",
                mentions_me=True)
    )  # fmt: skip
    assert NAME in card[0]
    before = await town.state()
    async with town.database.look() as conn:
        (row,) = (await conn.execute(text("SELECT event_id FROM outbox WHERE room_id = '!both'"))).all()
    for event in (
        Inbound("$g2", "!both", "@li:local", NOW, Kind.TEXT, "好", mentions_me=True, thread="$g1"),
        Inbound("$g3", "!both", "@li:local", NOW, Kind.REACTION, key="👍", target=row.event_id),
        Inbound("$g4", "!both", "@li:local", NOW, Kind.TEXT, f"撤回 #{town.number}", mentions_me=True),
        Inbound("$g5", "!both", "@li:local", NOW, Kind.EDIT, "实到1人", target="$g1", mentions_me=True),
        Inbound("$g6", "!both", "@li:local", NOW, Kind.TEXT, "考评 机关第二支部", mentions_me=True),
    ):
        shown = "\n".join(await town.sent(event))
        assert not [word for word in SECRET if word in shown], shown
        assert await town.state() == before
