"""The other devices of our account: what a restored bot finds of the one it takes the place of, and logs out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.matrix.client import GuardedClient
from bot.matrix.errors import CallFailed, SignInFailed
from bot.matrix.login import OURS


@dataclass(frozen=True, slots=True)
class Device:
    """A device. seen_at: when the homeserver last heard from it, a minute or two rough; None when it never did."""

    id: str
    seen_at: datetime | None


async def others(client: GuardedClient) -> list[Device]:
    """The devices that a bot of ours has made, without the one that asks. Raises CallFailed or Unreachable."""
    told = await client.call("GET", "/_matrix/client/v3/devices")
    return [
        Device(one["device_id"], _moment(one.get("last_seen_ts")))
        for one in told["devices"]
        if one["device_id"].startswith(OURS) and one["device_id"] != client.device_id
    ]


async def log_out(client: GuardedClient, ids: Sequence[str], password: str | None) -> None:
    """End these devices' logins and forget their keys. Raises SignInFailed without the right password."""
    if not ids:
        return
    path, body = "/_matrix/client/v3/delete_devices", {"devices": list(ids)}
    try:
        await client.call("POST", path, body)
    except CallFailed as error:
        if error.status != 401 or error.revoked:
            raise
        user = {"type": "m.id.user", "user": client.user_id}
        proof = {"type": "m.login.password", "identifier": user, "password": password or ""}
        try:
            await client.call("POST", path, {**body, "auth": {**proof, "session": error.told.get("session")}})
        except CallFailed as refused:
            if refused.passing:
                raise
            raise SignInFailed(f"服务器不让注销旧设备（{refused}）：请检查密码") from refused


def _moment(milliseconds: object) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if isinstance(milliseconds, int) else None
