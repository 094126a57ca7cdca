"""Which record somebody means: by its kind and day, 刚才那条, or the number that answers when several fit."""

from __future__ import annotations

import re
from datetime import date

from bot.dialogue.card import headline
from bot.dialogue.context import Context
from bot.dialogue.session import Pending, Session
from bot.locale import words
from bot.understanding.numbers import whole_number
from bot.understanding.read import read
from bot.understanding.text import clean
from rubrics import Activity

MOST = 5  # offered, the newest
FEW = 3  # where nothing was said of which
_NUMBER = re.compile(r"(?:改|是|要改|撤回?|就)? ?(?:#|编号)? ?(\d{1,9}) ?(?:号|那条|这条|的)?")
_JUST = re.compile(r"刚才|刚刚|刚记|刚报|刚说|最近(?:的)?(?:那|这|一)|最新|最后(?:那|这|一)|上一条|上条")
_NEWEST = re.compile(rf"(?:改|是|就)?(?:{_JUST.pattern})的?(?:一|那|这)?(?:次|条|个)?(?:的)?")
_THAT_ONE = re.compile(r"^(?:改|是|就)|(?:的)?(?:那|这)(?:条|次|个)$")


def meant(text: str, session: Session, context: Context) -> list[Activity] | None:
    """The records that words fit, oldest first; None when they name neither kind nor day, and are no 刚才那条."""
    about = next(iter(read(text, context.now, kinds=context.kinds).activities), None)
    day = about.slots.get("date") if about is not None else None
    kind = about.kind if about is not None else None
    known = standing(session, context)
    if kind is None and day is None:
        return known[-1:] if _JUST.search(clean(text).flat) else None
    when = day.value if day is not None and isinstance(day.value, date) else None
    fits = [a for a in known if kind in (None, a.kind) and when in (None, a.occurred_on)]
    return fits[-1:] if when is None and _JUST.search(clean(text).flat) else fits


def standing(session: Session, context: Context) -> list[Activity]:
    """What is on record of the branch spoken of, or of all the person's; the newest last."""
    units = [session.unit] if session.unit in context.facts else list(context.facts)
    found = (a for unit in units if unit is not None for a in context.facts[unit].activities if not a.withdrawn_on)
    return sorted(found, key=lambda a: a.number)


def listed(found: list[Activity], context: Context) -> str:
    """#126 支委会（11月4日）、…"""
    names = (f"#{a.number} {headline(context, [a.kind], a.occurred_on)}" for a in found)
    return words(context.language)("card.list_comma").join(names)


def offered(what: str, found: list[Activity], then: str = "") -> Pending:
    """The question that offers records."""
    return Pending(what, tuple(str(a.number) for a in found), then)


def answered(asked: Pending, text: str, context: Context) -> int | None:
    """The record that an answer means: #128, 128, 11月20日那条, 最近那条; None for anything else."""
    flat = clean(text).flat
    if found := _NUMBER.fullmatch(flat):
        return int(found[1]) if "#" in flat or found[1] in asked.options else None
    if _NEWEST.fullmatch(flat):
        return int(asked.options[-1])
    said = _THAT_ONE.sub("", flat)
    if len(said) < 2 or whole_number(said) is not None:
        return None
    fits = [
        n
        for n in asked.options
        if (a := context.activity(int(n))) and said in headline(context, [a.kind], a.occurred_on)
    ]
    return int(fits[0]) if len(fits) == 1 else None
