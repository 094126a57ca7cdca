"""Cross-signing: our device signed by our own account, or clients will soon neither trust it nor give it keys.

The three seeds are kept (0600): a later device signed with the same ones is trusted without a word, new ones would
show everybody the banner "identity was reset".
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa
from nio import Api

from bot.matrix.client import GuardedClient
from bot.matrix.errors import CallFailed, SignInFailed
from bot.matrix.keeping import write_secret

_USES = ("master", "self_signing", "user_signing")
_FILE = "signing.json"


def signature(told: Mapping[str, Any], user_id: str, device_id: str, folder: Path) -> str:
    """What the answer to /keys/query says of a device: signed, unsigned, no_device; no_identity where the account has
    none, other_identity where it isn't the one whose seeds we keep."""
    master = told.get("master_keys", {}).get(user_id)
    device = told.get("device_keys", {}).get(user_id, {}).get(device_id)
    keys = _load(folder)
    if master is None:
        return "no_identity"
    if keys is None or _public(keys["master"]) not in master.get("keys", {}).values():
        return "other_identity"
    if device is None:
        return "no_device"
    ours = f"ed25519:{_public(keys['self_signing'])}"
    return "signed" if ours in device.get("signatures", {}).get(user_id, {}) else "unsigned"


async def sign_device(client: GuardedClient, folder: Path, password: str | None) -> None:
    """Make the identity once, sign this device with it, upload only what the server lacks.

    Raises SignInFailed when the server asks for a password and there is none, or holds another identity than ours.
    """
    keys = _load(folder)
    asked = await client.call("POST", "/_matrix/client/v3/keys/query", {"device_keys": {client.user_id: []}})
    if keys is None:
        if asked.get("master_keys", {}).get(client.user_id):
            raise SignInFailed(
                f"账号 {client.user_id} 已有交叉签名身份，但本机没有它的密钥文件 {_FILE}："
                f"请从备份取回该文件放到 {folder}，或换一个新账号"
            )
        keys = {use: ECC.generate(curve="Ed25519") for use in _USES}
        _save(folder, keys)
    master = asked.get("master_keys", {}).get(client.user_id)
    if master is None:
        await _upload_identity(client, keys, password)
    elif _public(keys["master"]) not in master.get("keys", {}).values():
        raise SignInFailed(f"服务器上账号 {client.user_id} 的交叉签名身份与 {folder / _FILE} 不符：它已在别处被重置")
    device = asked.get("device_keys", {}).get(client.user_id, {}).get(client.device_id)
    if device is None:
        raise SignInFailed(f"服务器上没有设备 {client.device_id} 的密钥：请删除 {folder} 里的 login.json 后重新登录")
    if signature(asked, client.user_id, client.device_id, folder) == "signed":
        return
    device.pop("unsigned", None)
    signed = _seal(client.user_id, device, keys["self_signing"])
    told = await client.call(
        "POST", "/_matrix/client/v3/keys/signatures/upload", {client.user_id: {client.device_id: signed}}
    )
    if told.get("failures"):
        raise SignInFailed(f"服务器拒绝了设备 {client.device_id} 的交叉签名")


async def _upload_identity(client: GuardedClient, keys: Mapping[str, Any], password: str | None) -> None:
    me = client.user_id
    body = {
        "master_key": _key(me, "master", keys["master"]),
        "self_signing_key": _seal(me, _key(me, "self_signing", keys["self_signing"]), keys["master"]),
        "user_signing_key": _seal(me, _key(me, "user_signing", keys["user_signing"]), keys["master"]),
    }
    # The device signs the master key, so that whoever trusted the device before trusts the identity.
    mine = client.olm.sign_json(body["master_key"])
    body["master_key"]["signatures"] = {me: {f"ed25519:{client.device_id}": mine}}
    path = "/_matrix/client/v3/keys/device_signing/upload"
    try:
        await client.call("POST", path, body)
    except CallFailed as error:
        if error.status != 401 or error.revoked:
            raise
        if password is None:
            raise SignInFailed("首次登录要用密码建立交叉签名身份：请把它写进 password_file 所指的文件") from error
        proof = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": me},
            "password": password,
            "session": error.told.get("session"),
        }
        await client.call("POST", path, {**body, "auth": proof})


def _key(user_id: str, use: str, key: Any) -> dict[str, Any]:
    public = _public(key)
    return {"user_id": user_id, "usage": [use], "keys": {f"ed25519:{public}": public}}


def _seal(user_id: str, value: dict[str, Any], key: Any) -> dict[str, Any]:
    plain = {name: part for name, part in value.items() if name not in ("signatures", "unsigned")}
    signature = _unpadded(eddsa.new(key, "rfc8032").sign(Api.to_canonical_json(plain).encode()))
    value.setdefault("signatures", {}).setdefault(user_id, {})[f"ed25519:{_public(key)}"] = signature
    return value


def _public(key: Any) -> str:
    return _unpadded(key.public_key().export_key(format="raw"))


def _unpadded(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


def _load(folder: Path) -> dict[str, Any] | None:
    try:
        kept = json.loads((folder / _FILE).read_text("utf-8"))
    except FileNotFoundError:
        return None
    return {use: ECC.construct(curve="Ed25519", seed=base64.b64decode(kept[use])) for use in _USES}


def _save(folder: Path, keys: Mapping[str, Any]) -> None:
    write_secret(folder / _FILE, json.dumps({use: base64.b64encode(key.seed).decode() for use, key in keys.items()}))
