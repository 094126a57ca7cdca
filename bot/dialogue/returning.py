"""What an assessor does besides scoring: records and self-ratings sent back, findings, results; each after a yes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from bot.dialogue import findings, noting
from bot.dialogue.card import headline
from bot.dialogue.context import Assessed, Context
from bot.dialogue.outcome import fixed
from bot.dialogue.seat import Seat
from bot.dialogue.session import Pending, Session
from bot.dialogue.turn import ClosePaper, Effect, Put, Say, SendBack, Tell, Tried, Turn
from bot.locale import words
from bot.understanding.commands import Command
from rubrics import Activity

NEEDS_UNIT = frozenset({"return_sheet", "finding", "result", "finish", "noted", "take_back"})
QUIET = frozenset({"finding", "result", "noted"})  # words that whoever assesses nothing may well mean otherwise
WISHES = NEEDS_UNIT | {"return_record"}


def hear(session: Session, seat: Seat | None, command: Command, context: Context) -> Turn | None:
    """Take up one of these wishes; None for any other, and where somebody who assesses nothing only talks."""
    say = words(context.language)
    if command.name == "return_record":
        return _record(session, command, context)
    if command.name not in NEEDS_UNIT:
        return None
    if not context.assessed:
        if command.name in QUIET:
            return None
        return Turn(session, (Tried(command.name, command.argument), Say(say("assess.not_yours"))))
    if seat is None:
        return Turn(session, (Say(say("assess.open_first", name=context.assessed[0].unit.name)),))
    if command.name == "finish":
        return None
    one = context.assesses(seat.unit.id)
    assert one is not None, "a seat is of a unit that the person assesses"
    if command.name == "noted":
        return Turn(session, (Say(noting.listed(one, seat, context)),))
    if fixed(one.outcomes, seat.rubric.id, seat.year) is not None:
        text = say("assess.fixed", unit=one.unit.name, book=seat.rubric.short, year=seat.year)
        return Turn(session, (Say(text),))
    if command.name == "return_sheet":
        return _sheet(session, seat, one, command, context)
    if command.name == "take_back":
        payload, asked = noting.take_back(one, seat, command, context)
        return Turn(session, (Say(asked),)) if payload is None else _ask(session, payload, asked)
    read = findings.result if command.name == "result" else findings.finding
    body, refusal = read(seat, command, context)
    if body is None:
        return Turn(session, (Say(refusal),))
    where = {"unit": seat.unit.id, "rubric": seat.rubric.id, "year": seat.year}
    return _ask(session, {"do": command.name, "body": body, **where}, refusal)


def _record(session: Session, command: Command, context: Context) -> Turn:
    """退回 #128 理由: a number that isn't a unit's of theirs is answered as one that isn't there."""
    say = words(context.language)
    number = command.number or 0
    one, activity = find(number, context)
    if one is None or activity is None:
        return Turn(session, (Tried("return_record"), Say(say("assess.number_unknown", number=number))))
    if activity.withdrawn_on:
        return Turn(session, (Say(say("withdraw.already", number=number)),))
    if activity.returned_on:
        return Turn(session, (Say(say("assess.returned_already", number=number)),))
    if counted := _counted(one, number):
        return Turn(session, (Say(say("assess.counted", number=number, unit=one.unit.name, period=counted)),))
    name = headline(context, [activity.kind], activity.occurred_on)
    if not command.argument:
        return Turn(session, (Say(say("assess.needs_reason", what=f"#{number}")),))
    asked = say("assess.ask_return", number=number, name=name, unit=one.unit.name, reason=command.argument)
    return _ask(session, {"do": "record", "unit": one.unit.id, "number": number, "reason": command.argument}, asked)


def _counted(one: Assessed, number: int) -> str:
    """The year of a sheet from above that counts a record and stands; empty where none does."""
    return next((p.period for p in one.papers if p.stands and p.side != "self" and number in p.activities), "")


