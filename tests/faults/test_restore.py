"""A bot restored on an empty machine, over a real Synapse, encrypted: a new device, the old identity, nothing twice."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.demo.homeserver import Homeserver
from bot.demo.samples import photo
from bot.settings import read_settings
from storage import activities, faults, outbox
from storage.database import Database
from storage.outbox import OutboxRow
from tests.faults.five import NOW, PATIENCE, Bot, Secretary, leave, quiet, settle

ONCE = "这一句只说一次"


async def zhibu(*arguments: str) -> tuple[int, str]:
    """The command as a process; its status and what it says."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, env={**os.environ, "ZHIBU_PASSWORD": "pw"},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said = (await child.communicate())[0].decode()
    assert "Traceback" not in said
    return child.returncode or 0, said


async def answer(who: Secretary, line: str) -> str:
    """Say something; the answer."""
    await who.person.say(who.room_id, line)
    return (await who.person.wait_for(room_id=who.room_id, timeout=PATIENCE)).body


async def account(who: Secretary, user_id: str) -> dict[str, Any]:
    """What everybody can see of the bot's devices and identity."""
    body = {"device_keys": {user_id: []}}
    return await who.person.client.call("POST", "/_matrix/client/v3/keys/query", body)


async def unsent_in_the_backup(bot: Bot, who: Secretary, to: Path) -> str:
    """A backup made while a message waits to be sent, which is then sent; what the command says."""
    assert bot.process is not None
    await quiet(bot)  # stopped in the middle of a turn it would keep everybody from the record
    bot.process.send_signal(signal.SIGSTOP)
    database = await Database.open(bot.settings.database_url)
    async with database.turn() as conn:
        row = OutboxRow("t-once", who.room_id, "m.room.message", {"msgtype": "m.notice", "body": ONCE}, None, "x")
        await outbox.put(conn, bot.settings.user_id, [row], NOW)
    await database.close()
    status, said = await zhibu("backup", "--config", str(bot.folder / "zhibu.yaml"), "--to", str(to))
    assert status == 0, said
    bot.process.send_signal(signal.SIGCONT)
    await who.person.say(who.room_id, "帮助")
    await who.person.wait_for(lambda one: one.body == ONCE, room_id=who.room_id, timeout=PATIENCE)
    await who.person.wait_for(room_id=who.room_id, timeout=PATIENCE)
    return said


async def heard(who: Secretary, words: str) -> int:
    """How often somebody was told something."""
    return sum(words in one.body for one in who.person.heard if one.room_id == who.room_id)


@pytest.mark.timeout(600)
async def test_a_restored_bot_takes_the_old_ones_place(tmp_path: Path) -> None:
    async with Homeserver(tmp_path / "synapse") as homeserver:
        bot, people = await settle(homeserver, tmp_path / "bot", people=2)
        li, wu = people
        try:
            await li.person.send_file(li.room_id, photo("现场"), "现场.jpg", "image/jpeg")
            await li.person.wait_for(room_id=li.room_id, timeout=PATIENCE)
            await answer(li, "11月5日支委会，应到5人，实到5人，研究发展对象")
            assert "已记下 #1" in await answer(li, "好")
            said = await unsent_in_the_backup(bot, wu, tmp_path / "backups")
            assert "1条记录，1个附件" in said
            before = await account(li, bot.settings.user_id)
            await answer(li, "11月6日党课，李明主讲，应到24人，实到20人，学习党章")
            assert "已记下 #2" in await answer(li, "好")
            await bot.kill()
            await li.person.say(li.room_id, "11月7日主题党日，植树，应到24人，实到20人")

            new = tmp_path / "new"
            new.mkdir()
            command = ("restore", str(tmp_path / "backups"), "--config", str(new / "zhibu.yaml"))
            status, said = await zhibu(*command)
            assert status == 0, said
            assert "备份时还没发出的1条不重发" in said
            after = await account(li, bot.settings.user_id)
            me = bot.settings.user_id
            assert after["master_keys"][me] == before["master_keys"][me], "the identity is the old one"
            (old,), (device,) = before["device_keys"][me], after["device_keys"][me]
            assert device != old
            (signing,) = after["self_signing_keys"][me]["keys"]
            assert signing in after["device_keys"][me][device]["signatures"][me]

            restored = Bot(new, read_settings(new / "zhibu.yaml"))
            await restored.start()
            assert "再也解不开了" in (await li.person.wait_for("再也", room_id=li.room_id, timeout=PATIENCE)).body
            mark = len(li.person.heard)
            assert "#1" in await answer(li, "记录")
            assert "已记下 #1002" in await _again(li)
            said_to_li = [one.body for one in li.person.heard[mark:] if one.room_id == li.room_id]
            assert len(said_to_li) == 3, "each line is answered once"
            await answer(wu, "还差什么")
            assert await heard(wu, ONCE) == 1
            assert await heard(li, "再也解不开了") == 1
            await _as_it_should_be(restored, tmp_path / "backups")

            await bot.start()
            assert bot.process is not None
            assert await asyncio.wait_for(bot.process.wait(), PATIENCE) == 2
            assert "已注销" in bot.log.read_text("utf-8")
            await restored.stop()
        finally:
            await leave(bot, people)


