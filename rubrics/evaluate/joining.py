"""Values joined: added up, the highest of them, mixed by weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rubrics.evaluate.judging import COLUMN, View
from rubrics.evaluate.value import NIL, Value, said
from rubrics.sheet import Refused, State

_OPEN = (State.POINTS_MISSING, State.AWAITING_ASSESSMENT, State.AWAITING_EVIDENCE)


def _state(values: Sequence[Value]) -> State:
    return next((state for state in _OPEN if any(v.state is state for v in values)), State.CERTAIN)


def added(values: Sequence[Value]) -> Value:
    """The sum of parts."""
    floor, ceiling = sum((v.floor for v in values), NIL), sum((v.ceiling for v in values), NIL)
    known = [v.points for v in values if v.points is not None]
    points = sum(known, NIL) if len(known) == len(values) else None
    words = " + ".join(said(v.standing) for v in values)
    return Value(points, floor, ceiling, _state(values), words, sum((v.standing for v in values), NIL))


def highest(values: Sequence[Value]) -> Value:
    """The best of alternatives."""
    floor, ceiling = max(v.floor for v in values), max(v.ceiling for v in values)
    known = [v.points for v in values if v.points is not None]
    best = max(known) if known else None
    sure = best is not None and all(v.points is not None or v.ceiling <= best for v in values)
    words = "取最高：" + "、".join(said(v.standing) for v in values)
    state = State.CERTAIN if sure else _state(values)
    return Value(best if sure else None, floor, ceiling, state, words, max(v.standing for v in values))


def mixed(values: Sequence[Value], views: Sequence[View]) -> Value:
    """The views of a clause joined by their weights."""
    first = values[0]
    if len(values) == 1 or all(v.state is State.NOT_APPLICABLE for v in values):
        return first
    if not any(v.ruled for v in values) and all(v.bounds == first.bounds for v in values):
        return replace(first, refused=_once(values)) if any(v.refused != first.refused for v in values) else first
    points = NIL
    known = True
    for value, view in zip(values, views, strict=True):
        known = known and value.points is not None
        points += value.standing * view.weight
    joined = Value(points if known else None, NIL, NIL, _state(values), first.words, points)
    joined.floor = sum((v.floor * w.weight for v, w in zip(values, views, strict=True)), NIL)
    joined.ceiling = sum((v.ceiling * w.weight for v, w in zip(values, views, strict=True)), NIL)
    joined.missing, joined.todo, joined.pieces = first.missing, first.todo, first.pieces
    joined.counted = list({id(c): c for v in values for c in v.counted}.values())
    joined.refused = _once(values)
    if any(v.ruled for v in values) or len({v.words for v in values}) > 1:
        terms = [
            f"{COLUMN[w.columns[0]]}{said(v.standing)} × {said(w.weight * 100)}%"
            for v, w in zip(values, views, strict=True)
        ]
        joined.words = " + ".join(terms) + "（" + "；".join(dict.fromkeys(v.words for v in values)) + "）"
    return joined


def _once(values: Sequence[Value]) -> list[Refused]:
    """What the views refused, each entry once."""
    return list(dict.fromkeys(refused for value in values for refused in value.refused))
