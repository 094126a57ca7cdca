"""The clock of the house: the one place that asks the machine for the time."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)  # noqa: TID251
