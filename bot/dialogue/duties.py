"""What a branch owes in a month, in a few words: for 月报, for the answer to a record, and for reminders."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from bot.dialogue.context import Context
from bot.locale import Words, words
from bot.reminders.deadlines import Waived, key_of
from rubrics import Duty, duties

MOST_NAMED = 10  # duties named in one line on a phone


def month_of(day: date) -> str:
    """A day's month, YYYY-MM."""
    return f"{day.year:04d}-{day.month:02d}"


def span(period: str) -> tuple[date, date]:
    """The first and last day of a month YYYY-MM."""
    year, month = int(period[:4]), int(period[5:])
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def months_of(period: tuple[date, date]) -> tuple[str, ...]:
    """The months a period spans, YYYY-MM."""
    first, last = (day.year * 12 + day.month - 1 for day in period)
    return tuple(f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(first, last + 1))


def named(month: int | None, today: date) -> str | None:
    """The month that a wish names, YYYY-MM: 1 to 12 the last such month, 0 this one, -1 the last; None for none."""
    if month is None:
        return None
    this = month_of(today)
    if month < 1:
        return this if month == 0 else before(this)
    return f"{today.year if month <= today.month else today.year - 1:04d}-{month:02d}"


def before(period: str) -> str:
    """The month before a month."""
    year, month = int(period[:4]), int(period[5:])
    return f"{year - 1:04d}-12" if month == 1 else f"{year:04d}-{month - 1:02d}"


def month_name(period: str) -> str:
    """11月."""
    return f"{int(period[5:])}月"


def owed(context: Context, unit: str, period: str) -> tuple[Duty, ...]:
    """The unit's duties in a month, by all its rulebooks, in the order people know the kinds in; not those that it said
    do not apply."""
    order = list(context.kinds.kinds)
    found = duties(context.rubrics[unit], context.facts[unit], span(period), context.now.date())
    waived = context.waived(unit)
    found = tuple(duty for duty in found if not duty.lacking or key_of(duty) not in waived)
    return tuple(sorted(found, key=lambda duty: order.index(duty.kinds[0]) if duty.kinds else len(order)))


def waived_in(context: Context, unit: str, period: str) -> tuple[Waived, ...]:
    """What the unit said does not apply to it, of what it would owe in a month."""
    waived = context.waived(unit)
    if not waived:
        return ()
    found = duties(context.rubrics[unit], context.facts[unit], span(period), context.now.date())
    return tuple(waived[key] for duty in found if duty.lacking and (key := key_of(duty)) in waived)


def meets(context: Context, unit: str, period: str, numbers: set[int]) -> tuple[Duty, ...]:
    """The duties that records of a month count for, those of its quarter, half-year and year among them."""
    whole = (span(period)[0], date(int(period[:4]), 12, 31))
    found = duties(context.rubrics[unit], context.facts[unit], whole, context.now.date())
    return tuple(duty for duty in found if numbers & set(duty.numbers))


def period_name(duty: Duty, context: Context) -> str:
    """11月, 第4季度, 下半年, 全年: the period that a duty is owed in."""
    return span_name(*duty.period, words(context.language))


def span_name(first: date, last: date, say: Words) -> str:
    """The same for a first and a last day."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months >= 12:
        return say("period.year", year=first.year)
    if months == 6:
        return say("period.first_half" if first.month == 1 else "period.second_half")
    if months == 3:
        return say("period.quarter", n=(first.month + 2) // 3)
    return month_name(month_of(first))


def lacking_line(found: Iterable[Duty], context: Context, period: str) -> str:
    """11月还差：主题党日、党建信息1条，请于11月30日前完成; empty when nothing lacks."""
    say = words(context.language)
    names = [lacking_name(duty) for duty in found if duty.lacking]
    if len(names) > MOST_NAMED:
        names = [*names[:MOST_NAMED], say("month.more", n=len(names) - MOST_NAMED)]
    if not names:
        return say("month.all_done", month=month_name(period))
    last = span(period)[1]
    key = "month.lacks" if context.now.date() <= last else "month.lacked"
    listed = say("card.list_comma").join(names)
    return say(key, month=month_name(period), names=listed, day=f"{last.month}月{last.day}日")


def lacking_name(duty: Duty) -> str:
    """党建信息1条; the number only where more than one was due."""
    return f"{duty.label}{duty.lacking}{duty.measure}" if duty.needed > 1 else duty.label
