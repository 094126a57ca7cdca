"""How our account and device stand with the homeserver, asked beside a running bot: its keys are not opened and its
sync is not touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.matrix.errors import CallFailed, Unreachable
from bot.matrix.keeping import holder
from bot.matrix.login import Login, kept_login
from bot.matrix.signing import signature
from bot.matrix.wire import Wire

_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Standing:
    """What was found. trouble: why the homeserver is of no use, empty when it is of use; served_at, asked_at: its clock
    and ours at the answer; login: none | good | ended, of our kept login; why: the error that ended it; device: its id;
    signed: as signing.signature() says, empty when not asked; one_time_keys: how many lie on the server, None when not
    asked; process: the bot's that holds the device, None where none does."""

    trouble: str = ""
    served_at: datetime | None = None
    asked_at: datetime | None = None
    login: str = "none"
    why: str = ""
    device: str = ""
    signed: str = ""
    one_time_keys: int | None = None
    process: int | None = None


async def look(homeserver: str, user_id: str, folder: Path, clock: Callable[[], datetime]) -> Standing:
    """Ask. folder: of the login and the seeds; clock: gives UTC now. Raises SignInFailed for a damaged login file."""
    login = kept_login(folder)
    found: dict[str, Any] = {"process": holder(folder), "device": login.device_id if login and login.token else ""}
    wire = Wire(homeserver)
    try:
        told = await wire.call("GET", "/_matrix/client/versions", timeout=_SECONDS)
        found |= {"served_at": wire.served_at, "asked_at": clock()}
        if not told.get("versions"):
            return Standing(**found, trouble="的应答不像 Matrix 服务器")
        if login is not None and login.token:
            found |= await _login(wire, login, user_id, folder)
    except CallFailed as error:
        return Standing(**found, trouble=f"的应答（{error.status} {error.errcode}）不像 Matrix 服务器")
    except Unreachable as error:
        return Standing(**found, trouble=f"没有应答（{error}）")
    finally:
        await wire.close()
    return Standing(**found)


async def _login(wire: Wire, login: Login, user_id: str, folder: Path) -> dict[str, Any]:
    async def call(method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return await wire.call(method, path, body, token=login.token, timeout=_SECONDS)

    try:
        who = await call("GET", "/_matrix/client/v3/account/whoami")
    except CallFailed as error:
        if error.passing:
            raise
        return {"login": "ended", "why": str(error)}
    if (who.get("user_id"), who.get("device_id")) != (user_id, login.device_id):
        return {"login": "ended", "why": f"登录属于 {who.get('user_id')}"}
    told = await call("POST", "/_matrix/client/v3/keys/query", {"device_keys": {user_id: []}})
    # Nothing is uploaded: the answer to an empty upload is the count.
    counts = (await call("POST", "/_matrix/client/v3/keys/upload", {})).get("one_time_key_counts") or {}
    return {
        "login": "good",
        "signed": signature(told, user_id, login.device_id, folder),
        "one_time_keys": int(counts.get("signed_curve25519", 0)),
    }
