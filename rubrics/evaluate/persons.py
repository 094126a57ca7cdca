"""Conditions about each person, each pair, and the average."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

from rubrics.evaluate.ground import Ground
from rubrics.evaluate.measuring import judge, least
from rubrics.evaluate.outcome import ZERO, Outcome, number, unknown
from rubrics.evaluate.selecting import counted, figure, pick
from rubrics.facts import Activity, Person
from rubrics.schema.condition import Condition
from rubrics.sheet import Refused

MEMBERS = "党员"  # the role that everybody in the headcount has


def _role(ground: Ground, role: str) -> list[Person]:
    return [person for person in ground.shared.facts.people if role in person.roles]


def took_part(activity: Activity) -> set[str]:
    """The ids of those an activity names: its people, its speaker, its host."""
    people = activity.slots.get("people")
    named = set(people) if isinstance(people, tuple) else set()
    return named | {str(activity.slots[slot]) for slot in ("speaker", "host") if slot in activity.slots}


def uncovered(ground: Ground, role: str, activities: list[Activity]) -> list[str]:
    """The people of a role that none of the activities names."""
    named = {one for activity in activities for one in took_part(activity)}
    return [person.id for person in _role(ground, role) if person.id not in named]


def each_person(ground: Ground, condition: Condition) -> Outcome:
    """Each person of a role: a value of theirs, or how often they took part."""
    people = _role(ground, condition.people or "")
    if not people:
        return _unlisted(ground, condition, condition.people)
    found, refused = pick(ground, condition) if condition.selected else ([], [])
    lacking: list[str] = []
    untold: list[str] = []
    for person in people:
        held = _figure(person, condition, found)
        if held is None:
            untold.append(person.id)
        elif held < _wanted(ground, condition):
            lacking.append(person.id)
    return _share(ground, condition, len(people), lacking, untold, found, refused)


def _unlisted(ground: Ground, condition: Condition, role: str | None) -> Outcome:
    """Nobody said who has the role; what is on record is shown for when somebody does."""
    outcome = unknown(f"缺少“{role}”名单")
    if condition.selected:
        found, outcome.refused = pick(ground, condition)
        outcome.counted = counted(found)
    return outcome


def _wanted(ground: Ground, condition: Condition) -> Fraction:
    bound = least(ground, condition)
    return bound if isinstance(bound, Fraction) else Fraction(condition.times or 1)


def _figure(person: Person, condition: Condition, found: list[Activity]) -> Fraction | None:
    mine = [activity for activity in found if person.id in took_part(activity)]
    if condition.value is None:
        return Fraction(len(mine))
    if condition.value in person.values:
        return Fraction(person.values[condition.value])
    return sum((figure(a, "hours") or ZERO for a in mine), ZERO) if condition.selected else None


def _share(
    ground: Ground, condition: Condition, total: int, lacking: list[str], untold: list[str], found: list[Activity],
    refused: list[Refused],
) -> Outcome:  # fmt: skip
    done = total - len(lacking) - len(untold)
    words = f"{done}/{total}{'对' if condition.pairs else '人'}达到"
    met = True if done == total else None if untold or not ground.closed else False
    possible = Fraction(1) if met is None else Fraction(done, total)
    outcome = Outcome(met, Fraction(done, total), possible, words, counted=counted(found), refused=refused)
    outcome.short, outcome.value = Fraction(len(lacking)), Fraction(done)
    outcome.todo = len(lacking) if met is None else 0
    if untold:
        outcome.waits = unknown("").waits
        outcome.lacks = "不知道：" + "、".join(untold[:5])
    elif lacking:
        outcome.lacks = "还差：" + "、".join(lacking[:5]) + ("等" if len(lacking) > 5 else "")
    return outcome


def each_pair(ground: Ground, condition: Condition) -> Outcome:
    """Each two people of a role, together in enough activities."""
    people = _role(ground, condition.pairs or "")
    if len(people) < 2:
        return _unlisted(ground, condition, condition.pairs)
    found, refused = pick(ground, condition)
    together = [took_part(activity) for activity in found]
    pairs = list(combinations([person.id for person in people], 2))
    times = condition.times or 1
    lacking = [f"{a}与{b}" for a, b in pairs if sum(1 for named in together if a in named and b in named) < times]
    return _share(ground, condition, len(pairs), lacking, [], found, refused)


def average(ground: Ground, condition: Condition) -> Outcome:
    """The mean of a value over people; without a list of them, hours times present over all members: where the mean of
    all is enough, that of the few is, and where it isn't, nobody can tell."""
    people = _role(ground, condition.people or "")
    key = condition.average or ""
    if people:
        untold = [p.id for p in people if key not in p.values]
        if untold:
            return unknown("不知道：" + "、".join(untold[:5]))
        value = sum((Fraction(p.values[key]) for p in people), ZERO) / len(people)
        return judge(ground, condition, value, f"人均{number(value)}", grows=True)
    counts = ground.headcount(ground.as_of)
    if counts is None or not condition.selected or counts.full + counts.probationary == 0:
        return _unlisted(ground, condition, condition.people)
    found, refused = pick(ground, condition)
    hours = sum(((figure(a, "hours") or ZERO) * (figure(a, "present") or 1) for a in found), ZERO)
    value = hours / (counts.full + counts.probationary)
    outcome = judge(ground, condition, value, f"人均{number(value)}", grows=True)
    if condition.people != MEMBERS and outcome.met is not True:
        outcome = unknown(f"缺少“{condition.people}”名单")
    outcome.counted, outcome.refused = counted(found), refused
    return outcome
