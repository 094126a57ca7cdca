"""What other devices send: Olm messages to us, room keys and room messages, sound and malformed."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import vodozemac
from nio.crypto import OlmDevice
from nio.events import RoomMessageText

from bot.matrix.client import GuardedClient

ROOM = "!room"
ALICE = "@alice:x"


def sync(token: str, *, to_device: list[Any] = [], join: Mapping[str, Any] = {}, **more: Any) -> dict[str, Any]:  # noqa: B006
    """The answer to a /sync."""
    return {"next_batch": token, "to_device": {"events": to_device}, "rooms": {"join": dict(join)}, **more}


def timeline(*events: Mapping[str, Any], state: tuple[Mapping[str, Any], ...] = (), **more: Any) -> dict[str, Any]:
    """A joined room in a sync."""
    return {"timeline": {"events": list(events), **more}, "state": {"events": list(state)}}


def member(user_id: str, membership: str = "join", **content: Any) -> dict[str, Any]:
    """A member event."""
    return {
        "type": "m.room.member", "event_id": f"$m{user_id}{membership}", "sender": user_id, "state_key": user_id,
        "origin_server_ts": 1, "content": {"membership": membership, **content},
    }  # fmt: skip


ENCRYPTION = {
    "type": "m.room.encryption", "event_id": "$enc", "sender": ALICE, "state_key": "", "origin_server_ts": 1,
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}  # fmt: skip


def text(body: str, event_id: str = "$plain", sender: str = ALICE) -> dict[str, Any]:
    """An unencrypted text message."""
    return {
        "type": "m.room.message", "event_id": event_id, "sender": sender, "origin_server_ts": 1_700_000_000_000,
        "content": {"msgtype": "m.text", "body": body},
    }  # fmt: skip


class Device:
    """Somebody else's device, without a server between us."""

    def __init__(self, olm: Any, user_id: str = ALICE, device_id: str = "ALICE") -> None:
        """olm: the machine of the client under test."""
        self._theirs = olm.account.identity_keys
        self._recipient = olm.user_id
        self.user_id, self.device_id = user_id, device_id
        self.account = vodozemac.Account()
        self.megolm = vodozemac.GroupSession()
        before = set(olm.account.one_time_keys["curve25519"].values())
        olm.account.generate_one_time_keys(1)
        (fresh,) = set(olm.account.one_time_keys["curve25519"].values()) - before
        olm.save_account()
        self.olm = self.account.create_outbound_session(
            vodozemac.Curve25519PublicKey.from_base64(self._theirs["curve25519"]),
            vodozemac.Curve25519PublicKey.from_base64(fresh),
        )

    def to_device(self, kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """An Olm-encrypted event for the client."""
        payload = {
            "sender": self.user_id, "sender_device": self.device_id,
            "keys": {"ed25519": self.account.ed25519_key.to_base64()},
            "recipient": self._recipient, "recipient_keys": {"ed25519": self._theirs["ed25519"]},
            "type": kind, "content": content,
        }  # fmt: skip
        number, cipher = self.olm.encrypt(json.dumps(payload).encode()).to_parts()
        return self.raw_olm(base64.b64encode(cipher).decode().rstrip("="), number)

    def raw_olm(self, body: Any, number: int = 0) -> dict[str, Any]:
        """An Olm event with this body, whatever it is."""
        return {
            "type": "m.room.encrypted", "sender": self.user_id,
            "content": {
                "algorithm": "m.olm.v1.curve25519-aes-sha2", "sender_key": self.account.curve25519_key.to_base64(),
                "ciphertext": {self._theirs["curve25519"]: {"type": number, "body": body}},
            },
        }  # fmt: skip

    def room_key(self, session_key: str | None = None, room_id: str = ROOM) -> dict[str, Any]:
        """The key of this device's Megolm session (from where it stands), or something in its place."""
        return self.to_device(
            "m.room_key",
            {
                "algorithm": "m.megolm.v1.aes-sha2", "room_id": room_id, "session_id": self.megolm.session_id,
                "session_key": session_key or self.megolm.session_key.to_base64(),
            },
        )  # fmt: skip

    def message(self, body: str, event_id: str = "$secret", room_id: str = ROOM) -> dict[str, Any]:
        """A text message encrypted for the room."""
        return self.encrypted("m.room.message", {"msgtype": "m.text", "body": body}, event_id, room_id)

    def encrypted(
        self, kind: str, content: Any, event_id: str = "$secret", room_id: str = ROOM, **more: Any
    ) -> dict[str, Any]:
        """Any event encrypted for the room; more: other fields of the plain event."""
        plain = json.dumps({"type": kind, "content": content, "room_id": room_id, **more})
        return {
            "type": "m.room.encrypted", "event_id": event_id, "sender": self.user_id,
            "origin_server_ts": 1_700_000_000_000,
            "content": {
                "algorithm": "m.megolm.v1.aes-sha2", "sender_key": self.account.curve25519_key.to_base64(),
                "ciphertext": self.megolm.encrypt(plain.encode()).to_base64(), "session_id": self.megolm.session_id,
                "device_id": self.device_id,
            },
        }  # fmt: skip


def last_body(response: Any) -> str | None:
    """The body of the last message in the room, None if it was not decrypted."""
    event = response.rooms.join[ROOM].timeline.events[-1]
    return event.body if isinstance(event, RoomMessageText) else None


def device_keys(device: Device, **wrong: Any) -> dict[str, Any]:
    """What /keys/query says of a device, signed by it; wrong: fields put in after the signature."""
    keys: dict[str, Any] = {
        "user_id": device.user_id, "device_id": device.device_id,
        "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
        "keys": {
            f"ed25519:{device.device_id}": device.account.ed25519_key.to_base64(),
            f"curve25519:{device.device_id}": device.account.curve25519_key.to_base64(),
        },
    }  # fmt: skip
    text = json.dumps(keys, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    signature = device.account.sign(text.encode()).to_base64()
    keys["signatures"] = {device.user_id: {f"ed25519:{device.device_id}": signature}}
    return {**keys, **wrong}


def claimed(device: Device, malformed: str = "") -> dict[str, Any]:
    """A signed one-time key of a device, as /keys/claim gives it."""
    device.account.generate_one_time_keys(1)
    key = {"key": malformed or next(iter(device.account.one_time_keys.values())).to_base64()}
    signature = device.account.sign(json.dumps(key, separators=(",", ":")).encode()).to_base64()
    signed = {**key, "signatures": {device.user_id: {f"ed25519:{device.device_id}": signature}}}
    return {"signed_curve25519:AAAAAQ": signed}


def know(client: GuardedClient, user_id: str, device: Device) -> None:
    """Put a device into the client's store, as an answer to /keys/query would."""
    keys = {
        "ed25519": device.account.ed25519_key.to_base64(),
        "curve25519": device.account.curve25519_key.to_base64(),
    }
    known = OlmDevice(user_id, device.device_id, keys)
    client.olm.device_store.add(known)
    client.store.save_device_keys({user_id: {device.device_id: known}})
    client.olm.tracked_users.add(user_id)
    client.olm.users_for_key_query.discard(user_id)
