"""Which record or which field a change in words means: 改日期, 改第2项 …, 把11月5日的支委会人数改成6人."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue import changes, which
from bot.dialogue.card import not_its_own, title_of
from bot.dialogue.context import Context
from bot.dialogue.duties import month_of
from bot.dialogue.form import CANT_SKIP, ask_anew, fill, foreign
from bot.dialogue.replacing import figure_meant, figure_missing, replaced, stands_on
from bot.dialogue.replies import interrupted, put_card
from bot.dialogue.session import Card, Part, Session
from bot.dialogue.turn import Say, Turn
from bot.dialogue.whose import retyped
from bot.events import Inbound
from bot.locale import words
from bot.understanding.commands import Command
from bot.understanding.kinds import only_kind
from bot.understanding.numbers import whole_number
from bot.understanding.read import read
from bot.understanding.reading import ActivityReading, Expecting
from bot.understanding.wish_words import WRONG

FIELDS = {
    "date": ("日期", "时间", "哪天", "日子"),
    "place": ("地点", "地方", "会议室"),
    "expected": ("应到",),
    "present": ("实到", "人数", "到会"),
    "leave": ("请假",),
    "absent": ("缺席",),
    "guests": ("列席",),
    "topic": ("议题", "主题", "题目", "内容"),
    "speaker": ("主讲", "讲课"),
    "host": ("主持",),
    "group": ("党小组", "小组", "哪个组"),
    "months": ("月份", "所属"),
    "count": ("数量", "条数", "缴费人数"),
    "amount": ("金额", "合计", "总额"),
    "titles": ("标题",),
}
SHOWN = (
    "date",
    "place",
    "expected",
    "present",
    "leave",
    "topic",
    "speaker",
    "titles",
    "host",
    "group",
    "count",
    "amount",
    "months",
)
_ARROW = "[→➡⇒]|[-—=,]{1,2}>"
_INTO = re.compile(
    rf" ?(?:{_ARROW}) ?|{WRONG}[，, ]*(?:应?该?是|应?该?为)?|改成|改为|改到|改作|换成|换为|更正为|应改为|"
    "应为|应该?是|应该为|调整为"
)
_KIND = ("类型", "种类", "类别", "活动", "活动类型")
_INSTEAD = re.compile(r"不是(?P<a>.+?)[，, ]?(?:而|应该?)?是(?P<b>.+)|(?P<c>.+?)改(?P<d>.+)")


def change_in(command: Command, context: Context, kind: str | None = None) -> ActivityReading | None:
    """What a change says, read as values; None when it says nothing readable."""
    field, value = _field_and_value(command.argument)
    if not value:
        return None
    field = _own_field(field, (kind,) if kind else (), context)
    expecting = Expecting(kind=kind, slot=field) if field else Expecting(kind=kind)
    for text in (value, command.argument):
        found = next(iter(read(text, context.now, kinds=context.kinds, expecting=expecting).activities), None)
        if found is not None and (found.slots or found.doubts):
            return found
    return None


def change_card(session: Session, command: Command, context: Context) -> Turn:
    """Change the kind of the open card, or a field of it: by its name, its number on the card, or by saying the new
    value."""
    card = session.card
    assert card is not None, "a card is open"
    kind = _kind_named(card, command, context)
    if kind is None:
        return _change_field(session, card, command, context)
    if kind == card.parts[0].kind:
        return put_card(session, context)
    if card.amends is not None:
        return put_card(session, context, words(context.language)("amend.kind", number=card.amends))
    return put_card(session.open(retyped(card, kind, context)[0]), context)


def _change_field(session: Session, card: Card, command: Command, context: Context) -> Turn:
    say = words(context.language)
    if command.item is not None:
        shown = [name for name in SHOWN if card.get(name) is not None]
        if not 0 < command.item <= len(shown):
            return put_card(session, context, say("change.unclear"))
        command = replace(command, argument=f"{FIELDS[shown[command.item - 1]][0]}{command.argument}", item=None)
    part = _part_named(card, command.argument, context)
    field, _ = _field_and_value(command.argument)
    both = _INTO.split(command.argument, maxsplit=1)
    changed = replaced(card, *both) if len(both) > 1 and not _is_field(both[0]) else None
    if changed is not None:
        return put_card(session.open(changed), context)
    if field is None and len(both) > 1:
        if figure_missing(card, both[0]):
            return put_card(session, context, say("change.unclear"))
        if (field := figure_meant(card, both[0])) is not None:
            command = replace(command, argument=f"{FIELDS[field][0]}{command.argument}")
    if field is None and not both[0] and whole_number(both[-1]) is not None:  # 应该是22
        field = "present" if "present" in card.slots or "count" not in card.slots else "count"
        command = replace(command, argument=FIELDS[field][0] + command.argument)
    change = change_in(command, context, card.parts[part].kind or None)
    field = _own_field(field, [part.kind for part in card.parts if part.kind], context)
    if strange := foreign(card, change.slots if change is not None else [field or ""], context):
        return put_card(session, context, not_its_own(card, strange[0], context))
    if change is not None:
        return put_card(session.open(fill(card, change, part)), context)
    if field is None:
        return put_card(session, context, say("change.unclear"))
    wanted = any(part.kind and context.kinds.kinds[part.kind].slots.get(field) == "required" for part in card.parts)
    asked_anyway = field in CANT_SKIP or (wanted and field != "expected")  # which the roll would fill in
    bare = card.put(field, None, part) if asked_anyway else ask_anew(card, field, FIELDS[field][0])
    return put_card(session.open(bare), context)


def _kind_named(card: Card, command: Command, context: Context) -> str | None:
    """The kind that a card of one kind is to be: 改成主题党日, 志愿服务改成主题党日."""
    both = _INTO.split(command.argument, maxsplit=1)
    named = only_kind(both[-1], context.kinds)
    if named is None or len(card.parts) > 1:
        return None
    said = both[0].strip() if len(both) > 1 else ""
    was = only_kind(said, context.kinds) if said else None
    return named[0] if not said or said in _KIND or (was is not None and was[0] == card.parts[0].kind) else None


def put_right(session: Session, command: Command, context: Context) -> Turn | None:
    """不是二楼是四楼, 植树改参观, on a card that has the one; None where it has not."""
    found = _INSTEAD.fullmatch(command.argument)
    card = session.card
    was, now = (found["a"] or found["c"], found["b"] or found["d"]) if found is not None else ("", "")
    if card is None or not was:
        return None
    if stands_on(card, was) or figure_meant(card, was):
        return change_card(session, replace(command, name="change", argument=f"{was}→{now}"), context)
    alike = found is not None and found["c"] and _told(was, context) and _told(was, context) == _told(now, context)
    return change_card(session, replace(command, name="change", argument=now), context) if alike else None


def _told(text: str, context: Context) -> set[str]:
    """The slots that words are about."""
    return {name for one in read(text, context.now, kinds=context.kinds).activities for name in one.slots}


def _own_field(field: str | None, kinds: Sequence[str], context: Context) -> str | None:
    """The field meant: what people call 题目 is a title where no kind has a topic."""
    known = {name for kind in kinds for name in context.kinds.kinds[kind].slots}
    return "titles" if field == "topic" and "titles" in known and "topic" not in known else field


def _part_named(card: Card, text: str, context: Context) -> int:
    """Which kind of a gathering a change speaks of: 改党课题目; the first when it names none."""
    named = [
        (len(name), index)
        for index, part in enumerate(card.parts)
        if part.kind
        for name in (context.kinds.kinds[part.kind].name, *context.kinds.kinds[part.kind].names)
        if name in text
    ]
    return max(named)[1] if named else 0


def speaks_of_another(card: Card, command: Command, context: Context) -> bool:
    """Whether the words before 改成 name an activity of another kind or day than the open card's."""
    both = _INTO.split(command.argument, maxsplit=1)
    about = _described(command, context) if len(both) > 1 and not stands_on(card, both[0]) else None
    if about is None or about.kind is None:
        return False
    said, day = about.slots.get("date"), card.slots.get("date")
    if about.kind not in {part.kind for part in card.parts}:
        return True
    return said is not None and day is not None and said.value != day.value


