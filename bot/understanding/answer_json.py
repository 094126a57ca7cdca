"""A reading as the JSON of `zhibu understand`: kinds, slots, dates, and what would be asked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from bot.understanding.reading import ActivityReading, DateSpan, Intent, Reading, Value
from rubrics.activities import Activities

SLOTS = (
    "date", "date_end", "time", "period", "place", "expected", "present", "leave", "absent", "topic", "speaker", "host",
    "hours", "amount", "count", "titles",
)  # fmt: skip
Json = dict[str, Any]


def as_json(reading: Reading, kinds: Activities, slots: tuple[str, ...] = SLOTS) -> Json:
    """The whole reading. amount is in yuan, as people say it; period of dues YYYY-MM, or first/last month."""
    return {
        # What is none of the others is talk: the conversation alone has to know that nothing was understood.
        "intent": (Intent.SMALL_TALK if reading.intent is Intent.UNKNOWN else reading.intent).value,
        "activities": [_activity(one, kinds, slots) for one in reading.activities],
        "ask": _ask(reading, kinds),
        "dates": dates_json(reading.dates),
    }


def dates_json(dates: tuple[DateSpan, ...]) -> list[Json]:
    """Dates with the words they were read from."""
    return [{"from": d.first.isoformat(), "to": d.last.isoformat(), "text": d.words} for d in dates]


def _activity(one: ActivityReading, kinds: Activities, slots: tuple[str, ...]) -> Json:
    known = kinds.kinds.get(one.kind or "")
    values = {name: _value(name, slot.value) for name, slot in one.slots.items()}
    months = values.pop("months", None)
    if months:
        values["period"] = months[0] if len(months) == 1 else _run(months)
    if values.get("present") == "all":
        del values["present"]
    shown = {name: values[name] for name in slots if name in values}
    return {"kind": one.kind, "name": known.name if known else None, "slots": shown}


def _value(name: str, value: Value) -> Any:
    if name == "amount" and isinstance(value, int):
        value = Decimal(value) / 100
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return list(value) if isinstance(value, tuple) else value


def _run(months: list[str]) -> str:
    """Several months: first/last when they follow each other, else each of them."""
    indexes = [int(m[:4]) * 12 + int(m[5:]) for m in months]
    follow = indexes == list(range(indexes[0], indexes[0] + len(indexes)))
    return f"{months[0]}/{months[-1]}" if follow else ",".join(months)


def _ask(reading: Reading, kinds: Activities) -> list[Json]:
    """Doubts first, then what a report of the kind needs and the text leaves out."""
    asked: list[Json] = [{"slot": d.slot, "why": d.why} for d in reading.doubts]
    for one in reading.activities:
        asked += [{"slot": "period" if d.slot == "months" else d.slot, "why": d.why} for d in one.doubts]
        if reading.intent is not Intent.REPORT:
            continue
        doubted = {d.slot for d in one.doubts}
        if one.kind is None:
            asked += [] if "kind" in doubted else [{"slot": "kind", "why": "missing"}]
            continue
        for name, need in kinds.kinds[one.kind].slots.items():
            have = name in one.slots and one.slots[name].value != "all"
            if need == "required" and not have and name not in doubted:
                asked.append({"slot": "period" if name == "months" else name, "why": "missing"})
    return [a for i, a in enumerate(asked) if a not in asked[:i]]
