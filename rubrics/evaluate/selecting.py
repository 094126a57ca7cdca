"""Picking the activities that a rule speaks of, and saying why the others don't count."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from rubrics.evaluate.ground import Ground, count_all, refuse
from rubrics.facts import Activity
from rubrics.fields import parse_share
from rubrics.schema.select import Select
from rubrics.sheet import Counted, Refused

NO_EVIDENCE = "缺少佐证："
EVIDENCE = {"record": "记录", "attendance": "考勤", "document": "文件", "platform": "平台录入"}
SLOT_WORDS = {
    "expected": "应到", "present": "实到", "topic": "议题", "speaker": "发言人或主讲人", "hours": "时长",
    "count": "数量", "share": "占比", "means": "方式", "months": "所属月份", "level": "级别", "project": "项目",
}  # fmt: skip


def figure(activity: Activity, slot: str) -> Fraction | None:
    """A slot as an exact number; None when it isn't one."""
    value = activity.slots.get(slot)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Fraction(value)
    return parse_share(value) if isinstance(value, str) else None


def turnout(activity: Activity) -> Fraction | None:
    """Present over expected; None when nobody was expected or it wasn't told."""
    present, expected = figure(activity, "present"), figure(activity, "expected")
    return present / expected if present is not None and expected else None


def has_evidence(activity: Activity, what: str) -> bool:
    """Whether a report carries it: the record is a topic, the attendance its figures, or the file itself."""
    if what in activity.evidence:
        return True
    if what == "record":
        return bool(activity.slots.get("topic"))
    return what == "attendance" and "expected" in activity.slots and "present" in activity.slots


def pick(ground: Ground, wanted: Select) -> tuple[list[Activity], list[Refused]]:
    """The activities selected that count, by day, and those refused with the reason."""
    found = ground.activities(wanted.selected)
    refused = ground.refused(wanted.selected)
    if not (wanted.where or wanted.has or wanted.evidence or wanted.turnout is not None or wanted.least_hours):
        return found, refused
    counted = []
    for activity in found:
        if any(str(activity.slots.get(slot, "")) not in words for slot, words in wanted.where.items()):
            continue  # the clause speaks of others
        because = _why_not(activity, wanted)
        if because is None:
            counted.append(activity)
        else:
            refused.append(because)
    return counted, refused


def _why_not(activity: Activity, wanted: Select) -> Refused | None:
    for slot in wanted.has:
        if activity.slots.get(slot) in (None, "", ()):
            return refuse(activity, "lacks_slot", f"没有写{SLOT_WORDS.get(slot, slot)}")
    if wanted.turnout is not None and (share := turnout(activity)) is not None and share < wanted.turnout:
        return refuse(activity, "low_turnout")
    if wanted.least_hours is not None:
        hours = figure(activity, "hours")
        if hours is None or hours < Fraction(wanted.least_hours):
            return refuse(activity, "too_short")
    lacking = [EVIDENCE[what] for what in wanted.evidence if not has_evidence(activity, what)]
    return refuse(activity, "lacks_evidence", NO_EVIDENCE + "、".join(lacking)) if lacking else None


def weight(activity: Activity, wanted: Select) -> int:
    """How many occurrences one report is."""
    if wanted.weigh is None:
        return 1
    number = activity.slots.get(wanted.weigh)
    return number if isinstance(number, int) and number > 0 else 1


def counted(activities: Iterable[Activity]) -> list[Counted]:
    """Activities as facts that counted, for the whole rather than each."""
    return count_all(activities)
