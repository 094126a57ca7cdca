"""A clause's value once people have spoken: kept within its points, ruled over, suggested, or without any points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from rubrics.evaluate.judging import COLUMN, Ruling
from rubrics.evaluate.value import NIL, Value, fixed, said
from rubrics.facts import Judgement
from rubrics.sheet import State


def within(value: Value, cap: Decimal) -> Value:
    """The value kept between nothing and the clause's points."""
    if value.floor >= 0 and value.ceiling <= cap and value.floor <= cap and value.ceiling >= 0:
        return value
    points = None if value.points is None else clamp(value.points, cap)
    return replace(value, points=points, floor=clamp(value.floor, cap), ceiling=clamp(value.ceiling, cap))


def clamp(points: Decimal, cap: Decimal) -> Decimal:
    """Points between nothing and a cap."""
    return min(max(points, NIL), cap)


def ruled(value: Value, ruling: Ruling, cap: Decimal) -> Value:
    """The value with a ruling put over it; what was computed stays in the words."""
    value.refused = [*value.refused, *ruling.refused]
    points = ruling.points
    if points is None and ruling.met is not None:
        points = cap if ruling.met else NIL
    if points is None:
        return value
    before = f"（按记录{said(value.points)}分：{value.words}）" if value.points not in (None, points) else ""
    ruled = fixed(clamp(points, cap), f"{COLUMN[ruling.column]}{said(points)}分{before}")
    ruled.counted, ruled.refused, ruled.ruled = [*value.counted, *ruling.counted], value.refused, True
    return ruled


def suggest(value: Value, entries: Sequence[Judgement], cap: Decimal) -> None:
    """The unit's own rating as a suggestion while nobody with the last word has spoken."""
    own = [entry for entry in entries if entry.column == "self" and entry.points is not None]
    if own and own[-1].points is not None:
        value.suggested = clamp(own[-1].points, cap)
        value.state = State.AWAITING_ASSESSMENT
        value.words = f"自评{said(own[-1].points)}分" + (f"；{value.words}" if value.words else "")


def unpriced(value: Value) -> Value:
    """The value of a clause whose points the source lacks."""
    if value.state is State.NOT_APPLICABLE:
        return value
    return replace(value, points=None, floor=NIL, ceiling=NIL, suggested=None, state=State.POINTS_MISSING)
