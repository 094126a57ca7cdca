"""自评: when it may be done, its beginning and going on, and its submission, after which the sheet is frozen."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from bot.dialogue import attaching, stages
from bot.dialogue.asking import heading, put
from bot.dialogue.card import listed, short_date
from bot.dialogue.context import Assessed, Context
from bot.dialogue.rated import as_before, judgements
from bot.dialogue.rating import answer
from bot.dialogue.seat import OWN, Seat, open_seat, seat_of
from bot.dialogue.session import Pending, Rating, Session
from bot.dialogue.stages import returned
from bot.dialogue.turn import NUMBER, Put, Record, Say, Tell, Turn
from bot.events import Inbound
from bot.locale import words
from bot.understanding.commands import find_command
from rubrics import Rubric
from rubrics.evaluate.value import said
from rubrics.periods import assessed_year
from rubrics.procedure import SELF_EVALUATION, self_rating_months


def begin(session: Session, context: Context, unit: str, about: str, *, trial: bool) -> Turn:
    """Begin a self-rating or go on with it. about: the rulebook named, if any."""
    say = words(context.language)
    books = [r for r in context.rubrics[unit] if not about or about in (r.short, r.id) or about in r.title]
    if not books:
        names = say("card.list_comma").join(r.short for r in context.rubrics[unit])
        return Turn(session, (Say(say("rate.no_book", about=about, names=names)),))
    rateable = [r for r in books if not r.points_missing]
    if not rateable:
        return Turn(session, (Say(say("rate.points_missing", book=books[0].short)),))
    one, today = stages.own(context, unit), context.now.date()
    papers = one.papers
    if trial:
        return _choose(session, context, unit, rateable, "trial")
    open_ = [r for r in rateable if stages.period_open(one, r, today)]
    left = [r for r in open_ if stages.submitted(r, papers, stages.period_open(one, r, today)) is None]
    begun = [r for r in left if (unit, r.key, "self") in context.drafts or returned(r, papers)]
    if len(begun) == 1:
        return start(session, context, unit, begun[0].key, "self")
    if left:
        return _choose(session, context, unit, left, "self")
    text = "\n".join(_why_not(r, one, context) for r in rateable)
    return Turn(session, (Say(text + "\n" + say("rate.try")),))


def _choose(session: Session, context: Context, unit: str, books: Sequence[Rubric], side: str) -> Turn:
    if len(books) == 1:
        return start(session, context, unit, books[0].key, side)
    say = words(context.language)
    listed = "\n".join(f"{i}. {r.short}" for i, r in enumerate(books, 1))
    asked = Pending("rubric", tuple(r.key for r in books), f"{side}\n{unit}")
    session = replace(session, pending=asked, unit=unit)
    return Turn(session, (Say(say("rate.which_book", options=listed)),))


def start(session: Session, context: Context, unit: str, key: str, side: str) -> Turn:
    """Open one rulebook's self-rating, where it was left."""
    say = words(context.language)
    rubric = next(r for r in context.rubrics[unit] if r.key == key)
    one, today = stages.own(context, unit), context.now.date()
    papers = one.papers
    year = f"{assessed_year(rubric.book.window, today):04d}"
    period = year if side == "trial" else stages.period_open(one, rubric, today)
    seat = open_seat(Rating(unit, key, side), context, period)
    assert seat is not None, "the unit and its rulebook were just chosen"
    kept = context.drafts.get((unit, key, side))
    back = returned(rubric, papers) if side == "self" else None
    if back is not None and not kept:
        seat = seat.with_given(as_before(seat.items, back.points, back.notes))
    lead = heading(seat, context)
    if kept and kept["hash"] != seat.rubric.hash:
        lead += "\n" + say("rate.book_changed")
    elif seat.draft.entries:
        lead += "\n" + say("rate.going_on", n=len(seat.items) - len(seat.unrated()), all=len(seat.items))
    else:
        lead += "\n" + say("rate.hint_trial" if side == "trial" else "rate.hint")
    if back is not None:
        lead += "\n" + say("rate.was_returned", reason=back.reason)
    seat = replace(seat, draft=replace(seat.draft, skipped=()))
    turn = put(session, seat, context, "", (seat.keep(),))
    effects = tuple(replace(e, text=f"{lead}\n{e.text}") if isinstance(e, Say) else e for e in turn.effects)
    return replace(turn, effects=effects)


def _why_not(rubric: Rubric, one: Assessed, context: Context) -> str:
    """Why there is nothing to rate now: submitted, missed, or not yet."""
    say = words(context.language)
    when, today = self_rating_months(rubric), context.now.date()
    if when is None:
        return say("rate.has_none", book=rubric.short)
    papers = one.papers
    done = stages.submitted(rubric, papers, stages.period_open(one, rubric, today) or "-")
    if done is not None:
        total = said(done.comes_to)
        return say("rate.already", book=rubric.short, day=short_date(done.on, today), by=done.by, total=total)
    named = say("card.list_comma").join(f"{month}月" for month in sorted(when))
    missed = [
        m for m in sorted(when) if m < today.month and stages.submitted(rubric, papers, f"{today:%Y}-{m:02d}") is None
    ]
    text = say("rate.not_now", book=rubric.short, months=named)
    if missed:
        last = monthrange(today.year, missed[-1])[1]
        text += say("rate.missed", month=missed[-1], day=f"{missed[-1]}月{last}日")
    elif _missed_last_year(rubric, one, max(when), today):
        text += say("rate.missed_last_year", month=max(when), year=today.year - 1)
    return text


