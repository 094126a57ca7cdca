"""Conditions about days: deadlines, named days, lead times, answers to events, absentees told afterwards."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from rubrics.evaluate.ground import Ground, place, refuse
from rubrics.evaluate.outcome import ONE, ZERO, Outcome, unknown, yes
from rubrics.evaluate.selecting import counted, figure, pick
from rubrics.facts import Activity
from rubrics.fields import parse_day
from rubrics.periods import DAY, day_words, months_before, on_day
from rubrics.schema.condition import Condition
from rubrics.schema.select import Select
from rubrics.sheet import Refused


def share(done: int, total: int, lost: int, words: str, found: list[Activity], refused: list[Refused]) -> Outcome:
    """So many of so many, some lost for good."""
    met = True if done >= total else False if lost else None
    outcome = Outcome(met, Fraction(done, total), Fraction(total - lost, total), words, refused=refused)
    outcome.counted, outcome.short, outcome.value = counted(found), Fraction(total - done), Fraction(done)
    outcome.todo = total - done - lost
    return outcome


def deadline(ground: Ground, condition: Condition) -> Outcome:
    """At least `times` between two days of the window."""
    last = on_day(ground.span[1].year, condition.by or "12-31")
    first = on_day(ground.span[1].year, condition.start) if condition.start else ground.span[0]
    found, refused = pick(ground, condition)
    timely = [a for a in found if first <= a.occurred_on <= last]
    refused = refused + [
        refuse(a, "too_late" if a.occurred_on > last else "other_day") for a in found if a not in timely
    ]
    times = condition.times or 1
    done = min(len(timely), times)
    lost = times - done if last < ground.as_of or ground.closed else 0
    outcome = share(done, times, lost, f"{day_words(last)}前{done}/{times}{condition.measure}", timely, refused)
    if done < times:
        outcome.lacks = f"{day_words(last)}前没有完成" if lost else f"请于{day_words(last)}前完成"
    return outcome


def named_days(ground: Ground, condition: Condition) -> Outcome:
    """One near each named day, within so many days before or after."""
    days = [day for md in condition.on if ground.span[0] <= (day := on_day(ground.span[1].year, md)) <= ground.span[1]]
    if not days:
        return yes("无此情形")
    found, refused = pick(ground, condition)
    reach = timedelta(days=condition.within)
    near = {day: [a for a in found if abs(a.occurred_on - day) <= reach] for day in days}
    used = [a for a in found if any(a in group for group in near.values())]
    refused = refused + [refuse(a, "other_day") for a in found if a not in used]
    done = sum(1 for group in near.values() if group)
    lost = [day for day, group in near.items() if not group and (day + reach < ground.as_of or ground.closed)]
    outcome = share(done, len(days), len(lost), f"{done}/{len(days)}个节日", used, refused)
    lacking = [day_words(day) for day, group in near.items() if not group]
    outcome.lacks = "、".join(lacking) + "没有" if lacking else ""
    return outcome


def lead(ground: Ground, condition: Condition) -> Outcome:
    """Long enough before a date that an attribute or a result holds."""
    asked = condition.before
    assert asked is not None
    if asked.attribute is not None:
        value, named = ground.unit.attributes.get(asked.attribute), f"单位属性“{asked.attribute}”"
    else:
        result = ground.result(asked.result or "")
        value, named = result.value if result else None, f"“{asked.result}”的结果"
    found, refused = pick(ground, condition)
    day = parse_day(str(value))
    if day is None:
        lacks = f"缺少{named}" if value is None else f"{named}应为日期（如 2026-12-31），写的是“{value}”"
        outcome = unknown(lacks)
        outcome.counted, outcome.refused = counted(found), refused
        return outcome
    last = months_before(day, asked.months, asked.days)
    timely = [a for a in found if a.occurred_on <= last]
    if not timely and not ground.span[0] <= last <= ground.span[1]:
        outcome = yes("无此情形")
        outcome.refused = refused + [refuse(a, "no_occasion") for a in found]
        return outcome
    refused = refused + [refuse(a, "too_late") for a in found if a not in timely]
    lost = 1 if not timely and (last < ground.as_of or ground.closed) else 0
    return share(1 if timely else 0, 1, lost, f"应在{day_words(last)}前", timely, refused)


def answers(ground: Ground, condition: Condition) -> Outcome:
    """An answer to each of some events, in time."""
    asked = condition.after
    assert asked is not None
    events, unusable = pick(ground, asked)
    found, refused = pick(ground, condition)
    free = list(found)
    used: list[Activity] = []
    lost = 0
    for event in events:
        last = months_before(event.occurred_on, -asked.months, -asked.days)
        if not (asked.months or asked.days):
            last = ground.span[1]
        if asked.under:
            last -= DAY
        answer = next((a for a in free if event.occurred_on <= a.occurred_on <= last), None)
        if answer is not None:
            free.remove(answer)
            used.append(answer)
        elif last < ground.as_of or ground.closed:
            lost += 1
    refused = refused + unusable + [refuse(a, "no_occasion") for a in free]
    if not events:
        outcome = yes("无此情形")
        outcome.refused = refused
        return outcome
    return share(len(used), len(events), lost, f"{len(used)}/{len(events)}次有回应", [*events, *used], refused)


def absentees(ground: Ground, condition: Condition) -> Outcome:
    """Everyone absent from some events was told afterwards: by reports about that event, or of its month."""
    events, unusable = pick(ground, Select(kinds=condition.absentees))
    found, refused = pick(ground, condition)
    missed = {e.number: n for e in events if (n := _absent(e)) > 0}
    told = dict.fromkeys(missed, 0)
    used: list[Activity] = []
    for report in found:
        event = _about(report, events, missed, told)
        if event is None:
            refused = [*refused, refuse(report, "no_occasion")]
            continue
        told[event.number] += int(figure(report, "count") or missed[event.number])
        used.append(report)
    refused = refused + unusable
    total = sum(missed.values())
    if total == 0:
        outcome = yes("没有人缺席") if events or ground.closed else Outcome(None, words="还没有活动")
        outcome.refused = refused
        return outcome
    done = sum(min(told[n], missed[n]) for n in missed)
    lost = total - done if ground.closed else 0
    outcome = share(done, total, lost, f"缺席{total}人次，已补{done}人次", used, refused)
    outcome.progress, outcome.possible = Fraction(done, total), ZERO + outcome.possible if lost else ONE
    if done < total:
        open_ = [e for e in events if e.number in missed and told[e.number] < missed[e.number]]
        outcome.lacks = "、".join(f"{day_words(e.occurred_on)}缺席{missed[e.number]}人" for e in open_[:3]) + "还没有补"
    return outcome


def _absent(event: Activity) -> int:
    present, expected = figure(event, "present"), figure(event, "expected")
    return int(expected - present) if present is not None and expected is not None else 0


def _about(report: Activity, events: list[Activity], missed: dict[int, int], told: dict[int, int]) -> Activity | None:
    """The event a report is about: the one it names, else the last before it in its month that still lacks."""
    about = report.slots.get("about")
    if about is not None:
        return next((e for e in events if e.number == about and e.number in missed), None)
    month = place(report).isoformat()[:7]
    fits = [e for e in events if e.number in missed and place(e).isoformat()[:7] == month]
    fits = [e for e in fits if e.occurred_on <= report.occurred_on]
    return next((e for e in reversed(fits) if told[e.number] < missed[e.number]), fits[-1] if fits else None)
