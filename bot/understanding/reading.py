"""What was understood in a message: values with the words they came from, and doubts kept as doubts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

Value = str | int | Decimal | date | tuple[str, ...]

SLOTS = (
    "date", "date_end", "time", "period", "place", "expected", "present", "leave", "absent", "guests", "topic",
    "speaker", "host", "hours", "amount", "count", "titles",
)  # fmt: skip


class Intent(StrEnum):
    """What a message is for."""

    REPORT = "report"
    PLAN = "plan"
    NOT_DONE = "not_done"
    QUESTION = "question"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    SMALL_TALK = "small_talk"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Slot:
    """One value and the words of the message it was read from. date: date; time: "HH:MM"; period: morning | noon |
    afternoon | evening for the part of a day, or YYYY-MM for dues (the months they are for); counts: int; hours:
    Decimal; amount: int, whole fen; titles: tuple of str; else str."""

    value: Value
    words: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to ask. slot: which ("kind" for the activity itself); why: a code the locale has words for
    (impossible_date, future_date, crosses_year, weekday_mismatch, too_many_present, negative_amount, absurd_number,
    ambiguous_kind, ambiguous_date, ...); words: the doubtful words; options: what it could be, best first."""

    slot: str
    why: str
    words: str
    options: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class ActivityReading:
    """One activity in a message. kind: an id from activities.yaml, None when only values were found; same_as:
    index of the activity it shares a gathering with (同场), None for an event of its own."""

    kind: str | None
    slots: Mapping[str, Slot] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
    same_as: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date in a text: first and last day (equal for a single day), and its words."""

    first: date
    last: date
    words: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole message, understood. number: the #128 it speaks of, if any."""

    intent: Intent
    activities: tuple[ActivityReading, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    dates: tuple[DateSpan, ...] = ()
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Expecting:
    """What the bot has just asked, so that a bare 5, 三楼 or 周五 is read as the answer. kind: of the open form;
    slot: the one asked for; draft_date: the date that the open form has so far."""

    kind: str | None = None
    slot: str | None = None
    draft_date: date | None = None
