"""月报: the walk through what a month still lacks, one duty after the other."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.context import Context
from bot.dialogue.duties import before, lacking_name, month_name, month_of, owed, waived_in
from bot.dialogue.session import Pending, Session, Walk
from bot.dialogue.turn import Say, Turn
from bot.locale import words
from bot.reminders.telling import waived_lines
from rubrics import Duty

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def begin(session: Session, context: Context, unit: str, period: str | None) -> Turn:
    """Start the walk. On the first ten days of a month it asks which month is meant, unless that was said."""
    say = words(context.language)
    this = month_of(context.now.date())
    if period is None and context.now.day <= 10:
        last = before(this)
        text = say("walk.which_month", last=month_name(last), this=month_name(this))
        pending = Pending("month", (last, this), unit)
        return Turn(replace(session, unit=unit, pending=pending), (Say(text),))
    walk = Walk(period or this, unit)
    session = replace(session, unit=unit, walk=walk, pending=None, rating=None)
    found = owed(context, unit, walk.period)
    lacking = [duty for duty in found if duty.lacking]
    if not found:
        return Turn(replace(session, walk=None), (Say(say("walk.nothing_owed")),))
    waived = "".join("\n" + line for line in waived_lines(waived_in(context, unit, walk.period), say))
    if not lacking:
        text = say("month.all_done", month=month_name(walk.period)) + waived
        return Turn(replace(session, walk=None), (Say(text),))
    listed = "".join(f" {circled(i)}{lacking_name(duty)}" for i, duty in enumerate(lacking, 1)).strip()
    done = sum(1 for duty in found if not duty.lacking)
    head = say("walk.head", month=month_name(walk.period), lacking=len(lacking), done=done, names=listed)
    return Turn(session, (Say(head + waived + "\n" + _prompt(lacking[0], context, first=True)),))


def current(session: Session, context: Context) -> Duty | None:
    """The duty the walk is at; None when there is no walk or nothing left in it."""
    if session.walk is None or session.walk.unit not in context.facts:
        return None
    found = owed(context, session.walk.unit, session.walk.period)
    return next((duty for duty in found if duty.lacking and duty.key not in session.walk.skipped), None)


def go_on(session: Session, context: Context) -> tuple[Session, str]:
    """What the walk asks next, as text; the walk is over when nothing is left."""
    say = words(context.language)
    if session.walk is None:
        return session, ""
    duty = current(session, context)
    if duty is not None:
        return session, _prompt(duty, context, first=False)
    over = say("walk.over", month=month_name(session.walk.period)) if session.walk.skipped else ""
    return replace(session, walk=None), over


def skip(session: Session, context: Context) -> Turn:
    """Leave the present duty for later."""
    duty = current(session, context)
    assert session.walk is not None, "a walk is under way"
    assert duty is not None, "there is a duty to skip"
    walk = replace(session.walk, skipped=(*session.walk.skipped, duty.key))
    session, text = go_on(replace(session, walk=walk), context)
    return Turn(session, (Say(words(context.language)("walk.skipped", name=lacking_name(duty)) + "\n" + text),))


def skip_all(session: Session, context: Context) -> Turn:
    """Leave the present duty and all after it for later: 都没有. The walk is over."""
    assert session.walk is not None, "a walk is under way"
    found = owed(context, session.walk.unit, session.walk.period)
    left = [duty for duty in found if duty.lacking and duty.key not in session.walk.skipped]
    say = words(context.language)
    names = say("card.list_comma").join(dict.fromkeys(lacking_name(duty) for duty in left))
    text = say("walk.all_skipped", month=month_name(session.walk.period), names=names)
    return Turn(replace(session, walk=None), (Say(text),))


def _prompt(duty: Duty, context: Context, *, first: bool) -> str:
    say = words(context.language)
    kind = duty.kinds[0]
    slots = context.kinds.kinds[kind].slots
    key = "walk.ask_dues" if "amount" in slots else "walk.ask_titles" if "titles" in slots else "walk.ask_meeting"
    return say("walk.first" if first else "walk.next", name=duty.label) + say(key)


def circled(number: int) -> str:
    """① for 1, up to 20; the plain number above."""
    return CIRCLED[number - 1] if number <= len(CIRCLED) else f"{number}."
