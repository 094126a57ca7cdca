"""Deadlines in a few words: for reminders, for 提醒, for the calendar and for the assessor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from bot.dialogue.card import long_date, short_date
from bot.dialogue.duties import lacking_name, span_name
from bot.locale import Words
from bot.reminders.deadlines import Deadline, Waived

FEW = 8  # names on a line
MOST_UNITS = 60  # in one digest; more can't be read on a phone


def named(deadline: Deadline, say: Words) -> str:
    """党建信息2条, 支部自评（量化考核）, 换届请示（任期至2027年6月30日）."""
    duty = deadline.duty
    if duty is None:
        assert deadline.about is not None, "an election has its term"
        end = deadline.about
        return say(
            f"deadline.{deadline.kind}", day=say("deadline.full_date", year=end.year, month=end.month, day=end.day)
        )
    if duty.kinds == ("self_evaluation",):
        return say("deadline.self_evaluation", name=duty.label, title=duty.rubric_title)
    return lacking_name(duty)


def reminder(unit: str, found: Sequence[Deadline], today: date, say: Words) -> str:
    """All that a unit is reminded of at once, a line for each day, and how it can be answered."""
    lines = [f"**{unit}**"]
    for (day, last), several in _grouped(found):
        names = _names(several, say)
        if last < today:
            lines.append(say("remind.over", day=short_date(last, today), names=names))
        elif day < today:
            lines.append(say("remind.late", day=short_date(day, today), last=short_date(last, today), names=names))
        elif day == today:
            lines.append(say("remind.today", names=names))
        else:
            lines.append(say("remind.ahead", day=long_date(day, today), n=(day - today).days, names=names))
    return "\n".join([*lines, say("remind.answers")])


def listed(found: Sequence[Deadline], today: date, say: Words) -> list[str]:
    """提醒: a line for each day, then what does not apply."""
    lines = [
        say("remind.row", day=long_date(day, today) if last == day else _both(day, last, today, say),
            names=_names(several, say))
        for (day, last), several in _grouped(d for d in found if d.waived is None)
    ]  # fmt: skip
    return [*lines, *waived_lines(_waived(found), say)]


def waived_lines(waived: Sequence[Waived], say: Words) -> list[str]:
    """不适用：#130 支委会（委员外出）; nothing for none."""
    names = [say("waived.one", number=w.number, label=w.label, reason=w.reason) for w in waived]
    return [say("waived.row", names=say("card.list_comma").join(names))] if names else []


def _waived(found: Iterable[Deadline]) -> list[Waived]:
    return [d.waived for d in found if d.waived is not None]


def digest(units: Sequence[tuple[str, Sequence[Deadline]]], today: date, say: Words) -> str:
    """What was not done in time in units, a line each; for their assessor alone."""
    lines = [say("digest.head", n=len(units))]
    for unit, found in units[:MOST_UNITS]:
        parts = [
            say("digest.part", day=short_date(day, today), names=_joined(several, say))
            for day, several in _by_last(d for d in found if d.waived is None)
        ]
        lines.append(say("digest.row", unit=unit, parts="；".join([*parts, *waived_lines(_waived(found), say)])))
    if len(units) > MOST_UNITS:
        lines.append(say("digest.more", n=len(units) - MOST_UNITS))
    return "\n".join(lines)


def _both(day: date, last: date, today: date, say: Words) -> str:
    return say("remind.until", day=long_date(day, today), last=short_date(last, today))


def _names(found: Sequence[Deadline], say: Words) -> str:
    """The names, joined; where they are many, by the period they are owed for."""
    if len(found) <= FEW or any(d.duty is None for d in found):
        return _joined(found, say)
    periods: dict[str, list[Deadline]] = {}
    for deadline in found:
        assert deadline.duty is not None, "only duties are many"
        periods.setdefault(span_name(*deadline.duty.period, say), []).append(deadline)
    return "".join("\n" + say("remind.period", period=p, names=_joined(some, say)) for p, some in periods.items())


def _joined(found: Sequence[Deadline], say: Words) -> str:
    names = [named(d, say) + (say("remind.provisional") if d.provisional else "") for d in found]
    return say("card.list_comma").join(dict.fromkeys(names))


def _grouped(found: Iterable[Deadline]) -> list[tuple[tuple[date, date], list[Deadline]]]:
    days: dict[tuple[date, date], list[Deadline]] = {}
    for deadline in found:
        days.setdefault((deadline.day, deadline.last), []).append(deadline)
    return sorted(days.items())


def _by_last(found: Iterable[Deadline]) -> list[tuple[date, list[Deadline]]]:
    days: dict[date, list[Deadline]] = {}
    for deadline in found:
        days.setdefault(deadline.last, []).append(deadline)
    return sorted(days.items())
