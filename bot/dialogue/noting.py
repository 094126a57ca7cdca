"""登记: the findings and results that stand for a unit, numbered, and taken back with a reason (撤销登记 2 …)."""

from __future__ import annotations

from typing import Any

from bot.dialogue import findings
from bot.dialogue.card import short_date
from bot.dialogue.context import Assessed, Context, Noted
from bot.dialogue.seat import Seat
from bot.dialogue.turn import ClosePaper, Effect, Say, Tell
from bot.locale import words
from bot.understanding.commands import Command


def standing(one: Assessed, seat: Seat) -> list[Noted]:
    """What was noted of the year under the rulebook that is open, oldest first."""
    return [n for n in one.noted if n.body["year"] == seat.year and n.body.get("rubric") in (None, seat.rubric.id)]


def listed(one: Assessed, seat: Seat, context: Context) -> str:
    """登记: each with its number in this list, by whom and when."""
    say = words(context.language)
    found = standing(one, seat)
    if not found:
        return say("noted.none", unit=one.unit.name)
    today = context.now.date()
    rows = [
        say("noted.row", n=n, what=findings.in_words(note.body, context), by=note.by, day=short_date(note.on, today))
        for n, note in enumerate(found, 1)
    ]
    return "\n".join([say("noted.head", unit=one.unit.name, n=len(found)), *rows, say("noted.hint")])


def take_back(one: Assessed, seat: Seat, command: Command, context: Context) -> tuple[dict[str, Any] | None, str]:
    """What is to be taken back and the question whether to; or none, and why not."""
    say = words(context.language)
    found = standing(one, seat)
    number = command.number or (1 if len(found) == 1 else 0)
    if not 0 < number <= len(found):
        return None, listed(one, seat, context)
    if not command.argument:
        return None, say("noted.needs_reason", n=number)
    note = found[number - 1]
    what = findings.in_words(note.body, context)
    payload = {"do": "take_back", "unit": one.unit.id, "paper": note.number, "what": what, "reason": command.argument,
               "rubric": seat.rubric.id, "year": seat.year}  # fmt: skip
    return payload, say("noted.ask", unit=one.unit.name, what=what, reason=command.argument)


def taken_back(payload: dict[str, Any], one: Assessed, context: Context) -> tuple[Effect, ...]:
    """The same after the yes."""
    say = words(context.language)
    if not any(note.number == payload["paper"] for note in one.noted):
        return (Say(say("noted.gone")),)
    said = {"unit": one.unit.name, "what": payload["what"], "reason": payload["reason"]}
    told = Tell(one.unit.id, "secretary", say("noted.told", **said))
    return ClosePaper(payload["paper"], payload["reason"]), told, Say(say("noted.taken_back", **said))
