"""Points by occurrence: so much each, limits per period, caps, levels, the best of each project."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

from rubrics.evaluate.ground import Ground, count_all, name, place, refuse, refuse_all
from rubrics.evaluate.persons import uncovered
from rubrics.evaluate.selecting import pick, weight
from rubrics.evaluate.value import NIL, Value, decimal, said
from rubrics.facts import Activity
from rubrics.periods import Span, in_period, split
from rubrics.schema.rule import CountRule, LevelRule
from rubrics.schema.select import Pick
from rubrics.sheet import Counted, State

PER_WORDS = {
    "week": "每周", "two_weeks": "每两周", "month": "每月", "quarter": "每季度", "half_year": "每半年", "year": "每年",
}  # fmt: skip


def count_rule(rule: CountRule, grounds: list[Ground], maximum: Decimal | None, *, lowest: bool = False) -> Value:
    """So much per occurrence, capped for each unit; over several units the mean of theirs, or the lowest."""
    if not grounds:
        return Value(NIL, NIL, NIL, State.NOT_APPLICABLE, "没有这类单位")
    values = [_one_unit(rule, ground, maximum) for ground in grounds]
    if rule.coverage:
        activities = [a for ground in grounds for entry in rule.picks for a in pick(ground, entry)[0]]
        names = uncovered(grounds[0], rule.coverage, activities)
        covered = f"还没有参加的{rule.coverage}：" + "、".join(names[:6]) if names else ""
    else:
        covered = ""
    if len(values) == 1:
        values[0].missing = "；".join(words for words in (values[0].missing, covered) if words)
        return values[0]
    joined = _lowest(values) if lowest else _mean(values)
    joined.todo = sum(v.todo for v in values)
    for value in values:
        joined.refused += value.refused
    lacking = [g.unit.name for g, v in zip(grounds, values, strict=True) if v.missing]
    short = "未满：" + "、".join(lacking[:4]) + ("等" if len(lacking) > 4 else "") if lacking else ""
    joined.missing = "；".join(words for words in (short, covered) if words)
    return joined


def _mean(values: list[Value]) -> Value:
    size = len(values)
    points = sum((v.standing for v in values), NIL) / size
    joined = Value(points, points, sum((v.ceiling for v in values), NIL) / size, State.CERTAIN, "")
    for value in values:
        joined.counted += [c._replace(points=c.points / size) if c.points is not None else c for c in value.counted]
    listed = " + ".join(said(v.standing) for v in values[:6]) + (" + …" if size > 6 else "")
    joined.words = f"{size}个支部平均：（{listed}）÷ {size}"
    return joined


def _lowest(values: list[Value]) -> Value:
    """What the unit with the fewest points has; what the others did counts, and brings nothing more."""
    least = min(values, key=lambda v: v.standing)
    joined = Value(least.standing, least.standing, min(v.ceiling for v in values), State.CERTAIN, "")
    for value in values:
        joined.counted += value.counted if value is least else [c._replace(points=None) for c in value.counted]
    listed = "、".join(said(v.standing) for v in values[:6]) + ("…" if len(values) > 6 else "")
    joined.words = f"{len(values)}个支部取最低：{listed}"
    return joined


def _one_unit(rule: CountRule, ground: Ground, maximum: Decimal | None) -> Value:
    value = Value(NIL, NIL, NIL, State.CERTAIN, "")
    left = maximum
    room = points = NIL
    said_parts: list[str] = []
    rooms: list[tuple[Pick, int | None]] = []
    for entry in rule.picks:
        each = entry.each if entry.each is not None else rule.each
        assert each is not None
        found, refused = pick(ground, entry)
        value.refused += refused
        kept, over, still = _limited(found, entry, ground)
        value.refused += refuse_all(over, "period_limit")
        before = len(value.counted)
        taken = _take(kept, entry, each, left, value)
        left = None if left is None else left - taken
        points += taken
        times = sum(weight(a, entry) for a in kept[: len(value.counted) - before])
        said_parts.append(f"{entry.title or ''}{times}次 × {said(each)}")
        rooms.append((entry, still))
        room += each * (still or 0)
    value.points = value.floor = points
    endless = any(still is None for _, still in rooms)
    value.ceiling = points if ground.closed or maximum is None else maximum if endless else min(maximum, points + room)
    value.words = " + ".join(said_parts) + _capped(rule, value, maximum)
    value.todo = _times_left(rule, value)
    if value.todo:
        full = maximum is not None and value.ceiling >= maximum
        more = f"再有{value.todo}次" + ("即满分" if full else f"还能得{said(value.ceiling - value.floor)}分")
        value.missing = _of_which(rooms, more)
    return value


def _of_which(rooms: list[tuple[Pick, int | None]], more: str) -> str:
    """How many more, and of what where the limits leave no choice."""
    if len(rooms) == 1:
        entry, _ = rooms[0]
        return f"{more}（{PER_WORDS[entry.per]}至多计{entry.at_most}次）" if entry.per and entry.at_most else more
    left = [(entry.title, still) for entry, still in rooms if still]
    if any(still is None for _, still in rooms) or not all(title for title, _ in left):
        return more
    return f"{left[0][0]}{more}" if len(left) == 1 else f"{more}（{'、'.join(f'{t}至多{n}次' for t, n in left)}）"


def _take(kept: list[Activity], entry: Pick, each: Decimal, left: Decimal | None, value: Value) -> Decimal:
    """Count activities until the points left are used up; the last one for what is left, the others not. The sum."""
    taken = NIL
    if entry.weigh is None and each > 0:
        whole = len(kept) if left is None else min(len(kept), int(left // each))
        value.counted += count_all(kept[:whole], each)
        taken, kept = each * whole, kept[whole:]
    for index, activity in enumerate(kept):
        worth = each * weight(activity, entry)
        if left is not None and taken >= left and worth > 0:
            value.refused += refuse_all(kept[index:], "capped")
            break
        worth = worth if left is None else min(worth, left - taken)
        value.counted.append(Counted(activity.number, name(activity), worth))
        taken += worth
    return taken


def _capped(rule: CountRule, value: Value, maximum: Decimal | None) -> str:
    short = any(c.points != (rule.each or c.points) for c in value.counted) and not any(p.weigh for p in rule.picks)
    return f"，封顶{said(maximum)}" if maximum is not None and (short or _over(value)) else ""


def _over(value: Value) -> bool:
    return any(r.reason == "capped" for r in value.refused)


def _times_left(rule: CountRule, value: Value) -> int:
    """How many more would fill it."""
    each = rule.picks[0].each or rule.each
    left = value.ceiling - value.floor
    return int((left / each).to_integral_value(ROUND_CEILING)) if each and left > 0 else 0


def _limited(found: list[Activity], entry: Pick, ground: Ground) -> tuple[list[Activity], list[Activity], int | None]:
    """Those within the pick's limit, those over it, and how many more the window still has room for (None: any)."""
    if entry.at_most is None:
        return found, [], None
    if entry.per is None:
        room = 0 if ground.closed else entry.at_most - min(len(found), entry.at_most)
        return found[: entry.at_most], found[entry.at_most :], room
    spans, most = split(ground.span, entry.per), entry.at_most * in_period(entry.per)
    used: dict[Span, int] = dict.fromkeys(spans, 0)
    kept, over = [], []
    for activity in found:
        span = next((s for s in spans if s[0] <= place(activity) <= s[1]), None)
        if span is None or used[span] >= most:
            over.append(activity)
            continue
        used[span] += 1
        kept.append(activity)
    room = sum(most - used[span] for span in spans if not ground.over(span[1]))
    return kept, over, room


