"""Signing in: one device for as long as its folder lasts, whatever moment we are killed at."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bot.clock import utc_now
from bot.matrix.client import GuardedClient
from bot.matrix.errors import CallFailed, SignInFailed
from bot.matrix.keeping import pickle_key, write_secret
from bot.matrix.settings import LinkSettings
from bot.matrix.signing import sign_device
from bot.matrix.wire import Wire

_FILE = "login.json"
OURS = "ZHIBU"  # how the ids of our devices begin


@dataclass(frozen=True, slots=True)
class Login:
    """A device. token: the access token, empty before the first answer; signed: cross-signed, as far as we know;
    synced: a first sync has been received and kept; made_at: since when there are keys for it (ISO 8601), empty for the
    beginning of time."""

    homeserver: str
    user_id: str
    device_id: str
    token: str = ""
    signed: bool = False
    synced: bool = False
    made_at: str = ""

    def keep(self, folder: Path) -> None:
        """Write it down, readable for us only."""
        write_secret(folder / _FILE, json.dumps(asdict(self), ensure_ascii=False, indent=1))


def kept_login(folder: Path) -> Login | None:
    """The login of an earlier run. Raises SignInFailed when its file is damaged."""
    try:
        return Login(**json.loads((folder / _FILE).read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise SignInFailed(f"{folder / _FILE} 已损坏：请从备份恢复，或删除后重新登录") from error


async def sign_in(settings: LinkSettings, wire: Wire) -> tuple[GuardedClient, Login]:
    """The client of our device, with its keys uploaded and signed.

    Needs the network only until the device is signed. Raises SignInFailed, CallFailed or Unreachable.
    """
    login = kept_login(settings.folder)
    if login is not None and (login.user_id, login.homeserver) != (settings.user_id, settings.homeserver):
        raise SignInFailed(
            f"{settings.folder / _FILE} 属于 {login.user_id}（{login.homeserver}），"
            f"而设置里是 {settings.user_id}（{settings.homeserver}）：请改回设置，或换一个数据目录"
        )
    if login is None:
        # Chosen by us and kept before it is used: a kill during the login leaves no orphan behind.
        made_at = utc_now().isoformat()
        login = Login(settings.homeserver, settings.user_id, f"{OURS}{secrets.token_hex(4).upper()}", made_at=made_at)
        login.keep(settings.folder)
    if not login.token:
        login = replace(login, token=await _password_login(settings, wire, login.device_id))
        login.keep(settings.folder)
    client = GuardedClient(wire, login.user_id, login.device_id, settings.folder, pickle_key(settings.folder))
    client.restore_login(login.user_id, login.device_id, login.token)
    if not login.signed:
        if client.should_upload_keys:
            await client.keys_upload()
        await sign_device(client, settings.folder, settings.password)
        login = replace(login, signed=True)
        login.keep(settings.folder)
    return client, login


async def _password_login(settings: LinkSettings, wire: Wire, device_id: str) -> str:
    if settings.password is None:
        raise SignInFailed(
            f"还没有登录过 {settings.user_id}：请把密码写进 password_file 所指的文件，登录一次后即可删去"
        )
    body: dict[str, Any] = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": settings.user_id},
        "password": settings.password,
        "device_id": device_id,
        "initial_device_display_name": settings.device_name,
    }
    try:
        told = await wire.call("POST", "/_matrix/client/v3/login", body)
    except CallFailed as error:
        if error.passing:
            raise
        raise SignInFailed(
            f"{settings.homeserver} 不接受 {settings.user_id} 的登录（{error}）：请检查账号和密码"
        ) from error
    if told.get("user_id") != settings.user_id:
        raise SignInFailed(f"登录得到的账号是 {told.get('user_id')}，不是 {settings.user_id}：请改正设置")
    return str(told["access_token"])
