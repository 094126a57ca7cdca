"""The --now option: a time given by a person, or the machine's."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import typer

from bot.clock import utc_now

ZONE = ZoneInfo("Asia/Shanghai")


def parse_now(text: str | None) -> datetime:
    """The time, aware; Asia/Shanghai when no zone is given. Raises typer.BadParameter."""
    if text is None:
        return utc_now().astimezone(ZONE)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"“{text}”不是时间，应如 2026-11-20T10:00:00+08:00。") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def parse_day(text: str | None) -> date | None:
    """A day as people type it at a terminal; None stays None. Raises BadParameter."""
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError:
        raise typer.BadParameter(f"“{text}”不是日期，应如 2026-12-31。") from None
