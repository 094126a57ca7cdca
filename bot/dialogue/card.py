"""A card as people read it: what was understood, on few lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bot.dialogue.context import Context
from bot.dialogue.session import Card
from bot.events import Kept
from bot.locale import words
from bot.understanding.reading import Slot, Value

WEEKDAYS = "一二三四五六日"


def show(card: Card, context: Context) -> str:
    """The card: kind and branch, then what is known, a line each."""
    say = words(context.language)
    title = f"**{title_of(card, context)}**"
    if card.unit:
        title += f" · {context.unit(card.unit).name}"
    lines = [title]
    if card.amends is not None:
        lines.append(say("card.amends", number=card.amends))
    lines += [line for line in (_when(card, context), _attendance(card, context)) if line]
    for index, part in enumerate(card.parts):
        label = context.kinds.kinds[part.kind].topic_word if part.kind in context.kinds.kinds else say("slot.topic")
        prefix = kind_name(context, part.kind) if len(card.parts) > 1 else ""
        if topic := card.get("topic", index):
            lines.append(say("card.line", label=prefix + label, value=topic.value))
        for name in ("speaker", "hours", "titles"):
            if slot := card.get(name, index):
                lines.append(say("card.line", label=prefix + say(f"slot.{name}"), value=display(name, slot.value)))
    for name in ("host", "group", "months", "count", "amount"):
        if slot := card.slots.get(name):
            label = slot_name(name, card.parts[0].kind, context)
            lines.append(say("card.line", label=label, value=display(name, slot.value, context.now.year)))
    if card.files:
        lines.append(say("card.line", label=say("slot.files"), value=listed(card.files, context)))
    return "\n".join(lines)


def slot_name(name: str, kind: str, context: Context) -> str:
    """What a slot of a kind is called on a card."""
    if name == "count" and kind in context.kinds.kinds:
        return context.kinds.kinds[kind].count_word
    return words(context.language)(f"slot.{name}")


def not_its_own(card: Card, name: str, context: Context) -> str:
    """That a card has no place for a slot of another kind of activity."""
    kind = next((part.kind for part in card.parts if part.kind), "")
    return words(context.language)("change.foreign", title=title_of(card, context), slot=slot_name(name, kind, context))


def title_of(card: Card, context: Context) -> str:
    """The kinds of a card, joined; what stands for a kind not yet known."""
    names = [kind_name(context, part.kind) for part in card.parts if part.kind]
    return "＋".join(names) or words(context.language)("card.kind_open")


def kind_name(context: Context, kind: str) -> str:
    """What people call a kind of activity."""
    return context.kinds.kinds[kind].name


def headline(context: Context, kinds: Iterable[str], day: date) -> str:
    """An activity in a few words: 支委会（11月5日）."""
    return "＋".join(kind_name(context, kind) for kind in kinds) + f"（{short_date(day, context.now.date())}）"


def short_date(day: date, today: date) -> str:
    """11月5日, with the year when it is another one."""
    text = f"{day.month}月{day.day}日"
    return text if day.year == today.year else f"{day.year}年{text}"


def long_date(day: date, today: date) -> str:
    """11月5日（周四）."""
    return f"{short_date(day, today)}（周{WEEKDAYS[day.weekday()]}）"


def display(name: str, value: Value, year: int | None = None) -> str:
    """A slot's value as people read it: fen as yuan, months as 10月 (with the year when it is
    not the one given), lists joined."""
    if name == "amount" and isinstance(value, int):
        return f"{Decimal(value) / 100:,.2f}元"
    if name == "months" and isinstance(value, tuple):
        return "、".join(
            (f"{month[:4]}年" if month[:4] != str(year) else "") + f"{int(month[5:])}月" for month in value
        )
    if isinstance(value, tuple):
        return "".join(f"《{item}》" for item in value)
    if name == "hours":
        return f"{value}学时"
    if name == "group":
        return f"第{value}组"
    return str(value)


def attendance(slots: Mapping[str, Slot], context: Context) -> str:
    """应到24人，实到22人，91.7%（the share only when not all came）."""
    say = words(context.language)
    numbers = {name: slot.value for name, slot in slots.items() if isinstance(slot.value, int)}
    parts = [
        say(f"card.{name}", n=numbers[name])
        for name in ("expected", "present", "leave", "absent", "guests")
        if numbers.get(name) is not None and (numbers[name] or name in ("expected", "present"))
    ]
    expected, present = numbers.get("expected"), numbers.get("present")
    if expected and present is not None and present < expected:
        share = (Decimal(present) * 100 / expected).quantize(Decimal("0.1"), ROUND_HALF_UP)
        parts.insert(2, f"{share}%")
    return say("card.comma").join(parts)


def listed(files: Iterable[Kept], context: Context) -> str:
    """Files by name, with what they are evidence of."""
    say = words(context.language)
    names = (file.name + (say(f"file.shows.{file.shows}") if file.shows else "") for file in files)
    return say("card.list_comma").join(names)


def _when(card: Card, context: Context) -> str:
    say = words(context.language)
    today = context.now.date()
    text = ""
    if (start := card.slots.get("date")) and isinstance(start.value, date):
        text = long_date(start.value, today)
        if (end := card.slots.get("date_end")) and isinstance(end.value, date):
            text += say("card.until", day=long_date(end.value, today))
    if time := card.slots.get("time"):
        text += str(time.value)
    elif period := card.slots.get("period"):
        text += say(f"period.{period.value}")
    if place := card.slots.get("place"):
        text += (say("card.comma") if text else "") + str(place.value)
    return text


def _attendance(card: Card, context: Context) -> str:
    line = attendance(card.slots, context)
    expected = card.slots.get("expected")
    if expected is not None and expected.words == "":
        line += words(context.language)("card.from_roll")
    return line
