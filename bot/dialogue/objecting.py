"""异议 and 答复异议: what a unit says against an outcome while it is made known, and what the assessor answers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from bot.dialogue import stages
from bot.dialogue.aiming import Aim, aims, title
from bot.dialogue.card import long_date
from bot.dialogue.context import Assessed, Context
from bot.dialogue.outcome import OBJECTED, PUBLIC, Outcome, fixed
from bot.dialogue.session import Pending, Session
from bot.dialogue.turn import ClosePaper, Effect, Put, Say, Tell, Tried, Turn
from bot.locale import words
from bot.understanding.commands import Command
from bot.understanding.year_wishes import verdict

LEAST = 4  # characters of an objection or a reason


def begin(session: Session, command: Command, context: Context) -> Turn | None:
    """异议 …: by the secretary, or entered by the assessor for whoever came in person; asked before it is recorded."""
    say = words(context.language)
    pool = (*(stages.own(context, unit.id) for unit in context.units), *context.assessed)
    if not pool:
        return None
    found, told = aims(command.argument, pool, context)
    if told.strange:
        return Turn(session, (Tried("object", command.argument), Say(say("object.none"))))
    public = [aim for aim in found if _open(aim, context) is not None]
    if not public:
        return Turn(session, (Say(_why_not(found, context)),))
    if len({(aim.one.unit.id, aim.rubric.key) for aim in public}) > 1:
        named = say("card.list_comma").join(title(aim, context) for aim in public[:5])
        return Turn(session, (Say(say("object.which", names=named, unit=public[0].one.unit.name,
                                      book=public[0].rubric.short)),))  # fmt: skip
    aim = public[0]
    own = aim.one.unit.id in context.facts and not any(one.unit.id == aim.one.unit.id for one in context.assessed)
    if own and aim.one.unit.id not in context.offices:
        return Turn(session, (Say(say("object.secretary_only")),))
    if len(told.rest) < LEAST:
        return Turn(session, (Say(say("object.what", title=title(aim, context))),))
    payload = {"do": "object", "unit": aim.one.unit.id, "key": aim.rubric.key, "year": aim.year, "words": told.rest}
    asked = Pending("step", (json.dumps(payload, ensure_ascii=False),), aim.one.unit.id)
    text = say("object.ask", title=title(aim, context), words=told.rest)
    return Turn(replace(session, pending=asked), (Say(text),))


def objected(session: Session, payload: dict[str, Any], context: Context) -> Turn:
    """The objection on record, after the yes; those who assess are told."""
    say = words(context.language)
    aim = _aim(payload, context)
    outcome = _open(aim, context) if aim is not None else None
    if aim is None or outcome is None:
        return Turn(session, (Say(say("object.none")),))
    number = len(outcome.objections) + 1
    unit, named, today = aim.one.unit.id, title(aim, context), context.now.date()
    body = {"rubric": outcome.rubric, "year": outcome.year, "edition": outcome.edition, "number": number,
            "words": payload["words"]}  # fmt: skip
    told = say("object.told", title=named, number=number, words=payload["words"], unit=aim.one.unit.name)
    effects: list[Effect] = [Put(unit, "objection", today, body), Tell(unit, "assessor", told)]
    if any(one.unit.id == unit for one in context.assessed):
        effects.append(Tell(unit, "secretary", say("object.told_unit", title=named, number=number,
                                                   words=payload["words"])))  # fmt: skip
    return Turn(session, (*effects, Say(say("object.done", title=named, number=number))))


def answer(session: Session, command: Command, context: Context) -> Turn | None:
    """答复 机关第一支部 异议1 不采纳，理由…: by an assessor; asked before it is recorded."""
    say = words(context.language)
    if not context.assessed:
        if not context.units:
            return None
        return Turn(session, (Tried("answer", command.argument), Say(say("assess.not_yours"))))
    found, told = aims(command.argument, context.assessed, context)
    if told.strange:
        return Turn(session, (Tried("answer", command.argument), Say(say("assess.refused", name=told.strange[:40]))))
    waiting = [(aim, o, n) for aim in found for o, n in _unanswered(aim)]
    upheld, number, reason = verdict(command.argument)
    fits = [entry for entry in waiting if number in (0, entry[2])]
    if not fits:
        return Turn(session, (Say(say("object.nothing_waits")),))
    if len(fits) > 1:
        named = "\n".join(say("object.row", title=title(aim, context), number=n) for aim, _, n in fits[:9])
        return Turn(session, (Say(say("object.which_one", names=named, unit=fits[0][0].one.unit.name)),))
    aim, outcome, number = fits[0]
    if upheld is None or len(reason) < LEAST:
        return Turn(session, (Say(say("object.say_so", number=number, unit=aim.one.unit.name)),))
    payload = {"do": "answer", "unit": aim.one.unit.id, "key": aim.rubric.key, "year": aim.year, "number": number,
               "upheld": upheld, "words": reason}  # fmt: skip
    asked = Pending("step", (json.dumps(payload, ensure_ascii=False),), aim.one.unit.id)
    said = outcome.objections[number - 1].words
    key = "object.ask_upheld" if upheld else "object.ask_refused"
    text = say(key, title=title(aim, context), number=number, words=said, reason=reason)
    return Turn(replace(session, pending=asked), (Say(text),))


def answered(session: Session, payload: dict[str, Any], context: Context) -> Turn:
    """The answer on record, after the yes; where the objection is right, the outcome is taken back."""
    say = words(context.language)
    aim = _aim(payload, context)
    number, upheld, reason = payload["number"], payload["upheld"], payload["words"]
    outcome = next((o for o, n in _unanswered(aim) if n == number), None) if aim is not None else None
    if aim is None or outcome is None or not any(one.unit.id == aim.one.unit.id for one in context.assessed):
        return Turn(session, (Say(say("object.nothing_waits")),))
    unit, named, today = aim.one.unit.id, title(aim, context), context.now.date()
    body = {"rubric": outcome.rubric, "year": outcome.year, "edition": outcome.edition, "number": number,
            "upheld": upheld, "words": reason}  # fmt: skip
    effects: list[Effect] = [Put(unit, "answer", today, body)]
    if upheld:
        effects.append(ClosePaper(outcome.paper, say("object.ended", number=number, reason=reason)))
    key = "object.told_upheld" if upheld else "object.told_refused"
    effects.append(Tell(unit, "secretary", say(key, title=named, number=number, reason=reason)))
    done = "object.done_upheld" if upheld else "object.done_refused"
    text = say(done, title=named, number=number, unit=aim.one.unit.name, book=aim.rubric.short)
    return Turn(session, (*effects, Say(text)))


def _open(aim: Aim, context: Context) -> Outcome | None:
    """The outcome that can be objected to now."""
    outcome = fixed(aim.one.outcomes, aim.rubric.id, aim.year)
    if outcome is None or outcome.until is None or outcome.stage(context.now.date()) not in (PUBLIC, OBJECTED):
        return None
    return outcome if context.now.date() <= outcome.until else None


def _why_not(found: list[Aim], context: Context) -> str:
    """Why nothing can be objected to: its publicity is over, or nothing is made known."""
    say = words(context.language)
    today = context.now.date()
    for aim in found:
        outcome = fixed(aim.one.outcomes, aim.rubric.id, aim.year)
        if outcome is not None and outcome.until is not None and outcome.until < today:
            return say("object.over", title=title(aim, context), day=long_date(outcome.until, today))
    return say("object.none")


def _unanswered(aim: Aim) -> list[tuple[Outcome, int]]:
    outcome = fixed(aim.one.outcomes, aim.rubric.id, aim.year)
    if outcome is None:
        return []
    return [(outcome, objection.number) for objection in outcome.objections if objection.upheld is None]


def _aim(payload: dict[str, Any], context: Context) -> Aim | None:
    """The unit's year that was asked about, while it is still the person's."""
    pool: list[Assessed] = [*context.assessed, *(stages.own(context, unit.id) for unit in context.units)]
    for one in pool:
        for rubric in one.rubrics:
            if (one.unit.id, rubric.key) == (payload["unit"], payload["key"]):
                return Aim(one, rubric, payload["year"])
    return None
