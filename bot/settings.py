"""The settings of one bot: zhibu.yaml, with the password from a file of its own or the environment."""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.dialogue.accepting import MEGABYTE, Limits
from bot.understanding.filetypes import DEFAULT, STRIPPABLE
from rubrics.strict_yaml import FileError, fit, load


def _matrix_id(value: str) -> str:
    if not re.fullmatch(r"@[^:\s]+:\S+", value):
        raise ValueError("应为完整的 Matrix 账号，如 @zhibu:example.org（YAML 里要加引号）。")
    return value


MatrixId = Annotated[str, AfterValidator(_matrix_id)]


class Strict(BaseModel):
    """A part of the settings: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Invitations(Strict):
    """Whose invitations are accepted. users: Matrix ids; servers: server names."""

    users: tuple[MatrixId, ...] = ()
    servers: tuple[str, ...] = ()


class Attachments(Strict):
    """Which files are kept. folder: where, unless among the data; max_mb: megabytes of one file; types: mimetypes; of
    pictures only those whose location and camera data can be taken out."""

    folder: Path | None = None
    max_mb: Annotated[int, Field(ge=1, le=100)] = 20
    types: tuple[str, ...] = DEFAULT

    @field_validator("types")
    @classmethod
    def _types(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for kind in value:
            if not re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", kind):
                raise ValueError(f"“{kind}”不是文件类型，应如 image/jpeg、application/pdf。")
            if kind.startswith("image/") and kind not in STRIPPABLE:
                raise ValueError(f"{kind} 图片里的定位信息去不掉，不能收。图片只能写：{'、'.join(STRIPPABLE)}。")
        return value

    @property
    def limits(self) -> Limits:
        """The same, as the dialogue has it."""
        return Limits(self.max_mb * MEGABYTE, self.types)


class Monitoring(Strict):
    """Where health and numbers are served. port: None serves nothing, 0 lets the system choose; open_to_network: says
    that an address beyond this machine is meant."""

    port: Annotated[int, Field(ge=0, le=65535)] | None = None
    address: str = "127.0.0.1"
    open_to_network: bool = False

    @model_validator(mode="after")
    def _loopback(self) -> Self:
        try:
            here = ip_address(self.address).is_loopback
        except ValueError:
            raise ValueError(f"address 应为 IP 地址，如 127.0.0.1，而不是“{self.address}”。") from None
        if not here and not self.open_to_network:
            raise ValueError(f"{self.address} 不是本机地址，别的机器也能看到。确实要这样，请写 open_to_network: true。")
        return self


class Settings(Strict):
    """What zhibu.yaml says.

    homeserver: its address; user_id: the bot's account; password_file: where its password lies (0600); data: the
    folder for keys, files and, unless database names another, the SQLite record; contact: whom people ask to be
    enrolled, as they should read it; rulebooks: a folder with rulebooks of one's own; attachments: which files are
    kept; monitoring: where health and numbers can be read.
    """

    homeserver: str
    user_id: MatrixId
    password_file: Path | None = None
    device_name: str = "Zhibu"
    data: Path = Path("data")
    database: str | None = None
    invitations: Invitations = Invitations()
    contact: str = "管理员"
    time_zone: str = "Asia/Shanghai"
    rulebooks: Path | None = None
    attachments: Attachments = Attachments()
    monitoring: Monitoring = Monitoring()

    @field_validator("homeserver")
    @classmethod
    def _address(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("应为网址，以 http:// 或 https:// 开头，如 https://matrix.example.org。")
        return value.rstrip("/")

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("不认识这个时区，应如 Asia/Shanghai。") from None
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of dates that people see."""
        return ZoneInfo(self.time_zone)

    @property
    def files(self) -> Path:
        """The folder of attachments."""
        return self.attachments.folder or self.data / "files"

    @property
    def parcels(self) -> Path:
        """Where files lie until they are sent."""
        return self.data / "outgoing"

    @property
    def restoring(self) -> Path:
        """Lies there from the beginning of a restore to its end."""
        return self.data / ".restoring"

    @property
    def database_url(self) -> str:
        """Where the record lies."""
        return self.database or f"sqlite+aiosqlite:///{(self.data / 'zhibu.db').absolute()}"


class Secrets(BaseSettings):
    """What the environment may hold: ZHIBU_PASSWORD, or ZHIBU_PASSWORD_FILE for a file that holds it."""

    model_config = SettingsConfigDict(env_prefix="ZHIBU_")
    password: str | None = None
    password_file: Path | None = None


def read_settings(path: Path) -> Settings:
    """The settings from a file; relative paths in it are meant from the file's folder. Raises FileError."""
    settings = fit(load(path), Settings)
    base = path.absolute().parent
    moved: dict[str, Any] = {"data": base / settings.data}
    for name in ("password_file", "rulebooks"):
        value = getattr(settings, name)
        moved[name] = base / value if value else None
    if settings.attachments.folder is not None:
        moved["attachments"] = settings.attachments.model_copy(update={"folder": base / settings.attachments.folder})
    return settings.model_copy(update=moved)


def read_password(settings: Settings) -> str | None:
    """The password for the first login, from the environment or the password file; None when neither has one: it may be
    deleted after that login. Raises FileError when others can read the file."""
    secrets = Secrets()
    path = secrets.password_file or settings.password_file
    if secrets.password or path is None:
        return secrets.password
    try:
        if path.stat().st_mode & 0o077:
            raise FileError([f"{path}：其他用户也能读取这个密码文件。请执行 chmod 600 {path}。"])
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
