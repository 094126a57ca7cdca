"""登记 ABCD-2345: somebody takes up an office with a code from an administrator; a stranger is asked for a name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from bot.dialogue.card import short_date
from bot.dialogue.context import Context
from bot.dialogue.office_effects import Enrol
from bot.dialogue.offices import Enrolment
from bot.dialogue.session import Pending, Session
from bot.dialogue.turn import Effect, Inform, Say, Tried, Turn
from bot.events import Inbound
from bot.locale import words
from bot.understanding.codes import typed_code
from bot.understanding.commands import find_command

REFUSED = "code"  # among what is refused, in the audit; counted, so that nobody tries many
_NAME = re.compile(r"[^\W\d_][^\W\d_ ·.'’-]*(?:[ ·.'’-]{1,2}[^\W\d_]+){0,5}")
_SHORTEST, _LONGEST = 2, 20
_CALLED = re.compile(r"^(?:我叫|我是|姓名|名字|叫)(?:是|叫|为)?[ :：,，]*")
_AFTER = {"secretary": "welcome", "reporter": "welcome", "assessor": "welcome.assessor"}


def hear(session: Session, message: Inbound, context: Context) -> Turn | None:
    """Take up a code, or the name asked for it; None for anything else."""
    say = words(context.language)
    asked = session.pending if session.pending is not None and session.pending.what == "enrol" else None
    code = typed_code(message.body, enrolled=bool(context.units or context.assessed or context.administers))
    if code is None and asked is None:
        return None
    if not context.direct:
        return Turn(session, (Say(say("enrol.in_private")),))
    calm = replace(session, pending=None) if asked is not None else session
    if code == "":
        return Turn(calm, (Say(say("enrol.malformed")),))
    found = context.enrolment
    if found is None:
        return None
    if found.state != "open":
        return Turn(calm, _refused(found, context))
    if found.held:
        return Turn(calm, (Say(say("enrol.held", office=_office(found, context))),))
    if code is not None:
        return _enrolled(calm, found, found.known, context) if found.known else _ask_name(calm, found, context)
    return _named(calm, found, message, context)


def meant(session: Session, text: str, *, enrolled: bool) -> str | int | None:
    """The code in a message, or the number of the one it answers a question about, so that it can be looked up."""
    code = typed_code(text, enrolled=enrolled)
    if code is not None:
        return code or None
    asked = session.pending
    return int(asked.options[0]) if asked is not None and asked.what == "enrol" else None


def as_name(text: str) -> str | None:
    """A person's name as it is kept; None for what can't be one."""
    name = unicodedata.normalize("NFKC", " ".join(text.split())).strip(" 。.!！,，")
    fits = _SHORTEST <= len(name) <= _LONGEST and _NAME.fullmatch(name) is not None
    return name if fits else None


def _ask_name(session: Session, found: Enrolment, context: Context) -> Turn:
    say = words(context.language)
    proposed = as_name(found.shown) or ""
    key = "enrol.ask_shown" if proposed else "enrol.ask_name"
    asked = Pending("enrol", (str(found.number),), proposed)
    return Turn(replace(session, pending=asked),
                (Say(say(key, office=_office(found, context), name=proposed)),))  # fmt: skip


def _named(session: Session, found: Enrolment, message: Inbound, context: Context) -> Turn:
    say = words(context.language)
    command = find_command(message.body)
    name = command.name if command is not None else ""
    if name in ("drop", "back"):
        return Turn(session, (Say(say("enrol.let_go")),))
    proposed = as_name(found.shown) or ""
    told = proposed if name == "yes" else None if name else as_name(_CALLED.sub("", message.body.strip()))
    if told:
        return _enrolled(session, found, told, context)
    asked = Pending("enrol", (str(found.number),), proposed)
    return Turn(replace(session, pending=asked), (Say(say("enrol.name_again")),))


def _enrolled(session: Session, found: Enrolment, name: str, context: Context) -> Turn:
    say = words(context.language)
    office = _office(found, context)
    enrol = Enrol(found.number, found.unit, found.role, name, found.on, found.replaces)
    text = say("enrol.done", name=name, office=office) + "\n\n" + say(_AFTER.get(found.role, "welcome.administrator"))
    effects: list[Effect] = [enrol, Say(text)]
    if found.maker is not None and found.maker != context.person:
        told = say("enrol.told", name=name, person=context.person, number=found.number, office=office)
        effects.append(Inform(found.maker, told))
    if found.replaces is not None and found.replaces != context.person:
        effects.append(Inform(found.replaces, say("enrol.replaced", name=name, office=office)))
    return Turn(session, tuple(effects))


def _refused(found: Enrolment, context: Context) -> tuple[Effect, ...]:
    say = words(context.language)
    if found.state == "own":
        return (Say(say("enrol.own", office=_office(found, context))),)
    day = short_date(found.expired, context.now.date()) if found.expired is not None else ""
    said = Say(say(f"enrol.{found.state}", contact=context.contact, day=day, unit=found.unit_name))
    return (said,) if found.state in ("locked", "closed") else (Tried(REFUSED), said)


def _office(found: Enrolment, context: Context) -> str:
    return f"{found.unit_name} {words(context.language)(f'role.{found.role}')}"
