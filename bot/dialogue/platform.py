"""The official platform: the text to paste there (复制稿), and the mark that it was done (已录平台)."""

from __future__ import annotations

from datetime import date

from bot.dialogue.card import attendance, display, kind_name, long_date, slot_name
from bot.dialogue.context import Context
from bot.dialogue.replies import restated
from bot.dialogue.session import Session
from bot.dialogue.turn import Mark, Say, Turn
from bot.events import Inbound
from bot.locale import words
from bot.understanding.commands import Command
from bot.understanding.reading import Slot
from rubrics import Activity

PLATFORM = "platform"
_FURTHER = ("speaker", "host", "titles", "months", "count", "amount", "hours")


def copy(session: Session, message: Inbound, command: Command, context: Context) -> Turn:
    """A record as one paragraph, alone in its message so that a long press copies nothing else."""
    say = words(context.language)
    activity = _meant(command, context) or (_newest(context) if command.number is None else None)
    if activity is None:
        key, number = ("copy.none", 0) if command.number is None else ("number.unknown", command.number)
        return Turn(session, (Say(say(key, number=number)),))
    said = [Say(paragraph(activity, context), {"records": [activity.number]})]
    if after := restated(session, context).strip():
        said.append(Say(after))
    return Turn(session, tuple(said))


def entered(session: Session, message: Inbound, command: Command, context: Context) -> Turn:
    """Mark a record as entered in the official platform."""
    say = words(context.language)
    activity = _meant(command, context)
    after = restated(session, context)
    if activity is None:
        key = "entered.which" if command.number is None else "number.unknown"
        return Turn(session, (Say(say(key, number=command.number) + after),))
    values = {"number": activity.number, "name": kind_name(context, activity.kind)}
    if PLATFORM in activity.evidence:
        return Turn(session, (Say(say("entered.already", **values) + after),))
    return Turn(session, (Mark(activity.number, PLATFORM), Say(say("entered", **values) + after)))


def paragraph(activity: Activity, context: Context) -> str:
    """What happened, in the order the official form has it: when, who, where, what, how many, about what."""
    say = words(context.language)
    slots = activity.slots
    name = kind_name(context, activity.kind)
    place = say("copy.place", place=slots["place"]) if "place" in slots else ""
    key = "copy.held" if name.endswith(("会", "会议")) else "copy.done"
    unit = context.unit(activity.unit).name
    group = say("copy.group", n=slots["group"]) if "group" in slots else ""
    first = say(key, when=_when(activity, context), unit=unit + group, place=place, name=name)
    came = attendance({key: Slot(value, "") for key, value in slots.items()}, context)
    sentences = [first + (say("card.comma") + came if came else "")]
    if "topic" in slots:
        label = context.kinds.kinds[activity.kind].topic_word
        sentences.append(say("card.line", label=label, value=slots["topic"]))
    for slot in _FURTHER:
        if slot in slots:
            label = slot_name(slot, activity.kind, context)
            sentences.append(say("card.line", label=label, value=display(slot, slots[slot])))
    return "".join(sentence.rstrip("。. ") + say("copy.stop") for sentence in sentences).strip()


def _when(activity: Activity, context: Context) -> str:
    say = words(context.language)
    no_year_left_out = date(1, 1, 1)
    text = long_date(activity.occurred_on, no_year_left_out)
    end = activity.slots.get("date_end")
    if isinstance(end, date):
        text += say("card.until", day=long_date(end, no_year_left_out))
    if "time" in activity.slots:
        return text + str(activity.slots["time"])
    period = activity.slots.get("period")
    return text + (say(f"period.{period}") if period else "")


def _meant(command: Command, context: Context) -> Activity | None:
    """The record named, or that of the message answered; None when there is none, or it was withdrawn."""
    told: list[int] = list(context.about.get("records", ()))
    number = command.number if command.number is not None else told[0] if len(told) == 1 else None
    activity = context.activity(number) if number is not None else None
    return activity if activity is not None and not activity.withdrawn_on else None


def _newest(context: Context) -> Activity | None:
    """The record made last."""
    everything = [a for facts in context.facts.values() for a in facts.activities if not a.withdrawn_on]
    return max(everything, key=lambda a: a.number, default=None)
