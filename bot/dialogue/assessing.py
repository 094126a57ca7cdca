"""考评: the units somebody assesses and their states, one of them opened, its questions answered, its sheet closed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from bot.dialogue import obeying, returning, stages
from bot.dialogue.asking import heading, put
from bot.dialogue.card import short_date
from bot.dialogue.context import Assessed, Context
from bot.dialogue.evaluating import frozen
from bot.dialogue.listing import next_step, state_now, units_text
from bot.dialogue.outcome import fixed
from bot.dialogue.rating import answer
from bot.dialogue.replies import interrupted
from bot.dialogue.seat import OWN, Seat, open_seat, seat_of
from bot.dialogue.session import Pending, Rating, Session
from bot.dialogue.turn import Put, Say, Tell, Tried, Turn
from bot.events import Inbound
from bot.locale import words
from bot.understanding.commands import Command, find_command
from rubrics import Rubric
from rubrics.evaluate.value import said
from rubrics.procedure import self_rating_months

_YEAR = re.compile(r"(20\d\d) ?年?(?:度)?")


def hear(session: Session, message: Inbound, context: Context) -> Turn | None:
    """Whatever belongs to an assessment; None for anything else, and for what only a unit's own people say."""
    command = find_command(message.body)
    name = command.name if command is not None else ""
    asked = session.pending.what if session.pending is not None else ""
    if session.pending is not None and asked in ("assess_rubric", "assess_column"):
        turn = _picked(session, session.pending, message, context)
        if turn is not None:
            return turn
    if session.pending is not None and asked == "assess" and session.card is None:
        turn = returning.confirmed(session, session.pending, name, context)
        if turn is not None:
            return turn
    assessing = session.rating is not None and session.rating.side not in OWN
    seat = seat_of(session, context) if assessing else None
    if command is not None:
        if not context.direct and context.assessed and (name in ("units", "assess") or name in returning.WISHES):
            return Turn(session, (Say(words(context.language)("assess.in_private")),))
        if name == "units":
            return Turn(session, (Say(units_text(context, command.argument)),))
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
    if command is not None and command.name == "help":
        more = "\n\n" + say("admin.help") if context.administers and context.direct else ""
        return interrupted(session, say("assess.help") + more, context)
    return interrupted(session, say("assess.not_understood"), context)


def _within(session: Session, seat: Seat, message: Inbound, command: Command | None, context: Context) -> Turn | None:
    """A message while an assessment is open: its end, a question about the unit, or an answer."""
    name = command.name if command is not None else ""
    ending = session.pending is not None and session.pending.what == "rating_end" and session.card is None
    if ending and name in ("yes", "finish"):
        return close(replace(session, pending=None), seat, message, context)
    if name in ("finish", "submit"):
        return finish(session, seat, context)
    if command is not None and name in obeying.QUESTIONS and obeying.named_unit(message.body, context) is None:
        one = context.assesses(seat.unit.id)
        assert one is not None, "a seat is of a unit that the person assesses"
        view = replace(
            context, units=(seat.unit,), facts={seat.unit.id: seat.facts}, rubrics={seat.unit.id: (seat.rubric,)},
            files=one.charge.files if one.charge is not None else {},
        )  # fmt: skip
        return interrupted(session, obeying.QUESTIONS[name](view, seat.unit.id, command, session), context)
    return answer(session, seat, message, context)


def begin(session: Session, command: Command, context: Context) -> Turn:
    """考评 X: open a unit. Whoever may not is told the same whether there is such a unit or not."""
    say = words(context.language)
    fits = [one for one in context.assessed if one.unit.name in command.argument]
    if not fits:
        own = any(unit.name in command.argument for unit in context.units)
        key = "assess.own" if own else "assess.refused"
        return Turn(session, (Tried("assess", command.argument), Say(say(key, name=command.argument[:40]))))
    one = max(fits, key=lambda o: len(o.unit.name))
    about = command.argument.replace(one.unit.name, "").strip(" ,，")
    year = _YEAR.search(about)
    about = _YEAR.sub("", about).strip(" ,，的")
    rateable = [r for r in one.rubrics if not r.points_missing and stages.columns_of(r, one)]
    books = [r for r in rateable if not about or about in (r.short, r.id, r.title)]
    if not books:
        return Turn(session, (Say(say("assess.no_book", unit=one.unit.name)),))
    if len(books) == 1:
        return choose(session, context, one, books[0], year[1] if year else "")
    listed = "\n".join(f"{i}. {r.short}{state_now(one, r, context)}" for i, r in enumerate(books, 1))
    asked = Pending("assess_rubric", (*(r.key for r in books), year[1] if year else ""), one.unit.id)
    return Turn(replace(session, pending=asked), (Say(say("rate.which_book", options=listed)),))


