"""Rules: a clause's facts to points, before anybody's judgement."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from rubrics.activities import kind_name
from rubrics.evaluate.conditions import attestation, evaluate, together
from rubrics.evaluate.counting import count_rule, level_rule
from rubrics.evaluate.outcome import Outcome
from rubrics.evaluate.scaling import scale
from rubrics.evaluate.selecting import counted, pick
from rubrics.evaluate.setting import Setting
from rubrics.evaluate.value import NIL, Value, decimal, fixed, said
from rubrics.schema.clause import Clause
from rubrics.schema.condition import Condition
from rubrics.sheet import Piece, State


def from_outcome(outcome: Outcome, cap: Decimal, partial: str, closed: bool) -> Value:
    """Conditions as points: all met, the full mark; met in part, by the mode."""
    value = Value(None, NIL, cap, State.CERTAIN, outcome.words, counted=outcome.counted, refused=outcome.refused)
    value.missing, value.todo = outcome.lacks, outcome.todo
    if not outcome.asked:
        value.state, value.points, value.floor, value.ceiling = State.NOT_APPLICABLE, NIL, NIL, NIL
        return value
    if outcome.met is True:
        value.points = value.floor = cap
        return value
    if outcome.waits is not None:
        value.state = outcome.waits
    progress, possible = cap * decimal(outcome.progress), cap * decimal(outcome.possible)
    value.suggested = progress
    if partial == "proportional":
        value.floor, value.ceiling = progress, possible
        value.points = None if outcome.waits is not None else progress
        return value
    hopeless = outcome.met is False and (partial == "none" or (outcome.progress == 0 and outcome.possible == 0))
    if hopeless:
        value.points = value.ceiling = NIL
        return value
    if value.state is State.CERTAIN:
        decided = outcome.met is False or closed
        value.state = State.AWAITING_ASSESSMENT if decided else State.AWAITING_EVIDENCE
    return value


def _met(clause: Clause, at: Setting) -> Value:
    outcomes = [evaluate(at.ground, condition, at.case) for condition in clause.met]
    joined = together(outcomes, [condition.weight for condition in clause.met])
    pairs = list(zip(clause.met, outcomes, strict=True))
    many = len(pairs) > 1
    joined.words = "；".join(_titled(_name(c, many=many), o.words) for c, o in pairs if o.words)
    joined.lacks = "；".join(_titled(_name(c, many=many), o.lacks) for c, o in pairs if o.lacks and o.asked)
    value = from_outcome(joined, at.cap, at.partial, at.ground.closed)
    asked = [(c, o) for c, o in pairs if o.asked]
    if len(asked) > 1 and at.partial == "proportional" and joined.met is not True:
        value.pieces = pieces(asked)
        if value.points is not None:
            value.words += f"；{_weights(asked)}平均完成{said(decimal(joined.progress * 100))}%"
    return value


def _weights(asked: list[tuple[Condition, Outcome]]) -> str:
    """按2∶1 where some weigh more than others, so that the average can be worked out again."""
    weights = [condition.weight for condition, _ in asked]
    return f"按{'∶'.join(map(str, weights))}" if len(set(weights)) > 1 else ""


def pieces(asked: list[tuple[Condition, Outcome]]) -> tuple[Piece, ...]:
    """What each of several conditions still asks, with its part of all that can still be had. What comes by itself with
    another's activities (that all took part) is added to that one."""
    gains = [condition.weight * (outcome.possible - outcome.progress) for condition, outcome in asked]
    whole = sum(gains, Fraction(0))
    open_ = [i for i, (_, outcome) in enumerate(asked) if outcome.todo and gains[i] > 0]
    for i, (condition, outcome) in enumerate(asked):
        if not outcome.todo and gains[i] > 0:
            with_it = next((k for k in open_ if set(asked[k][0].selected) & set(condition.selected)), None)
            if with_it is not None:
                gains[with_it] += gains[i]
    return tuple(
        Piece(gains[i] / whole, asked[i][1].todo, _titled(_name(asked[i][0], many=True), asked[i][1].lacks))
        for i in open_
    )


def _name(condition: Condition, *, many: bool) -> str | None:
    """What a condition is called; among several that of its kind, where it has no title."""
    named = condition.title or condition.label
    return named or (kind_name(condition.selected[0]) if many and condition.selected else None)


def _titled(title: str | None, words: str) -> str:
    return f"{title} {words}" if title and not words.startswith(title) else words


def _attest(clause: Clause, at: Setting) -> Value:
    outcome = attestation(clause.attest or "", at.case)
    if at.optional and outcome.met is None and not at.case.claimed:
        return fixed(NIL, "没有申报")
    value = from_outcome(outcome, at.cap, "none", at.ground.closed)
    if value.state is State.AWAITING_ASSESSMENT:
        value.suggested = at.cap
    elif value.points is None:
        value.suggested = None
    return value


def _judge(clause: Clause, at: Setting) -> Value:
    rule = clause.judge
    assert rule is not None
    ground = at.ground if at.case.scope == "own" else at.ground.scoped("sum", at.case.of_units)[0]
    shown, refused = pick(ground, rule.shown_with) if rule.shows else ([], [])
    if at.optional and not shown and not at.case.claimed:
        unclaimed = fixed(NIL, "没有申报")
        unclaimed.refused = refused
        return unclaimed
    most = rule.most if rule.most is not None else at.cap
    known = at.maximum is not None or rule.most is not None
    words = f"由考评员评{said(rule.least or NIL)}～{said(most)}分" if known else "由考评员评（分值缺失）"
    value = Value(None, NIL, most, State.AWAITING_ASSESSMENT, words, counted=counted(shown), refused=refused)
    value.missing = f"考评看{rule.what}" if rule.what else ""
    return value


def _full(clause: Clause, at: Setting) -> Value:
    return fixed(at.cap, f"满分{said(at.cap)}")


def _absent(clause: Clause, at: Setting) -> Value:
    return Value(None, NIL, at.cap, State.POINTS_MISSING, f"原文缺失：{clause.absent}")


def _count(clause: Clause, at: Setting) -> Value:
    assert clause.count is not None
    grounds = at.ground.scoped(at.case.scope, at.case.of_units)
    value = count_rule(clause.count, grounds, at.maximum, lowest=at.case.scope == "every_branch")
    kinds = tuple(dict.fromkeys(kind for entry in clause.count.picks for kind in entry.selected))
    value.refused += at.ground.left_out(kinds, grounds)
    return value


def _levels(clause: Clause, at: Setting) -> Value:
    assert clause.levels is not None
    scope = "own" if at.case.scope == "own" else "sum"
    return level_rule(clause.levels, at.ground.scoped(scope, at.case.of_units)[0], at.maximum)


_RULES: dict[str, Callable[[Clause, Setting], Value]] = {
    "met": _met, "attest": _attest, "judge": _judge, "full": _full, "absent": _absent, "scale": scale,
    "count": _count, "levels": _levels,
}  # fmt: skip


def leaf(clause: Clause, at: Setting) -> Value:
    """A clause without parts, by its rule."""
    return _RULES[clause.rule](clause, at)
