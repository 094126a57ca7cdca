"""A bot's home, made once and never written over: settings, password, folder, record, and its first login."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.app import link_settings
from bot.clock import utc_now
from bot.matrix.errors import SignInFailed
from bot.matrix.link import Link
from bot.matrix.standing import look
from bot.settings import Settings, read_settings
from rubrics.strict_yaml import FileError
from storage.database import Database

_TEXT = """\
# 支部机器人的设置。相对路径从本文件所在的目录算起。改完重新启动机器人；各项的意思见 docs/administrator.md。
homeserver: {homeserver}
user_id: {user_id}
# 机器人账号的密码，只在首次登录和恢复备份时用；只能由机器人自己读（chmod 600）。
password_file: {password_file}
data: {data}
# 没登记的人会被告知去找谁。
contact: {contact}
invitations:
  users: {users}
  servers: {servers}
"""


@dataclass(frozen=True, slots=True)
class Answers:
    """What zhibu.yaml is to say. invite: who may invite the bot, servers and full ids; data, password_file: as they are
    to stand in the file, relative to its folder; database: an address, None for SQLite in data."""

    homeserver: str
    user_id: str
    contact: str
    invite: Sequence[str]
    data: str = "data"
    password_file: str = "password"  # noqa: S105 - a file's name
    database: str | None = None

    def text(self) -> str:
        """The settings file."""
        users = [one for one in self.invite if one.startswith("@")]
        servers = [one for one in self.invite if not one.startswith("@")]
        shown = {name: json.dumps(getattr(self, name), ensure_ascii=False) for name in _PLAIN}
        text = _TEXT.format(**shown, users=json.dumps(users), servers=json.dumps(servers))
        return text + (f"database: {json.dumps(self.database)}\n" if self.database else "")


_PLAIN = ("homeserver", "user_id", "contact", "data", "password_file")


class Draft:
    """A settings file that is not there yet. Raises FileError for one that is."""

    def __init__(self, config: Path) -> None:
        self.config = config
        self._beside = config.with_name(f".{config.name}.new")
        if config.exists():
            raise FileError([f"{config} 已经有了，不会改动它。要另起一个机器人，请用 --config 指定别的文件。"])

    def read(self, answers: Answers) -> Settings:
        """The settings that the answers make. Raises FileError for what no settings file may say."""
        if not self.config.parent.is_dir():
            raise FileError([f"没有目录 {self.config.parent}，请先建立。"])
        self.forget()
        _write_new(self._beside, answers.text())
        return read_settings(self._beside)

    def keep(self) -> None:
        """Put the file where it belongs, unless somebody else was quicker. Raises FileError."""
        try:
            os.link(self._beside, self.config)
        except FileExistsError:
            raise FileError([f"{self.config} 刚刚被别人写了，不会改动它。"]) from None
        finally:
            self.forget()

    def forget(self) -> None:
        """Leave nothing behind."""
        self._beside.unlink(missing_ok=True)


async def trouble(settings: Settings) -> str:
    """Why the homeserver is of no use now; empty when it is of use."""
    return (await look(settings.homeserver, settings.user_id, settings.data / "matrix", utc_now)).trouble


async def sign_in(settings: Settings, password: str | None) -> str:
    """Sign in and cross-sign the device; its id. There is a login afterwards, or nothing is left behind.

    Raises SignInFailed.
    """
    beside = settings.data / "matrix.new"
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        link = await Link.connect(replace(link_settings(settings, password), folder=beside))
        device = link.device_id
        await link.close()
    except SignInFailed:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    beside.rename(settings.data / "matrix")
    return device


async def make_record(settings: Settings) -> None:
    """An empty record, or the one that is there. Raises DatabaseError."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    await (await Database.open(settings.database_url)).close()


def keep_password(settings: Settings, password: str) -> None:
    """Write the password file, unless there is one."""
    if settings.password_file is not None and not settings.password_file.exists():
        _write_new(settings.password_file, password + "\n")


def _write_new(path: Path, text: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
