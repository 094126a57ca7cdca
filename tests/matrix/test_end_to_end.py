"""Bot and people over a real Synapse, encrypted: in, out, restarted, down for a while, without a key."""

from __future__ import annotations

import asyncio
import json
from itertools import pairwise
from pathlib import Path

import pytest

from bot.demo.homeserver import Homeserver
from bot.events import Echo, Kind, Withheld
from bot.matrix import lulls
from bot.matrix.lulls import _LULL, _STORM
from bot.matrix.person import Person
from tests.homeserver import Account, Town
from tests.matrix.town import RunningBot, on_server, person, settings


async def test_a_message_and_its_answer(bot: RunningBot, li: Person, homeserver: Homeserver) -> None:
    room = await li.open_dm(bot.settings.user_id)
    sent = await li.say(room, "11月5号下午开了支委会 秘密词")
    inbound = await bot.next(Kind.TEXT)
    assert (inbound.event_id, inbound.room_id, inbound.sender) == (sent, room, li.user_id)
    assert inbound.body == "11月5号下午开了支委会 秘密词"
    assert not inbound.mentions_me
    delivery = await bot.say(room, "支委会 · 秘密词", "t1")
    said = await li.wait_for("支委会")
    assert (said.event_id, said.msgtype, said.html) == (delivery.event_id, "m.notice", "支委会 · 秘密词")
    await bot.until(lambda: any(Echo("t1", said.event_id) in batch.echoes for batch in bot.batches))
    (view,) = [view for batch in bot.batches for view in batch.rooms if view.room_id == room and view.direct][-1:]
    assert (view.encrypted, view.others) == (True, (li.user_id,))

    await li.send_file(room, b"\x89PNG" * 100, "秘密词.png", "image/png", {"body": "秘密词"})
    await bot.next(Kind.FILE)
    events = on_server(homeserver, room)
    messages = {
        kind for kind, _ in events if not kind.startswith("m.room.") or kind in ("m.room.message", "m.room.encrypted")
    }
    assert messages == {"m.room.encrypted"}
    assert "秘密词" not in json.dumps(events, ensure_ascii=False)


async def test_everything_a_person_does(bot: RunningBot, li: Person) -> None:
    room = await li.open_dm(bot.settings.user_id)
    sent = await li.say(room, "实到5人")
    edited = await li.edit(room, sent, "实到4人")
    await li.react(room, sent, "👍")
    await li.reply(room, sent, "回复")
    await li.thread(room, sent, "话题")
    await li.send(room, "m.sticker", {"body": "笑", "url": "mxc://x/y", "info": {}})
    await li.send(room, "org.matrix.msc3381.poll.start", {"org.matrix.msc1767.text": "哪天"})
    await li.say(room, "我在这里", more={"msgtype": "m.location", "geo_uri": "geo:1,2"})
    await li.say(room, "通知", more={"msgtype": "m.notice"})
    await li.redact(room, edited)
    await li.redact(room, sent)
    edit = await bot.next(Kind.EDIT)
    assert (edit.body, edit.target) == ("实到4人", sent)
    reaction = await bot.next(Kind.REACTION)
    assert (reaction.key, reaction.target) == ("👍", sent)
    assert (await bot.next(Kind.TEXT, "回复")).reply_to == sent
    assert (await bot.next(Kind.TEXT, "话题")).thread == sent
    await bot.next(Kind.STICKER)
    assert (await bot.next(Kind.OTHER)).key == "org.matrix.msc3381.poll.start"
    await bot.next(Kind.LOCATION)
    assert (await bot.next(Kind.REDACTION)).target == edited
    assert (await bot.next(Kind.REDACTION)).target == sent
    assert [event.body for event in bot.inbox] == ["实到5人"], "the notice is nobody's business"


async def test_a_group_room(bot: RunningBot, li: Person, town: Town, tmp_path: Path) -> None:
    zhao = await person(town, tmp_path, "zhao", "赵委员")
    room = await li.open_room([bot.settings.user_id, zhao.user_id], name="第一支部")
    localpart = bot.settings.user_id[1:].partition(":")[0]
    await li.say(room, "今天天气不错")
    await zhao.say(room, f"@{localpart} 帮助")
    await zhao.say(room, "支部助手: 积分", mentions=[bot.settings.user_id])
    assert not (await bot.next(Kind.TEXT, "今天天气不错")).mentions_me
    assert (await bot.next(Kind.TEXT, "帮助")).mentions_me
    assert (await bot.next(Kind.TEXT, "积分")).mentions_me
    views = [view for batch in bot.batches for view in batch.rooms if view.room_id == room]
    assert (views[-1].direct, views[-1].name) == (False, "第一支部")
    assert set(views[-1].others) == {li.user_id, zhao.user_id}
    await bot.say(room, "大家好", "t1")
    await asyncio.gather(li.wait_for("大家好"), zhao.wait_for("大家好"))
    await zhao.leave(room)
    await bot.until(lambda: any(view.direct for batch in bot.batches for view in batch.rooms if view.room_id == room))
    await zhao.close()


