"""考核进度, 结果: where a year stands, step by step for one unit, a line each for many; 公示稿 for the notice board."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from bot.dialogue import stages
from bot.dialogue.aiming import MOST_NAMED, Aim, aims, listed, title
from bot.dialogue.card import short_date
from bot.dialogue.context import Assessed, Context, Paper
from bot.dialogue.listing import state_words
from bot.dialogue.outcome import Outcome, current, fixed, of_year
from bot.dialogue.replies import interrupted
from bot.dialogue.session import Session
from bot.dialogue.turn import Say, Tried, Turn
from bot.locale import Words, words
from bot.understanding.commands import Command
from rubrics import Rubric
from rubrics.evaluate.value import said
from rubrics.procedure import approval, columns, publicity, ranks, self_rating_months

DONE, OPEN, BACK = "✓", "·", "↩"


def told(session: Session, command: Command, context: Context) -> Turn | None:
    """Answer where it stands: the own branch's steps, or of whoever is named; of all units a line each."""
    own = tuple(stages.own(context, unit.id) for unit in context.units)
    others = {one.unit.id: one for one in (*context.decides, *context.assessed)}
    pool = (*own, *others.values())
    if not pool:
        return None
    found, read = aims(command.argument, pool, context)
    if read.strange:
        say = words(context.language)
        return Turn(session, (Tried("progress", command.argument), Say(say("progress.none", name=read.strange[:40]))))
    mine = [aim for aim in found if aim.one.unit.id in context.facts] if not read.units else []
    theirs = [aim for aim in found if aim.one.unit.id in others] if not read.units else []
    texts = [steps(a, context) for aim in (found if read.units else mine) for a in _years(aim, named=bool(read.year))]
    texts += [overview(theirs, context)] if theirs else []
    return interrupted(session, "\n\n".join(texts[:MOST_NAMED]), context)


def _years(aim: Aim, *, named: bool) -> Iterator[Aim]:
    """The year in question, and before it the last one where that has just been decided."""
    before = replace(aim, year=aim.year - 1)
    if not named and current(aim.one.outcomes, aim.rubric.id, before.year) is not None:
        yield before
    yield aim


def steps(aim: Aim, context: Context) -> str:
    """One unit's year under one rulebook: what is done, what comes next."""
    say = words(context.language)
    rows = [f"**{title(aim, context)}**", *_self(aim, context), *_rated(aim, context)]
    editions = of_year(aim.one.outcomes, aim.rubric.id, aim.year)
    for outcome in editions:
        rows += _edition(outcome, aim, context)
    now = fixed(aim.one.outcomes, aim.rubric.id, aim.year)
    step = publicity(aim.rubric)
    if now is None and step is not None:
        rows.append(f"{OPEN} " + say("progress.publicity", who=_by(step.who, say)))
    decided = approval(aim.rubric)
    if decided is not None and (now is None or now.final is None):
        rows.append(f"{OPEN} " + say("progress.approval", who=_by(decided.who, say)))
    if now is not None and now.final is None and now.until is not None and now.until >= context.now.date():
        rows.append(say("progress.object", unit=aim.one.unit.name, book=aim.rubric.short))
    return "\n".join(rows)


def _by(who: str | None, say: Words) -> str:
    return say("progress.who", who=who) if who else ""


def _self(aim: Aim, context: Context) -> Iterator[str]:
    """The unit's own ratings of the year."""
    say = words(context.language)
    when = self_rating_months(aim.rubric)
    if when is None:
        return
    sheets = [p for p in aim.one.papers if (p.rubric, p.side, p.year) == (aim.rubric.id, "self", aim.year)]
    counts = next((t.months for t in aim.rubric.book.mix if t.column == "self"), ())
    today = context.now.date()
    for period in [f"{aim.year:04d}-{m:02d}" for m in sorted(when)] or [f"{aim.year:04d}"]:
        month = int(period[5:] or 0)
        name = (say("rate.month", month=month) if month else "") + say("rate.side.self")
        of_period = [p for p in sheets if p.period == period]
        last = of_period[-1] if of_period else None
        if last is None:
            over = month and (today.year, today.month) > (aim.year, month)
            yield f"{OPEN} " + say("progress.missed" if over else "progress.to_come", name=name)
        elif not last.stands:
            yield f"{BACK} " + say("progress.returned", name=name, reason=last.reason)
        else:
            shown = say("progress.only_shown") if counts and month not in counts else ""
            yield f"{DONE} {name} {_points(last)}（{short_date(last.on, today)}，{last.by}{shown}）"


def _rated(aim: Aim, context: Context) -> Iterator[str]:
    """The columns from above, part by part."""
    say = words(context.language)
    today = context.now.date()
    for column, _ in columns(aim.rubric):
        name = say(f"rate.side.{column}")
        standing = [
            p for p in aim.one.papers if (p.rubric, p.side, p.year) == (aim.rubric.id, column, aim.year) and p.stands
        ]
        for paper in standing:
            whose = "·".join((name, *paper.bodies))
            yield f"{DONE} {whose} {_points(paper)}（{short_date(paper.on, today)}，{paper.by}）"
        for c, part in stages.lacking(aim.one, aim.rubric, aim.year):
            if c == column:
                yield f"{OPEN} " + say("progress.to_rate", name=name + (f"·{part}" if part else ""))


