"""Answers to questions about points and records: 积分, 明细, 为什么, 等次, 还差什么, 记录, 帮助."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.dialogue import figures, progress, stages
from bot.dialogue.card import attendance, display, headline, kind_name, listed, short_date, slot_name
from bot.dialogue.context import Context
from bot.dialogue.duties import lacking_line, month_of, owed, span
from bot.events import Kept
from bot.locale import words
from bot.understanding.reading import Slot
from rubrics import Activity, ScoreSheet, detail, explain, explain_beside, grade, next_steps, score, summary
from rubrics.explain import matching
from rubrics.sheet import Line

INFORMATION = "information_submitted"
FILES_SHOWN = 8  # records whose files 为什么 names


def sheets(context: Context, unit: str) -> tuple[ScoreSheet, ...]:
    """The unit's sheets under every rulebook that applies, as of the message's day."""
    today = context.now.date()
    return tuple(score(rubric, context.facts[unit], today) for rubric in context.rubrics[unit])


def points(context: Context, unit: str, *, whole: bool) -> str:
    """积分, short; with whole every clause (明细)."""
    found = sheets(context, unit)
    if not found:
        return words(context.language)("points.no_rulebook", unit=context.unit(unit).name)
    one = stages.own(context, unit)
    texts = []
    for sheet, rubric in zip(found, context.rubrics[unit], strict=True):
        apart = figures.beside(rubric, context.facts[unit], context)
        lines = [(detail if whole else summary)(sheet, *apart), progress.standing(one, rubric, context)]
        texts.append("\n".join(line for line in lines if line))
    return _headed(context, unit, texts)


def grades(context: Context, unit: str) -> str:
    """等次, for each rulebook, as far as it can be said."""
    return _headed(context, unit, (grade(sheet) for sheet in sheets(context, unit)))


def why(context: Context, unit: str, about: str, rated: str = "") -> str:
    """为什么: the clause, or the clauses those words speak of, down to the records. rated: the key of the rulebook that
    a rating under way is on, whose clause is meant where it has one."""
    say = words(context.language)
    if not about:
        return say("why.what")
    texts = {}
    for rubric, sheet in zip(context.rubrics[unit], sheets(context, unit), strict=True):
        if text := explain(sheet, about):
            if len(context.rubrics[unit]) > 1 and sheet.short not in text:  # 组织生活第1条: of which rulebook?
                text = f"**{sheet.short}**\n{text}"
            texts[rubric.key] = text + _files_of(matching(sheet, about), context)
        elif text := explain_beside(rubric, sheet, about):
            texts[rubric.key] = text
    meant = [texts[rated]] if rated in texts else list(texts.values())
    return "\n\n".join(meant) if meant else say("why.unknown", about=about[:40])


def _files_of(lines: Iterable[Line], context: Context) -> str:
    """A line with the files of the records that were counted, the newest records first."""
    say = words(context.language)
    numbers = sorted({c.number for line in lines for c in line.counted if c.number is not None}, reverse=True)
    told = [f"#{number} {listed(files, context)}" for number in numbers if (files := context.files.get(number))]
    return "\n" + say("why.files", files=say("why.files_comma").join(told[:FILES_SHOWN])) if told else ""


def lacking(context: Context, unit: str) -> str:
    """还差什么: this month's duties, then the steps that bring most points."""
    period = month_of(context.now.date())
    month = lacking_line(owed(context, unit, period), context, period)
    steps = [text for sheet in sheets(context, unit) if (text := next_steps(sheet))]
    return "\n\n".join([context.unit(unit).name + "\n" + month, *steps])


def records(context: Context, unit: str, period: str | None = None, kind: str | None = None) -> str:
    """记录: what is on record for a month, newest last, each with its number."""
    say = words(context.language)
    period = period or month_of(context.now.date())
    first, last = span(period)
    found = sorted(
        (a for a in context.facts[unit].activities if _in(a, period, kind)), key=lambda a: (a.occurred_on, a.number)
    )
    values = {"unit": context.unit(unit).name, "year": first.year, "month": last.month, "n": len(found)}
    head = say("records.head", **values)
    if kind is not None:  # asked about one kind: how often, and how many pieces that makes
        head = say("records.head_kind", **values, name=kind_name(context, kind))
        counts = [a.slots.get("count") for a in found if not a.withdrawn_on]
        pieces = sum(count for count in counts if isinstance(count, int))
        if kind == INFORMATION and found:
            head += say("records.pieces", n=pieces)
    rows = [head, *(_row(activity, context.files, context) for activity in found)]
    for one in context.heritage.get(unit, ()):
        fits = sorted((a for a in one.activities if _in(a, period, kind)), key=lambda a: (a.occurred_on, a.number))
        day = short_date(one.since, context.now.date())
        rows += [say("records.from", unit=one.unit.name, day=day)] if fits else []
        rows += [_row(activity, one.files, context) for activity in fits]
    return "\n".join(rows)


def help_text(context: Context) -> str:
    """帮助: what to say, in a few lines, and what must stay out."""
    say = words(context.language)
    return say("help") + ("\n\n" + say("admin.help") if context.administers and context.direct else "")


def _in(activity: Activity, period: str, kind: str | None) -> bool:
    return (activity.period or month_of(activity.occurred_on)) == period and kind in (None, activity.kind)


def _row(activity: Activity, kept: Mapping[int, tuple[Kept, ...]], context: Context) -> str:
    say = words(context.language)
    slots = {name: Slot(value, "") for name, value in activity.slots.items()}
    facts = [display("group", activity.slots["group"]) if "group" in activity.slots else "", attendance(slots, context)]
    if "count" in slots and "titles" not in slots:
        facts.append(slot_name("count", activity.kind, context) + display("count", slots["count"].value))
    facts += [display(name, activity.slots[name]) for name in ("topic", "titles", "amount") if name in activity.slots]
    if files := kept.get(activity.number):
        facts.append(say("records.files", n=len(files)))
    if "platform" in activity.evidence:
        facts.append(say("records.entered"))
    text = f"#{activity.number} {headline(context, [activity.kind], activity.occurred_on)}"
    text += say("card.colon") + say("card.comma").join(f for f in facts if f) if any(facts) else ""
    if activity.late and activity.recorded_on is not None:
        text += say("records.late", day=short_date(activity.recorded_on, context.now.date()))
    return text + (say("records.withdrawn") if activity.withdrawn_on else "")


def _headed(context: Context, unit: str, texts: Iterable[str]) -> str:
    return "\n\n".join([f"**{context.unit(unit).name}**", *texts])
