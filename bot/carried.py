"""Inbound events as JSON for the inbox, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from bot.events import Attachment, Inbound, Kind


def to_json(event: Inbound) -> dict[str, Any]:
    """An event as the inbox keeps it."""
    data: dict[str, Any] = json.loads(json.dumps(asdict(event), default=_plain))
    return data


def from_json(data: dict[str, Any]) -> Inbound:
    """An event out of the inbox."""
    attachment = data["attachment"]
    return Inbound(
        **{
            **data,
            "kind": Kind(data["kind"]),
            "sent_at": datetime.fromisoformat(data["sent_at"]).astimezone(UTC),
            "attachment": Attachment(**attachment) if attachment else None,
        }
    )


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return dict(value)  # type: ignore[call-overload]
