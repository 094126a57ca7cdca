"""评分表, 年度图, 台账, 事实, 导出: what is on record as files, in the direct room."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.dialogue.context import Context
from bot.dialogue.replies import interrupted
from bot.dialogue.session import Session
from bot.dialogue.turn import File, Say, Turn
from bot.locale import words
from bot.sheets import canvas, pages
from bot.sheets.facts_file import MIMETYPE as YAML
from bot.sheets.facts_file import FactsSheet
from bot.sheets.ledger import Ledger
from bot.sheets.results import result_words
from bot.sheets.score_sheet import Printed
from bot.sheets.year import year_of
from bot.understanding.commands import Command
from bot.understanding.sheet_wishes import year_meant
from rubrics import Rubric, score

Make = Callable[[Context, str, int], list[File]]
OLDEST = 1  # years back of which the record is looked at


def score_sheets(session: Session, context: Context, unit: str, about: str) -> Turn:
    """The score sheets of a unit under its rulebooks, or the one named, as they stand today."""
    say = words(context.language)
    books = [r for r in context.rubrics[unit] if not about or about in (r.short, r.id) or about in r.title]
    if not books:
        names = say("card.list_comma").join(r.short for r in context.rubrics[unit])
        return Turn(session, (Say(say("rate.no_book", about=about, names=names)),))
    return _send(session, context, unit, [_score_sheet(context, unit, rubric, None) for rubric in books], books)


def others(session: Session, context: Context, unit: str, command: Command) -> Turn:
    """Another of the files, or all of them, of this year or the last."""
    say = words(context.language)
    this = context.now.year
    year = year_meant(command.argument, this)
    if not this - OLDEST <= year <= this:
        return interrupted(session, say("sheet.years", first=this - OLDEST, last=this), context)
    made = _MAKE[command.name](context, unit, year)
    rests_on = context.rubrics[unit] if command.name in ("year_picture", "export") else ()
    return _send(session, context, unit, made, rests_on)


def _send(session: Session, context: Context, unit: str, files: Sequence[File], books: Sequence[Rubric]) -> Turn:
    """The files after a line that says what they are not. books: whose points they show."""
    say = words(context.language)
    if not context.direct:
        return interrupted(session, say("sheet.direct"), context)
    key = "sheet.sent_example" if any(rubric.example for rubric in books) else "sheet.sent"
    turn = interrupted(session, say(key, unit=context.unit(unit).name, n=len(files)), context)
    return Turn(turn.session, (*turn.effects, *files))


def _score_sheet(context: Context, unit: str, rubric: Rubric, year: int | None) -> File:
    say = words(context.language)
    facts = context.facts[unit]
    sheet = score(rubric, facts, context.now.date(), year=year)
    of_year = sheet.window[1].year
    result = result_words(context.outcomes.get(unit, ()), rubric.id, of_year, context.now.date())
    printed = Printed(sheet, rubric, facts, context.links, context.heads.get(unit, ""), result)
    key = "sheet.file_example" if rubric.example else "sheet.file"
    return File(say(key, unit=facts.unit.name, book=rubric.short, year=of_year), pages.MIMETYPE, printed)


def _year_picture(context: Context, unit: str, year: int) -> list[File]:
    say = words(context.language)
    drawn = year_of(context.charges[unit], year, context.now.date(), context.heads.get(unit, ""))
    return [File(say("sheet.year_file", unit=drawn.unit, year=year), canvas.MIMETYPE, drawn)]


def _ledger(context: Context, unit: str, year: int) -> list[File]:
    say = words(context.language)
    facts = context.facts[unit]
    ledger = Ledger(
        facts.unit, year, context.now.date(), facts.activities, context.kinds, context.files, context.links,
        context.heads.get(unit, ""),
    )  # fmt: skip
    made = [File(say("sheet.ledger_file", unit=facts.unit.name, year=year), pages.MIMETYPE, ledger)]
    for one in context.heritage.get(unit, ()):  # a ledger of its own: what was done there stays theirs
        theirs = Ledger(one.unit, year, context.now.date(), one.activities, context.kinds, one.files, {}, one.head)
        if theirs.of_year():
            name = say("sheet.ledger_from", unit=facts.unit.name, other=one.unit.name, year=year)
            made.append(File(name, pages.MIMETYPE, theirs))
    return made


def _facts(context: Context, unit: str, year: int) -> list[File]:
    say = words(context.language)
    facts = context.facts[unit]
    sheet = FactsSheet(facts, context.heads.get(unit, ""))
    return [File(say("sheet.facts_file", unit=facts.unit.name), YAML, sheet)]


def _everything(context: Context, unit: str, year: int) -> list[File]:
    sheets = [_score_sheet(context, unit, rubric, year) for rubric in context.rubrics[unit]]
    return [
        *sheets,
        *_year_picture(context, unit, year),
        *_ledger(context, unit, year),
        *_facts(context, unit, year),
    ]


_MAKE: dict[str, Make] = {
    "year_picture": _year_picture, "ledger": _ledger, "facts_file": _facts, "export": _everything,
}  # fmt: skip
WISHES = frozenset(_MAKE)