def choose(session: Session, context: Context, one: Assessed, rubric: Rubric, period: str) -> Turn:
    """The rulebook is known: ask which column, where the person rates several that are still open."""
    say = words(context.language)
    year = int(period) if period else stages.year_of(one, rubric, context.now.date(), context.assessed)
    mine = stages.columns_of(rubric, one)
    left = [c for c in mine if stages.closed(one, rubric, c, year, context.person) is None]
    if len(left) < 2:
        return start(session, context, one, rubric, (left or list(mine))[0], year)
    listed = "\n".join(f"{i}. {say(f'rate.side.{column}')}" for i, column in enumerate(left, 1))
    asked = Pending("assess_column", (*left, rubric.key, f"{year:04d}"), one.unit.id)
    return Turn(replace(session, pending=asked), (Say(say("assess.which_column", options=listed)),))


def _picked(session: Session, asked: Pending, message: Inbound, context: Context) -> Turn | None:
    one = context.assesses(asked.then)
    if one is None or one.facts is None:
        return None
    say = words(context.language)
    text = message.body.strip().rstrip("。.!！")
    books = {r.key: r for r in one.rubrics}
    cleared = replace(session, pending=None)
    if asked.what == "assess_rubric":
        *keys, period = asked.options
        for number, key in enumerate(keys, 1):
            if key in books and text in (str(number), books[key].short):
                return choose(cleared, context, one, books[key], period)
        return None
    *columns, key, period = asked.options
    for number, column in enumerate(columns, 1):
        if key in books and text in (str(number), say(f"rate.side.{column}")):
            return start(cleared, context, one, books[key], column, int(period))
    return None


def start(session: Session, context: Context, one: Assessed, rubric: Rubric, column: str, year: int) -> Turn:
    """Open a unit under a rulebook, where its assessment was left."""
    say = words(context.language)
    today = context.now.date()
    if fixed(one.outcomes, rubric.id, year) is not None:
        text = say("assess.fixed", unit=one.unit.name, book=rubric.short, year=year)
        return Turn(session, (Say(text),))
    done = stages.closed(one, rubric, column, year, context.person)
    if done is not None:
        text = say("assess.already", unit=one.unit.name, book=rubric.short, by=done.by,
                   day=short_date(done.on, today), total=said(done.comes_to))  # fmt: skip
        return Turn(session, (Say(text),))
    seat = open_seat(Rating(one.unit.id, rubric.key, column, "", f"{year:04d}"), context, f"{year:04d}")
    assert seat is not None, "the records of a unit that was named are there"
    rows = [heading(seat, context)]
    if seat.own is not None:
        day = short_date(seat.own.on, today)
        _, files = stages.sent_with(one, seat.rubric, seat.year)
        more = say("assess.own_files", n=len(files)) if files else ""
        rows.append(say("assess.own_sheet", day=day, by=seat.own.by, total=said(seat.own.comes_to)) + more)
    elif self_rating_months(rubric) is not None:
        rows.append(say("assess.no_sheet"))
    rows.append(say("assess.hint"))
    if seat.items and not seat.unrated():
        last = seat.items[-1]
        rows.append(say("rate.came_back", clause=last.id, points=said(last.maximum)))
    seat = replace(seat, draft=replace(seat.draft, skipped=()))
    turn = put(session, seat, context, "", (seat.keep(),))
    lead = "\n".join(rows)
    effects = tuple(replace(e, text=f"{lead}\n{e.text}") if isinstance(e, Say) else e for e in turn.effects)
    return replace(turn, effects=effects)


def finish(session: Session, seat: Seat, context: Context) -> Turn:
    """完成考评: the summary, unless the unit's own rating is still to come."""
    when = self_rating_months(seat.rubric)
    if seat.own is None and when is not None:
        last = date(seat.year, max(when), 28) if when else date(seat.year, 12, 31)
        if (seat.today.year, seat.today.month) <= (last.year, last.month):
            return Turn(session, (Say(words(context.language)("assess.wait_for_own")),))
    return put(session, seat, context)


def close(session: Session, seat: Seat, message: Inbound, context: Context) -> Turn:
    """The assessor's sheet, kept after the yes to its summary; the unit is told."""
    say = words(context.language)
    one = context.assesses(seat.unit.id)
    assert one is not None, "a seat is of a unit that the person assesses"
    barred = fixed(one.outcomes, seat.rubric.id, seat.year) is not None
    if barred or stages.closed(one, seat.rubric, seat.column, seat.year, context.person) is not None:
        turn = start(replace(session, rating=None), context, one, seat.rubric, seat.column, seat.year)
        return replace(turn, effects=(*turn.effects, seat.forget()))
    if seat.unrated():
        return put(session, seat, context)
    body = frozen(seat)
    title = heading(seat, context).replace("**", "")
    total = said(seat.given()) if body["total"] is None else body["total"]
    told = Tell(seat.unit.id, "secretary", say("assess.told_closed", title=title, total=total))
    text = say("assess.closed", title=title, total=total)
    text += "\n" + next_step(one, seat.rubric, seat.column, set(seat.bodies), seat.year, context)
    session = replace(session, rating=None, pending=None)
    return Turn(session, (Put(seat.unit.id, "sheet", seat.today, body), seat.forget(), told, Say(text)))
