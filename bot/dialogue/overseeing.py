"""总览: how the units that somebody assesses stand in a month, to them alone; the files of one of them; 催办."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import asking_units, printing
from bot.dialogue.context import Assessed, Context
from bot.dialogue.duties import month_name, month_of, named
from bot.dialogue.replies import interrupted
from bot.dialogue.session import Session
from bot.dialogue.turn import File, Say, Turn
from bot.events import Inbound
from bot.locale import words
from bot.sheets import canvas, pages
from bot.sheets.overview import OverviewTable, overview
from bot.understanding.commands import Command, find_command

MOST_PICTURES = 8  # in one answer; of more units only the table comes
FILES = printing.WISHES | {"score_sheet"}


def hear(session: Session, message: Inbound, context: Context) -> Turn | None:
    """Take up what an assessor wants to see; None for anything else, and for what one's own branch is meant by."""
    asked = session.pending
    if asked is not None and asked.what == "urge" and session.card is None:
        answer = find_command(message.body)
        name = answer.name if answer is not None else ""
        turn = asking_units.confirmed(session, asked, name, message.event_id, context)
        if turn is not None:
            return turn
    one, rest = meant(message.body, context)
    command = find_command(rest) if context.assessed else None
    if command is None:
        return None
    if command.name == "urge":
        return _private(session, context) or asking_units.begin(session, one, command, context)
    if command.name == "overview":
        about = command.argument or (one.unit.name if one is not None else "")
        return _private(session, context) or _overview(session, command, about, context)
    if command.name in FILES and (one is not None or not context.units):
        return _private(session, context) or _files(session, one or opened(session, context), command, context)
    return None


def meant(text: str, context: Context) -> tuple[Assessed | None, str]:
    """The assessed unit that a text names, the one with the longest name, and the text without it."""
    fits = sorted((one for one in context.assessed if one.unit.name in text), key=lambda one: -len(one.unit.name))
    if not fits:
        return None, text
    rest = text.replace(f"{fits[0].unit.name}的", " ").replace(fits[0].unit.name, " ")
    return fits[0], " ".join(rest.split())


def _private(session: Session, context: Context) -> Turn | None:
    return None if context.direct else Turn(session, (Say(words(context.language)("assess.in_private")),))


def _overview(session: Session, command: Command, about: str, context: Context) -> Turn:
    """about: words that the units' names have, empty for all units."""
    say = words(context.language)
    month = named(command.month, context.now.date()) or month_of(context.now.date())
    rows = [row for row in context.survey or () if about in row.unit]
    if not rows:
        return interrupted(session, say("overview.none", about=about) if about else say("assess.no_units"), context)
    grid = overview(rows, month, context.now.date())
    name = say("overview.file", month=f"{month[:4]}年{month_name(month)}")
    split = grid.split()
    pictures = [
        File(f"{name}{f'-{one.page}' if one.pages > 1 else ''}.png", canvas.MIMETYPE, one) for one in split
    ] if len(split) <= MOST_PICTURES else []  # fmt: skip
    key = "overview.sent" if pictures else "overview.many"
    turn = interrupted(session, say(key, month=month_name(month), n=len(rows)), context)
    table = File(f"{name}.xlsx", pages.MIMETYPE, OverviewTable(grid))
    return replace(turn, effects=(*turn.effects, *pictures, table))


def opened(session: Session, context: Context) -> Assessed | None:
    """The unit whose assessment is under way."""
    unit = session.rating.unit if session.rating is not None else None
    return context.assesses(unit)


def _files(session: Session, one: Assessed | None, command: Command, context: Context) -> Turn:
    """评分表 机关第一支部: the same files that the unit itself gets."""
    say = words(context.language)
    if one is None or one.charge is None:
        return Turn(session, (Say(say("overview.which", name=context.assessed[0].unit.name)),))
    unit = one.unit.id
    view = replace(
        context, units=(one.unit,), facts={unit: one.charge.facts}, rubrics={unit: one.charge.rubrics},
        charges={unit: one.charge}, heads={unit: one.head}, outcomes={unit: one.outcomes},
        files={**context.files, **one.charge.files},
    )  # fmt: skip
    if command.name == "score_sheet":
        return printing.score_sheets(session, view, unit, command.argument.strip())
    return printing.others(session, view, unit, command)
