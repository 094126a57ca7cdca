"""Wishes in plain words: help, the month, points, why, records, change, withdraw. What is open: steering.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.dialogue import (
    answers,
    changes,
    closing,
    evaluating,
    monthly,
    platform,
    printing,
    records,
    reminding,
)
from bot.dialogue.context import Context
from bot.dialogue.duties import named
from bot.dialogue.replies import interrupted
from bot.dialogue.session import Pending, Session
from bot.dialogue.steering import STEERS, Act
from bot.dialogue.turn import Say, Turn
from bot.events import Inbound
from bot.locale import words
from bot.understanding.commands import Command, find_command
from bot.understanding.read import read
from bot.understanding.reading import Intent

Answer = Callable[[Context, str, Command, Session], str]

QUESTIONS: dict[str, Answer] = {
    "points": lambda context, unit, command, session: answers.points(context, unit, whole=False),
    "detail": lambda context, unit, command, session: answers.points(context, unit, whole=True),
    "grade": lambda context, unit, command, session: answers.grades(context, unit),
    "why": lambda context, unit, command, session: answers.why(context, unit, command.argument, _rated(session, unit)),
    "lacking": lambda context, unit, command, session: answers.lacking(context, unit),
    "records": lambda context, unit, command, session: answers.records(
        context, unit, named(command.month, context.now.date())
    ),
}


def _rated(session: Session, unit: str) -> str:
    """The rulebook of the unit's rating under way; empty for none."""
    return session.rating.rubric if session.rating is not None and session.rating.unit == unit else ""


def _month(session: Session, message: Inbound, command: Command, context: Context, unit: str) -> Turn:
    return monthly.begin(session, context, unit, named(command.month, context.now.date()))


def _not_applicable(session: Session, message: Inbound, command: Command, context: Context, unit: str) -> Turn:
    at = monthly.current(session, context) if session.card is None else None
    return reminding.not_applicable(session, command, context, unit, at)


def _evaluate(session: Session, message: Inbound, command: Command, context: Context, unit: str) -> Turn:
    about = command.argument.replace(context.unit(unit).name, "").strip()
    return evaluating.begin(session, context, unit, about, trial=command.name == "trial")


def _print(session: Session, message: Inbound, command: Command, context: Context, unit: str) -> Turn:
    return printing.score_sheets(session, context, unit, command.argument.replace(context.unit(unit).name, "").strip())


def _files(session: Session, message: Inbound, command: Command, context: Context, unit: str) -> Turn:
    return printing.others(session, context, unit, command)


ABOUT_UNIT: dict[str, reminding.Answer] = {
    **reminding.ABOUT_UNIT,
    "evaluate": _evaluate,
    "trial": _evaluate,
    "score_sheet": _print,
    **dict.fromkeys(printing.WISHES, _files),
    "month": _month,
    "not_applicable": _not_applicable,
}


def obey(session: Session, message: Inbound, context: Context) -> Turn | None:
    """Do what a wish asks; None when the message is no wish."""
    command = find_command(_without_unit(message.body, context))
    if command is None:
        return None
    if command.name == "help":
        return interrupted(session, answers.help_text(context), context)
    if command.name in QUESTIONS or command.name in ABOUT_UNIT:
        return _about_unit(session, message, command, context)
    act = _ACTS.get(command.name)
    return act(session, message, command, context) if act else None


def _about_unit(session: Session, message: Inbound, command: Command, context: Context) -> Turn:
    unit = named_unit(message.body, context) or reminding.reminded(context) or session.unit
    if unit is None and len(context.units) == 1:
        unit = context.units[0].id
    if unit is None or unit not in context.facts:
        options = tuple(u.id for u in context.units)
        listed = "\n".join(f"{i}. {u.name}" for i, u in enumerate(context.units, 1))
        asked = Pending("unit", options, message.body)
        return Turn(replace(session, pending=asked), (Say(words(context.language)("ask.unit", options=listed)),))
    still = session.pending if session.pending is not None and session.pending.what in ("attach", "withdraw") else None
    session = replace(session, unit=unit, pending=still)
    if command.name in ABOUT_UNIT:
        return ABOUT_UNIT[command.name](session, message, command, context, unit)
    return interrupted(session, QUESTIONS[command.name](context, unit, command, session), context)


def _without_unit(text: str, context: Context) -> str:
    """A wish without the branch it is about: 机关第一支部的积分 is 积分."""
    for unit in sorted(context.units, key=lambda one: -len(one.name)):
        for name in (f"{unit.name}的", unit.name):
            text = text.replace(name, "")
    return text.strip() or text


def named_unit(text: str, context: Context) -> str | None:
    """The one of the person's branches that a text names; None when none, or more than one."""
    fits = [unit.id for unit in context.units if unit.name in text]
    return fits[0] if len(fits) == 1 else None


def _change(session: Session, message: Inbound, command: Command, context: Context) -> Turn | None:
    if command.number is not None and records.says_what_stands(command):
        shown = changes.amend(session, message, command.number, None, context)
        return shown if shown.session is session else records.change_card(shown.session, command, context)
    if command.number is not None:
        return changes.amend(
            session,
            message,
            command.number,
            records.change_in(command, context, _kind_of(command.number, context)),
            context,
        )
    if session.card is not None and not records.speaks_of_another(session.card, command, context):
        return records.change_card(session, command, context)
    if read(message.body, context.now, kinds=context.kinds).intent is Intent.PLAN:
        return None  # 主题党日改到下周了 changes no record
    return records.change_described(session, message, command, context)


def _instead(session: Session, message: Inbound, command: Command, context: Context) -> Turn | None:
    return records.put_right(session, command, context)


def _kind_of(number: int, context: Context) -> str | None:
    activity = context.activity(number)
    return activity.kind if activity is not None else None


def _same(session: Session, message: Inbound, command: Command, context: Context) -> Turn:
    say = words(context.language)
    duty = monthly.current(session, context)
    about = next(iter(read(command.argument, context.now, kinds=context.kinds).activities), None)
    draft = session.card.parts[0].kind if session.card is not None else None
    kind = (about.kind if about else None) or draft or (duty and duty.kinds[0])
    unit = (session.card.unit if session.card else None) or session.unit or context.units[0].id
    if not kind:
        return Turn(session, (Say(say("same.which")),))
    return records.same_as_last(session, message, kind, unit, about, named(command.month, context.now.date()), context)


def _withdraw(session: Session, message: Inbound, command: Command, context: Context) -> Turn | None:
    if command.number is not None:
        lifted = reminding.lift(session, command.number, context)
        return lifted or changes.ask_withdraw(session, command.number, context)
    if session.card is not None:
        return closing.drop(session, context)
    return changes.withdraw_which(session, command.argument, context)


def _nothing_rated(session: Session, message: Inbound, command: Command, context: Context) -> Turn:
    return Turn(session, (Say(words(context.language)("rate.none")),))


_ACTS: dict[str, Act] = {
    **STEERS,
    "change": _change,
    "instead": _instead,
    "withdraw": _withdraw,
    "same_as_last": _same,
    "copy": platform.copy,
    "entered": platform.entered,
    "submit": _nothing_rated,
    "accept_all": _nothing_rated,
    "rest_full": _nothing_rated,
}
