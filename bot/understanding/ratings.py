"""What a rater's words give a clause: （三）4 打5分，理由…; 3分; 有; 没有，因为…."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from bot.understanding.numbers import DECIMAL, decimal
from bot.understanding.text import clean

HALF = Decimal("0.5")
LONGEST = 500  # characters; a reason is a sentence or two


@dataclass(frozen=True, slots=True)
class Rated:
    """What was said. clause: the one named, None when none was; points: given; met: True for 有, False for 没有; note:
    the reason, as typed. At least one of points, met and note is there."""

    clause: str | None
    points: Decimal | None = None
    met: bool | None = None
    note: str = ""


_WHY = r"(?:理由|原因|因为|由于|说明|备注)(?:是|为|:)?"
_GIVE = r"(?:我们?|这一?[条项个]|自评|考评|给|打|评|得|记|定|改|降|升|成|为|到|是|:|,| )*"
_N = rf"{_GIVE}(?P<n>[-+]?{DECIMAL})"
_POINTS = re.compile(rf"{_N} ?分(?P<half>半)?[,;。: ]*(?:{_WHY})? ?(?P<note>.+)")
_POINTS_ALONE = re.compile(rf"{_N} ?(?:分(?P<half>半)?)?(?:吧|了|[。!,])*")
_POINTS_WHY = re.compile(rf"{_N} ?(?:分(?P<half>半)?)?[,;。: ]*{_WHY} ?(?P<note>.+)")
_POINTS_OF_CLAUSE = re.compile(rf"{_N} ?[,;。:] ?(?P<note>.+)")  # only where the clause was named: 5,12人 is a report
_YES = r"(?:有的?|有了|都有|做到了?|已?达到|已证明|属实|已完成|具备)"
_NO = r"(?:没有?的?|无|未达到|没做到|未做到|不属实|不具备|没达到)"
_MET = re.compile(rf"[:,是 ]*(?:(?P<yes>{_YES})|(?P<no>{_NO}))(?:[。!]|[,;。 ]+(?:{_WHY})? ?(?P<note>.+))?")
_NOTE = re.compile(rf"[:,; ]*{_WHY} ?(?P<note>.+)")


def rated(text: str, clauses: Mapping[str, str]) -> Rated | None:
    """What a message gives a clause; None when it is about something else. clauses: numbers to titles."""
    if len(text) > LONGEST:
        return None
    cleaned = clean(text)
    flat = cleaned.flat
    clause, begin = _named(flat, clauses)
    begin += len(flat[begin:]) - len(flat[begin:].lstrip(" :,的"))
    for pattern in (_POINTS_ALONE, _POINTS_WHY, _POINTS, *((_POINTS_OF_CLAUSE,) if clause else ())):
        found = pattern.fullmatch(flat, begin)
        value = decimal(found["n"]) if found else None
        if found and value is not None and value.is_finite():
            half = HALF if found.groupdict().get("half") else 0
            return Rated(clause, value + half, note=_note(found, cleaned.shown))
    if found := _MET.fullmatch(flat, begin):
        return Rated(clause, met=found["yes"] is not None, note=_note(found, cleaned.shown))
    if clause is not None and (found := _NOTE.fullmatch(flat, begin)):
        return Rated(clause, note=_note(found, cleaned.shown))
    return None


_BETWEEN = re.compile(r"[,，;；\n]+")


def clause_named(text: str, clauses: Mapping[str, str]) -> str | None:
    """The clause that a text is, by its number or title, or by words that only its title has. clauses: numbers to
    titles."""
    flat = clean(text).flat.strip()
    found, _ = _named(flat, clauses)
    if found is not None or len(flat) < 2:
        return found
    fits = [number for number, title in clauses.items() if flat in clean(title).flat]
    return fits[0] if len(fits) == 1 else None


def clause_begun(text: str, clauses: Mapping[str, str]) -> str | None:
    """The clause that a text begins with, by its number or title. clauses: numbers to titles."""
    return _named(clean(text).flat, clauses)[0]


def several(text: str, clauses: Mapping[str, str]) -> tuple[Rated, ...]:
    """What a message gives several clauses at once: （一）1 3分，（一）2 2.5分; none unless each piece names one."""
    pieces = [piece for piece in _BETWEEN.split(text) if piece.strip()]
    if len(pieces) < 2:
        return ()
    found = [rated(piece, clauses) for piece in pieces]
    given = [one for one in found if one is not None and one.clause is not None]
    return tuple(given) if len(given) == len(pieces) else ()


@lru_cache(maxsize=4096)
def _names(number: str, title: str) -> tuple[str, str, str]:
    """How people may name a clause: by number, by number and title, by title."""
    flat_number, flat_title = clean(number).flat, clean(title).flat
    return flat_number, f"{flat_number} {flat_title}", flat_title


def _named(flat: str, clauses: Mapping[str, str]) -> tuple[str | None, int]:
    """The clause a text begins with, by its number or its title, and where the rest begins: the longest that fits,
    and not where the number goes on (（三）4 in （三）45分)."""
    best: tuple[str | None, int] = (None, 0)
    for number, title in clauses.items():
        for name in _names(number, title):
            rest = flat[len(name) :]
            if flat.startswith(name) and len(name) > best[1] and not re.match(r"[\d.]", rest):
                best = (number, len(name))
    return best


def _note(found: re.Match[str], shown: str) -> str:
    span = found.span("note") if "note" in found.re.groupindex else (-1, -1)
    return shown[span[0] : span[1]].strip(" ，,。;；") if span[0] >= 0 else ""
