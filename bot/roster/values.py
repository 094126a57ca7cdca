"""What a cell says, as the units file says it: days, sizes of groups, rulebooks, deadlines."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bot.units_words import NO_BOOKS, UNSET

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 0?0:00(?::00)?)?")
_PACKED = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_SERIAL = re.compile(r"[2-6]\d{4}")
_PARTS = re.compile(r"[、,;；，/\n]+")
_WHOLE = re.compile(r"\d+")
_DEADLINE = re.compile(rf"(?P<kind>.+?)[:： ]*(?:每月)?(?P<day>\d{{1,2}}(?=[日号]?$)|{UNSET})[日号]?")


class CellError(ValueError):
    """A cell that says nothing usable; the words say what to write."""


def parts(text: str) -> list[str]:
    """A list as people write one in a cell: 书记、报送人."""
    return [part.strip() for part in _PARTS.split(text) if part.strip()]


def _day(text: str) -> str:
    if found := _DAY.fullmatch(re.sub(r"\s*([年月日/.-])\s*", r"\1", text)) or _PACKED.fullmatch(text):
        return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"
    if _SERIAL.fullmatch(text):
        raise CellError(f"写的是数字{text}，像是 Excel 里的日期序号。请把这一格设为日期格式，或写成 2026-09-01。")
    return text


def _whole(text: str) -> str:
    return text.removesuffix("人").removesuffix(".0").strip()


def _groups(text: str) -> Any:
    """8、8、8 are the sizes of three groups, 8人 is one group of eight, 3 are three groups of whatever size."""
    plain = text.strip("[]()")
    if _WHOLE.fullmatch(plain.removesuffix("组").removesuffix("个")):
        return plain.removesuffix("组").removesuffix("个")
    sizes = [part.removesuffix("人") for part in parts(plain)]
    if not all(_WHOLE.fullmatch(size) for size in sizes):
        raise CellError(f"“{text}”看不懂。请写各组人数，如 8、8、8，或写组数，如 3。")
    return sizes


def _books(text: str) -> list[Any]:
    """qianjiang-2017.example-points: the rulebook, and the score sheet laid over it."""
    found: list[Any] = []
    for part in parts(text) if text != NO_BOOKS else ():
        name, _, points = part.partition(".")
        found.append({"id": name, "points": points} if points else {"id": name})
    return found


def _deadlines(text: str) -> dict[str, str]:
    days: dict[str, str] = {}
    for part in parts(text):
        found = _DEADLINE.fullmatch(part)
        if found is None:
            raise CellError(f"“{part}”看不懂。请写成 信息报送25日、党费收缴20日。")
        if found["kind"] in days:
            raise CellError(f"“{found['kind']}”写了两次。请留一个。")
        days[found["kind"]] = found["day"]
    return days


def _text(text: str) -> str:
    return text


READ: dict[str, Callable[[str], Any]] = {
    "text": _text, "name": _text, "day": _day, "whole": _whole, "groups": _groups, "books": _books,
    "deadlines": _deadlines,
}  # fmt: skip
