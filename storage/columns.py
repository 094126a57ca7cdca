"""Column types that mean the same on SQLite and PostgreSQL: moments in UTC, and JSON text."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Text, TypeDecorator


class Utc(TypeDecorator[datetime]):
    """A moment. Goes in with any zone, comes out in UTC; one without a zone is refused (ValueError)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        return None if value is None else in_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database; SQLite gives back no zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """JSON as text. Lone surrogates and NUL, which people's clients can send and databases refuse, stay escaped."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """To the database."""
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """From the database."""
        return None if value is None else json.loads(value)


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for one without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a time zone: {moment}")
    return moment.astimezone(UTC)


def canonical(value: Any) -> str:
    """The one way to write a value as JSON, so that equal values have equal hashes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def printable(text: str) -> str:
    """Text from outside that every database takes: without NUL and lone surrogates."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
