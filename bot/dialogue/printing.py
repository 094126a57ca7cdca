"""评分表: the score sheet as a file, in the direct room."""

from __future__ import annotations

from bot.dialogue.context import Context
from bot.dialogue.replies import interrupted
from bot.dialogue.session import Session
from bot.dialogue.turn import File, Say, Turn
from bot.locale import words
from bot.sheets.score_sheet import MIMETYPE, Printed, workbook
from rubrics import score


def send(session: Session, context: Context, unit: str, about: str) -> Turn:
    """The sheets of a unit under its rulebooks, or the one named, as they stand today."""
    say = words(context.language)
    if not context.direct:
        return interrupted(session, say("sheet.direct"), context)
    books = [r for r in context.rubrics[unit] if not about or about in (r.short, r.id) or about in r.title]
    if not books:
        names = say("card.list_comma").join(r.short for r in context.rubrics[unit])
        return Turn(session, (Say(say("rate.no_book", about=about, names=names)),))
    facts, today = context.facts[unit], context.now.date()
    files = []
    for rubric in books:
        sheet = score(rubric, facts, today)
        data = workbook(Printed(sheet, rubric, facts, context.links, context.heads.get(unit, "")))
        name = say("sheet.file", unit=context.unit(unit).name, book=rubric.short, year=sheet.window[1].year)
        files.append(File(name, MIMETYPE, data))
    turn = interrupted(session, say("sheet.sent", unit=context.unit(unit).name, n=len(files)), context)
    return Turn(turn.session, (*turn.effects, *files))
