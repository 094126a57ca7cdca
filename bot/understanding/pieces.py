"""A value found at a place of a text, before it is known which activity it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from bot.understanding.reading import Value


@dataclass(frozen=True, slots=True)
class Piece:
    """slot: which; value: None when only a doubt was found; start, end: its place in the flat text; why: a doubt's
    code, with options."""

    slot: str
    value: Value | None
    start: int
    end: int
    why: str | None = None
    options: tuple[Value, ...] = ()


def if_meant(value: int | None, most: int) -> tuple[int, ...]:
    """What a yes can take of a number above what is usual: itself, unless it is beyond all sense."""
    return (value,) if value is not None and value <= 10 * most else ()
