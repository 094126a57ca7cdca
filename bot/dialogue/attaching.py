"""Where a file belongs: to a record, to the open card, to the next card, or nowhere; and asking which."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from bot.dialogue.card import headline, listed
from bot.dialogue.context import Context
from bot.dialogue.replies import restated
from bot.dialogue.session import Card, Pending, Session
from bot.dialogue.turn import Attach, Say, Turn
from bot.events import Inbound, Kept
from bot.locale import words
from bot.understanding.commands import find_command
from bot.understanding.numbers import whole_number

OFFERED = 3
LATER, DROP = "later", "drop"
_TO_NUMBER = re.compile(
    r"(?:(?:这|那|它|照片|图片|附件|文件|都|请|是|就|附|放|加|传|归|算|挂|存|给|到|在|进|上|的|[张个份些,，: ：])*)"
    r"[#＃] ?(\d{1,9})(?: ?号|条)?(?:的|上|里|那条|那里|下面|吧|照片|附件|[。.!！ ])*"
)
_LATER = re.compile(
    r"(?:先|暂时)?(?:放着|放一?放|留着|存着)(?:吧|先)?|(?:等|待)(?:会儿?|一下|下)(?:再说)?|稍后(?:再说)?"
)
_DROP = re.compile(r"(?:都|全)?(?:不要|不用|不附|不存|不留|删掉|去掉|丢掉)(?:了|啦|吧)*")


def number_in(text: str) -> int | None:
    """The record that words put a file to: #126, 附到 #126, 这是 #126 的; None for any other words."""
    match = _TO_NUMBER.fullmatch(text.strip())
    return int(match[1]) if match else None


def to_records(session: Session, numbers: Collection[int], files: tuple[Kept, ...], context: Context) -> Turn:
    """Put files with records. numbers: at least one, all on record and not withdrawn."""
    say = words(context.language)
    effects, lines = [], []
    for number in numbers:
        activity = context.activity(number)
        assert activity is not None, "only records known to be there"
        name = headline(context, [activity.kind], activity.occurred_on)
        had = context.files.get(number, ())
        fresh = tuple(file for file in files if file.sha256 not in {old.sha256 for old in had})
        if fresh:
            effects.append(Attach(number, fresh))
            lines.append(say("file.attached", files=listed(fresh, context), number=number, name=name,
                             n=len(had) + len(fresh)))  # fmt: skip
            if activity.returned_on:
                lines.append(say("file.returned", number=number))
        else:
            lines.append(say("file.already", files=listed(files, context), number=number, name=name))
    said = Say("\n".join(lines) + restated(session, context), {"records": list(numbers)})
    return Turn(replace(session, misses=0), (*effects, said))


def available(numbers: Iterable[int], context: Context) -> tuple[int, ...]:
    """Those of some records that a file can be put with."""
    found = ((number, context.activity(number)) for number in dict.fromkeys(numbers))
    return tuple(number for number, activity in found if activity is not None and not activity.withdrawn_on)


def without_message(session: Session, event: str) -> Session:
    """The session without the files that came in a message."""

    def cleaned(cards: tuple[Card, ...]) -> tuple[Card, ...]:
        return tuple(replace(c, files=tuple(f for f in c.files if f.event != event)) for c in cards)

    files = tuple(file for file in session.files if file.event != event)
    pending = None if not files and session.pending and session.pending.what == "attach" else session.pending
    return replace(session, cards=cleaned(session.cards), past=cleaned(session.past), files=files, pending=pending)


def ask(session: Session, context: Context, lead: str = "", fresh: Kept | None = None) -> Turn:
    """Ask what the files not yet with anything belong to: the last few records, a later one, or none.

    lead: a line said before it; fresh: the file that has just come, when the list was already shown for others.
    """
    say = words(context.language)
    everything = (a for facts in context.facts.values() for a in facts.activities if not a.withdrawn_on)
    recent = sorted(everything, key=lambda a: a.number, reverse=True)[:OFFERED]
    options = (*(str(a.number) for a in recent), LATER, DROP)
    more = session.pending is not None and session.pending.options == options and not lead and fresh is not None
    session = replace(session, pending=Pending("attach", options), misses=0)
    if more:  # a phone sends six photos as six messages
        assert fresh is not None, "just looked"
        text = say("file.ask_more", files=listed([fresh], context), n=len(session.files))
        return Turn(session, (Say(text),))
    listing = "\n".join(f"{i}. {name}" for i, name in enumerate(_names(options, context), 1))
    text = say("file.ask", files=listed(session.files, context), options=listing)
    return Turn(session, (Say("\n".join(line for line in (lead, text) if line)),))


def choose(session: Session, asked: Pending, message: Inbound, context: Context) -> Turn | None:
    """Take an answer to ask(); None when the words are about something else, and the files go on waiting."""
    say = words(context.language)
    if not session.files:
        return None
    number = number_in(message.body)
    if number is not None:
        return _given(session, number, context)
    command = find_command(message.body)
    name = command.name if command is not None else ""
    chosen = _picked(message.body, asked.options, context)
    if chosen is None and (name in ("tomorrow", "skip") or _LATER.fullmatch(message.body.strip())):
        chosen = LATER
    if chosen is None and (name in ("no", "drop") or _DROP.fullmatch(message.body.strip())):
        chosen = DROP
    if chosen is None:
        return ask(session, context) if name in ("yes", "acknowledge") else None
    if chosen == LATER:
        return Turn(replace(session, pending=None), (Say(say("file.later")),))
    if chosen == DROP:
        return drop(session, context)
    return _given(session, int(chosen), context)


def by_number(session: Session, message: Inbound, context: Context) -> Turn | None:
    """Take a number for files that wait and are no longer asked about; None for any other words."""
    number = number_in(message.body) if session.files else None
    return None if number is None else _given(session, number, context)


def drop(session: Session, context: Context) -> Turn:
    """Let the files go that are not with anything."""
    gone = replace(session, files=(), pending=None)
    return Turn(gone, (Say(words(context.language)("file.dropped", n=len(session.files))),))


def _given(session: Session, number: int, context: Context) -> Turn:
    if not available([number], context):
        return Turn(session, (Say(words(context.language)("number.unknown", number=number)),))
    return to_records(replace(session, files=(), pending=None), [number], session.files, context)


def _names(options: tuple[str, ...], context: Context) -> list[str]:
    say = words(context.language)
    names = []
    for option in options:
        activity = context.activity(int(option)) if option.isdigit() else None
        if activity is None:
            names.append(say(f"file.option.{option}") if not option.isdigit() else f"#{option}")
            continue
        unit = f" {context.unit(activity.unit).name}" if len(context.units) > 1 else ""
        names.append(f"#{option} {headline(context, [activity.kind], activity.occurred_on)}{unit}")
    return names


def _picked(text: str, options: tuple[str, ...], context: Context) -> str | None:
    """The option that a bare number means, or words that are part of one option only."""
    text = text.strip().rstrip("。.!！的")
    number = whole_number(text.removeprefix("第").removesuffix("个"))
    if number is not None:
        return options[number - 1] if 0 < number <= len(options) else None
    fits = [option for option, name in zip(options, _names(options, context), strict=True) if len(text) > 1
            and text in name]  # fmt: skip
    return fits[0] if len(fits) == 1 else None