def says_what_stands(command: Command) -> bool:
    """Whether a change says what is to be replaced, and not in which field: 8人→7人, 三楼改成四楼."""
    field, _ = _field_and_value(command.argument)
    return field is None and bool(_INTO.split(command.argument, maxsplit=1)[0]) and bool(_INTO.search(command.argument))


def change_described(session: Session, message: Inbound, command: Command, context: Context) -> Turn | None:
    """Change the record that the words describe by kind and date; ask which when that leaves doubt."""
    say = words(context.language)
    fits = which.meant(_INTO.split(command.argument)[0], session, context)
    if fits is None:
        return Turn(session, (Say(say("change.which")),))
    if not fits:
        return interrupted(session, say("change.which"), context)
    if len(fits) > 1:
        fits = fits[-which.MOST :]
        asked = which.offered("change", fits, command.argument)
        text = say("change.several", names=which.listed(fits, context), number=fits[-1].number)
        return Turn(replace(session, pending=asked), (Say(text),))
    return changes.amend(session, message, fits[0].number, change_in(command, context, fits[0].kind), context)


def chosen(session: Session, message: Inbound, number: int, argument: str, context: Context) -> Turn:
    """The change of the record that was picked among several."""
    activity = context.activity(number)
    kind = activity.kind if activity is not None else None
    return changes.amend(session, message, number, change_in(Command("change", argument), context, kind), context)