async def _again(who: Secretary) -> str:
    """What was lost is said again."""
    await answer(who, "11月6日党课，李明主讲，应到24人，实到20人，学习党章")
    return await answer(who, "好")


async def _as_it_should_be(bot: Bot, backups: Path) -> None:
    """The record, its files, and what the doctor and the outbox say."""
    database = await Database.open(bot.settings.database_url)
    async with database.look() as conn:
        rows = await activities.current(conn, ["b1"])
        assert [(row.number, row.kind) for row in rows] == [(1, "committee_meeting"), (1002, "party_lecture")]
        (file,) = rows[0].files
        assert await faults.verify(conn, "b1") == []
    await database.close()
    digest = file["sha256"]
    assert (bot.settings.files / digest[:2] / digest[2:]).exists()
    config = str(bot.folder / "zhibu.yaml")
    status, said = await zhibu("outbox", "--config", config)
    assert "不知发没发过" in said
    assert (await zhibu("outbox", "drop", "--all", "--config", config))[0] == 0
    status, said = await zhibu("doctor", "--config", config, "--against", str(backups))
    assert "5个单位的记录链都完整，与所给的1个链尾相符" in said
    assert "附件：1个文件都与校验值一致" in said
    assert status == 1, "there was a message that can't be read"


@pytest.mark.timeout(600)
async def test_a_restore_that_is_killed_is_simply_run_again(tmp_path: Path) -> None:
    async with Homeserver(tmp_path / "synapse") as homeserver:
        bot, people = await settle(homeserver, tmp_path / "bot", people=1)
        (li,) = people
        try:
            await answer(li, "11月5日支委会，应到5人，实到5人，研究发展对象")
            await answer(li, "好")
            await zhibu("backup", "--config", str(bot.folder / "zhibu.yaml"), "--to", str(tmp_path / "one.tar"))
            await bot.stop()
            new = tmp_path / "new"
            new.mkdir()
            command = ("restore", str(tmp_path / "one.tar"), "--config", str(new / "zhibu.yaml"))
            killed = 0
            for n in range(6):
                child = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "bot", *command, env={**os.environ, "ZHIBU_PASSWORD": "pw"}
                )
                await asyncio.sleep(1.0 + n * 0.35)  # a start takes about a second; the moment is what differs
                if child.returncode is None:
                    child.kill()
                    killed += 1
                await child.wait()
                if child.returncode == 0:
                    break
                if (new / "zhibu.yaml").exists() and (new / "data" / ".restoring").exists():
                    status, said = await zhibu("run", "--config", str(new / "zhibu.yaml"))
                    assert (status, "恢复没有做完" in said) == (2, True)
            assert killed
            if (new / "data" / ".restoring").exists() or not (new / "data").exists():
                status, said = await zhibu(*command)
                assert status == 0, said
            restored = Bot(new, read_settings(new / "zhibu.yaml"))
            await restored.start()
            assert "#1" in await answer(li, "记录")
            keys = await account(li, bot.settings.user_id)
            assert len(keys["device_keys"][bot.settings.user_id]) == 1
            await restored.stop()
            status, said = await zhibu(*command)
            assert status == 2
            assert "里已有东西" in said
        finally:
            await leave(bot, people)
