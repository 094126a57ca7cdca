"""What befalls the machine that the bot runs on: a full disk, a locked record, a second process on its device."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.demo.homeserver import Homeserver
from storage import activities
from storage.database import Database
from tests.faults.five import PATIENCE, Bot, Secretary, leave, quiet, said, settle

REPORT = "11月{day}日支委会，应到5人，实到5人，研究第{day}号方案"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of the test's own."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(place)], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"a disk of its own has to be mounted, by root: {mounted.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


async def heard(who: Secretary) -> str:
    """The next thing that the bot says there."""
    return (await who.person.wait_for(room_id=who.room_id, timeout=PATIENCE)).body


async def days(bot: Bot) -> list[int]:
    """The days of November on record."""
    database = await Database.open(bot.settings.database_url)
    try:
        async with database.look() as conn:
            return sorted(row.occurred_on.day for row in await activities.current(conn, ["b1"]))
    finally:
        await database.close()


async def filled(bot: Bot, disk: Path) -> Path:
    """All the room that is left, taken to the last page; what a turn had taken for a moment would be room again."""
    await quiet(bot)
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 512):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
    return filler


async def test_a_full_disk(homeserver: Homeserver, disk: Path, tmp_path: Path) -> None:
    """Whoever writes meanwhile is answered when there is room again, once."""
    bot, (li,) = await settle(homeserver, tmp_path / "bot", people=1, data=str(disk / "data"))
    try:
        await li.person.say(li.room_id, REPORT.format(day=5))
        assert "11月5日" in await heard(li)
        filler = await filled(bot, disk)
        await li.person.say(li.room_id, "好")
        assert "磁盘已满" in (await bot.until_logged("record_unavailable"))["error"]
        status, words = await said(bot, "doctor")
        assert status == 1
        assert "所在的磁盘还有 0.0 GB" in words
        filler.unlink()
        assert "已记下 #1" in await heard(li)
        assert await days(bot) == [5]
        assert len(li.person.heard) == 3, "the welcome, and each line's one answer"
    finally:
        await leave(bot, [li])


async def test_a_full_disk_under_the_keys(homeserver: Homeserver, disk: Path, tmp_path: Path) -> None:
    """What can't be kept with the keys ends the bot: it is started again and again, and takes up where it stopped."""
    bot, (li,) = await settle(homeserver, tmp_path / "bot", people=1)
    keys = bot.settings.data / "matrix"
    try:
        await bot.stop()
        shutil.move(keys, disk / "matrix")
        keys.symlink_to(disk / "matrix")
        await bot.start()
        await li.person.say(li.room_id, REPORT.format(day=5))
        assert "11月5日" in await heard(li)
        filler = await filled(bot, disk)
        li.person.client.invalidate_outbound_session(li.room_id)  # a new key comes before the message
        await li.person.say(li.room_id, "好")
        assert bot.process is not None
        assert await asyncio.wait_for(bot.process.wait(), PATIENCE) == 1
        assert "机器人的密钥存不下来" in bot.log.read_text("utf-8")
        filler.unlink()
        await bot.start()
        assert "已记下 #1" in await heard(li)
        assert await days(bot) == [5]
        assert len(li.person.heard) == 3
    finally:
        await leave(bot, [li])


async def test_a_locked_record_and_a_second_process(homeserver: Homeserver, tmp_path: Path) -> None:
    """Another program holds the record for longer than a turn waits, and the device for ever."""
    bot, (li,) = await settle(homeserver, tmp_path / "bot", people=1)
    try:
        second = Bot(bot.folder, bot.settings, options=bot.options)
        await second.start()
        assert second.process is not None
        assert await asyncio.wait_for(second.process.wait(), PATIENCE) == 2
        assert "两个进程共用一个设备会损坏密钥" in bot.log.read_text("utf-8")

        holder = sqlite3.connect(bot.settings.data / "zhibu.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        await li.person.say(li.room_id, REPORT.format(day=5))
        assert "被另一个程序占用" in (await bot.until_logged("record_unavailable"))["error"]
        holder.execute("ROLLBACK")
        holder.close()
        assert "11月5日" in await heard(li)
        await li.person.say(li.room_id, "好")
        assert "已记下 #1" in await heard(li)
        assert await days(bot) == [5]
        assert len(li.person.heard) == 3
    finally:
        await leave(bot, [li])


async def test_a_record_taken_away_ends_the_bot_and_put_back_it_goes_on(homeserver: Homeserver, tmp_path: Path) -> None:
    """It writes into no file that nobody finds again, and begins no new record over the lost one."""
    bot, (li,) = await settle(homeserver, tmp_path / "bot", people=1)
    record = bot.settings.data / "zhibu.db"
    try:
        record.rename(tmp_path / "away.db")
        await li.person.say(li.room_id, REPORT.format(day=5))
        assert bot.process is not None
        assert await asyncio.wait_for(bot.process.wait(), PATIENCE) == 2
        assert "不见了" in bot.log.read_text("utf-8")
        for rest in bot.settings.data.glob("zhibu.db-*"):
            rest.rename(tmp_path / rest.name.replace("zhibu", "away"))
        await bot.start()
        assert await asyncio.wait_for(bot.process.wait(), PATIENCE) == 2
        assert "数据库是空的，而机器人以前收过消息" in bot.log.read_text("utf-8")
        for rest in bot.settings.data.glob("zhibu.db*"):
            rest.unlink()
        for kept in tmp_path.glob("away.db*"):
            kept.rename(bot.settings.data / kept.name.replace("away", "zhibu"))
        await bot.start()
        assert "11月5日" in await heard(li)
        await li.person.say(li.room_id, "好")
        assert "已记下 #1" in await heard(li)
        assert await days(bot) == [5]
    finally:
        await leave(bot, [li])