def _sheet(session: Session, seat: Seat, one: Assessed, command: Command, context: Context) -> Turn:
    say = words(context.language)
    if seat.own is None:
        return Turn(session, (Say(say("assess.no_sheet")),))
    if any(p.stands and p.side != "self" and (p.rubric, p.year) == (seat.rubric.id, seat.year) for p in one.papers):
        text = say("assess.rated_already", unit=one.unit.name, book=seat.rubric.short)
        return Turn(session, (Say(text),))
    if not command.argument:
        return Turn(session, (Say(say("assess.needs_reason", what=say("rate.side.self"))),))
    payload = {"do": "sheet", "unit": seat.unit.id, "rubric": seat.rubric.id, "year": seat.year,
               "paper": seat.own.number, "title": f"{seat.rubric.short}{seat.own.period}",
               "reason": command.argument}  # fmt: skip
    return _ask(session, payload, say("assess.ask_return_sheet", unit=seat.unit.name, title=payload["title"],
                                      reason=command.argument))  # fmt: skip


def _ask(session: Session, payload: dict[str, Any], text: str) -> Turn:
    pending = Pending("assess", (json.dumps(payload, ensure_ascii=False),), payload["unit"])
    return Turn(replace(session, pending=pending), (Say(text),))


def confirmed(session: Session, asked: Pending, name: str, context: Context) -> Turn | None:
    """What was asked, after the yes; let go after a no. Anything else leaves it."""
    say = words(context.language)
    if name not in ("yes", "no", "drop"):
        return None
    session = replace(session, pending=None)
    if name != "yes":
        return Turn(session, (Say(say("assess.let_go")),))
    payload = json.loads(asked.options[0])
    one = context.assesses(payload["unit"])
    if one is None:
        return Turn(session, (Tried(payload["do"]), Say(say("assess.not_yours"))))
    if payload["do"] != "record" and fixed(one.outcomes, payload["rubric"], payload["year"]) is not None:
        return Turn(session, (Say(say("assess.fixed", unit=one.unit.name, book="", year=payload["year"])),))
    effects = _do(payload, one, context)
    return Turn(session, effects)


def _do(payload: dict[str, Any], one: Assessed, context: Context) -> tuple[Effect, ...]:
    say = words(context.language)
    unit = one.unit.id
    match payload["do"]:
        case "record":
            _, activity = find(payload["number"], context, unit)
            if activity is None or activity.withdrawn_on or activity.returned_on or _counted(one, activity.number):
                return (Say(say("assess.number_unknown", number=payload["number"])),)
            name = headline(context, [activity.kind], activity.occurred_on)
            said = {"number": payload["number"], "name": name, "reason": payload["reason"], "unit": one.unit.name}
            told = Tell(unit, "secretary", say("assess.told_return", **said))
            return SendBack(payload["number"], payload["reason"]), told, Say(say("assess.returned", **said))
        case "sheet":
            if not any(p.number == payload["paper"] and p.stands for p in one.papers):
                return (Say(say("assess.no_sheet")),)
            said = {"title": payload["title"], "unit": one.unit.name, "reason": payload["reason"]}
            told = Tell(unit, "secretary", say("assess.told_return_sheet", **said))
            return ClosePaper(payload["paper"], payload["reason"]), told, Say(say("assess.returned_sheet", **said))
        case "take_back":
            return noting.taken_back(payload, one, context)
        case what:
            told_words = findings.in_words(payload["body"], context)
            told = Tell(unit, "secretary", say("assess.told_found", unit=one.unit.name, what=told_words))
            put = Put(unit, what, context.now.date(), payload["body"])
            return put, told, Say(say("assess.found", unit=one.unit.name, what=told_words))


def find(number: int, context: Context, unit: str | None = None) -> tuple[Assessed | None, Activity | None]:
    """An activity of an assessed unit and that unit; of one unit only when it is given."""
    for one in context.assessed:
        if one.facts is None or unit not in (None, one.unit.id):
            continue
        found = next((a for a in one.facts.activities if a.number == number), None)
        if found is not None:
            return one, found
    return None, None
