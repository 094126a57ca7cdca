"""The clocks of the house: the one place that asks the machine for the time."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def utc_now() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)  # noqa: TID251


def steady() -> float:
    """Seconds since the machine was started, asleep or not; nobody can set this clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