def level_rule(rule: LevelRule, ground: Ground, maximum: Decimal | None) -> Value:
    """Points by level, the best one of each project."""
    value = Value(NIL, NIL, NIL, State.CERTAIN, "")
    found, value.refused = pick(ground, rule)
    worths: list[tuple[Activity, Decimal, str]] = []
    for activity in found:
        level = str(activity.slots.get(rule.by, ""))
        if level not in rule.points:
            value.refused.append(refuse(activity, "level_unknown"))
            continue
        worth, words = rule.points[level], f"{level}{said(rule.points[level])}"
        for slot, table in rule.factors.items():
            factor = table.get(str(activity.slots.get(slot, "")))
            if factor is not None:
                worth, words = worth * decimal(factor), f"{words} × {said(decimal(factor))}"
        worths.append((activity, worth, words))
    best = _best(worths, rule.best_per)
    left = maximum
    parts: list[str] = []
    for activity, worth, words in worths:
        if best.get(_project(activity, rule.best_per)) is not activity:
            value.refused.append(refuse(activity, "same_project"))
        elif left is not None and left <= 0:
            value.refused.append(refuse(activity, "capped"))
        else:
            taken = worth if left is None else min(worth, left)
            left = None if left is None else left - taken
            value.counted.append(Counted(activity.number, name(activity), taken))
            parts.append(words)
    points = sum((c.points for c in value.counted if c.points is not None), NIL)
    value.points = value.floor = value.ceiling = points
    value.words = " + ".join(parts) or "没有"
    if maximum is not None and points < sum(
        (worth for a, worth, _ in worths if best.get(_project(a, rule.best_per)) is a), NIL
    ):
        value.words += f"，封顶{said(maximum)}"
    return value


def _project(activity: Activity, slot: str | None) -> str:
    project = activity.slots.get(slot) if slot else None
    return str(project) if project else f"#{activity.number}"


def _best(worths: list[tuple[Activity, Decimal, str]], slot: str | None) -> dict[str, Activity]:
    best: dict[str, tuple[Activity, Decimal]] = {}
    for activity, worth, _ in worths:
        project = _project(activity, slot)
        if project not in best or worth > best[project][1]:
            best[project] = (activity, worth)
    return {project: activity for project, (activity, _) in best.items()}
