"""Points read off a figure or a word: in rows, or in proportion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from rubrics.evaluate.conditions import evaluate
from rubrics.evaluate.measuring import as_figure
from rubrics.evaluate.outcome import number, percent
from rubrics.evaluate.setting import Setting
from rubrics.evaluate.value import NIL, Value, decimal, fixed, said
from rubrics.schema.clause import Clause
from rubrics.schema.rule import ScaleRule, Step
from rubrics.sheet import State

GROWING = frozenset({"every", "count", "sum", "by", "on"})  # forms of condition whose figure only ever rises


@dataclass(frozen=True, slots=True)
class _Read:
    """What a scale reads. figure or word: one of them, neither while nobody told; said: as people say it."""

    figure: Fraction | None
    word: str | None
    said: str
    growing: bool = False


def scale(clause: Clause, at: Setting) -> Value:
    """A clause by its scale."""
    rule = clause.scale
    assert rule is not None
    read, value = _reading(rule, at)
    if read.figure is None and read.word is None:
        value.ceiling = at.cap
        if at.optional and value.state is State.AWAITING_EVIDENCE:
            return _kept(fixed(NIL, "没有申报"), value)
        return value
    made = _linear(rule.linear, read, at) if rule.linear is not None else _rows(rule.steps, read, at)
    return _kept(made, value)


def _kept(value: Value, before: Value) -> Value:
    value.counted, value.refused = before.counted, before.refused
    return value


def _linear(ends: tuple[Fraction, Fraction], read: _Read, at: Setting) -> Value:
    if read.figure is None:
        return Value(None, NIL, at.cap, State.AWAITING_EVIDENCE, f"应为数字，写的是“{read.word}”")
    low, high = ends
    share = min(Fraction(1), max(Fraction(0), (read.figure - low) / (high - low)))
    say = percent if read.said.endswith("%") else number
    value = fixed(at.cap * decimal(share), f"{read.said}，按{say(low)}～{say(high)}折算")
    if read.growing:
        value.floor, value.ceiling = (value.floor, at.cap) if high > low else (NIL, value.ceiling)
    return value


def _rows(steps: Sequence[Step], read: _Read, at: Setting) -> Value:
    step = next((row for row in steps if _fits(row, read.figure, read.word)), None)
    if step is None:
        return Value(None, NIL, at.cap, State.AWAITING_ASSESSMENT, f"{read.said}不在规则的分档里")
    value = fixed(_worth(step, at), f"{read.said}：{said(step.points)}分")
    if not read.growing or read.figure is None:
        return value
    ahead = [row for row in steps if row.at_least is not None and row.at_least > read.figure]
    value.floor = min([value.floor, *(_worth(row, at) for row in ahead)])
    value.ceiling = max([value.ceiling, *(_worth(row, at) for row in ahead)])
    best = min((row for row in ahead if _worth(row, at) == value.ceiling), key=lambda r: r.at_least or 0, default=None)
    if best is not None and value.ceiling > _worth(step, at):
        value.todo = -(-((best.at_least or 0) - read.figure) // 1)
        value.missing = f"再有{value.todo}次得{said(value.ceiling)}分"
    return value


def _worth(row: Step, at: Setting) -> Decimal:
    return min(row.points, at.cap) if at.maximum is not None else row.points


def _reading(rule: ScaleRule, at: Setting) -> tuple[_Read, Value]:
    """What a scale reads, and a value that says what is missing."""
    value = Value(None, NIL, at.cap, State.AWAITING_EVIDENCE, "")
    if rule.of is not None:
        outcome = evaluate(at.ground, rule.of, at.case)
        value.words, value.missing = outcome.words, outcome.lacks
        value.counted, value.refused = outcome.counted, outcome.refused
        growing = rule.of.form in GROWING and not at.ground.closed
        return _Read(outcome.value, None, outcome.words, growing), value
    if rule.attribute is not None:
        held: object = at.ground.unit.attributes.get(rule.attribute)
        title, named = rule.attribute, f"缺少单位属性“{rule.attribute}”"
    else:
        found = at.ground.result(rule.result or "")
        title = rule.result or ""
        held, named = (found.value if found else None), f"缺少“{rule.result}”的结果"
    if held is None:
        value.words = value.missing = named
        return _Read(None, None, ""), value
    figure = as_figure(held)
    rate = isinstance(held, str) and held.endswith("%")
    shown = str(held) if figure is None or rate else number(figure)
    return _Read(figure, None if figure is not None else str(held), f"{title}{shown}"), value


def _fits(row: Step, figure: Fraction | None, word: str | None) -> bool:
    if row.is_ is not None:
        return word == row.is_
    if row.at_least is None and row.at_most is None:
        return True
    if figure is None:
        return False
    return (row.at_least is None or figure >= row.at_least) and (row.at_most is None or figure <= row.at_most)
