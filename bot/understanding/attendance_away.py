"""Who was away, and of how many: 12个人就差俩, 五缺一, 9人里1人没到, 老周请假, 请假：王强、李娜."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.understanding.attendance_words import (
    BOTH,
    LACKING,
    LEAVE_TOTAL,
    MOST,
    NAMED,
    NAMED_AFTER,
    ONE_OF,
    SHORT,
)
from bot.understanding.numbers import integer
from bot.understanding.pieces import Piece, if_meant

Group = tuple[list[Piece], list[tuple[int, int]]]  # what was found together, and the places that it takes


def leave_total(flat: str) -> Iterator[Group]:
    """请假的应该再加一个，一共3个."""
    for match in LEAVE_TOTAL.finditer(flat):
        value = integer(match["n"])
        if value is not None:
            yield [count("leave", value, *match.span())], [match.span()]


def short(flat: str) -> Iterator[Group]:
    """Of how many some were missing, told in one."""
    for match in BOTH.finditer(flat):
        value = integer(match["n"])
        if match["about"]:
            vague = [Piece(s, None, *match.span(), "approximate_number") for s in ("expected", "present")]
            yield vague, [match.span()]
        elif value:
            yield [count("expected", value, *match.span()), count("present", value, *match.span())], [match.span()]
    for match in LACKING.finditer(flat):
        a, b = integer(match["a"]), integer(match["b"])
        if a and b and a > b:
            slot = "leave" if match["leave"] else "absent"
            yield [count("expected", a, *match.span("a")), count(slot, b, *match.span("b"))], [match.span()]
    for match in ONE_OF.finditer(flat):
        a, b = integer(match["a"]), integer(match["b"] or match["c"])
        if a and b and a > b:  # who was away is told by its own words
            yield [count("expected", a, *match.span("a"))], [match.span("a")]
    for match in SHORT.finditer(flat):
        a, b = integer(match["a"]), integer(match["b"])
        if a and b and a > b:
            yield [count("expected", a, *match.span("a")), count("absent", b, *match.span("b"))], [match.span()]


def named(flat: str) -> Iterator[Group]:
    """Those told by name."""
    for match in (*NAMED_AFTER.finditer(flat), *NAMED.finditer(flat)):
        if match.groupdict().get("me"):
            yield [count("leave", 1, *match.span())], [match.span()]
            continue
        several = re.findall("[、和跟与, ]", match["who"]) or re.findall(
            "(?<!^)[老小](?=[\u4e00-\u9fff])(?!老师)", match["who"]
        )
        many = len(several) + 1
        slot = "leave" if "假" in match["w"] or flat.startswith(("(请假", "(病假", "(事假"), match.end()) else "absent"
        slot = slot if match["w"] not in ("出席", "参会", "到会", "参加", "与会") else "present"
        if slot == "present" and (many == 1 or flat.startswith("等", match.end())):
            continue
        yield [count(slot, many, match.start("who"), match.end())], [(match.start("who"), match.end())]


def count(slot: str, value: int, start: int, end: int) -> Piece:
    """A number of people, or the doubt that it cannot be one."""
    if value < 0:
        return Piece(slot, None, start, end, "negative_amount")
    if value > MOST:
        return Piece(slot, None, start, end, "absurd_number", if_meant(value, MOST))
    return Piece(slot, value, start, end)
