"""为什么: one clause down to the records behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rubrics.sheet import Counted, Line, Refused, ScoreSheet, State
from rubrics.words import EXAMPLE, figure

_NO_POINTS = frozenset({"veto", "qualify", "step"})  # lines that are words only
SHOWN = 8  # records named before 等N条
_WIDE = str.maketrans("()０１２３４５６７８９．－", "（）0123456789.-")
_STAR = re.compile(r"(?P<section>[^\W\d（]+)(?P<number>\d+)(\.|$)")


def explain(sheet: ScoreSheet, about: str) -> str:
    """The clause of a number, or the clauses that some words speak of; empty when none does."""
    found = matching(sheet, about)
    if not found:
        return ""
    head = [EXAMPLE] if sheet.example_points else []
    return "\n".join([*head, *("\n".join(_rows(sheet, line)) for line in found)])


def matching(sheet: ScoreSheet, about: str) -> list[Line]:
    """The lines meant: by number, by title, by words within titles, by words within what was counted; 3 at most."""
    words = re.sub(r"\s+", "", about.translate(_WIDE)).removeprefix(sheet.short)
    if not words:
        return []
    exact = [line for line in sheet.lines if line.clause.translate(_WIDE) == words]
    if exact:
        return exact
    for fits in (_same_title, _in_title, _around_title, _in_words, _in_records):
        found = [line for line in sheet.lines if fits(line, words)]
        if found:
            return _lowest(found, sheet)[:3]
    return []


def _same_title(line: Line, words: str) -> bool:
    return line.title == words


def _in_title(line: Line, words: str) -> bool:
    return len(words) >= 2 and words in line.title


def _around_title(line: Line, words: str) -> bool:
    return words.startswith(line.clause.translate(_WIDE)) or (len(line.title) >= 3 and line.title in words)


def _in_words(line: Line, words: str) -> bool:
    return len(words) >= 2 and (words in line.arithmetic or words in line.missing)


def _in_records(line: Line, words: str) -> bool:
    return len(words) >= 2 and any(words in said for said in _records(line))


def _records(line: Line) -> list[str]:
    return [counted.words for counted in line.counted] + [refused.words for refused in line.refused]


def _lowest(found: Sequence[Line], sheet: ScoreSheet) -> list[Line]:
    """Without clauses whose parts were found too."""
    parents = {line.parent for line in found}
    return [line for line in found if line.clause not in parents]


def heading(sheet: ScoreSheet, line: Line) -> str:
    """规范星第3条·三会一课 where the number is a section's and a figure; 量化考核（三）1 三会一课 otherwise."""
    match = _STAR.match(line.clause)
    section = next((s for s in sheet.lines if match and s.clause == match["section"] and s.parent is None), None)
    if match and section:
        return f"{section.title}第{match['number']}条·{line.title}"
    joint = "" if line.clause.startswith("（") else " "
    return f"{sheet.short}{joint}{line.clause} {line.title}"


def _rows(sheet: ScoreSheet, line: Line) -> list[str]:
    points = "" if line.kind in _NO_POINTS else f" {figure(line)}"
    rows = [f"{heading(sheet, line)}{points}：{line.arithmetic or '没有记录'}"]
    parts = [part for part in sheet.lines if part.parent == line.clause]
    rows += [f"· {part.title} {figure(part)}" for part in parts]
    if line.counted:
        rows.append("计入：" + _listed([_numbered(c) for c in line.counted]))
    if line.refused:
        rows.append("未计入：" + _listed([_numbered(r) for r in line.refused]))
    if line.missing and line.state is not State.NOT_APPLICABLE and line.missing not in line.arithmetic:
        rows.append(line.missing)
    meanings = [sheet.meanings[r] for r in line.readings if sheet.meanings and r in sheet.meanings]
    if meanings:
        rows.append("理解：" + "；".join(meanings))
    return rows


def _numbered(fact: Counted | Refused) -> str:
    return f"#{fact.number} {fact.words}" if fact.number is not None else fact.words


def _listed(texts: Sequence[str]) -> str:
    more = f"，等{len(texts)}条" if len(texts) > SHOWN else ""
    return "、".join(texts[:SHOWN]) + more
