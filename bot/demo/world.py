"""The demo: a real Synapse on loopback, its people, the bot as a process of its own, and a record with a past."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import sys
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import yaml

from bot.demo.homeserver import Homeserver
from bot.demo.setup import ADMINISTRATOR, ASSESSOR, OTHER, SECRETARY, fill
from bot.settings import read_settings
from storage.database import Database

BOT = "zhibu"
NAMES = {SECRETARY: "李明", ASSESSOR: "王芳", OTHER: "赵敏", ADMINISTRATOR: "陈静", BOT: "支部记事"}
WHO = {
    SECRETARY: "机关第一支部书记",
    ASSESSOR: "考评员",
    OTHER: "机关第二支部书记",
    ADMINISTRATOR: "管理员",
    BOT: "机器人",
}


class World:
    """Everything the demo needs, in one folder; started again on the same folder it goes on where it was."""

    names = NAMES  # of the accounts, as people see them

    def __init__(self, folder: Path, now: datetime, *, shifted: bool) -> None:
        self.folder = folder.resolve()
        self.homeserver = Homeserver(self.folder / "synapse")
        self.passwords: dict[str, str] = {}
        self._now = now
        self._shifted = shifted
        self._bot: asyncio.subprocess.Process | None = None

    @property
    def config(self) -> Path:
        """The bot's settings."""
        return self.folder / "zhibu.yaml"

    @property
    def bot_id(self) -> str:
        """The bot's Matrix id."""
        return self.homeserver.user_id(BOT)

    async def __aenter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        await self.homeserver.start()
        try:
            await self._people()
            self._write_config()
            await self._record()
            await self.start_bot()
        except BaseException:
            await self.homeserver.stop()
            raise
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        await self.stop_bot()
        await self.homeserver.stop()

    async def start_bot(self, now: datetime | None = None) -> None:
        """Start zhibu run. now: the time to read messages by from here on; the one given before, else."""
        if now is not None:
            self._now, self._shifted = now, True
        shift = ["--now", self._now.isoformat()] if self._shifted else []
        log = (self.folder / "zhibu.log").open("ab")
        self._bot = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", "--config", str(self.config), *shift,
            stdout=log, stderr=log, stdin=asyncio.subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        log.close()

    async def stop_bot(self, *, kill: bool = False) -> None:
        """Stop the bot and wait for its end. kill: with SIGKILL, as a crash would."""
        if self._bot is None:
            return
        if self._bot.returncode is None:
            self._bot.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        await self._bot.wait()
        self._bot = None

    async def _people(self) -> None:
        kept = self.folder / "passwords.yaml"
        before = yaml.safe_load(kept.read_text(encoding="utf-8")) if kept.exists() else {}
        self.passwords = {name: before.get(name) or secrets.token_hex(5) for name in self.names}
        _write_private(kept, yaml.safe_dump(self.passwords))
        for name, shown in self.names.items():
            await self.homeserver.register(name, self.passwords[name], shown)

    def _write_config(self) -> None:
        _write_private(self.folder / "password", self.passwords[BOT])
        settings = {
            "homeserver": self.homeserver.url,
            "user_id": self.bot_id,
            "password_file": "password",
            "data": "data",
            "contact": "王芳（演示管理员）",
            "invitations": {"servers": [self.homeserver.server_name]},
        }
        self.config.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")

    async def _record(self) -> None:
        settings = read_settings(self.config)
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        database = await Database.open(settings.database_url)
        try:
            await self._fill(database)
        finally:
            await database.close()

    async def _fill(self, database: Database) -> None:
        await fill(database, self.homeserver.server_name, self._now, self.folder)


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600, exist_ok=True)
    os.chmod(path, 0o600)
    path.write_text(text, encoding="utf-8")
