"""Conditions: each form to its measure, joined by any, all and not, over one unit or several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from rubrics.evaluate import dating, measuring, persons
from rubrics.evaluate.frequency import frequency
from rubrics.evaluate.ground import Ground
from rubrics.evaluate.outcome import ONE, ZERO, Outcome, merge, no, not_asked, unknown, yes
from rubrics.schema.condition import Condition
from rubrics.sheet import State


@dataclass(frozen=True, slots=True)
class Case:
    """What a condition is asked for. clause: whose findings and attestations it means; attested: by a person with the
    last word; claimed: by the unit itself only; scope, of_units: its clause's; on: the day headcounts are taken."""

    clause: str
    attested: bool | None = None
    claimed: bool | None = None
    scope: str = "own"
    of_units: str | None = None
    on: date | None = None


NOBODY = Case("")
_FORMS: dict[str, Callable[[Ground, Condition], Outcome]] = {
    "attribute": measuring.stated,
    "result": measuring.stated,
    "share": measuring.share,
    "sum": measuring.total,
    "ratio": measuring.ratio,
    "slot": measuring.slot,
    "count": measuring.count,
    "by": dating.deadline,
    "on": dating.named_days,
    "before": dating.lead,
    "after": dating.answers,
    "absentees": dating.absentees,
    "people": persons.each_person,
    "pairs": persons.each_pair,
    "average": persons.average,
}


def holds(ground: Ground, condition: Condition, on: date) -> bool | None:
    """Whether a condition holds on a ground as of a day; None when it isn't known."""
    return evaluate(ground, condition, Case("", on=on)).met


def evaluate(ground: Ground, condition: Condition, case: Case = NOBODY) -> Outcome:
    """What a condition comes to."""
    scope = condition.scope or case.scope
    if scope == "own":
        return _single(ground, condition, case)
    grounds = ground.scoped(scope, condition.of_units or case.of_units)
    if not grounds:
        return unknown(f"缺少下级单位“{condition.of_units or case.of_units or '支部'}”")
    single = len(grounds) == 1
    outcome = _single(grounds[0], condition, case) if single else _over_units(grounds, condition, case, scope)
    if condition.selected and (left := ground.left_out(condition.selected, grounds)):
        outcome.refused = [*outcome.refused, *left]
    return outcome


def _over_units(grounds: Sequence[Ground], condition: Condition, case: Case, scope: str) -> Outcome:
    found = [(g, _single(g, condition, case)) for g in grounds]
    asked = [(g, outcome) for g, outcome in found if outcome.asked]
    if not asked:
        return not_asked(found[0][1].words)
    outcomes = [outcome for _, outcome in asked]
    joined = _together(outcomes, [1] * len(outcomes))
    passed = sum(1 for outcome in outcomes if outcome.met)
    joined.words = f"{passed}/{len(outcomes)}个单位达到"
    if scope == "every_branch":
        possible = sum(1 for outcome in outcomes if outcome.met is not False)
        joined.progress, joined.possible = Fraction(passed, len(outcomes)), Fraction(possible, len(outcomes))
    lacking = [g.unit.name for g, outcome in asked if not outcome.met]
    joined.lacks = "还差：" + "、".join(lacking[:4]) + ("等" if len(lacking) > 4 else "") if lacking else ""
    joined.short = Fraction(len(lacking))
    return joined


def _single(ground: Ground, condition: Condition, case: Case) -> Outcome:
    if condition.every is not None:
        return frequency(ground, condition, holds)
    if condition.when is not None and holds(ground, condition.when, ground.as_of) is False:
        return not_asked("不要求")
    form = condition.form
    if form in _FORMS:
        return _FORMS[form](ground, condition)
    if form == "headcount":
        return measuring.headcount(ground, condition, case.on or ground.as_of)
    if form == "attest":
        return attestation(condition.attest or "", case)
    if form == "finding":
        return _finding(ground, condition, case)
    inner = replace(case, scope="own")
    if form == "any":
        return _either([evaluate(ground, c, inner) for c in condition.any])
    if form == "all":
        return together([evaluate(ground, c, inner) for c in condition.all], [c.weight for c in condition.all])
    assert condition.negated is not None
    return _not(evaluate(ground, condition.negated, inner))


def attestation(what: str, case: Case) -> Outcome:
    """Something that only a person can confirm."""
    if case.attested is not None:
        return yes(f"{what}：已证明") if case.attested else no(f"{what}：未达到")
    if case.claimed:
        return unknown(f"{what}：自评已有，等考评员确认", State.AWAITING_ASSESSMENT)
    return unknown(f"{what}：待佐证")


def _finding(ground: Ground, condition: Condition, case: Case) -> Outcome:
    found = ground.findings(condition.finding, case.clause)
    times = sum(f.times for f in found)
    return measuring.judge(ground, condition, Fraction(times), f"查出{times}次" if times else "没有查出问题")


def _either(outcomes: list[Outcome]) -> Outcome:
    asked = [o for o in outcomes if o.asked] or outcomes
    best = max(asked, key=lambda o: (o.met is True, o.progress, o.possible))
    counted, refused = merge(outcomes)
    if best.met is not True and any(o.met is None for o in asked):
        open_ = next(o for o in asked if o.met is None)
        best = replace(best, met=None, possible=max(o.possible for o in asked), waits=open_.waits, lacks=open_.lacks)
    return replace(best, counted=counted, refused=refused)


def together(outcomes: list[Outcome], weights: list[int]) -> Outcome:
    """All of several conditions; what wasn't asked drops out."""
    asked = [(o, w) for o, w in zip(outcomes, weights, strict=True) if o.asked]
    joined = _together([o for o, _ in asked], [w for _, w in asked]) if asked else not_asked(outcomes[0].words)
    joined.counted, joined.refused = merge(outcomes)
    return joined


def _together(outcomes: list[Outcome], weights: list[int]) -> Outcome:
    if len(outcomes) == 1:
        return replace(outcomes[0])
    total = sum(weights)
    met = False if any(o.met is False for o in outcomes) else None if any(o.met is None for o in outcomes) else True
    progress = sum((o.progress * w for o, w in zip(outcomes, weights, strict=True)), ZERO) / total
    possible = sum((o.possible * w for o, w in zip(outcomes, weights, strict=True)), ZERO) / total
    counted, refused = merge(outcomes)
    joined = Outcome(met, progress, possible, "；".join(o.words for o in outcomes if o.words), counted=counted)
    joined.refused, joined.short = refused, sum((o.short for o in outcomes), ZERO)
    joined.lacks = "；".join(o.lacks for o in outcomes if o.lacks)
    joined.waits = next((o.waits for o in outcomes if o.waits), None)
    joined.todo = sum(o.todo for o in outcomes)
    return joined


def _not(outcome: Outcome) -> Outcome:
    if outcome.met is None:
        return outcome
    flipped = not outcome.met
    return replace(
        outcome, met=flipped, progress=ONE if flipped else ZERO, possible=ONE if flipped else ZERO, short=ZERO
    )
