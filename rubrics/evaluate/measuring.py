"""Conditions that measure a figure: how many, a sum, a ratio, an attribute, a headcount, a result."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from rubrics.evaluate.ground import Ground, name, refuse
from rubrics.evaluate.outcome import ONE, ZERO, Outcome, no, number, percent, unknown, yes
from rubrics.evaluate.selecting import SLOT_WORDS, counted, figure, pick, weight
from rubrics.facts import Activity
from rubrics.fields import parse_share
from rubrics.schema.condition import Condition
from rubrics.sheet import Counted, Refused, State


def least(ground: Ground, condition: Condition) -> Fraction | str | None:
    """The least figure asked: a number, None for none, or what is missing to know it."""
    by = condition.at_least_by
    if by is None:
        return condition.between[0] if condition.between else condition.at_least
    kind = ground.unit.attributes.get(by.attribute)
    if kind is None or str(kind) not in by.table:
        return f"缺少单位属性“{by.attribute}”（{'、'.join(by.table)}）"
    return by.table[str(kind)]


def judge(
    ground: Ground, condition: Condition, value: Fraction, words: str, *, grows: bool = False, rate: bool = False
) -> Outcome:
    """A figure against its bounds, which include the figure itself. grows: it can still rise in an open window; rate:
    it is said in percent."""
    say = percent if rate else number
    bound = least(ground, condition)
    if isinstance(bound, str):
        return unknown(bound)
    most = condition.between[1] if condition.between else condition.at_most
    if most is not None and value > most:
        outcome = no(f"{words}，超过{say(most)}", value)
        outcome.short = value - most
        return outcome
    if bound is None or value >= bound:
        return yes(words, value)
    progress = max(ZERO, value / bound) if grows and bound > 0 else ZERO
    said = f"{words}，要求{say(bound)}"
    open_ = grows and not ground.closed
    lacks = f"还差{say(bound - value)}{condition.measure if grows else ''}"
    possible = ONE if open_ else progress
    outcome = Outcome(None if open_ else False, progress, possible, said, lacks, value=value, short=bound - value)
    outcome.todo = max(1, -(-(bound - value) // 1)) if open_ else 0
    return outcome


def count(ground: Ground, condition: Condition) -> Outcome:
    """How many in the window."""
    found, refused = pick(ground, condition)
    total = sum(weight(a, condition) for a in found)
    outcome = judge(ground, condition, Fraction(total), f"{total}{condition.measure}", grows=True)
    outcome.counted, outcome.refused = counted(found), refused
    return outcome


def total(ground: Ground, condition: Condition) -> Outcome:
    """The sum of a slot."""
    assert condition.sum is not None
    found, refused = pick(ground, condition)
    used, refused = _filled(found, refused, condition.sum)
    value = sum((figure(a, condition.sum) or ZERO for a in used), ZERO)
    label = SLOT_WORDS.get(condition.sum, condition.sum)
    outcome = judge(ground, condition, value, f"{label}合计{number(value)}", grows=True)
    outcome.counted, outcome.refused = counted(used), refused
    return outcome


def _filled(found: list[Activity], refused: list[Refused], slot: str) -> tuple[list[Activity], list[Refused]]:
    """Those that have a figure there; the others are refused."""
    used = [a for a in found if figure(a, slot) is not None]
    lacking = [refuse(a, "lacks_slot", f"没有写{SLOT_WORDS.get(slot, slot)}") for a in found if a not in used]
    return used, refused + lacking if lacking else refused


def ratio(ground: Ground, condition: Condition) -> Outcome:
    """One slot over another: in each event, on average, or in total."""
    assert condition.ratio is not None
    above, below = condition.ratio
    found, refused = pick(ground, condition)
    used, refused = _filled(found, refused, above)
    used, refused = _filled(used, refused, below)
    shares = [(a, (figure(a, above) or ZERO) / low) for a in used if (low := figure(a, below))]
    if not shares:
        return _nothing(ground, refused, used)
    if condition.over == "each":
        return _each(ground, condition, shares, refused, percent)
    if condition.over == "mean":
        value = sum((share for _, share in shares), ZERO) / len(shares)
    else:
        value = sum((figure(a, above) or ZERO for a in used), ZERO) / sum(
            (figure(a, below) or ZERO for a in used), ZERO
        )
    outcome = judge(ground, condition, value, percent(value), rate=True)
    outcome.counted, outcome.refused = counted(a for a, _ in shares), refused
    return outcome


def slot(ground: Ground, condition: Condition) -> Outcome:
    """A slot of each event."""
    assert condition.slot is not None
    found, refused = pick(ground, condition)
    used, refused = _filled(found, refused, condition.slot)
    if not used:
        return _nothing(ground, refused, used)
    return _each(ground, condition, [(a, figure(a, condition.slot) or ZERO) for a in used], refused, number)


def share(ground: Ground, condition: Condition) -> Outcome:
    """The share of events that carry what they should (has, evidence)."""
    found, refused = pick(ground, condition)
    lacking = sum(1 for r in refused if r.reason in ("lacks_slot", "lacks_evidence"))
    if not found and not lacking:
        return _nothing(ground, refused, found)
    value = Fraction(len(found), len(found) + lacking)
    outcome = judge(ground, condition, value, f"{len(found)}/{len(found) + lacking}次齐全", rate=True)
    outcome.counted, outcome.refused, outcome.progress = counted(found), refused, value
    return outcome


def _nothing(ground: Ground, refused: list[Refused], used: list[Activity]) -> Outcome:
    """Nothing to divide by: full marks once the window is over, open before; unknown where figures were left out."""
    if any(r.reason == "lacks_slot" for r in refused):
        outcome = unknown("有活动没有写人数")
    else:
        outcome = yes("无此情形") if ground.closed or used else Outcome(None, words="还没有")
    outcome.refused, outcome.counted = refused, counted(used)
    return outcome


def _each(
    ground: Ground, condition: Condition, shares: list[tuple[Activity, Fraction]], refused: list[Refused], say: object
) -> Outcome:
    """Every event against the bound; progress is the share of events that meet it."""
    words = percent if say is percent else number
    passed = [(a, share) for a, share in shares if judge(ground, condition, share, "").met]
    failed = [(a, share) for a, share in shares if (a, share) not in passed]
    refused = refused + [refuse(a, "below", f"{words(share)}，未达到") for a, share in failed]
    progress = Fraction(len(passed), len(shares))
    outcome = Outcome(not failed, progress, progress, f"{len(passed)}/{len(shares)}次达到", refused=refused)
    outcome.counted = [Counted(a.number, f"{name(a)}（{words(share)}）") for a, share in passed]
    outcome.short, outcome.value = Fraction(len(failed)), progress
    if any(r.reason == "lacks_slot" for r in refused) and not failed:
        outcome.met, outcome.waits, outcome.lacks = None, State.AWAITING_EVIDENCE, "有活动没有写人数"
    return outcome


def as_figure(value: object) -> Fraction | None:
    """An attribute's or result's value as an exact number, percentages too; None when it is a word."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return Fraction(value)
    return parse_share(str(value))


