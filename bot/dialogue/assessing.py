"""考评: the units somebody assesses and their states, one of them opened, its questions answered, its sheet closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.dialogue import obeying, returning
from bot.dialogue.asking import heading, put
from bot.dialogue.card import short_date
from bot.dialogue.context import Assessed, Context
from bot.dialogue.evaluating import frozen, months, returned
from bot.dialogue.rating import answer
from bot.dialogue.replies import interrupted
from bot.dialogue.seat import OWN, Seat, newest, open_seat, seat_of
from bot.dialogue.session import Pending, Rating, Session
from bot.dialogue.turn import Put, Say, Tell, Tried, Turn
from bot.events import Inbound
from bot.locale import words
from bot.understanding.commands import Command, find_command
from rubrics import Rubric
from rubrics.evaluate.value import said
from rubrics.periods import assessed_year

SIDE = "assessor"


def hear(session: Session, message: Inbound, context: Context) -> Turn | None:
    """Whatever belongs to an assessment; None for anything else, and for what only a unit's own people say."""
    command = find_command(message.body)
    name = command.name if command is not None else ""
    if session.pending is not None and session.pending.what == "assess_rubric":
        turn = _picked(session, session.pending, message, context)
        if turn is not None:
            return turn
    if session.pending is not None and session.pending.what == "assess" and session.card is None:
        turn = returning.confirmed(session, session.pending, name, context)
        if turn is not None:
            return turn
    assessing = session.rating is not None and session.rating.side not in OWN
    seat = seat_of(session, context) if assessing else None
    if command is not None:
        if not context.direct and context.assessed and (name in ("units", "assess") or name in returning.WISHES):
            return Turn(session, (Say(words(context.language)("assess.in_private")),))
        if name == "units":
            return Turn(session, (Say(units_text(context)),))
        if name == "assess":
            return begin(session, command, context)
        turn = returning.hear(session, seat, command, context)
        if turn is not None:
            return turn
    return _within(session, seat, message, command, context) if seat is not None else None


def hear_alone(session: Session, message: Inbound, context: Context) -> Turn:
    """Answer somebody who assesses and reports for no unit."""
    say = words(context.language)
    turn = hear(session, message, context)
    if turn is not None:
        return turn
    command = find_command(message.body)
    key = "assess.help" if command is not None and command.name == "help" else "assess.not_understood"
    return interrupted(session, say(key), context)


def _within(session: Session, seat: Seat, message: Inbound, command: Command | None, context: Context) -> Turn | None:
    """A message while an assessment is open: its end, a question about the unit, or an answer."""
    name = command.name if command is not None else ""
    ending = session.pending is not None and session.pending.what == "rating_end" and session.card is None
    if ending and name in ("yes", "finish"):
        return close(replace(session, pending=None), seat, message, context)
    if name in ("finish", "submit"):
        return finish(session, seat, context)
    if command is not None and name in obeying.QUESTIONS and obeying.named_unit(message.body, context) is None:
        view = replace(
            context, units=(seat.unit,), facts={seat.unit.id: seat.facts}, rubrics={seat.unit.id: (seat.rubric,)}
        )
        return interrupted(session, obeying.QUESTIONS[name](view, seat.unit.id, command), context)
    return answer(session, seat, message, context)


def year_of(one: Assessed, rubric: Rubric, today: date) -> int:
    """The year to assess: the last one while its submitted self-rating waits for it, else the present one."""
    now = assessed_year(rubric.book.window, today)
    waits = newest(one.papers, rubric.id, "self", now - 1) and not newest(one.papers, rubric.id, SIDE, now - 1)
    return now - 1 if waits else now


def state(one: Assessed, rubric: Rubric, today: date) -> str:
    """due (待报) | reported (已报) | waiting (待考评) | returned | done (已考评), under one rulebook."""
    year = year_of(one, rubric, today)
    if newest(one.papers, rubric.id, SIDE, year):
        return "done"
    when = months(rubric)
    if when is None:
        return "waiting"
    if returned(rubric, one.papers) is not None:
        return "returned"
    own = newest(one.papers, rubric.id, "self", year)
    if own is None:
        return "due"
    return "waiting" if not when or int(own.period[5:] or 0) == max(when) else "reported"


def units_text(context: Context) -> str:
    """单位: each unit with its states."""
    say = words(context.language)
    if not context.assessed:
        return say("assess.no_units")
    rows = [say("assess.units", n=len(context.assessed))]
    for number, one in enumerate(context.assessed, 1):
        states = [f"{r.short}{say(f'assess.state.{state(one, r, context.now.date())}')}" for r in one.rubrics]
        rows.append(f"{number}. {one.unit.name}" + say("card.colon") + say("card.comma").join(states))
    return "\n".join([*rows, say("assess.units_hint", name=context.assessed[0].unit.name)])


