"""What the tagger sees of each character: itself, its neighbours, what was found there, its place in the clause."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.understanding.names import SURNAME

Mark = tuple[int, int, str]  # a place where something was found: start, end, a letter for what

_SURNAME = re.compile(SURNAME)
_STOPS = frozenset(",;。!?\n :")
_ENDS = frozenset("。!?\n;")
_OPENING, _CLOSING = "“《([", "”》)]"
_NEAR = 4  # characters from a clause's beginning that are told apart


def features(flat: str, marks: Sequence[Mark], kind: str) -> list[list[str]]:
    """One list of features for each character. marks: what was found; kind: the first activity named."""
    n = len(flat)
    found = ["-"] * n
    for start, end, letter in marks:
        for i in range(max(start, 0), min(end, n)):
            if found[i] == "-":
                found[i] = letter
    chars = ["0" if c.isdigit() else c for c in flat]
    c = ["^3", "^2", "^1", *chars, "$1", "$2", "$3"]
    g = ["^", *found, "$"]
    sort = ["^", *map(_sort, flat), "$"]
    before, after = _neighbours(found)
    surname = ["0", *("1" if _SURNAME.match(flat, i) else "0" for i in range(n))]
    result = []
    clause, sentence, depth = 0, 0, 0
    for i in range(n):
        at = i + 3
        depth += flat[i] in _OPENING
        c0, c1, c2, p1, p2 = c[at], c[at + 1], c[at + 2], c[at - 1], c[at - 2]
        result.append(
            [
                "b", f"c0={c0}", f"c-1={p1}", f"c1={c1}", f"c-2={p2}", f"c2={c2}",
                f"b-1={p1}{c0}", f"b0={c0}{c1}", f"b-2={p2}{p1}", f"b1={c1}{c2}",
                f"t-1={p2}{p1}{c0}", f"t0={p1}{c0}{c1}", f"t1={c0}{c1}{c2}",
                f"u-3={c[at - 3]}{p2}{p1}", f"u3={c1}{c2}{c[at + 3]}",
                f"g-1={g[i]}{g[i + 1]}", f"g1={g[i + 1]}{g[i + 2]}", f"y={sort[i]}{sort[i + 1]}{sort[i + 2]}",
                f"ps={before[i]}{found[i]}", f"ns={found[i]}{after[i]}", f"pn={before[i]}{found[i]}{after[i]}",
                f"nd={min(i - clause, _NEAR)}{before[i]}", f"q={min(depth, 1)}", f"sur={surname[i]}{surname[i + 1]}",
                f"cs={flat[clause : clause + 2]}", f"kc={kind}{found[i]}", f"se={min(sentence, 3)}{min(depth, 1)}",
            ]
        )  # fmt: skip
        depth -= flat[i] in _CLOSING and depth > 0
        if flat[i] in _STOPS:
            clause = i + 1
            sentence += flat[i] in _ENDS
    return result


def _neighbours(found: Sequence[str]) -> tuple[list[str], list[str]]:
    """For each place what was found last before it, and what comes next after it."""
    before, after = [], []
    last = "^"
    for letter in found:
        before.append(last)
        last = letter if letter != "-" else last
    last = "$"
    for letter in reversed(found):
        after.append(last)
        last = letter if letter != "-" else last
    return before, after[::-1]


def _sort(char: str) -> str:
    if "\u4e00" <= char <= "\u9fff":
        return "h"
    if char.isdigit():
        return "d"
    if char in _STOPS:
        return "_" if char == " " else char
    if char in _OPENING or char in _CLOSING:
        return "q"
    return "a" if char.isascii() and char.isalpha() else "o"
