"""Rooms opened and declined, files in and out, and how long an answer may be, on a real Synapse."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.demo.homeserver import Homeserver
from bot.events import Kind, Outgoing, Verdict
from bot.matrix.errors import CallFailed, MediaRefused
from bot.matrix.person import Person
from bot.matrix.sending import MAX_BODY_BYTES
from tests.homeserver import Account, Town
from tests.matrix.town import PATIENCE, RunningBot, on_server, person, settings


async def test_invitations_by_strangers_are_declined(account: Account, li: Person, town: Town, tmp_path: Path) -> None:
    known = settings(account, tmp_path / "bot", invite_servers=(), invite_users=(li.user_id,))
    eve = await person(town, tmp_path, "eve")
    async with RunningBot(known) as bot:
        await li.open_dm(account.user_id)
        refused = asyncio.create_task(eve.open_dm(account.user_id))
        await eve.wait_until(lambda: bool(eve.client.rooms))
        (room,) = eve.client.rooms
        async with asyncio.timeout(PATIENCE):
            while await _membership(eve, room, account.user_id) != "leave":
                await asyncio.sleep(0.05)  # what eve's sync shows of it may have passed between two looks
        refused.cancel()
        assert len(bot.link.client.rooms) == 1
        await bot.until(lambda: not bot.link.client.invited_rooms)  # the bot's own next sync tells it of the end
    await eve.close()


async def _membership(who: Person, room: str, user_id: str) -> str:
    """As the server has it; "" while there is none."""
    path = f"/_matrix/client/v3/rooms/{quote(room)}/state/m.room.member/{quote(user_id)}"
    try:
        return str((await who.client.call("GET", path))["membership"])
    except CallFailed:
        return ""


async def test_files_in_and_out(bot: RunningBot, li: Person) -> None:
    room = await li.open_dm(bot.settings.user_id)
    data = bytes(range(256)) * 1000
    await li.send_file(room, data, "../签到表.pdf", "application/pdf", {"body": "11月党课"})
    inbound = await bot.next(Kind.FILE)
    assert inbound.body == "11月党课"
    attachment = inbound.attachment
    assert attachment is not None
    assert (attachment.name, attachment.mimetype, attachment.size) == ("../签到表.pdf", "application/pdf", len(data))
    assert attachment.keys is not None
    assert await bot.link.download(attachment, 256_000) == data
    with pytest.raises(MediaRefused, match="上限") as refused:
        await bot.link.download(attachment, 255_999)
    assert refused.value.too_large
    lied = type(attachment)(attachment.url, attachment.name, attachment.mimetype, 10, attachment.keys)
    with pytest.raises(MediaRefused, match="上限"):
        await bot.link.download(lied, 1000)
    broken = {**attachment.keys, "hashes": {"sha256": "A" * 43}}
    with pytest.raises(MediaRefused, match="损坏"):
        await bot.link.download(type(attachment)(attachment.url, "x", "x", None, broken), 256_000)
    with pytest.raises(MediaRefused, match="没有这个文件"):
        await bot.link.download(type(attachment)("mxc://x/nothing", "x", "x", None), 1000)

    fields = dict(await bot.link.upload(room, data, "成绩.xlsx", "application/x-xlsx"))
    assert "url" not in fields
    delivery = await bot.link.deliver(Outgoing("f1", room, "m.room.message", fields))
    assert delivery.verdict is Verdict.SENT
    said = await li.wait_for("成绩.xlsx")
    assert said.msgtype == "m.file"


async def test_the_longest_answer_and_one_too_long(bot: RunningBot, li: Person) -> None:
    room = await li.open_dm(bot.settings.user_id)
    longest = "汉" * (MAX_BODY_BYTES // 3)
    assert len(longest.encode()) <= MAX_BODY_BYTES
    await bot.say(room, "先", "first")
    out = Outgoing("long", room, "m.room.message", {"msgtype": "m.notice", "body": longest})
    assert (await bot.link.deliver(out)).verdict is Verdict.SENT
    assert (await li.wait_for("汉")).body == longest
    out = Outgoing("longer", room, "m.room.message", {"msgtype": "m.notice", "body": longest * 2})
    assert (await bot.link.deliver(out)).verdict is Verdict.REFUSED


async def test_the_bot_opens_a_direct_room(bot: RunningBot, li: Person, homeserver: Homeserver) -> None:
    room = await bot.link.open_direct(li.user_id)
    await bot.say(room, "月底提醒", "t1")
    said = await li.wait_for("月底提醒")
    assert said.room_id == room
    assert await bot.link.open_direct(li.user_id) == room
    await bot.link.typing(room, True)
    await bot.link.typing(room, False)
    kinds = [kind for kind, _ in on_server(homeserver, room)]
    assert "m.room.encryption" in kinds
    assert "m.room.message" not in kinds
