"""抽查: what lies behind a record, a clause or a self-rating, as files, to the unit's assessor and its own people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.dialogue import changes, overseeing, returning, stages
from bot.dialogue.card import headline, listed, short_date, show
from bot.dialogue.context import Assessed, Context
from bot.dialogue.replies import interrupted
from bot.dialogue.session import Session
from bot.dialogue.turn import File, Say, Tried, Turn
from bot.events import Inbound, Kept
from bot.locale import words
from bot.understanding.commands import Command, find_command
from bot.understanding.ratings import clause_named
from rubrics import Activity, Line, Rubric, score
from rubrics.periods import assessed_year

_BARE = re.compile(r"[#＃] ?\d+[号条。 ]*")
MOST = 10  # files in one answer
NAMED = 6  # records without files that are named


@dataclass(frozen=True, slots=True)
class _Found:
    """What is shown: words, and the files that follow, each with the number of the record it lies with."""

    text: str
    files: Sequence[tuple[int, Kept]] = ()


def hear(session: Session, message: Inbound, context: Context) -> Turn | None:
    """Take up the wish to see evidence; None for anything else, and where it is no assessor's and names no record."""
    if session.pending is not None and session.pending.what == "attach":
        return None  # 附件 #12 puts a file there
    if (session.pending is not None or session.files) and _BARE.fullmatch(message.body):
        return None  # #12 answers which record is meant
    one, rest = overseeing.meant(message.body, context)
    command = find_command(rest)
    if command is None or command.name != "evidence":
        return None
    if command.number is not None:
        return _of_number(session, command, context)
    if not context.assessed:
        return (
            None if command.argument else interrupted(session, words(context.language)("evidence.which_own"), context)
        )
    if not context.direct:
        return Turn(session, (Say(words(context.language)("assess.in_private")),))
    one = one or overseeing.opened(session, context)
    if one is None or one.facts is None or one.charge is None:
        say = words(context.language)
        return Turn(session, (Tried("evidence", command.argument), Say(say("evidence.which", name=_name(context)))))
    return _send(session, _of_unit(session, one, command, context), command, context)


def _name(context: Context) -> str:
    return context.assessed[0].unit.name


def _of_number(session: Session, command: Command, context: Context) -> Turn:
    """A record whole, with its files. A number that is nobody's of theirs is answered as one that isn't there."""
    say = words(context.language)
    number = command.number or 0
    own = context.activity(number)
    if own is not None:
        return _send(session, _record(own, context.unit(own.unit).name, context), command, context)
    one, activity = returning.find(number, context)
    if one is None or activity is None or one.charge is None:
        text = say("assess.number_unknown", number=number)
        return replace(interrupted(session, text, context), effects=(Tried("evidence"), Say(text)))
    return _send(session, _record(activity, one.unit.name, _view(one, context)), command, context)


def _view(one: Assessed, context: Context) -> Context:
    """The context of the unit's own people, as far as its records go."""
    assert one.charge is not None, "its records are loaded"
    return replace(context, units=(one.unit,), files=one.charge.files)


def _record(activity: Activity, unit: str, context: Context) -> _Found:
    say = words(context.language)
    files = context.files.get(activity.number, ())
    card = replace(changes.as_card(activity, ""), amends=None, files=files)
    rows = [f"#{activity.number} {show(card, context)}"]
    rows += [] if files else [say("evidence.no_files")]
    today = context.now.date()
    if activity.recorded_on is not None:
        rows.append(say("evidence.recorded", day=short_date(activity.recorded_on, today), n=activity.version))
    if activity.withdrawn_on:
        rows.append(say("evidence.withdrawn", day=short_date(activity.withdrawn_on, today)))
    if activity.returned_on:
        rows.append(say("evidence.returned", day=short_date(activity.returned_on, today)))
    if link := context.links.get(activity.number):
        rows.append(link)
    return _Found("\n".join(rows), [(activity.number, file) for file in files])


def _of_unit(session: Session, one: Assessed, command: Command, context: Context) -> _Found:
    """A clause of a unit's rulebook, or its self-rating whole."""
    say = words(context.language)
    about = command.argument.strip(" ，,：:的")
    under_way = session.rating if session.rating is not None and session.rating.unit == one.unit.id else None
    books = sorted(one.rubrics, key=lambda r: under_way is None or r.key != under_way.rubric)
    today = context.now.date()
    if not about:
        books = books[:1] if under_way is not None else books
        found = [_sheet(one, r, _year(session, one, r, context), context) for r in books]
        text = "\n".join(f.text for f in found if f.text) or say("assess.no_sheet")
        return _Found(text, [file for f in found for file in f.files])
    for rubric in books:
        year = _year(session, one, rubric, context)
        of_year = rubric.of_year(year, today)
        clause = clause_named(about, {c.clause: c.title for c, _ in of_year.clauses()})
        if clause is not None:
            return _clause(one, of_year, clause, year, context)
    return _Found(say("evidence.which_clause", about=about[:40], unit=one.unit.name))