def stated(ground: Ground, condition: Condition) -> Outcome:
    """An attribute of the unit, or a result from outside: a word, or a figure, perhaps divided by an attribute."""
    if condition.attribute is not None:
        value, named = ground.unit.attributes.get(condition.attribute), f"单位属性“{condition.attribute}”"
    else:
        found = ground.result(condition.result or "")
        value, named = found.value if found else None, f"“{condition.result}”的结果"
    title = condition.title or condition.attribute or condition.result or ""
    if value is None:
        return unknown(f"缺少{named}")
    allowed = ground.shared.rubric.book.attributes.get(condition.attribute or "")
    if allowed and str(value) not in allowed:
        return unknown(f"{named}应为{'、'.join(allowed)}之一，写的是“{value}”")
    wanted = (condition.is_,) if condition.is_ is not None else condition.one_of
    if wanted:
        said = {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
        return yes(f"{title}：{said}") if said in wanted else no(f"{title}：{said}，要求{'或'.join(wanted)}")
    if isinstance(value, bool):
        return yes(title) if value else no(f"{title}：否")
    amount = as_figure(value)
    if amount is None:
        return unknown(f"{named}应为数字，写的是“{value}”")
    if condition.per is not None:
        divisor = as_figure(ground.unit.attributes.get(condition.per))
        if divisor is None:
            return unknown(f"缺少单位属性“{condition.per}”")
        if divisor == 0:
            return yes("无此情形")
        amount /= divisor
    rate = isinstance(value, str) and value.endswith("%")
    return judge(ground, condition, amount, f"{title}{percent(amount) if rate else number(amount)}", rate=rate)


def headcount(ground: Ground, condition: Condition, on: object) -> Outcome:
    """How many the unit has, on a day."""
    counts = ground.headcount(on)  # type: ignore[arg-type]
    if counts is None:
        return unknown("缺少名册人数")
    if condition.headcount == "members":
        value = counts.full + counts.probationary
    elif condition.headcount == "groups":
        value = len(counts.groups)
    else:
        value = int(getattr(counts, condition.headcount or "full"))
    return judge(ground, condition, Fraction(value), f"{value}人")
