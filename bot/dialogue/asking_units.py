"""催办: an assessor asks one unit for something. It goes to that unit's room only, and is on record with its answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.dialogue.card import short_date
from bot.dialogue.context import Asking, Assessed, Context
from bot.dialogue.duties import month_of, span
from bot.dialogue.reminding import called, whole
from bot.dialogue.session import Pending, Session
from bot.dialogue.turn import Ask, Put, Say, Tried, Turn
from bot.locale import words
from bot.reminders.deadlines import Charge, Deadline, deadlines
from bot.reminders.plan import DAY, may_speak
from bot.understanding.commands import Command

ASKING, REPLY = "asking", "reply"  # the subjects of papers
SHOWN = 10  # of a list
LOOKED_BACK = timedelta(days=60)  # duties that were missed and may still be asked for


def begin(session: Session, one: Assessed | None, command: Command, context: Context) -> Turn:
    """催办 X 主题党日: say what would be sent, and ask. one: the unit named; bare: what was asked for so far."""
    say = words(context.language)
    if one is None:
        if not command.argument:
            return Turn(session, (Say(listed(context)),))
        own = any(unit.name in command.argument for unit in context.units)
        key = "assess.own" if own else "assess.refused"
        return Turn(session, (Tried("urge", command.argument), Say(say(key, name=command.argument[:40]))))
    what = command.argument.strip(" ，,。：:")
    if one.charge is None or not what:
        return Turn(session, (Say(say("urge.what", name=one.unit.name)),))
    found = _meant(what, one.charge, context)
    done = [d for d in found if not d.open]
    if done and len(done) == len(found) and what in called(done[0], context):
        return Turn(session, (Say(_done(one, done[0], context)),))
    open_ = [d for d in found if d.open]
    if any(a.what == what and a.on == context.now.date() for a in one.askings):
        return Turn(session, (Say(say("urge.already", unit=one.unit.name, what=what)),))
    if not one.reached:
        return Turn(session, (Say(say("urge.unreached", unit=one.unit.name)),))
    payload: dict[str, Any] = {"what": what, "keys": [d.key for d in open_], "names": _names(open_, context)}
    asked = Pending("urge", (json.dumps(payload, ensure_ascii=False),), one.unit.id)
    text = say("urge.ask", unit=one.unit.name, text=_text(one, payload, context))
    return Turn(replace(session, pending=asked), (Say(text),))


def confirmed(session: Session, asked: Pending, name: str, event_id: str, context: Context) -> Turn | None:
    """Sent after the yes, let go after a no; None for anything else."""
    if name not in ("yes", "no", "drop"):
        return None
    say = words(context.language)
    calm = replace(session, pending=None)
    one = context.assesses(asked.then)
    if name != "yes" or one is None or one.charge is None:
        return Turn(calm, (Say(say("assess.let_go")),))
    payload = json.loads(asked.options[0])
    about = {"asked": event_id, **({"remind": one.unit.id, "keys": payload["keys"]} if payload["keys"] else {})}
    loud = may_speak(one.charge.settings, context.now.astimezone(one.charge.zone))
    body = {"asking": event_id, "what": payload["what"], "keys": payload["keys"], "names": payload["names"]}
    ask = Ask(one.unit.id, _text(one, payload, context), about, rings=loud)
    put = Put(one.unit.id, ASKING, context.now.date(), body)
    return Turn(calm, (put, ask, Say(say("urge.sent", unit=one.unit.name, what=payload["what"]))))


def listed(context: Context) -> str:
    """What was asked for, newest first, with the answers; of a unit's own people what they were asked for."""
    say = words(context.language)
    named = {one.unit.id: one.unit.name for one in context.assessed} | {u.id: u.name for u in context.units}
    found = [
        *(a for one in context.assessed for a in one.askings),
        *(a for some in context.askings.values() for a in some),
    ]
    if not found:
        return say("urge.none")
    found.sort(key=lambda a: (a.on, a.id), reverse=True)
    rows = [_row(one, named[one.unit], context.now.date(), context) for one in found[:SHOWN]]
    more = [say("urge.more", n=len(found) - SHOWN)] if len(found) > SHOWN else []
    return "\n".join([say("urge.head", n=len(found)), *rows, *more])


def _row(one: Asking, unit: str, today: date, context: Context) -> str:
    say = words(context.language)
    answers = [say("urge.reply", day=short_date(on, today), by=by, words=said) for on, by, said in one.replies]
    reply = say("card.comma").join(answers) or say("urge.unanswered")
    return say("urge.row", day=short_date(one.on, today), unit=unit, what=one.what, by=one.by, reply=reply)


def _meant(what: str, charge: Charge, context: Context) -> list[Deadline]:
    """The duties of this month, and those missed lately, that the words name."""
    today = context.now.date()
    last = span(month_of(today))[1]
    found = [
        d for d in deadlines(charge, today - LOOKED_BACK, last + DAY * 31, today) if d.day <= last or d.last <= last
    ]
    fits = [d for d in found if any(name in what for name in called(d, context))]
    open_ = [d for d in fits if d.open]
    return open_ or fits[-1:]


def _names(found: list[Deadline], context: Context) -> list[str]:
    say = words(context.language)
    today = context.now.date()
    return [say("urge.name", name=whole(d, context), day=short_date(d.last, today)) for d in found]


def _done(one: Assessed, deadline: Deadline, context: Context) -> str:
    say = words(context.language)
    if deadline.waived is not None:
        return say("urge.waived", unit=one.unit.name, name=whole(deadline, context), reason=deadline.waived.reason)
    numbers = deadline.duty.numbers if deadline.duty is not None else ()
    listed_ = say("card.list_comma").join(f"#{n}" for n in numbers) or "—"
    return say("urge.done", unit=one.unit.name, name=whole(deadline, context), numbers=listed_)


def _text(one: Assessed, payload: Mapping[str, Any], context: Context) -> str:
    say = words(context.language)
    names = payload["names"]
    about = say("urge.about", names=say("card.list_comma").join(names)) + "\n" if names else ""
    return say("urge.text", unit=one.unit.name, by=context.name, what=payload["what"], about=about)