def _year(session: Session, one: Assessed, rubric: Rubric, context: Context) -> int:
    rating = session.rating
    if rating is not None and (rating.unit, rating.rubric) == (one.unit.id, rubric.key) and rating.period:
        return int(rating.period[:4])
    year = assessed_year(rubric.book.window, context.now.date())
    last = stages.newest(one.papers, rubric.id, "self", year - 1)
    return year if last is None or stages.newest(one.papers, rubric.id, "self", year) else year - 1


def _sheet(one: Assessed, rubric: Rubric, year: int, context: Context) -> _Found:
    """All that came with a self-rating, by clause."""
    say = words(context.language)
    sheet, files = stages.sent_with(one, rubric, year)
    if sheet is None:
        return _Found("")
    head = say("evidence.sheet", unit=one.unit.name, book=rubric.short, n=len(files),
               day=short_date(sheet.on, context.now.date()))  # fmt: skip
    rows = [head]
    for clause in sorted({file.clause for _, file in files}):
        label = clause or say("evidence.no_clause")
        rows.append(say("card.line", label=label, value=listed((f for _, f in files if f.clause == clause), context)))
    return _Found("\n".join([*rows, say("evidence.hint")]), files)


def _clause(one: Assessed, rubric: Rubric, clause: str, year: int, context: Context) -> _Found:
    """What a clause rests on: what came for it with the self-rating, and the files of the records it counts."""
    say = words(context.language)
    assert one.facts is not None, "its records are loaded"
    assert one.charge is not None, "its records are loaded"
    title = next(c.title for c, _ in rubric.clauses() if c.clause == clause)
    sheet, files = stages.sent_with(one, rubric, year)
    lines = score(rubric, one.facts, context.now.date(), year=year).lines
    family = _family(lines, clause)
    sent = [(number, file) for number, file in files if file.clause in family]
    rows = [say("evidence.clause", unit=one.unit.name, book=rubric.short, clause=clause, title=title)]
    if sheet is not None:
        names = listed((file for _, file in sent), context) or say("evidence.none")
        rows.append(say("card.line", label=say("evidence.of_sheet"), value=names))
    counted = _counted(one, [line for line in lines if line.clause in family])
    shown = [a for a in counted if one.charge.files.get(a.number)]
    for activity in shown:
        kept = one.charge.files[activity.number]
        name = f"#{activity.number} {headline(context, [activity.kind], activity.occurred_on)}"
        rows.append(say("card.line", label=name, value=listed(kept, context)))
        sent += [(activity.number, file) for file in kept]
    bare = [f"#{a.number}" for a in counted if a not in shown]
    if not counted:
        rows.append(say("evidence.none_counted"))
    if bare:
        more = say("rate.more") if len(bare) > NAMED else ""
        names = say("card.list_comma").join(bare[-NAMED:]) + more
        rows.append(say("evidence.bare", n=len(bare), names=names))
    return _Found("\n".join(rows), sent)


def _family(lines: Sequence[Line], clause: str) -> set[str]:
    """A clause and all below it."""
    found = {clause}
    for line in lines:  # a parent stands before its children
        if line.parent in found:
            found.add(line.clause)
    return found


def _counted(one: Assessed, lines: Sequence[Line]) -> list[Activity]:
    """The records that lines count, oldest first."""
    assert one.facts is not None, "its records are loaded"
    numbers = {c.number for line in lines for c in line.counted}
    found = (a for a in one.facts.activities if a.number in numbers)
    return sorted(found, key=lambda a: (a.occurred_on, a.number))


def _send(session: Session, found: _Found, command: Command, context: Context) -> Turn:
    """The words, then the files, so many at a time, each once."""
    say = words(context.language)
    if not context.direct:
        return interrupted(session, say("sheet.direct"), context)
    once = list({file.sha256: (number, file) for number, file in reversed(found.files)}.values())[::-1]
    first = MOST * (max(command.item or 1, 1) - 1)
    some = once[first : first + MOST]
    text = found.text
    if command.item and once and not some:
        text += "\n" + say("evidence.no_lot", n=-(-len(once) // MOST))
    left = len(once) - first - len(some)
    if left > 0:
        text += "\n" + say("evidence.more", n=left, lot=first // MOST + 2)
    turn = interrupted(session, text, context)
    return replace(turn, effects=(*turn.effects, *_files(some, context)))


def _files(some: Iterable[tuple[int, Kept]], context: Context) -> list[File]:
    say = words(context.language)
    return [
        File(f"{number}-{file.name}", file.mimetype, file, say("evidence.gone", number=number, name=file.name,
                                                               contact=context.contact))
        for number, file in some
    ]  # fmt: skip
