"""zhibu rubric check --sources: the encoding against the lines of the text it was made from."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from rubrics.evaluate.value import said
from rubrics.lint import PERSONAL
from rubrics.rulebooks import Rubric
from rubrics.schema.clause import Clause

NEAR = 7  # lines below a clause's own in which its points may stand (tables broken into lines)
# Counts, rates and dates; points (…分), years and names like 十九大 are none.
FIGURES = re.compile(
    r"\d+(?:\.\d+)?(?:-\d+)?(?:次|条|项|期|学时|小时|人|名|个月|月份|月底|万|元|篇|天|%|％|遍)|\d+/\d+"
    r"|[一二两三四五六七八九十](?:次|名|遍)|每(?:年|半年|季度|月|两周|周)|一年一度|逐年|百分之"
)


def check_sources(rubric: Rubric, folder: Path) -> list[str]:
    """What does not agree with the source text: another text, points that aren't there, figures left to a person."""
    source = rubric.book.source
    path = folder / source.file
    try:
        data = path.read_bytes()
    except OSError:
        return [f"{path}：没有这个原文文件。请检查目录。"]
    problems = []
    if (digest := hashlib.sha256(data).hexdigest()) != source.sha256:
        problems.append(f"{path}：与编写时的原文不同（sha256 不符）。请逐条检查行号，再写 sha256: {digest}")
    lines = data.decode("utf-8", "replace").split("\n")
    count = len(lines) - (1 if lines[-1] == "" else 0)
    if count != source.lines:
        problems.append(f"{path}：有{count}行，source.lines 写的是{source.lines}。")
    segments = _segments(rubric, lines, problems)
    for clause, _ in rubric.clauses():
        text = segments.get(clause.clause, "")
        problems += [
            f"{rubric.id} 条款 {clause.clause}（原文第{clause.line}行）：{w}" for w in _compare(clause, text, lines)
        ]
    return problems


def _segments(rubric: Rubric, lines: list[str], problems: list[str]) -> dict[str, str]:
    """The part of its line that each clause speaks of: from its `at` to the next one's."""
    starts: dict[int, list[tuple[int, str]]] = {}
    for clause, _ in rubric.clauses():
        text = lines[clause.line - 1] if clause.line <= len(lines) else ""
        position = text.find(clause.at) if clause.at else 0
        if position < 0:
            problems.append(f"{rubric.id} 条款 {clause.clause}：原文第{clause.line}行里没有“{clause.at}”。")
            position = 0
        if not clause.children:
            starts.setdefault(clause.line, []).append((position, clause.clause))
    found = {}
    for line, entries in starts.items():
        text = lines[line - 1] if line <= len(lines) else ""
        entries.sort()
        for (start, clause_id), following in zip(entries, [*entries[1:], (len(text), "")], strict=True):
            end = following[0] if following[0] > start else len(text)
            found[clause_id] = text[start:end]
    return found


def _compare(clause: Clause, text: str, lines: list[str]) -> Iterator[str]:
    single = not clause.children and clause.rule not in ("absent", "levels") and clause.waive is None
    if single and clause.points is not None:
        squeezed = re.sub(r"\s", "", "".join(lines[clause.line - 1 : clause.line - 1 + NEAR]))
        if not re.search(rf"(?<![\d.]){re.escape(said(clause.points))}分", squeezed):
            yield f"原文这里没有“{said(clause.points)}分”。请核对分值和行号，或写 waive。"
    if clause.rule in PERSONAL and clause.waive is None and (figures := FIGURES.findall(text)):
        found = "、".join(dict.fromkeys(figures))
        yield f"原文有{found}，却只由人评。请按次数、比例或日期写计分办法，或写 waive 说明原因。"
