"""Answers to a question that offered choices: which branch, which month, which kind, yes or no."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.dialogue import attaching, changes, closing, grouping, monthly, obeying, records, reminding, which
from bot.dialogue.completing import complete
from bot.dialogue.context import Context
from bot.dialogue.duties import month_name
from bot.dialogue.form import FREE, YES_NO, question, settle
from bot.dialogue.replies import put_card
from bot.dialogue.session import Pending, Session
from bot.dialogue.turn import Say, Turn
from bot.events import Inbound
from bot.locale import words
from bot.understanding.commands import find_command
from bot.understanding.groups import bare_group
from bot.understanding.numbers import whole_number
from bot.understanding.text import clean

BETWEEN = frozenset({"help", "points", "detail", "grade", "why", "lacking", "records", "acknowledge"})
_MONTH = re.compile(r"(?:是|说的?是|报)?(?:(?P<last>上个?月)|(?:这个?|本|当)月)(?:份)?(?:的)?(?:吧|呀|啊)?[。.!！]?")
OF_RATINGS = frozenset(
    {"rubric", "rating_end", "assess", "assess_rubric", "assess_column", "step", "urge", "urge_pass"}
)  # taken up by those, or let go


def pending(session: Session, message: Inbound, context: Context) -> Turn | None:
    """Take up the open choice; anything else lets it go and is heard as itself."""
    open_choice = session.pending
    if open_choice is None:
        return attaching.by_number(session, message, context)
    if open_choice.what in OF_RATINGS:
        return None
    if open_choice.what == "attach":
        return attaching.choose(session, open_choice, message, context)
    if open_choice.what == "withdraw":
        return _withdrawal(session, open_choice, message, context)
    if open_choice.what == "waive_reason":
        return reminding.explained(session, open_choice, message, context)
    if open_choice.what == "waive_sure":
        return reminding.confirmed(session, open_choice, message, context)
    if open_choice.what in ("change", "withdraw_which"):
        number = which.answered(open_choice, message.body, context)
        return _record(session, open_choice, number, message, context) if number is not None else None
    names = _names(open_choice, session, context)
    command = find_command(message.body)
    if open_choice.what == "month" and command is not None and command.name in ("yes", "acknowledge"):
        return monthly.begin(session, context, open_choice.then, None)  # yes to neither: asked again
    picked = _month(message.body) if open_choice.what == "month" else None
    picked = _pick(message.body, names) if picked is None else picked
    if picked is None:
        return None
    session = replace(session, pending=None)
    chosen = open_choice.options[picked]
    if open_choice.what == "month":
        return monthly.begin(session, context, open_choice.then, chosen)
    if open_choice.what == "waive":
        return reminding.chosen(session, chosen, open_choice.then, context)
    session = replace(session, unit=chosen)
    return obeying.obey(session, replace(message, body=open_choice.then), context)


def let_go(session: Session, message: Inbound) -> Session:
    """The session without a choice not taken up: a later yes must not mean it. Files go on waiting for a place, and a
    withdrawal is put again after a question that came between."""
    if session.pending is None or session.pending.what == "attach":
        return session
    command = find_command(message.body)
    if session.pending.what == "withdraw" and command is not None and command.name in BETWEEN:
        return session
    return replace(session, pending=None)


def _withdrawal(session: Session, asked: Pending, message: Inbound, context: Context) -> Turn | None:
    command = find_command(message.body)
    if command is not None and command.name == "acknowledge":
        name = asked.options[0]
        return Turn(session, (Say(words(context.language)("restate.withdraw", number=name)),))
    session = replace(session, pending=None)
    if command is not None and command.name == "yes":
        return changes.withdraw(session, int(asked.options[0]), context)
    if command is not None and command.name in ("no", "drop"):
        return Turn(session, (Say(words(context.language)("withdraw.kept", number=asked.options[0])),))
    return None


def of_card(session: Session, message: Inbound, context: Context) -> Turn | None:
    """An answer to the open card's question: a choice by number or name, or yes and no."""
    if session.card is None:
        return None
    card = complete(session.card, context)
    asked = question(card, context)
    command = find_command(message.body)
    name = command.name if command is not None else None
    if asked is None:
        return _confirmation(session, name, message, context)
    if asked.slot == "unit":
        picked = _pick(message.body, [context.unit(str(o)).name for o in asked.options])
        return None if picked is None else put_card(
            session.open(replace(card, unit=str(asked.options[picked]))), context)  # fmt: skip
    if not asked.options:
        return None
    if asked.key.partition(":")[2] in YES_NO and name in ("yes", "no"):
        return put_card(session.open(settle(card, asked, asked.options[0] if name == "yes" else None)), context)
    if asked.slot == "group":
        if each := grouping.answered(card, message.body, asked.options):
            return put_card(replace(session, cards=(*each, *session.cards[1:]), past=()), context)
        number = bare_group(clean(message.body).flat) or whole_number(message.body)
        known = number in asked.options
        return put_card(session.open(settle(card, asked, number)), context) if known else None
    options = [context.kinds.kinds[str(o)].name if asked.slot == "kind" else str(o) for o in asked.options]
    picked = _pick(message.body, options, exactly=asked.slot in FREE)
    if picked is None:
        return None
    return put_card(session.open(settle(card, asked, asked.options[picked])), context)


def _confirmation(session: Session, name: str | None, message: Inbound, context: Context) -> Turn | None:
    say = words(context.language)
    assert session.card is not None, "asked about an open card"
    if name == "yes":
        return closing.confirm(session, message.event_id, context)
    if name == "acknowledge":
        key = "card.acknowledged" if session.card.amends is None else "card.acknowledged_amend"
        return Turn(session, (Say(say(key), {"card": session.card.id}),))
    if name == "no":
        return Turn(session, (Say(say("card.what_is_wrong"), {"card": session.card.id}),))
    return None


def _record(session: Session, asked: Pending, number: int, message: Inbound, context: Context) -> Turn:
    """What was wanted of the record that was picked among several."""
    session = replace(session, pending=None)
    if asked.what == "withdraw_which":
        return changes.ask_withdraw(session, number, context)
    return records.chosen(session, message, number, asked.then, context)


def _month(text: str) -> int | None:
    """上个月 is the first of the two months offered, 这个月 the second."""
    found = _MONTH.fullmatch(text.strip())
    return None if found is None else 0 if found["last"] else 1


def _names(asked: Pending, session: Session, context: Context) -> list[str]:
    if asked.what == "waive":
        return reminding.names(asked, session, context)
    if asked.what == "month":
        return [month_name(option) for option in asked.options]
    return [context.unit(option).name for option in asked.options]


def _pick(text: str, options: list[str], exactly: bool = False) -> int | None:
    """Which option a short answer means: its number, or words that fit one option only (exactly: its very words)."""
    text = text.strip().rstrip("。.!！的")
    number = whole_number(text.removeprefix("第").removesuffix("个"))
    if number is not None:
        return number - 1 if 0 < number <= len(options) else None
    if exactly:
        return options.index(text) if text in options else None
    fits = [
        i for i, option in enumerate(options) if text and (_only(option, text) or (len(text) > 1 and text in option))
    ]
    return fits[0] if len(fits) == 1 else None


_BESIDE = 6  # characters around an option's name: 我说的是10月的


def _only(option: str, text: str) -> bool:
    """Whether a text says an option and nothing of its own: 10月30日下午开了主题党日 is no answer to 10月还是11月."""
    before, found, after = text.partition(option)
    return bool(found) and len(before + after) <= _BESIDE and re.match(r"[\d一二三四五六七八九十初廿]", after) is None
