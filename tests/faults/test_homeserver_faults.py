"""What befalls the homeserver: away while messages gather, limits, a media store that refuses, the account closed."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from bot.demo.homeserver import Homeserver
from tests.faults.five import PATIENCE, Secretary, leave, quiet, said, settle
from tests.faults.flood import answers, ask

WAITING = int(os.environ.get("ZHIBU_WAITING", "500"))


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[Homeserver]:
    """A homeserver to be hurt."""
    async with Homeserver(tmp_path / "synapse") as running:
        yield running


async def reconfigured(homeserver: Homeserver, **more: Any) -> None:
    """Started again with other settings."""
    await homeserver.stop()
    config = homeserver.folder / "homeserver.yaml"
    config.write_text(yaml.safe_dump({**yaml.safe_load(config.read_text("utf-8")), **more}), "utf-8")
    await homeserver.start()


async def post(homeserver: Homeserver, path: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
    """A request of an administrator of the homeserver."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as web, web.post(homeserver.url + path, json=body, headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        told: dict[str, Any] = await answer.json()
        return told


async def log_in(homeserver: Homeserver, user_id: str) -> str:
    """A token for somebody."""
    body = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": user_id}, "password": "pw"}
    return str((await post(homeserver, "/_matrix/client/v3/login", body))["access_token"])


async def answered(who: Secretary, numbers: range) -> None:
    """Until all are; then they were answered once, in order."""
    await who.person.wait_until(lambda: len(answers(who)) >= len(numbers), PATIENCE * 2)
    assert answers(who) == list(numbers), who.unit


@pytest.mark.timeout(600)
async def test_away_and_back_with_hundreds_waiting(
    own: Homeserver, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The homeserver goes away under the bot; it comes back without the bot, and people write; the bot is there before
    the homeserver the next time. Every message is answered once, in its room's order."""
    bot, people = await settle(own, tmp_path / "bot")
    each = range(WAITING // len(people))
    try:
        await own.stop(kill=True)
        await bot.until_logged("sync_failed")
        await bot.kill()
        await own.start()
        await asyncio.gather(*(ask(who, each) for who in people))
        await own.stop(kill=True)
        failures = len(bot.logged("sync_failed"))
        await bot.start()
        await bot.until_logged("sync_failed", failures + 1)
        await own.start()
        began = time.monotonic()
        await asyncio.gather(*(answered(who, each) for who in people))
        took = time.monotonic() - began
        await quiet(bot)
        for who in people:
            assert answers(who) == list(each), who.unit
    finally:
        await leave(bot, people)
    with capsys.disabled():
        print(
            f"\nThe homeserver back with {len(each) * len(people)} waiting: all answered once in order in {took:.0f} s"
        )


async def test_strict_limits_are_kept_and_nothing_is_lost(own: Homeserver, tmp_path: Path) -> None:
    """The homeserver lets the bot say a word in 2.5 seconds: it waits as it is told, and asks for nothing meanwhile."""
    bot, people = await settle(own, tmp_path / "bot", people=2)
    each = range(3)
    try:
        await bot.stop()
        await asyncio.gather(*(ask(who, each) for who in people))
        await reconfigured(own, rc_message={"per_second": 0.4, "burst_count": 1})
        await bot.start()
        await asyncio.gather(*(answered(who, each) for who in people))
        await quiet(bot)
        assert [answers(who) for who in people] == [list(each)] * 2
        waits = bot.logged("sends_wait")
        assert waits, "it was limited"
        assert all("429" in wait["why"] for wait in waits)
        assert all(wait["seconds"] > 0 for wait in waits), "the server says for how long"
        assert len(waits) <= 2 * len(each) * len(people), "once in two tries at most: both rooms try when it is over"
    finally:
        await leave(bot, people)


async def test_the_media_store_fails_and_refuses(own: Homeserver, tmp_path: Path) -> None:
    """What fails is tried again until it works; what is refused for good is said to whoever asked, and can be sent
    again when the homeserver takes it."""
    bot, (li,) = await settle(own, tmp_path / "bot", people=1)
    store = own.folder / "media"
    try:
        if store.exists():
            store.rename(own.folder / "away")
        store.write_text("no folder")
        await li.person.say(li.room_id, "日历")
        assert "500" in (await bot.until_logged("send_later"))["why"]
        store.unlink()
        await li.person.wait_for(lambda one: one.msgtype == "m.file", room_id=li.room_id, timeout=PATIENCE)

        await bot.stop()
        await reconfigured(own, max_upload_size="1K")
        await bot.start()
        await li.person.say(li.room_id, "日历")
        sorry = await li.person.wait_for("没能发出来", room_id=li.room_id, timeout=PATIENCE)
        assert "日历.ics" in sorry.body
        status, words = await said(bot, "doctor")
        assert (status, "被服务器拒收1条" in words) == (1, True), words
        await reconfigured(own, max_upload_size="50M")
        assert (await said(bot, "outbox", "again", "--all"))[0] == 0
        await li.person.wait_for(lambda one: one.msgtype == "m.file", room_id=li.room_id, timeout=PATIENCE)
        await quiet(bot)
        assert sum(one.msgtype == "m.file" for one in li.person.heard) == 2
    finally:
        await leave(bot, [li])


async def test_a_deactivated_account_ends_the_bot_with_a_sentence(own: Homeserver, tmp_path: Path) -> None:
    """And no service starts it again: that would change nothing."""
    bot, (li,) = await settle(own, tmp_path / "bot", people=1)
    try:
        admin = await own.register("admin", "pw", admin=True)
        token = await log_in(own, admin)
        await post(own, f"/_synapse/admin/v1/deactivate/{bot.settings.user_id}", {"erase": False}, token)
        assert bot.process is not None
        assert await asyncio.wait_for(bot.process.wait(), PATIENCE) == 2
        assert "已注销" in bot.log.read_text("utf-8")
        assert "Traceback" not in bot.log.read_text("utf-8")
        status, words = await said(bot, "doctor")
        assert status == 1
        assert re.search("不好  登录：.*已失效", words), words
    finally:
        await leave(bot, [li])
