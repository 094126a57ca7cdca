"""What a year comes to: where it stands (考核进度), and every step from the closed sheet to the decided outcome."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from bot.dialogue import deciding, objecting, progress, publishing
from bot.dialogue.context import Context
from bot.dialogue.session import Session
from bot.dialogue.turn import Say, Turn
from bot.events import Inbound
from bot.locale import words
from bot.understanding.commands import Command, find_command

Begin = Callable[[Session, Command, Context], Turn | None]
_BEGIN: dict[str, Begin] = {
    "progress": progress.told,
    "notice": progress.notice,
    "publish": publishing.begin,
    "hand_up": publishing.begin,
    "conclude": publishing.begin,
    "object": objecting.begin,
    "answer": objecting.answer,
    "approve": deciding.begin,
    "reject": deciding.begin,
    "correct": deciding.begin,
    "reopen": deciding.begin,
}
_CONFIRMED = {"object": objecting.objected, "answer": objecting.answered}
_IN_COMPANY = frozenset({"progress", "object"})  # of one's own branch, as 积分 is


def hear(session: Session, message: Inbound, context: Context) -> Turn | None:
    """Take up a wish about outcomes, or the yes or no to one; None for anything else."""
    command = find_command(message.body)
    asked = session.pending
    if asked is not None and asked.what == "step" and session.card is None:
        name = command.name if command is not None else ""
        calm = replace(session, pending=None)
        if name in ("no", "drop"):
            return Turn(calm, (Say(words(context.language)("assess.let_go")),))
        if name == "yes":
            return _confirmed(calm, json.loads(asked.options[0]), context)
    begin = _BEGIN.get(command.name) if command is not None else None
    if begin is None or command is None:
        return None
    if not context.direct and command.name not in _IN_COMPANY and (context.assessed or context.decides):
        return Turn(session, (Say(words(context.language)("assess.in_private")),))
    return begin(session, command, context)


def _confirmed(session: Session, payload: dict[str, object], context: Context) -> Turn:
    what = str(payload["do"])
    if what in _CONFIRMED:
        return _CONFIRMED[what](session, payload, context)
    if what in ("publish", "hand_up", "conclude"):
        return publishing.confirmed(session, payload, context)
    return deciding.confirmed(session, payload, context)
