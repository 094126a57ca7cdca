"""What somebody says in a room, as a person's client shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.matrix.reading import sent_at


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody else said in a room. body: plain text; html: as sent, "" without; event_type and msgtype as
    Matrix has them; content: all of it."""

    event_id: str
    room_id: str
    sender: str
    at: datetime
    event_type: str
    msgtype: str
    body: str
    html: str
    content: Mapping[str, Any]


def said_in(room_id: str, event: Mapping[str, Any]) -> Said | None:
    """An event of a room; None for room state and for what has no content."""
    content = event.get("content")
    if "state_key" in event or not isinstance(content, Mapping):
        return None
    return Said(
        event_id=str(event["event_id"]),
        room_id=room_id,
        sender=str(event["sender"]),
        at=sent_at(event),
        event_type=str(event["type"]),
        msgtype=str(content.get("msgtype", "")),
        body=str(content.get("body", "")),
        html=str(content.get("formatted_body", "")),
        content=content,
    )
