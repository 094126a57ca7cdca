"""Points added and taken besides a clause's rule: for findings, for what holds, for what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

from rubrics.evaluate.conditions import evaluate
from rubrics.evaluate.outcome import Outcome
from rubrics.evaluate.setting import Setting
from rubrics.evaluate.value import NIL, Value, decimal, said
from rubrics.schema.rule import Change
from rubrics.sheet import State


@dataclass(frozen=True, slots=True)
class Changed:
    """What an entry of less or plus comes to. points: so far; words: the arithmetic; coming: what it can still come to
    besides while the window is open; todo: what to do to keep that away; lacks: which; told: what it looked at."""

    points: Decimal
    words: str
    coming: Decimal = NIL
    todo: int = 0
    lacks: str = ""
    told: Outcome | None = None


def change(entry: Change, at: Setting) -> Changed:
    """What an entry of less or plus comes to: nothing where nothing was found."""
    times, open_, told = Fraction(0), None, None
    if entry.finding is not None:
        times = Fraction(sum(f.times for f in at.ground.findings(entry.finding, at.case.clause)))
    elif entry.when is not None:
        times = Fraction(1 if evaluate(at.ground, entry.when, at.case).met else 0)
    elif entry.short_of is not None:
        told = outcome = evaluate(at.ground, entry.short_of, at.case)
        times = outcome.short
        if entry.step is not None:
            times /= entry.step
            times = Fraction(-(-times // 1)) if entry.started else Fraction(times // 1)
        elif outcome.todo and not at.ground.closed:
            open_ = outcome
    coming = min(times, Fraction(open_.todo)) if open_ else Fraction(0)
    points, whole = _limited(entry, times - coming), _limited(entry, times)
    count = f"{_times(times - coming)}次" if entry.step is None else f" {_times(times - coming)}档"
    words = f"{entry.title or ''}{count} × {said(entry.each)}"
    if points < entry.each * decimal(times - coming):
        words += f"（至多{said(points)}）"
    if open_ is None:
        return Changed(points, words, told=told)
    most = f"，至多扣{said(entry.most)}分" if entry.most is not None else ""
    lacks = f"{entry.title + '：' if entry.title else ''}{open_.lacks}，少一次扣{said(entry.each)}分{most}"
    return Changed(points, words, whole - points, open_.todo, lacks, told)


def _limited(entry: Change, times: Fraction) -> Decimal:
    points = entry.each * decimal(times)
    return points if entry.most is None else min(points, entry.most)


def _times(times: Fraction) -> str:
    return said(decimal(times).to_integral_value(ROUND_CEILING) if times.denominator == 1 else decimal(times))


def with_told(value: Value, made: Changed) -> Value:
    """A value with what a deduction looked at, each activity once: what counted is not refused."""
    if made.told is None or not (made.told.counted or made.told.refused):
        return value
    known = {entry.number for entry in value.counted}
    counted = [*value.counted, *(entry for entry in made.told.counted if entry.number not in known)]
    known |= {entry.number for entry in counted}
    refused = {entry.number: entry for entry in (*made.told.refused, *value.refused) if entry.number not in known}
    others = [entry for entry in value.refused if entry.number is None]
    return replace(value, counted=counted, refused=[*others, *(e for e in refused.values() if e.number is not None)])


def with_what_comes(value: Value, coming: Sequence[Changed]) -> Value:
    """Points that can still be taken off are not earned yet, and keeping them is something to do."""
    least = max(NIL, value.floor - sum((made.coming for made in coming), NIL))
    if least == value.ceiling:
        return value
    lacks = "；".join(words for words in (value.missing, *(made.lacks for made in coming)) if words)
    open_ = State.AWAITING_EVIDENCE if value.state is State.CERTAIN else value.state
    todo = value.todo + sum(made.todo for made in coming)
    return replace(value, points=None, floor=least, state=open_, missing=lacks, todo=todo, pieces=())