async def test_a_message_written_before_the_bot_has_joined(account: Account, li: Person, tmp_path: Path) -> None:
    """An invitation and the first words are one thing to a person."""
    async with RunningBot(settings(account, tmp_path / "bot")) as bot:
        await bot.stop()
        opening = asyncio.create_task(li.open_dm(account.user_id))
        await li.wait_until(lambda: bool(li.client.rooms))
        (room,) = li.client.rooms
        await li.wait_until(lambda: account.user_id in li.client.rooms[room].users)
        await li.say(room, "在吗")
        await bot.start()
        assert (await bot.next(Kind.TEXT)).body == "在吗"
        await opening


async def test_a_restart_in_between_makes_no_new_device(bot: RunningBot, li: Person) -> None:
    room = await li.open_dm(bot.settings.user_id)
    await li.say(room, "一")
    await bot.next(Kind.TEXT, "一")
    first = await bot.say(room, "答一", "t1")
    await bot.stop()
    await li.say(room, "二")
    await bot.start()
    await bot.next(Kind.TEXT, "二")
    again = await bot.say(room, "答一", "t1")
    assert again == first, "the same transaction is the same event, over a restart too"
    await bot.say(room, "答二", "t2")
    await li.wait_for("答二")
    assert [said.body for said in li.heard] == ["答一", "答二"]
    devices = (await bot.link.client.call("GET", "/_matrix/client/v3/devices"))["devices"]
    assert [device["device_id"] for device in devices] == [bot.link.client.device_id]


async def test_a_replayed_token_brings_the_same_batch(bot: RunningBot, li: Person) -> None:
    """Killed after nio's store has committed and before the inbox has: the next start asks with the old token."""
    room = await li.open_dm(bot.settings.user_id)
    await bot.until(lambda: any(view.room_id == room for batch in bot.batches for view in batch.rooms))
    old = bot.token
    await li.say(room, "一")
    await li.say(room, "二")
    await bot.next(Kind.TEXT, "二")
    await bot.stop()
    bot.token, bot.inbox = old, []
    await bot.start()
    assert [event.body for event in bot.inbox] == ["一", "二"]


async def test_a_gap_of_150_messages(bot: RunningBot, li: Person) -> None:
    room = await li.open_dm(bot.settings.user_id)
    await li.say(room, "先")
    await bot.next(Kind.TEXT, "先")
    await bot.stop()
    for n in range(150):
        await li.say(room, f"第{n}条")
    await bot.start()
    await bot.until(lambda: len(bot.inbox) == 150)
    assert [event.body for event in bot.inbox] == [f"第{n}条" for n in range(150)]
    await bot.say(room, "都收到了", "t1")
    await li.wait_for("都收到了")


async def test_a_message_whose_key_comes_later(bot: RunningBot, li: Person) -> None:
    room = await li.open_dm(bot.settings.user_id)
    await li.say(room, "有钥匙")
    await bot.next(Kind.TEXT, "有钥匙")
    olm = li.client.olm
    olm.create_outbound_group_session(room)
    session = olm.outbound_group_sessions[room]
    early_key = session.session_key
    session.shared = True
    await li.say(room, "没有钥匙")
    kept = await bot.next(Kind.UNREADABLE)
    assert kept.session == session.id
    assert kept.raw is not None
    assert bot.link.read_again(kept.raw) is None
    await li.say(room, "后面的话也不挡住")
    await bot.next(Kind.UNREADABLE)

    device = li.client.device_store[bot.settings.user_id][bot.link.client.device_id]
    content = {
        "algorithm": "m.megolm.v1.aes-sha2", "room_id": room, "session_id": session.id, "session_key": early_key
    }  # fmt: skip
    sealed = olm._olm_encrypt(olm.session_store.get(device.curve25519), device, "m.room_key", content)
    await li.client.call(
        "PUT", "/_matrix/client/v3/sendToDevice/m.room.encrypted/late",
        {"messages": {bot.settings.user_id: {device.id: sealed}}},
    )  # fmt: skip
    await bot.until(lambda: any((room, session.id) in batch.keys for batch in bot.batches))
    opened = bot.link.read_again(kept.raw)
    assert opened is not None
    assert (opened.event_id, opened.kind, opened.body) == (kept.event_id, Kind.TEXT, "没有钥匙")
    assert bot.batches[-1].keys in ((), ((room, session.id),))


