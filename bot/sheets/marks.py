"""How a duty stands in a period, as pictures and tables show it: done, in part, missing, under way, still ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.reminders.deadlines import Deadline


class Mark(StrEnum):
    """The states; WORDS says them."""

    DONE = "done"
    PART = "part"  # over, and less was recorded than was due
    MISSING = "missing"  # over, and nothing was
    UNDER_WAY = "under_way"  # the period has begun and is not over
    AHEAD = "ahead"
    WAIVED = "waived"


WORDS = {
    Mark.DONE: "已完成",
    Mark.PART: "过期，记到一部分",
    Mark.MISSING: "过期，没有记到",
    Mark.UNDER_WAY: "正在期内",
    Mark.AHEAD: "还没到",
    Mark.WAIVED: "不适用",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One period of a duty. first, last: the months it spans (1 to 12); done of needed."""

    mark: Mark
    done: int
    needed: int
    first: int
    last: int


def cell(several: Sequence[Deadline], today: date) -> Cell:
    """What deadlines of one period come to together: those of several party groups are one."""
    owed = [deadline for deadline in several if deadline.waived is None]
    first = min(_first(deadline) for deadline in several)
    last = max(deadline.last for deadline in several)
    done, needed = sum(_done(d) for d in owed), sum(_needed(d) for d in owed)
    return Cell(_mark(owed, done, first, last, today), done, needed, _month(first, last.year), last.month)


def _mark(owed: Sequence[Deadline], done: int, first: date, last: date, today: date) -> Mark:
    if not owed:
        return Mark.WAIVED
    if not any(deadline.lacking for deadline in owed):
        return Mark.DONE
    if last < today:
        return Mark.PART if done else Mark.MISSING
    return Mark.AHEAD if first > today and not done else Mark.UNDER_WAY


def _first(deadline: Deadline) -> date:
    """The first day on which it can be done; a named day and a step of an election stand in their own month."""
    duty = deadline.duty
    if duty is None:
        return deadline.last.replace(day=1)
    return duty.on.replace(day=1) if duty.on is not None else duty.period[0]


def _month(day: date, year: int) -> int:
    return day.month if day.year == year else 1


def _done(deadline: Deadline) -> int:
    """No more than was needed: what one group has done too much doesn't make up for another."""
    return _needed(deadline) - deadline.lacking


def _needed(deadline: Deadline) -> int:
    return deadline.duty.needed if deadline.duty is not None else 1
