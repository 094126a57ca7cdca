"""What a condition comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from rubrics.sheet import Counted, Refused, State

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(slots=True)
class Outcome:
    """met: holds for good, fails for good, or isn't decided yet; progress, possible: shares (0 to 1) achieved and still
    within reach; waits: whom an undecided one waits for, None for time itself; asked: False when nothing was owed;
    value: the figure measured; short: how much it falls short by (occurrences, or the figure's own unit);
    words: what was found; lacks: what would bring it further; todo: how many things are still to be done."""

    met: bool | None
    progress: Fraction = ZERO
    possible: Fraction = ONE
    words: str = ""
    lacks: str = ""
    waits: State | None = None
    asked: bool = True
    value: Fraction | None = None
    short: Fraction = ZERO
    todo: int = 0
    counted: list[Counted] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def yes(words: str, value: Fraction | None = None) -> Outcome:
    """It holds."""
    return Outcome(True, ONE, ONE, words, value=value)


def no(words: str, value: Fraction | None = None, lacks: str = "") -> Outcome:
    """It doesn't, for good."""
    return Outcome(False, ZERO, ZERO, words, lacks, value=value)


def unknown(lacks: str, waits: State = State.AWAITING_EVIDENCE) -> Outcome:
    """Nobody told."""
    return Outcome(None, ZERO, ONE, lacks, lacks, waits, todo=1)


def not_asked(words: str) -> Outcome:
    """Nothing was owed."""
    return Outcome(True, ONE, ONE, words, asked=False)


def merge(outcomes: Sequence[Outcome]) -> tuple[list[Counted], list[Refused]]:
    """What several counted and refused, each activity once; what counted for one isn't refused by another."""
    counted: dict[object, Counted] = {}
    for outcome in outcomes:
        for entry in outcome.counted:
            counted.setdefault(entry.number if entry.number is not None else entry.words, entry)
    refused: dict[object, Refused] = {}
    for outcome in outcomes:
        for left in outcome.refused:
            if left.number is None or left.number not in counted:
                refused.setdefault(left.number if left.number is not None else left.words, left)
    return list(counted.values()), list(refused.values())


def number(value: Fraction) -> str:
    """A figure as people write it: 12, 0.92, 33.33."""
    if value.denominator == 1:
        return str(value.numerator)
    return f"{round(value * 10000) / 10000:.4f}".rstrip("0").rstrip(".")


def percent(value: Fraction) -> str:
    """91.7%."""
    tenths = (value * 1000 + Fraction(1, 2)).__floor__()
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}%"
