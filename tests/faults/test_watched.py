"""The bot seen from outside: health, numbers, notices to systemd, and a log without a word of what people say."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.demo.homeserver import Homeserver
from bot.demo.samples import photo
from tests.faults.five import PATIENCE, Bot, Secretary, leave, settle

WORD = "秘密词"


@pytest.fixture
async def notices(tmp_path: Path) -> AsyncIterator[tuple[str, asyncio.Queue[str]]]:
    """What systemd would be told, and where."""
    told: asyncio.Queue[str] = asyncio.Queue()

    class Manager(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: object) -> None:
            told.put_nowait(data.decode())

    address = str(tmp_path / "notify")
    here = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    here.bind(address)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Manager, sock=here)
    yield address, told
    transport.close()


async def answered(who: Secretary, line: str) -> str:
    """Say something; the answer."""
    await who.person.say(who.room_id, line)
    return (await who.person.wait_for(room_id=who.room_id, timeout=PATIENCE)).body


async def ask(bot: Bot, path: str, status: int = 200) -> str:
    """What it says of itself."""
    port = (await bot.until_logged("monitoring"))["port"]
    async with aiohttp.ClientSession() as web, web.get(f"http://127.0.0.1:{port}{path}") as answer:
        assert answer.status == status, await answer.text()
        return await answer.text()


async def numbers(bot: Bot) -> dict[str, float]:
    """The samples, by name and labels."""
    families = text_string_to_metric_families(await ask(bot, "/metrics"))
    return {
        sample.name + "".join(f"/{value}" for value in sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


async def at_rest(bot: Bot) -> dict[str, float]:
    """The samples once no message waits: an answer may be seen before the next message is done."""
    async with asyncio.timeout(PATIENCE):
        while (told := await numbers(bot))["zhibu_inbox_waiting"]:
            await asyncio.sleep(0.05)
    return told


async def test_it_is_seen_from_outside_and_no_word_of_it_is(
    homeserver: Homeserver, tmp_path: Path, notices: tuple[str, asyncio.Queue[str]]
) -> None:
    address, told = notices
    environment = {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "200000"}
    bot, (li,) = await settle(
        homeserver, tmp_path / "bot", people=1, environment=environment, monitoring={"port": 0}
    )  # fmt: skip
    try:
        assert await told.get() == "READY=1"
        for _ in range(3):
            assert await asyncio.wait_for(told.get(), 10) == "WATCHDOG=1"
        assert '"status": "ok"' in await ask(bot, "/healthz")
        before = await numbers(bot)
        assert "支委会" in await answered(li, f"11月5日支委会，应到5人，实到5人，研究{WORD}")
        assert "已记下" in await answered(li, "好")
        sent = await li.person.say(li.room_id, f"{WORD}？")
        await li.person.wait_for(room_id=li.room_id, timeout=PATIENCE)
        await li.person.edit(li.room_id, sent, f"{WORD}！")
        await li.person.redact(li.room_id, sent)
        await li.person.send_file(li.room_id, photo(WORD), f"{WORD}.jpg", "image/jpeg")
        await li.person.wait_for(room_id=li.room_id, timeout=PATIENCE)
        await li.person.send(li.room_id, "m.room.message", {"msgtype": "m.text", "body": {"not": WORD}})
        await answered(li, WORD * 4_000)
        after = await at_rest(bot)
        assert after["zhibu_turns_total/answered"] - before.get("zhibu_turns_total/answered", 0) >= 5
        assert after["zhibu_answer_seconds_count"] - before["zhibu_answer_seconds_count"] >= 4
        assert 0 < after["zhibu_answer_seconds_sum"] < 60
        assert after["zhibu_sync_age_seconds"] < 35
        for name in ("zhibu_inbox_waiting", "zhibu_outbox_set_aside", "zhibu_outbox_uncertain", "zhibu_keys_withheld"):
            assert after[name] == 0, name
        assert "process_resident_memory_bytes" in after
    finally:
        await leave(bot, [li])
    said = bot.log.read_text("utf-8")
    assert WORD not in said
    assert WORD.encode("unicode_escape").decode() not in said


async def test_without_its_homeserver_it_says_so_and_a_taken_port_is_told(tmp_path: Path) -> None:
    async with Homeserver(tmp_path / "synapse") as homeserver:
        bot, (li,) = await settle(homeserver, tmp_path / "bot", people=1, monitoring={"port": 0})
        await bot.stop()
        await li.person.close()
    port = (await bot.until_logged("monitoring"))["port"]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        text = (bot.folder / "zhibu.yaml").read_text("utf-8").replace("port: 0", f"port: {port}")
        (bot.folder / "zhibu.yaml").write_text(text, "utf-8")
        await bot.start()
        assert bot.process is not None
        assert await bot.process.wait() == 2
        assert f"127.0.0.1:{port} 用不了" in bot.log.read_text("utf-8")
    await bot.start()
    await bot.until_logged("sync_failed")
    assert "homeserver" in await ask(bot, "/healthz", 503)
    assert (await numbers(bot))["zhibu_inbox_waiting"] == 0
    await bot.stop()
