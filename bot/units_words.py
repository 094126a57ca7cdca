"""A unit's settings in the words of the units file: what its readers take, they give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.units_schema import HOLIDAYS, WEEKDAYS, WEEKS
from rubrics import load_activities

NAMES = {
    "rulebooks": "考核规则", "party_day": "党日", "deadlines": "期限", "quiet_hours": "不打扰", "holidays": "节假日",
    "bodies": "考评员代表", "language": "语言", "time_zone": "时区", "stages_off": "不提醒的阶段",
    "remind_room": "提醒发到",
}  # fmt: skip
NO_BOOKS, UNSET = "不适用", "不设"
STAGES = {"week": "提前一周", "three": "提前三天", "day": "当天", "after": "过后一次"}
_WEEKS = {number: words for words, number in WEEKS.items()}
_HOLIDAYS = {value: words for words, value in HOLIDAYS.items()}


def in_words(name: str, value: Any) -> str:
    """One setting's value as a person writes it."""
    return _WORDS[name](value) if name in _WORDS else str(value)


def kind_words(kind: str) -> str:
    """What people call a kind of activity."""
    known = load_activities().kinds.get(kind)
    return known.name if known is not None else kind


def count_words(count: Mapping[str, Any]) -> str:
    """A day's headcount: 正式22 预备2 委员5 党小组8、8、8; what is nought is left out."""
    names = ("正式", "预备", "流动", "长期请假", "委员", "积极分子")
    keys = ("full", "probationary", "floating", "on_leave", "committee", "activists")
    told = [f"{name}{count[key]}" for name, key in zip(names, keys, strict=True) if count[key] or key == "full"]
    groups = count["groups"]
    if groups:
        told.append(f"党小组{'、'.join(map(str, groups))}人" if any(groups) else f"{len(groups)}个党小组")
    return " ".join(told)


def _books(books: Sequence[Mapping[str, str]]) -> str:
    return "、".join(".".join(filter(None, (book["id"], book.get("points")))) for book in books) or NO_BOOKS


def _party_day(rule: Mapping[str, int]) -> str:
    if "day" in rule:
        return f"每月{rule['day']}日"
    return f"每月{_WEEKS[rule['week']]}周{WEEKDAYS[rule['weekday'] - 1]}"


def _deadlines(days: Mapping[str, int | None]) -> str:
    told = (f"{day}日" if day is not None else UNSET for day in days.values())
    return "、".join(f"{kind_words(kind)}{words}" for kind, words in zip(days, told, strict=True))


_WORDS: dict[str, Callable[[Any], str]] = {
    "rulebooks": _books,
    "party_day": _party_day,
    "deadlines": _deadlines,
    "quiet_hours": lambda hours: f"{hours['from']}-{hours['to']}",
    "bodies": lambda told: "；".join(f"{person} 代表{'、'.join(names)}" for person, names in told.items()),
    "holidays": lambda value: _HOLIDAYS[value],
    "stages_off": lambda stages: "、".join(STAGES[stage] for stage in stages) or "无",
}
