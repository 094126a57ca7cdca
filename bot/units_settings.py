"""A unit's settings as they are said in chat: 党日 每月第一个周五, 期限 信息报送25日, 不打扰 20:00-08:00."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.locale import LANGUAGES
from bot.units_schema import HOLIDAYS, read_hours, read_party_day, read_zone
from rubrics import load_activities

SETTABLE = {
    "party_day": ("主题党日", "党日"), "deadlines": ("期限",), "quiet_hours": ("不打扰", "静默", "免打扰"),
    "holidays": ("节假日",), "language": ("语言",), "time_zone": ("时区",),
}  # fmt: skip
_INHERIT = frozenset({"随上级", "默认", "取消", "清空", "无", "不要"})
_UNSET = "不设"
_LANGUAGES = {"中文": "zh_CN", "汉语": "zh_CN", "英文": "en", "英语": "en"}
_DEADLINE = re.compile(
    rf"(?P<kind>.+?)[ :：]*(?:改?为|到|每月)?[ ]*(?:(?P<day>\d{{1,2}})[日号]?|(?P<word>{_UNSET}|随上级|默认))"
)


def setting_of(name: str, text: str, own: Any) -> Any:
    """The value that words give a setting; None: the unit is to have none of its own. own: the one it has now.

    Raises ValueError for words that give none.
    """
    text = text.strip()
    if text in _INHERIT:
        return None
    match name:
        case "party_day":
            return read_party_day(text)
        case "quiet_hours":
            return read_hours(text)
        case "holidays":
            return HOLIDAYS[text] if text in HOLIDAYS else _refuse()
        case "language":
            language = _LANGUAGES.get(text, text)
            return language if language in LANGUAGES else _refuse()
        case "time_zone":
            return read_zone(text)
        case "deadlines":
            return _deadlines(text, own or {})
    return _refuse()


def _deadlines(text: str, own: Mapping[str, Any]) -> dict[str, Any] | None:
    """The unit's own days with those that are said put in, or taken out."""
    days = dict(own)
    for part in re.split("[、,，;；]+", text):
        found = _DEADLINE.fullmatch(part.strip())
        kind = load_activities().named(found["kind"].strip()) if found else None
        if found is None or kind is None:
            _refuse()
        elif found["day"]:
            day = int(found["day"])
            days[kind.id] = day if 1 <= day <= 31 else _refuse()
        elif found["word"] == _UNSET:
            days[kind.id] = None
        else:
            days.pop(kind.id, None)
    return days or None


def _refuse() -> Any:
    raise ValueError("no such value")
