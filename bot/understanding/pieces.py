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