async def test_a_key_that_a_client_refuses_us(bot: RunningBot, li: Person) -> None:
    """What Element sends when it excludes devices it doesn't trust; and what is no such thing."""
    room = await li.open_dm(bot.settings.user_id)
    target = bot.link.client
    sound = {"algorithm": "m.megolm.v1.aes-sha2", "room_id": room, "session_id": "s1", "sender_key": "A" * 43}
    contents = [
        {**sound, "code": "m.unverified", "reason": "words"}, {**sound, "code": "m.unavailable"}, {"code": "m.no_olm"},
        {**sound, "code": 7}, {**sound, "session_id": ["x"], "code": "m.unverified"}, {},
    ]  # fmt: skip
    for n, content in enumerate(contents):
        await li.client.call(
            "PUT", f"/_matrix/client/v3/sendToDevice/m.room_key.withheld/w{n}",
            {"messages": {target.user_id: {target.device_id: content}}},
        )  # fmt: skip
    await li.say(room, "在吗")
    await bot.next(Kind.TEXT, "在吗")
    told = [one for batch in bot.batches for one in batch.withheld]
    assert told == [
        Withheld(room, "s1", li.user_id, "m.unverified"),
        Withheld("", "", li.user_id, "m.no_olm"),
    ]


async def test_garbage_sent_to_the_device_by_anybody(bot: RunningBot, li: Person) -> None:
    room = await li.open_dm(bot.settings.user_id)
    target = bot.link.client
    ours = target.olm.account.identity_keys["curve25519"]
    olm = {"algorithm": "m.olm.v1.curve25519-aes-sha2", "sender_key": "A" * 43}
    for n, body in enumerate(["garbage", "AAAA", 7, None]):
        content = {**olm, "ciphertext": {ours: {"type": n % 2, "body": body}}}
        await li.client.call(
            "PUT", f"/_matrix/client/v3/sendToDevice/m.room.encrypted/g{n}",
            {"messages": {target.user_id: {target.device_id: content}}},
        )  # fmt: skip
    await li.say(room, "还在吗")
    await bot.next(Kind.TEXT, "还在吗")


async def test_a_storm_of_our_own_words_is_looked_at_now_and_then(bot: RunningBot, li: Person) -> None:
    """Each sync costs the homeserver as much as a send. What people say is heard all the same, and ends the rest."""
    rooms = await asyncio.gather(*(li.open_dm(bot.settings.user_id) for _ in range(_STORM + 3)))
    await bot.until(lambda: set(rooms) <= set(bot.link.client.rooms))
    clock, seen = asyncio.get_running_loop().time, []
    echoed: set[str] = set()

    def all_returned() -> bool:
        if len(bot.batches) > len(seen):
            seen.extend([clock()] * (len(bot.batches) - len(seen)))
            echoed.update(echo.transaction_id for echo in bot.batches[-1].echoes)
        return len(echoed) >= 40

    async def storm() -> None:
        for n in range(40):
            await bot.say(rooms[n % len(rooms)], f"提醒{n}", f"s{n}")

    saying = asyncio.create_task(storm())
    await bot.until(all_returned, timeout=60)
    await saying
    ours = [at for at, batch in zip(seen, bot.batches, strict=True) if batch.echoes][_STORM + 1 :]
    assert all(b - a >= 0.9 * _LULL for a, b in pairwise(ours))
    await li.say(rooms[0], "在吗")
    await bot.next(Kind.TEXT, "在吗")


async def test_answers_to_one_person_are_no_storm(bot: RunningBot, li: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever else asks meanwhile is heard at once, not after the rest that a storm of reminders is given."""
    room = await li.open_dm(bot.settings.user_id)
    await bot.until(lambda: room in bot.link.client.rooms)
    monkeypatch.setattr(lulls, "_LULL", 3600)
    for n in range(_STORM * 3):
        await bot.say(room, f"答{n}", f"a{n}")
        await bot.until(lambda n=n: f"a{n}" in {echo.transaction_id for batch in bot.batches for echo in batch.echoes})
    await li.say(room, "在吗")
    await bot.next(Kind.TEXT, "在吗")
