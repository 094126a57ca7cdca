"""What administrators do in chat, for the units they look after and no others: each thing shown, confirmed, then done.

For everybody else these words mean what they meant before: nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from bot.dialogue import admin_changes as changes
from bot.dialogue import admin_lists as lists
from bot.dialogue.admin_changes import Asked
from bot.dialogue.admin_finding import Named, units_in
from bot.dialogue.context import Context
from bot.dialogue.offices import Administration, Managed
from bot.dialogue.replies import interrupted, restated
from bot.dialogue.session import Pending, Session
from bot.dialogue.turn import Say, Tried, Turn
from bot.events import Inbound
from bot.locale import words
from bot.understanding.admin_wishes import AdminWish, admin_wishes, begins
from bot.understanding.commands import find_command
from bot.understanding.numbers import whole_number

SURE, WHICH = "admin", "admin_unit"
Change = Callable[[Managed, str, Administration, Context], Asked | str]
_ABOUT_UNIT: dict[str, Change] = {
    "code": changes.code,
    "handover": changes.handover,
    "set": changes.setting,
    "count": changes.count,
}
_SHARED = frozenset({"units", "people", "count", "set", "handover"})  # words that may also be about something else


def meant(session: Session, text: str) -> bool:
    """Whether a message may be about the administrator's units, so that they are to be loaded."""
    asked = session.pending is not None and session.pending.what in (SURE, WHICH)
    return asked or any(admin_wishes(text))


def hear(session: Session, message: Inbound, context: Context) -> Turn | None:
    """Take up a wish of an administrator, the yes to one, or the choice of a unit; None for anything else."""
    admin = context.administration
    if admin is None:
        return None
    asked = session.pending if session.pending is not None and session.pending.what in (SURE, WHICH) else None
    session = replace(session, pending=None) if asked is not None else session
    if asked is not None:
        turn = _answered(session, asked, message, admin, context)
        if turn is not None:
            return turn
    for wish in admin_wishes(message.body):
        turn = _take_up(session, wish, message.body, admin, context)
        if turn is not None:
            return turn
    return None


def let_go(session: Session) -> Session:
    """The session without a question of this kind: only the very next message can answer it."""
    asked = session.pending is not None and session.pending.what in (SURE, WHICH)
    return replace(session, pending=None) if asked else session


def _answered(
    session: Session, asked: Pending, message: Inbound, admin: Administration, context: Context
) -> Turn | None:
    say = words(context.language)
    command = find_command(message.body)
    name = command.name if command is not None else ""
    number = whole_number(message.body)
    if asked.what == WHICH and number is not None and 0 < number <= len(asked.options):
        # The name is said by its id from here on.
        ambiguous, _, text = asked.then.partition("\n")
        body = text.replace(ambiguous, f" {asked.options[number - 1]} ", 1)
        return hear(session, replace(message, body=body), context)
    if name in ("no", "drop"):
        return Turn(session, (Say(say("admin.let_go")),))
    if asked.what == SURE and name == "yes":
        return _done(session, json.loads(asked.options[0]), admin, context)
    return None


def _done(session: Session, payload: dict[str, object], admin: Administration, context: Context) -> Turn:
    """What was asked, looked at again: an office may have changed hands meanwhile."""
    effects = list(changes.effects(payload, admin, context))
    last = max(n for n, effect in enumerate(effects) if isinstance(effect, Say))
    said = effects[last]
    assert isinstance(said, Say), "the place of a Say"
    effects[last] = replace(said, text=said.text + restated(session, context))
    return Turn(replace(session, misses=0), tuple(effects))


def _take_up(session: Session, wish: AdminWish, body: str, admin: Administration, context: Context) -> Turn | None:
    if wish.name == "units" and context.assessed and "名册" not in body:
        return None  # 单位 is first the assessor's
    named = units_in(wish.rest, admin)
    if wish.name in _SHARED and not _surely(wish, named, body, session, context):
        return None
    if not context.direct:
        return Turn(session, (Say(words(context.language)("admin.in_private")),))
    if wish.name in ("units", "codes", "cancel_code", "stop"):
        return _of_all(session, wish, admin, context)
    return _of_unit(session, wish, named, body, admin, context)


def _surely(wish: AdminWish, named: Named, body: str, session: Session, context: Context) -> bool:
    """Whether words that somebody who also reports may mean otherwise are meant for this: they name a unit, or stand
    alone while no card is open."""
    if not context.units or (named.units and not named.assumed):
        return True
    if wish.name == "units":
        return not wish.rest
    return session.card is None and begins(body) and (named.assumed or not wish.rest)


def _of_all(session: Session, wish: AdminWish, admin: Administration, context: Context) -> Turn:
    if wish.name == "units":
        return interrupted(session, lists.units(wish.rest, admin, context), context)
    if wish.name == "codes":
        return interrupted(session, lists.codes(admin, context), context)
    change = changes.cancel if wish.name == "cancel_code" else changes.stop
    return _ask(session, change(wish.rest, admin, context), context)


def _of_unit(
    session: Session, wish: AdminWish, named: Named, body: str, admin: Administration, context: Context
) -> Turn:
    say = words(context.language)
    if len(named.units) > 1:
        rows = [f"{n}. {' › '.join((*u.above, u.name))}（{u.id}）" for n, u in enumerate(named.units[:9], 1)]
        asked = Pending(WHICH, tuple(u.id for u in named.units[:9]), f"{named.units[0].name}\n{body}")
        text = say("admin.which_unit", options="\n".join(rows))
        return Turn(replace(session, pending=asked), (Say(text),))
    if named.one is None:
        if not wish.rest:
            return Turn(session, (Say(say(f"admin.{wish.name}.how", name=admin.units[-1].name)),))
        said = Say(say("admin.unit_unknown", words=wish.rest[:40]))
        return Turn(session, (Tried(f"admin_{wish.name}", body), said))
    if wish.name == "people":
        return interrupted(session, lists.people(named.one, admin, context), context)
    return _ask(session, _ABOUT_UNIT[wish.name](named.one, named.rest, admin, context), context)


def _ask(session: Session, asked: Asked | str, context: Context) -> Turn:
    """Show what would be done and ask; words alone are an answer."""
    if isinstance(asked, str):
        return interrupted(session, asked, context)
    pending = Pending(SURE, (json.dumps(asked.payload, ensure_ascii=False),), str(asked.payload.get("unit", "")))
    text = asked.text + "\n" + words(context.language)("admin.sure")
    return Turn(replace(session, pending=pending), (Say(text),))
