"""The values that files are made of: strict types for what strict_yaml hands over as strings."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FIRST_YEAR, LAST_YEAR = 1900, 2200  # a day outside them is a slip, and sums with it may leave the calendar
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,28})?")  # as many places as a computed figure has
_SHARE = re.compile(r"(?P<above>-?\d{1,12}(\.\d{1,6})?)(/(?P<below>\d{1,9})|(?P<percent>%))?")
_WHOLE = re.compile(r"-?\d{1,12}")


class Strict(BaseModel):
    """A part of a file: unknown keys are mistakes, values don't change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _day(value: Any) -> Any:
    if isinstance(value, str):
        if not _DAY.fullmatch(value):
            raise ValueError("应为日期，如 2026-12-31。")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ValueError("没有这一天，请写真实的日期，如 2026-12-31。") from None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError(f"年份应在{FIRST_YEAR}到{LAST_YEAR}之间，请核对。")
        return day
    return value


def parse_day(text: str) -> date | None:
    """A day as files have it (2026-12-31); None for anything else."""
    try:
        day = _day(text)
    except ValueError:
        return None
    return day if isinstance(day, date) else None


def parse_number(text: str) -> Decimal | None:
    """A plain decimal number; None for anything else."""
    return Decimal(text) if text.isascii() and _NUMBER.fullmatch(text) else None


def _number(value: Any) -> Any:
    if isinstance(value, float):
        raise ValueError("应为十进制数字，如 0.4。")
    if not isinstance(value, str):
        return value
    number = parse_number(value)
    if number is None:
        raise ValueError("应为数字，如 0.4。")
    return number


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        if not value.isascii() or not _WHOLE.fullmatch(value):
            raise ValueError("应为整数，如 12。")
        return int(value)
    return value


def _flag(value: Any) -> Any:
    if isinstance(value, str) and value not in ("true", "false"):
        raise ValueError("应为 true 或 false。")
    return value == "true" if isinstance(value, str) else value


Day = Annotated[date, BeforeValidator(_day)]
Number = Annotated[Decimal, BeforeValidator(_number)]
Points = Annotated[Decimal, BeforeValidator(_number), Field(ge=0, le=100000)]
Whole = Annotated[int, BeforeValidator(_whole)]
Count = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=1000000)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]


def _month_day(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(r"\d\d-\d\d", value):
        raise ValueError("应为每年的某一天，如 12-31。")
    try:
        date.fromisoformat(f"2000-{value}")  # a leap year: 02-29 is a day
    except ValueError:
        raise ValueError("没有这一天，请写真实的月和日，如 12-31。") from None
    return value


MonthDay = Annotated[str, BeforeValidator(_month_day)]


def parse_share(text: str) -> Fraction | None:
    """A number, fraction or percentage (0.9, 1/3, 90%); None for anything else."""
    match = _SHARE.fullmatch(text) if text.isascii() else None
    if match is None or (match["below"] and not int(match["below"])):
        return None
    share = Fraction(match["above"]) / (int(match["below"]) if match["below"] else 1)
    return share / 100 if match["percent"] else share


def _share(value: Any) -> Any:
    if isinstance(value, str):
        share = parse_share(value)
        if share is None:
            raise ValueError("应为数字、分数或百分数，如 0.9、1/3、90%。")
        return share
    return value


Share = Annotated[Fraction, BeforeValidator(_share)]


def _share_text(value: Any) -> Any:
    _share(value)
    return value


ShareText = Annotated[str, BeforeValidator(_share_text)]


def matching(pattern: str, words: str) -> BeforeValidator:
    """A check that a text is written as a pattern says; words: what to write."""
    regex = re.compile(pattern)

    def _matches(value: Any) -> Any:
        if isinstance(value, str) and not regex.fullmatch(value):
            raise ValueError(words)
        return value

    return BeforeValidator(_matches)