def _missed_last_year(rubric: Rubric, one: Assessed, month: int, today: date) -> bool:
    """Whether the last self-rating of the year before is missing, while that year is still assessed."""
    year = today.year - 1
    there = one.unit.founded_on is None or one.unit.founded_on < date(year, month, 1)
    sheet = stages.submitted(rubric, one.papers, f"{year}-{month:02d}")
    return today.month <= stages.LATE and there and sheet is None


def hear(session: Session, message: Inbound, context: Context) -> Turn | None:
    """Answers to a self-rating under way, its end, and which rulebook was meant; None for anything else."""
    asked = session.pending
    if asked is not None and asked.what == "rubric":
        return _picked(session, asked, message, context)
    if session.rating is None or session.rating.side not in OWN:
        return None
    seat = seat_of(session, context)
    if seat is None:
        return None
    command = find_command(message.body)
    name = command.name if command is not None else ""
    if asked is not None and asked.what == "rating_end" and name in ("yes", "submit") and session.card is None:
        return submit(replace(session, pending=None), seat, message, context)
    if name == "submit" or message.body.strip("。.!！ ") == "提交":
        return put(session, seat, context)
    if seat.draft.files and session.card is None and not session.files:
        if name == "no_files":
            dropped = words(context.language)("file.dropped", n=len(seat.draft.files))
            return Turn(session, (seat.with_files(()).keep(), Say(dropped)))
        if (number := attaching.number_in(message.body)) is not None:
            return _moved(session, seat, number, context)
    return answer(session, seat, message, context)


def _moved(session: Session, seat: Seat, number: int, context: Context) -> Turn:
    """附到 #12: the file sent last goes to a record instead of with the self-rating."""
    if not attaching.available([number], context):
        return Turn(session, (Say(words(context.language)("number.unknown", number=number)),))
    *others, last = seat.draft.files
    left = seat.with_files(tuple(others))
    turn = attaching.to_records(session, [number], (replace(last, clause=""),), left.seen_by(context))
    return replace(turn, effects=(left.keep(), *turn.effects))


def _picked(session: Session, asked: Pending, message: Inbound, context: Context) -> Turn | None:
    side, _, unit = asked.then.partition("\n")
    if unit not in context.rubrics:
        return None
    shorts = {r.key: r.short for r in context.rubrics[unit]}
    text = message.body.strip().rstrip("。.!！")
    for number, key in enumerate(asked.options, 1):
        if key in shorts and text in (str(number), shorts[key]):
            return start(replace(session, pending=None), context, unit, key, side)
    return None


def submit(session: Session, seat: Seat, message: Inbound, context: Context) -> Turn:
    """Freeze the sheet, after the yes to its summary. Whoever may only report leaves it to the secretary."""
    say = words(context.language)
    if seat.rating.side != "self":
        return Turn(replace(session, rating=None), (Say(say("rate.end.trial")),))
    if seat.unrated():
        return put(session, seat, context)
    if seat.unit.id not in context.offices:
        return Turn(session, (Say(say("rate.secretary_only")),))
    period, one = seat.draft.period, stages.own(context, seat.unit.id)
    if stages.period_open(one, seat.rubric, seat.today) != period:
        return Turn(replace(session, rating=None), (Say(say("rate.too_late", period=period)),))
    if stages.submitted(seat.rubric, one.papers, period) is not None:
        return Turn(replace(session, rating=None), (Say(_why_not(seat.rubric, one, context)), seat.forget()))
    on = day_within(period, seat.today)
    body = frozen(seat)
    activity = Record(
        seat.unit.id,
        SELF_EVALUATION,
        seat.today,
        {"topic": f"{seat.rubric.short}自评"},
        message.event_id,
        files=seat.draft.files,
    )
    total = said(seat.given()) if body["total"] is None else body["total"]
    told = Tell(seat.unit.id, "assessor", say("rate.told_submitted", title=_plain(seat, context), total=total))
    text = say("rate.submitted", title=_plain(seat, context), total=total, n=len(body["activities"]),
               number=NUMBER.format(0))  # fmt: skip
    text += say("rate.with_files", names=listed(seat.draft.files, context)) if seat.draft.files else ""
    session = replace(session, rating=None, pending=None)
    return Turn(session, (activity, Put(seat.unit.id, "sheet", on, body), seat.forget(), told, Say(text)))


def frozen(seat: Seat) -> dict[str, Any]:
    """The sheet as it is kept: what was given, under which rulebook, and each activity it counted, with its version."""
    sheet = seat.sheet()
    counted = {c.number for line in sheet.lines for c in line.counted if c.number is not None}
    counted |= {c.number for item in seat.items for c in item.line.counted if c.number is not None}
    versions = {a.number: a.version for a in seat.facts.activities if a.number in counted}
    return {
        "rubric": seat.rubric.id,
        "key": seat.rubric.key,
        "version": seat.rubric.version,
        "hash": seat.rubric.hash,
        "example": seat.rubric.example,
        "side": seat.column,
        "bodies": list(seat.bodies),
        "year": seat.year,
        "period": seat.draft.period,
        "judgements": judgements(seat.items, seat.draft),
        "activities": [[number, versions[number]] for number in sorted(versions)],
        "total": said(sheet.floor) if sheet.floor == sheet.ceiling else None,
        "given": f"{seat.given():f}",
    }


def day_within(period: str, today: date) -> date:
    """The day a sheet speaks of: today, or the last day of its month when that has passed (it was sent back)."""
    if len(period) == 4 or f"{today:%Y-%m}" == period:
        return today
    year, month = int(period[:4]), int(period[5:])
    return date(year, month, monthrange(year, month)[1])


def _plain(seat: Seat, context: Context) -> str:
    return heading(seat, context).replace("**", "")
