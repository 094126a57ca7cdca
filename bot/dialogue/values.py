"""Slot values as JSON and back: the slot's name says which type its value has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bot.understanding.reading import Value
from rubrics.activities import SLOTS

ALL = "all"  # present: everybody expected, while how many that is is not known


def encode(value: Value) -> Any:
    """A slot's value as JSON: dates ISO, Decimals as strings, tuples as lists."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple):
        return list(value)
    return value


def decode(name: str, value: Any) -> Value:
    """JSON as the value of the slot of that name. Raises ValueError when it can't be one."""
    match SLOTS.get(name, "text"):
        case "whole":
            return ALL if value == ALL else int(value)
        case "date":
            return date.fromisoformat(value)
        case "number":
            return Decimal(str(value))
        case "texts":
            return tuple(str(item) for item in value)
        case _:
            return str(value)


def decode_all(slots: Mapping[str, Any]) -> dict[str, Value]:
    """A mapping of slots out of storage."""
    return {name: decode(name, value) for name, value in slots.items()}
