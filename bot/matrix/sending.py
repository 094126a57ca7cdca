"""One event to one room: encrypted where the room is, under a transaction id that makes every retry the same event."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from bot.matrix.client import GuardedClient

# Body and formatted body together, as UTF-8: whoever writes a longer answer splits it. Encrypted it grows by a third,
# and an event must stay under 65,536 bytes.
MAX_BODY_BYTES = 40_000
_MAX_EVENT_BYTES = 65_536
_ENVELOPE_BYTES = 2_048  # what the server adds: ids, hashes, signatures


class NotInRoom(Exception):
    """We are not, or no longer, a member of that room."""


class TooLong(Exception):
    """The event would not fit even before the server adds its part."""


async def send(client: GuardedClient, room_id: str, event_type: str, content: Mapping[str, Any], txn: str) -> str:
    """The event's id. Reactions go unencrypted, as every client has them.

    Raises NotInRoom, TooLong, CallFailed, Unreachable. The caller sends to a room one event at a time.
    """
    room = client.rooms.get(room_id)
    if room is None:
        raise NotInRoom(room_id)
    body = dict(content)
    if room.encrypted and event_type != "m.reaction":
        await client.share_room_key(room_id)
        event_type, body = client.encrypt(room_id, event_type, body)
    text = json.dumps(body, ensure_ascii=False)
    if len(text.encode()) > _MAX_EVENT_BYTES - _ENVELOPE_BYTES:
        raise TooLong(f"{len(text.encode())} bytes")
    path = f"/_matrix/client/v3/rooms/{quote(room_id)}/send/{quote(event_type)}/{quote(txn, safe='')}"
    told = await client.call("PUT", path, text)
    return str(told["event_id"])
