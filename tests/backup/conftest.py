"""A bot with a record, a photo, seeds, settings and a rulebook of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from bot.backup.archive import Whole
from bot.backup.making import back_up, place_for
from bot.backup.manifest import Manifest
from bot.matrix.keeping import write_secret
from bot.settings import Settings, read_settings
from tests.files.conftest import BOT, LI, NOW, REPORT, Talk, enter


@dataclass
class Home:
    """The bot's folder. keys: what must never be in a backup."""

    folder: Path
    talk: Talk

    keys = ("a login's token", "the key of a device's keys", "the password")

    @property
    def config(self) -> Path:
        """Its settings file."""
        return self.folder / "zhibu.yaml"

    @property
    def settings(self) -> Settings:
        """Its settings, which name the record of this test."""
        return read_settings(self.config)

    async def back_up(self, to: Path, *, keep: int | None = None, now: datetime = NOW) -> Manifest:
        """Make a backup of it."""
        return await back_up(self.config, self.settings, place_for(to, self.settings, now), keep, now, "test")


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    folder = tmp_path / "home"
    folder.mkdir()
    talk = await enter(folder)
    await talk.send(LI, "现场.jpg", REPORT)
    await talk.say(LI, "好")
    matrix = talk.settings.data / "matrix"
    matrix.mkdir(mode=0o700)
    write_secret(matrix / "signing.json", '{"master": "seed"}')
    for name, text in zip(("login.json", "store.key", "../../password"), Home.keys, strict=True):
        write_secret(matrix / name, text)
    (folder / "rulebooks").mkdir()
    (folder / "rulebooks" / "qianjiang-2017.ours.yaml").write_text("overlay: qianjiang-2017\n", encoding="utf-8")
    (folder / "zhibu.yaml").write_text(
        f'homeserver: http://127.0.0.1:9\nuser_id: "{BOT}"\ndata: data\npassword_file: password\n'
        + ("rulebooks: rulebooks\n"),
        encoding="utf-8",
    )
    yield Home(folder, talk)
    await talk.database.close()


def everything(backup: Whole) -> bytes:
    """All of it, in one."""
    parts = []
    for name in ("manifest.json", *backup.manifest.parts):
        with backup.open(name) as file:
            parts.append(file.read())
    return b"\n".join(parts)