def same_as_last(
    session: Session,
    message: Inbound,
    kind: str,
    unit: str,
    said: ActivityReading | None,
    month: str | None,
    context: Context,
) -> Turn:
    """A card with what the last record of the kind said (of the month named, where there is any), but for its date; the
    person says the day, or has (said)."""
    say = words(context.language)
    changed = session.card.amends if session.card is not None else None
    known = [a for a in context.facts[unit].activities if a.kind == kind and not a.withdrawn_on and a.number != changed]
    known = [a for a in known if month_of(a.occurred_on) == month] or known
    if not known:
        return Turn(session, (Say(say("same.none", name=context.kinds.kinds[kind].name)),))
    last = max(known, key=lambda a: (a.occurred_on, a.number))
    card = changes.as_card(last, f"{message.event_id}:0")
    open_card = session.card
    draft = open_card if open_card is not None and kind in {part.kind for part in open_card.parts} else None
    card = replace(card, amends=None, sources=(message.event_id,)).put("date", None).put("months", None)
    card = fill(card, said) if said is not None else card
    if draft is not None:
        card = replace(draft, slots={**card.slots, **draft.slots}, parts=_merged(card, draft))
        session = session.open(card)
    elif open_card is not None:
        name = title_of(open_card, context)
        return put_card(replace(session, cards=(*session.cards, card)), context, say("card.first_this", name=name))
    else:
        session = replace(session, cards=(card,), past=())
    key = "same.copied" if card.get("date") is None else "same.copied_dated"
    return put_card(session, context, say(key, number=last.number))


def _described(command: Command, context: Context) -> ActivityReading | None:
    """The activity that the words before 改成 name."""
    left = _INTO.split(command.argument)[0]
    return next(iter(read(left, context.now, kinds=context.kinds).activities), None)


def _merged(copy: Card, draft: Card) -> tuple[Part, ...]:
    first = replace(draft.parts[0], slots={**copy.parts[0].slots, **draft.parts[0].slots})
    return (first, *draft.parts[1:])


def _field_and_value(argument: str) -> tuple[str | None, str]:
    """The field that is named last before the new value, and the new value's words."""
    pieces = _INTO.split(argument, maxsplit=1)
    where = pieces[0]
    places = [
        (where.rfind(name), slot, where.rfind(name) + len(name))
        for slot, names in FIELDS.items()
        for name in names
        if name in where
    ]
    field = max(places)[1] if places else None
    if len(pieces) > 1:
        return field, pieces[1].strip()
    if field is not None and _is_field(where):
        return field, ""
    told = where[max(places)[2] :].lstrip("人") if places else ""  # 刚才那条人数4
    return field, told.strip() or argument.strip()


def _is_field(said: str) -> bool:
    """Whether words are a field's name and nothing else."""
    return any(said.strip() in names for names in FIELDS.values())
