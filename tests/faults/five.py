"""Five secretaries, or fewer, who hold scripted conversations with a bot that is a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from bot.demo.homeserver import Homeserver
from bot.matrix.person import Person
from bot.settings import Settings, read_settings
from bot.units_file import read_units
from storage import activities, faults, outbox
from storage.database import Database
from storage.unit_import import import_units

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
PATIENCE = 90.0

# Every line is answered with one message. {n} differs from branch to branch.
SCRIPT = (
    "11月{n}号下午在{n}楼会议室开了支委会 应到5人实到5人 研究第{n}季度工作",
    "实到4人",
    "好",
    "现在多少分了",
    "11月1{n}日主题党日，义务植树，应到24人实到2{n}人",
    "为什么 三会一课",
    "好",
    "11月10日收了11月党费，2{n}人，合计12{n}0元",
    "算了",
    "11月10日收了11月党费，2{n}人，合计12{n}0元",
    "好",
    "11月18日报送党建信息1条：《支部开展义务植树》",
    "好",
    "记录",
    "11月6日支委会，应到5人，实到5人，议题是研究发展对象",
    "👎",
    "还差什么",
    "帮助",
)


@dataclass(slots=True)
class Secretary:
    """One of the five. heard: what the bot said, with record numbers made alike, since they depend on who was first."""

    unit: str
    person: Person
    room_id: str
    heard: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Bot:
    """The bot's process on a folder of its own. environment: beside ours; options: of zhibu run."""

    folder: Path
    settings: Settings
    process: asyncio.subprocess.Process | None = None
    environment: dict[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ("--now", NOW.isoformat())

    @property
    def log(self) -> Path:
        """What it writes to the terminal, of all its lives."""
        return self.folder / "zhibu.log"

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", "--config", str(self.folder / "zhibu.yaml"), *self.options,
                stdout=log, stderr=log, env={**os.environ, **self.environment},
            )  # fmt: skip

    def logged(self, event: str) -> list[dict[str, Any]]:
        """The lines of the log about something, as they were written."""
        lines = [line for line in self.log.read_text("utf-8").splitlines() if line.startswith("{")]
        return [found for line in lines if (found := json.loads(line)).get("event") == event]

    async def until_logged(self, event: str, count: int = 1) -> dict[str, Any]:
        """Wait until something is in the log so many times; its last line."""
        async with asyncio.timeout(PATIENCE):
            while len(found := self.logged(event)) < count:
                await asyncio.sleep(0.05)  # the log is another process's
        return found[-1]

    async def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def stop(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            await self.process.wait()


async def said(bot: Bot, *command: str) -> tuple[int, str]:
    """A zhibu command beside the bot: its status and its words."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *command, "--config", str(bot.folder / "zhibu.yaml"),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    words = (await child.communicate())[0].decode()
    assert "Traceback" not in words
    return child.returncode or 0, words


async def settle(
    homeserver: Homeserver, folder: Path, *, people: int = 5, environment: dict[str, str] | None = None,
    now: str = NOW.isoformat(), **more: Any,
) -> tuple[Bot, list[Secretary]]:  # fmt: skip
    """A bot with a fresh record of five branches, and the secretaries of the first few in their rooms, welcomed. more:
    further settings."""
    folder.mkdir()
    settings = await settings_for(homeserver, folder, **more)
    named = [await homeserver.register(f"s{n}-{secrets.token_hex(3)}", "pw", f"书记{n}") for n in range(1, 6)]
    await bring_units(settings.database_url, folder, named)
    bot = Bot(folder, settings, environment=environment or {}, options=("--now", now))
    await bot.start()
    meeting = (meet(homeserver, folder, f"b{n}", user_id, bot) for n, user_id in enumerate(named[:people], 1))
    return bot, [await one for one in meeting]


async def settings_for(homeserver: Homeserver, folder: Path, **more: Any) -> Settings:
    """An account for a bot, and its zhibu.yaml in a folder."""
    bot_id = await homeserver.register(f"bot-{secrets.token_hex(3)}", "pw", "支部记事")
    (folder / "password").touch(mode=0o600)
    (folder / "password").write_text("pw")
    config = {
        "homeserver": homeserver.url, "user_id": bot_id, "password_file": "password", "data": "data",
        "invitations": {"servers": [homeserver.server_name]}, **more,
    }  # fmt: skip
    (folder / "zhibu.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    settings = read_settings(folder / "zhibu.yaml")
    settings.data.mkdir()
    return settings


async def bring_units(url: str, folder: Path, named: list[str]) -> None:
    """A branch for each of the secretaries, in the record."""
    units = [
        {
            "id": f"b{n}", "name": f"第{n}支部",
            "rulebooks": [{"id": "qianjiang-2017", "points": "example-points"}],
            "headcounts": [{"since": "2025-01-01", "正式": 24, "委员": 5, "党小组": [8, 8, 8]}],
            "people": [{"id": person, "name": f"书记{n}", "roles": ["secretary"]}],
        }
        for n, person in enumerate(named, 1)
    ]  # fmt: skip
    (folder / "units.yaml").write_text(yaml.safe_dump({"units": units}, allow_unicode=True), encoding="utf-8")
    database = await Database.open(url)
    async with database.turn() as conn:
        await import_units(conn, read_units(folder / "units.yaml"), at=NOW, by="test")
    await database.close()


async def meet(homeserver: Homeserver, folder: Path, unit: str, user_id: str, bot: Bot) -> Secretary:
    """A secretary in a direct room with a bot, welcomed."""
    person = await Person.sign_in(homeserver.url, user_id, "pw", folder / f"s{unit[1:]}")
    room_id = await person.open_dm(bot.settings.user_id, timeout=PATIENCE)
    await person.wait_for(room_id=room_id, timeout=PATIENCE)
    return Secretary(unit, person, room_id)


async def converse(who: Secretary, after_send: Callable[[Secretary, str], Awaitable[None]]) -> None:
    """Hold the whole conversation, each line after the answer to the one before."""
    n = who.unit[1:]
    card = ""
    for line in SCRIPT:
        if line == "👎":
            sent = await who.person.react(who.room_id, card, line)
        else:
            sent = await who.person.say(who.room_id, line.format(n=n))
        await after_send(who, sent)
        card = (await who.person.wait_for(room_id=who.room_id, timeout=PATIENCE)).event_id


async def quiet(bot: Bot) -> None:
    """Until the outbox is empty: whatever would be said twice has been said."""
    database = await Database.open(bot.settings.database_url)
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                async with database.look() as conn:
                    if not (await outbox.backlog(conn, bot.settings.user_id))[0]:
                        return
                await asyncio.sleep(0.05)  # the outbox is another process's
    finally:
        await database.close()


async def outcome(bot: Bot, secretaries: list[Secretary]) -> dict[str, object]:
    """What must be the same with and without kills: every branch's record, and all that was said in its room."""
    database = await Database.open(bot.settings.database_url)
    result: dict[str, object] = {}
    try:
        async with database.look() as conn:
            for who in secretaries:
                rows = await activities.current(conn, [who.unit])
                record = [(r.kind, r.occurred_on, r.version, r.withdrawn_at is not None, r.slots) for r in rows]
                said = [re.sub(r"#\d+", "#", one.body) for one in who.person.heard if one.room_id == who.room_id]
                result[who.unit] = {"record": record, "said": said, "faults": await faults.verify(conn, who.unit)}
    finally:
        await database.close()
    return result


async def leave(bot: Bot, secretaries: list[Secretary]) -> None:
    """Everybody goes."""
    await bot.stop()
    for who in secretaries:
        await who.person.close()
