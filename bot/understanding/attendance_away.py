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

_ON_LEAVE = re.compile(r"(?<![没无])(?<!没有)(?:请了?假|请的假|[病事产公]假)(?!条)")
_OTHERS_AWAY = re.compile(r"没[来到请](?!得及)|未到|缺席|出差|旷|值班没|也没")
_NUMERAL = re.compile(r"[\d一二两三四五六七八九十俩仨]")
_STOP = re.compile(r"[,。;!?\n]")
_MARKED = re.compile(r"[、,和跟与及]")
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


def missing(flat: str, pieces: list[Piece]) -> list[Piece]:
    """With how many were on leave, where those who came are told beside those who ought to, and the rest by names:
    in 八个人来了七个谌老师坐月子请假 no mark tells the names apart."""
    expected, present, away = ([p for p in pieces if p.slot == slot] for slot in ("expected", "present", "leave"))
    if len(expected) != len(present) or any(p.slot == "absent" for p in pieces):
        return pieces
    result = list(pieces)
    ends = [max(e.end, p.end) for e, p in zip(expected, present, strict=True)]
    for i, (whole, came) in enumerate(zip(expected, present, strict=True)):
        if not isinstance(whole.value, int) or not isinstance(came.value, int) or whole.value <= came.value:
            continue
        until = min(expected[i + 1].start, present[i + 1].start) if i + 1 < len(ends) else len(flat)
        told = _ON_LEAVE.search(flat, ends[i], until)
        if told is None or _STOP.search(flat, ends[i], told.start()) or _OTHERS_AWAY.search(flat, ends[i], until):
            continue
        named_here = [p for p in away if ends[i] <= p.start < until]
        if any(_NUMERAL.search(flat, p.start, p.end) for p in named_here):
            continue
        if named_here and (len(named_here) > 1 or _MARKED.search(flat, named_here[0].start, named_here[0].end)):
            continue
        result = [p for p in result if p not in named_here]
        result.append(Piece("leave", whole.value - came.value, *told.span()))
    return result


def count(slot: str, value: int, start: int, end: int) -> Piece:
    """A number of people, or the doubt that it cannot be one."""
    if value < 0:
        return Piece(slot, None, start, end, "negative_amount")
    if value > MOST:
        return Piece(slot, None, start, end, "absurd_number", if_meant(value, MOST))
    return Piece(slot, value, start, end)
