"""The arithmetic of a line read back from its words: what a person with a pencil would come to."""

from __future__ import annotations

import re
from decimal import Decimal

from rubrics import Line, ScoreSheet
from rubrics.evaluate.judging import COLUMN

_COLUMNS = f"(?:{'|'.join(COLUMN.values())})"
_NUMBER = r"-?\d+(?:\.\d+)?"
_MIX = re.compile(rf"{_COLUMNS}({_NUMBER}) × ({_NUMBER})%")
_RULED = re.compile(rf"{_COLUMNS}({_NUMBER})分")
_TIMES = re.compile(rf"([+-]?) ?[^+\-（），]*?({_NUMBER})(?:次|档) × ({_NUMBER})(?:（至多({_NUMBER})）)?")
_LEVELS = re.compile(rf"[^\d+，（）]+({_NUMBER})(?: × ({_NUMBER}))?(?: \+ |，封顶|$)")
_CENT = Decimal("0.005")  # each figure shown may be off by half a cent


def worked_out(sheet: ScoreSheet, line: Line) -> tuple[Decimal, Decimal] | None:
    """What the words come to and how much rounding may be in it; None for words that hold no arithmetic."""
    text = line.arithmetic
    if found := _MIX.findall(text.partition("（")[0] if _MIX.match(text) else ""):
        return sum((Decimal(a) * Decimal(b) / 100 for a, b in found), Decimal(0)), _CENT * len(found)
    if (ruled := _RULED.match(text)) and "；" not in text:
        return Decimal(ruled[1]), _CENT
    base, changes = _parted(text)
    value = _base(line, base)
    if value is None:
        return None
    points, slack = value
    for sign, times, each, most in _TIMES.findall(changes):
        change = min(Decimal(times) * Decimal(each), Decimal(most) if most else Decimal("Infinity"))
        points += change if sign == "+" else -change
    false = re.search(rf" - 虚假({_NUMBER})", changes)
    points -= Decimal(false[1]) if false else 0
    if line.maximum is not None:
        points = min(max(points, Decimal(0)), line.maximum)
    return points, slack


def _parted(text: str) -> tuple[str, str]:
    """The rule's own arithmetic, and what was added and taken besides."""
    match = re.search(rf" - (?:虚假|[^+]*?{_NUMBER}(?:次|档) × )", text)
    return (text[: match.start()], text[match.start() :]) if match else (text, "")


def _base(line: Line, text: str) -> tuple[Decimal, Decimal] | None:
    if match := re.fullmatch(rf"满分({_NUMBER})", text):
        return Decimal(match[1]), Decimal(0)
    if line.kind in ("parts", "section") and re.fullmatch(rf"{_NUMBER}(?: \+ {_NUMBER})*", text):
        terms = text.split(" + ")
        return sum(map(Decimal, terms), Decimal(0)), _CENT * len(terms)
    if match := re.fullmatch(rf"取最高：({_NUMBER}(?:、{_NUMBER})*)", text):
        return max(map(Decimal, match[1].split("、"))), _CENT
    if match := re.fullmatch(rf"\d+个支部取最低：({_NUMBER}(?:、{_NUMBER})*)", text):
        return min(map(Decimal, match[1].split("、"))), _CENT
    if match := re.fullmatch(rf"(\d+)个支部平均：（({_NUMBER}(?: \+ {_NUMBER})*)）÷ \d+", text):
        return sum(map(Decimal, match[2].split(" + ")), Decimal(0)) / int(match[1]), _CENT * 2
    if match := re.fullmatch(rf".*平均完成({_NUMBER})%", text):
        return Decimal(match[1]) / 100 * (line.maximum or 0), _CENT / 100 * (line.maximum or 0) + _CENT
    if line.kind == "count" and _TIMES.search(text):
        return _capped(text, [Decimal(a) * Decimal(b) for _, a, b, _ in _TIMES.findall(text)])
    if line.kind == "levels" and text != "没有":
        return _capped(text, [Decimal(a) * Decimal(b or 1) for a, b in _LEVELS.findall(text)])
    if line.kind == "scale" and (match := re.fullmatch(rf".+：({_NUMBER})分", text)):
        return Decimal(match[1]), _CENT
    return None


def _capped(text: str, terms: list[Decimal]) -> tuple[Decimal, Decimal]:
    cap = re.search(rf"，封顶({_NUMBER})", text)
    whole = sum(terms, Decimal(0))
    return (min(whole, Decimal(cap[1])) if cap else whole), _CENT * len(terms)
