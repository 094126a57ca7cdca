"""Who is answered, where: direct rooms, group rooms, threads, strangers, and one person's card."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.demo.local import BOT
from bot.demo.setup import fill
from bot.events import Batch, Inbound, Kind, RoomView
from bot.house import House
from bot.settings import Settings
from bot.worker import Worker
from storage import activities, outbox
from storage.database import Database
from storage.outbox import OutboxRow

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
LI, WANG, ZHAO = "@li:local", "@wang:local", "@zhao:local"
GROUP = RoomView("!group", direct=False, encrypted=True, others=(LI, WANG, ZHAO))
REPORT = "11月5日支委会，应到5人，实到5人，研究发展对象"


class Rooms:
    """The bot in several rooms at once."""

    def __init__(self, database: Database, house: House) -> None:
        self.database = database
        self.opened: Inbound | None = None  # what a sealed message says, once its key is here
        self.worker = Worker(database, BOT, house, clock=lambda: NOW, read_again=lambda raw: self.opened)
        self.count = 0

    async def say(self, room: str, sender: str, text: str, **more: object) -> list[OutboxRow]:
        """One text in a room; what the bot wants to send because of it."""
        self.count += 1
        event = Inbound(f"$e{self.count}", room, sender, NOW + timedelta(seconds=self.count), Kind.TEXT, text)
        await self.worker.receive(Batch(str(self.count), (replace(event, **more),)))  # type: ignore[arg-type]
        await self.worker.drain()
        return await self.sent()

    async def sent(self) -> list[OutboxRow]:
        """What is in the outbox, taken as sent."""
        result = []
        while True:
            async with self.database.turn() as conn:
                rows = await outbox.unsent(conn, BOT)
                if not rows:
                    return result
                for row in rows:
                    await outbox.sent(conn, BOT, row.transaction_id, f"$bot-{row.transaction_id}", NOW)
                result += rows


@pytest.fixture
async def rooms(tmp_path: Path) -> AsyncIterator[Rooms]:
    settings = Settings(homeserver="http://localhost", user_id=BOT, data=tmp_path, contact="王芳")
    database = await Database.open(settings.database_url)
    await fill(database, "local", NOW, tmp_path, records=False)
    house = House.open(settings)
    here = Rooms(database, house)
    await here.worker.receive(Batch("0", rooms=(GROUP, RoomView("!li", direct=True, encrypted=True, others=(LI,)))))
    await here.sent()  # the welcome
    yield here
    await database.close()


@pytest.mark.parametrize(("room_id", "encrypted"), [("!plain", False), ("!safe", True)])
async def test_who_is_welcomed_where_nothing_is_encrypted_is_told_so(
    rooms: Rooms, room_id: str, encrypted: bool
) -> None:
    await rooms.worker.receive(Batch("p", rooms=(RoomView(room_id, direct=True, encrypted=encrypted, others=(ZHAO,)),)))
    (welcome,) = await rooms.sent()
    assert ("没有加密" in welcome.content["body"]) is not encrypted


async def test_in_a_group_room_it_speaks_only_when_spoken_to(rooms: Rooms) -> None:
    assert await rooms.say("!group", LI, REPORT) == []
    answers = await rooms.say("!group", LI, REPORT, mentions_me=True)
    assert [row.content["m.relates_to"]["rel_type"] for row in answers] == ["m.thread"]
    assert answers[0].content["m.relates_to"]["event_id"] == "$e2"


async def test_in_its_thread_no_mention_is_needed(rooms: Rooms) -> None:
    await rooms.say("!group", LI, REPORT, mentions_me=True)
    (answer,) = await rooms.say("!group", LI, "好", thread="$e1")
    assert "已记下" in answer.content["body"]


async def test_one_persons_card_is_not_confirmed_by_anothers_yes(rooms: Rooms) -> None:
    await rooms.say("!group", LI, REPORT, mentions_me=True)
    assert await rooms.say("!group", ZHAO, "好", thread="$e1") == []
    async with rooms.database.look() as conn:
        assert await activities.current(conn, ["first", "second"]) == []


async def test_a_stranger_is_told_how_to_be_enrolled_and_nothing_else(rooms: Rooms) -> None:
    await rooms.worker.receive(
        Batch("s", rooms=(RoomView("!x", direct=True, encrypted=True, others=("@stranger:local",)),))
    )
    assert await rooms.sent() == []
    for text in ("帮助", "积分", REPORT, "撤回 #1"):
        (answer,) = await rooms.say("!x", "@stranger:local", text)
        assert answer.content["body"].startswith("您还没有登记")
        assert "王芳" in answer.content["body"]


async def test_another_branchs_record_is_not_even_there(rooms: Rooms) -> None:
    await rooms.say("!li", LI, REPORT)
    (answer,) = await rooms.say("!li", LI, "好")
    assert "#1" in answer.content["body"]
    await rooms.worker.receive(Batch("z", rooms=(RoomView("!zhao", direct=True, encrypted=True, others=(ZHAO,)),)))
    await rooms.sent()
    for text in ("改 #1 实到4人", "撤回 #1", "改 #77 实到4人", "撤回 #77"):
        (answer,) = await rooms.say("!zhao", ZHAO, text)
        assert answer.content["body"] == f"没有找到 #{text.split('#')[1].split()[0]}。说“记录”看本月的编号。"


async def test_an_event_taken_in_twice_is_answered_once(rooms: Rooms) -> None:
    event = Inbound("$twice", "!li", LI, NOW, Kind.TEXT, "帮助")
    for token in ("a", "b"):
        await rooms.worker.receive(Batch(token, (event,)))
        await rooms.worker.drain()
    assert len(await rooms.sent()) == 1


async def test_answers_are_notices_and_ring_nobody_that_is_named_in_them(rooms: Rooms) -> None:
    (answer,) = await rooms.say("!li", LI, "11月5日支委会，应到5人，实到5人，议题是研究<b>@room</b>发展")
    assert answer.content["msgtype"] == "m.notice"
    assert answer.content["m.mentions"] == {}
    assert "&lt;b&gt;" in answer.content["formatted_body"]


async def test_a_message_whose_key_comes_late_is_answered_as_a_reply(rooms: Rooms) -> None:
    sealed = Inbound("$sealed", "!li", LI, NOW, Kind.UNREADABLE, session="s1", raw={"event_id": "$sealed"})
    await rooms.worker.receive(Batch("u", (sealed,)))
    await rooms.worker.drain()
    assert await rooms.sent() == []
    rooms.opened = replace(sealed, kind=Kind.TEXT, body="帮助", raw=None)
    await rooms.worker.receive(Batch("k", keys=(("!li", "s1"),)))
    await rooms.worker.drain()
    (answer,) = await rooms.sent()
    assert answer.content["m.relates_to"] == {"m.in_reply_to": {"event_id": "$sealed"}}


async def test_a_message_is_changed_by_its_author_only(rooms: Rooms) -> None:
    await rooms.say("!group", LI, REPORT, mentions_me=True)
    await rooms.say("!group", LI, "好", thread="$e1")
    assert await rooms.say("!group", ZHAO, REPORT.replace("实到5人", "实到1人"), kind=Kind.EDIT, target="$e1") == []
    assert await rooms.say("!group", WANG, "", kind=Kind.REDACTION, target="$e1") == []
    async with rooms.database.look() as conn:
        (row,) = await activities.current(conn, ["first"])
    assert (row.version, row.slots["present"], row.withdrawn_at) == (1, 5, None)
    (answer,) = await rooms.say("!group", LI, REPORT.replace("实到5人", "实到4人"), kind=Kind.EDIT, target="$e1")
    assert "按这样改吗" in answer.content["body"]