def begin(session: Session, command: Command, context: Context) -> Turn:
    """考评 X: open a unit. Whoever may not is told the same whether there is such a unit or not."""
    say = words(context.language)
    fits = [one for one in context.assessed if one.unit.name in command.argument]
    if not fits:
        own = any(unit.name in command.argument for unit in context.units)
        key = "assess.own" if own else "assess.refused"
        return Turn(session, (Tried("assess"), Say(say(key, name=command.argument[:40]))))
    one = max(fits, key=lambda o: len(o.unit.name))
    about = command.argument.replace(one.unit.name, "").strip(" ,，")
    books = [r for r in one.rubrics if not r.points_missing and (not about or about in (r.short, r.id, r.title))]
    if not books:
        return Turn(session, (Say(say("assess.no_book", unit=one.unit.name)),))
    if len(books) == 1:
        return start(session, context, one, books[0])
    listed = "\n".join(
        f"{i}. {r.short}{say(f'assess.state.{state(one, r, context.now.date())}')}" for i, r in enumerate(books, 1)
    )
    asked = Pending("assess_rubric", tuple(r.key for r in books), one.unit.id)
    return Turn(replace(session, pending=asked), (Say(say("rate.which_book", options=listed)),))


def _picked(session: Session, asked: Pending, message: Inbound, context: Context) -> Turn | None:
    one = next((one for one in context.assessed if one.unit.id == asked.then), None)
    text = message.body.strip().rstrip("。.!！")
    for number, key in enumerate(asked.options, 1):
        rubric = next((r for r in one.rubrics if r.key == key), None) if one is not None else None
        if one is not None and rubric is not None and text in (str(number), rubric.short):
            return start(replace(session, pending=None), context, one, rubric)
    return None


def start(session: Session, context: Context, one: Assessed, rubric: Rubric) -> Turn:
    """Open a unit under a rulebook, where its assessment was left."""
    say = words(context.language)
    today = context.now.date()
    year = year_of(one, rubric, today)
    done = newest(one.papers, rubric.id, SIDE, year)
    if done is not None:
        total = said(done.total) if done.total is not None else "—"
        text = say("assess.already", unit=one.unit.name, book=rubric.short, by=done.by,
                   day=short_date(done.on, today), total=total)  # fmt: skip
        return Turn(session, (Say(text),))
    seat = open_seat(Rating(one.unit.id, rubric.key, SIDE), context, f"{year:04d}")
    assert seat is not None, "the records of a unit that was named are there"
    rows = [heading(seat, context)]
    if seat.own is not None:
        total = said(seat.own.total) if seat.own.total is not None else "—"
        rows.append(say("assess.own_sheet", day=short_date(seat.own.on, today), by=seat.own.by, total=total))
    elif months(rubric) is not None:
        rows.append(say("assess.no_sheet"))
    rows.append(say("assess.hint"))
    seat = replace(seat, draft=replace(seat.draft, skipped=()))
    turn = put(session, seat, context, "", (seat.keep(),))
    lead = "\n".join(rows)
    effects = tuple(replace(e, text=f"{lead}\n{e.text}") if isinstance(e, Say) else e for e in turn.effects)
    return replace(turn, effects=effects)


def finish(session: Session, seat: Seat, context: Context) -> Turn:
    """完成考评: the summary, unless the unit's own rating is still to come."""
    when = months(seat.rubric)
    if seat.own is None and when is not None:
        last = date(seat.year, max(when), 28) if when else date(seat.year, 12, 31)
        if (seat.today.year, seat.today.month) <= (last.year, last.month):
            return Turn(session, (Say(words(context.language)("assess.wait_for_own")),))
    return put(session, seat, context)


def close(session: Session, seat: Seat, message: Inbound, context: Context) -> Turn:
    """The assessor's sheet, kept after the yes to its summary; the unit is told."""
    say = words(context.language)
    one = next(one for one in context.assessed if one.unit.id == seat.unit.id)
    if newest(one.papers, seat.rubric.id, SIDE, seat.year) is not None:
        turn = start(replace(session, rating=None), context, one, seat.rubric)
        return replace(turn, effects=(*turn.effects, seat.forget()))
    if seat.unrated():
        return put(session, seat, context)
    body = frozen(seat)
    title, total = heading(seat, context).replace("**", ""), body["total"] or "—"
    told = Tell(seat.unit.id, "secretary", say("assess.told_closed", title=title, total=total))
    text = say("assess.closed", title=title, total=total)
    session = replace(session, rating=None, pending=None)
    return Turn(session, (Put(seat.unit.id, "sheet", seat.today, body), seat.forget(), told, Say(text)))