def _points(paper: Paper) -> str:
    return f"{said(paper.comes_to)}分"


def _edition(outcome: Outcome, aim: Aim, context: Context) -> Iterator[str]:
    """What became of one edition of the outcome."""
    say = words(context.language)
    today = context.now.date()
    number = say("progress.edition", n=outcome.edition) if outcome.edition > 1 else ""
    name = say("progress.public" if outcome.until else "progress.handed_up")
    if not outcome.stands:
        yield f"{BACK} {number}{name}：" + say("progress.ended", shown=outcome.shown, reason=outcome.ended)
    else:
        span = f" {short_date(outcome.on, today)}～{short_date(outcome.until, today)}" if outcome.until else ""
        mark = DONE if outcome.final or (outcome.until and outcome.until < today) else "→"
        yield f"{mark} {number}{name}{span}：{outcome.shown}" + (
            say("progress.why", reason=outcome.why) if outcome.why else ""
        )
    for objection in outcome.objections:
        key = {None: "waits", True: "upheld", False: "refused"}[objection.upheld]
        said_so = say(f"progress.objection.{key}", answer=objection.answer)
        yield say("progress.objection", number=objection.number, words=objection.words, state=said_so)
    if outcome.final is not None and outcome.stands:
        ground = say("progress.ground", ground=outcome.ground) if outcome.ground else ""
        key = "progress.approved" if approval(aim.rubric) is not None else "progress.concluded"
        yield f"{DONE} " + say(key, day=short_date(outcome.final, today), by=outcome.final_by) + ground
    if outcome.correcting:
        yield f"{BACK} " + say("progress.correcting", reason=outcome.correcting)


def overview(found: Sequence[Aim], context: Context) -> str:
    """All units, rulebook by rulebook, a line each; in order of place only where the rulebook itself ranks."""
    say = words(context.language)
    texts = []
    for key in dict.fromkeys(aim.rubric.key for aim in found):
        some = [aim for aim in found if aim.rubric.key == key]
        if ranks(some[0].rubric):
            some.sort(key=lambda aim: _place(aim))
        example = " " + say("rate.example") if some[0].rubric.example else ""
        head = f"**{some[0].rubric.short} {some[0].year}年**{example}"
        rows = [f"{aim.one.unit.name}：{_line(aim, context)}" for aim in some]
        texts.append(head + "\n" + listed(rows, context))
    return "\n\n".join(texts)


def _place(aim: Aim) -> tuple[bool, Decimal]:
    """By what lines are sorted: the best total first, those without one last."""
    outcome = current(aim.one.outcomes, aim.rubric.id, aim.year)
    total = outcome.total if outcome is not None else None
    return total is None, -(total or Decimal(0))


def _line(aim: Aim, context: Context) -> str:
    outcome = current(aim.one.outcomes, aim.rubric.id, aim.year)
    state = state_words(aim.one, aim.rubric, aim.year, context)
    return f"{outcome.shown}，{state}" if outcome is not None else state


def notice(session: Session, command: Command, context: Context) -> Turn | None:
    """公示稿: the text for the notice board, of all that is made known now."""
    say = words(context.language)
    if not context.assessed:
        return None
    found, _ = aims(command.argument, context.assessed, context)
    today = context.now.date()
    public = [(aim, o) for aim in found if (o := fixed(aim.one.outcomes, aim.rubric.id, aim.year)) is not None
              and o.until is not None and o.until >= today]  # fmt: skip
    if not public:
        return Turn(session, (Say(say("notice.none")),))
    texts = []
    for key in dict.fromkeys((aim.rubric.key, o.until) for aim, o in public):
        some = [(aim, o) for aim, o in public if (aim.rubric.key, o.until) == key]
        first, outcome = some[0]
        if ranks(first.rubric):
            some.sort(key=lambda pair: _place(pair[0]))
        rows = [f"{aim.one.unit.name}：{o.shown}" for aim, o in some]
        head = say("notice.head", year=first.year, book=first.rubric.title)
        head += " " + say("rate.example") if first.rubric.example else ""
        assert outcome.until is not None, "only what has its days"
        step = publicity(first.rubric)
        foot = say("notice.foot", start=_full(outcome.on), end=_full(outcome.until), who=(step and step.who) or "")
        texts.append("\n".join([head, *rows, foot]))
    return Turn(session, tuple(Say(text) for text in texts))


def _full(day: date) -> str:
    return f"{day:%Y}年{day.month}月{day.day}日"


def standing(one: Assessed, rubric: Rubric, context: Context) -> str:
    """A line under 积分: what was made known or decided of a year; empty while nothing was."""
    say = words(context.language)
    year = stages.year_of(one, rubric, context.now.date())
    outcome = current(one.outcomes, rubric.id, year)
    if outcome is None:
        return ""
    return say("progress.standing", year=year, shown=outcome.shown, state=state_words(one, rubric, year, context))
