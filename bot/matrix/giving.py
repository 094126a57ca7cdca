"""A room key given again to a device that asks for it and has had it before, as people's clients do it.

The bot gives none: whoever lacks its keys gets them with its next message.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from bot.matrix.client import GuardedClient
from bot.matrix.reading import part


async def give_again(client: GuardedClient, asked: Mapping[str, Any]) -> None:
    """Answer an m.room_key_request, if it is for the session we speak with now and its device has that key already.
    Raises CallFailed or Unreachable."""
    content, body = part(asked, "content"), part(part(asked, "content"), "body")
    user_id, device_id = asked["sender"], content.get("requesting_device_id")
    session = client.olm.outbound_group_sessions.get(body.get("room_id"))
    if content.get("action") != "request" or session is None or session.id != body.get("session_id"):
        return
    if (user_id, device_id) not in session.users_shared_with | session.users_ignored:
        return
    keys = client.olm.account.identity_keys
    kept = client.olm.inbound_group_store.get(body["room_id"], keys["curve25519"], session.id)
    device = client.device_store[user_id].get(device_id)
    olm = client.olm.session_store.get(device.curve25519) if device is not None else None
    if kept is None or olm is None:
        return
    given = {
        "algorithm": "m.megolm.v1.aes-sha2", "room_id": body["room_id"], "session_id": session.id,
        "session_key": kept.export_session(kept.first_known_index), "sender_key": keys["curve25519"],
        "sender_claimed_ed25519_key": keys["ed25519"], "forwarding_curve25519_key_chain": [],
    }  # fmt: skip
    sealed = client.olm._olm_encrypt(olm, device, "m.forwarded_room_key", given)
    path = f"/_matrix/client/v3/sendToDevice/m.room.encrypted/{quote(secrets.token_hex(8))}"
    await client.call("PUT", path, {"messages": {user_id: {device_id: sealed}}})
