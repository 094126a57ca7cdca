"""清除 #128 原因: an administrator erases what should never have been recorded; for everybody else it isn't there."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.card import headline
from bot.dialogue.context import Context
from bot.dialogue.session import Pending, Session
from bot.dialogue.turn import Purge, Say, Turn
from bot.events import Inbound
from bot.locale import words
from bot.understanding.commands import Command, find_command
from bot.understanding.sensitive import sensitive


def purge(session: Session, message: Inbound, context: Context) -> Turn | None:
    """Do a purge's next step: its reason, its confirmation, the deed; None when the message is about something else."""
    say = words(context.language)
    command = find_command(message.body)
    asked = session.pending if session.pending is not None and session.pending.what == "purge" else None
    if asked is not None and command is not None:
        calm = replace(session, pending=None)
        if command.name == "yes":
            return _purged(calm, int(asked.options[0]), asked.then, context)
        if command.name in ("no", "drop"):
            return Turn(calm, (Say(say("purge.kept", number=asked.options[0])),))
        session = calm
    if command is None or command.name != "purge" or command.number is None:
        return None
    return _asked(session, command, context)


def let_go(session: Session) -> Session:
    """The session without a purge asked about: only the very next message can confirm it."""
    asked = session.pending is not None and session.pending.what == "purge"
    return replace(session, pending=None) if asked else session


def number_meant(session: Session, text: str) -> int | None:
    """The record that a message may purge, so that it can be loaded: the one it names, or the one asked about."""
    if session.pending is not None and session.pending.what == "purge":
        return int(session.pending.options[0])
    command = find_command(text)
    return command.number if command is not None and command.name == "purge" else None


def _asked(session: Session, command: Command, context: Context) -> Turn:
    say = words(context.language)
    found = context.purgeable
    if found is None or found.activity.number != command.number:
        return Turn(session, (Say(say("number.unknown", number=command.number)),))
    reason = command.argument.removeprefix("原因").strip(" ：:，,因为是")
    if not reason:
        return Turn(session, (Say(say("purge.reason", number=command.number)),))
    telling = sensitive(reason)
    if telling is not None and telling.what != "secrecy_mark":  # that it was marked secret is a reason and no secret
        return Turn(session, (Say(say("purge.reason_sensitive")),))
    name = headline(context, [found.activity.kind], found.activity.occurred_on)
    files = say("purge.files", n=found.files) if found.files else ""
    text = say("purge.ask", number=command.number, name=name, unit=found.unit_name, files=files, reason=reason)
    return Turn(replace(session, pending=Pending("purge", (str(command.number),), reason)), (Say(text),))


def _purged(session: Session, number: int, reason: str, context: Context) -> Turn:
    say = words(context.language)
    found = context.purgeable
    if found is None or found.activity.number != number:  # somebody was quicker, or the post has ended
        return Turn(session, (Say(say("number.unknown", number=number)),))
    return Turn(session, (Purge(number, found.activity.unit, reason), Say(say("purged", number=number, reason=reason))))
