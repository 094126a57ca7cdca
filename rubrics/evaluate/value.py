"""What a clause comes to: points, or between which bounds they still lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

from rubrics.sheet import Counted, Piece, Refused, State

NIL = Decimal(0)
CENT = Decimal("0.01")


@dataclass(slots=True)
class Value:
    """points: as things stand, None while it can't be known; floor, ceiling: the least and most it can still become;
    words: the arithmetic; suggested: for an assessor; missing: what would bring it further;
    ruled: people's points rather than computed ones; todo: how many things are still to be done;
    pieces: which, where each brings a part."""

    points: Decimal | None
    floor: Decimal
    ceiling: Decimal
    state: State
    words: str
    suggested: Decimal | None = None
    counted: list[Counted] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    missing: str = ""
    ruled: bool = False
    todo: int = 0
    pieces: tuple[Piece, ...] = ()

    @property
    def bounds(self) -> tuple[Decimal | None, Decimal, Decimal, Decimal | None]:
        """All its figures."""
        return self.points, self.floor, self.ceiling, self.suggested

    @property
    def standing(self) -> Decimal:
        """The points, or the best guess at them: what is suggested, else the floor."""
        if self.points is not None:
            return self.points
        return self.suggested if self.suggested is not None else self.floor


def fixed(points: Decimal, words: str, state: State = State.CERTAIN) -> Value:
    """Points that are known."""
    return Value(points, points, points, state, words)


def decimal(value: Fraction) -> Decimal:
    """An exact number as a Decimal of 28 digits."""
    return Decimal(value.numerator) / value.denominator if value.denominator != 1 else Decimal(value.numerator)


@lru_cache(maxsize=8192)
def said(points: Decimal) -> str:
    """Points as people read them: half up to two places, no idle zeros (3.2, 4, 0.33)."""
    text = f"{points.quantize(CENT, ROUND_HALF_UP):f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
