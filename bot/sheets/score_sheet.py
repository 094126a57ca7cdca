"""The score sheet as a workbook, in the form of its rulebook: clause by clause on the first page, what each rests on,
with reasons and links, on the second.

Its words are the rulebook's and Chinese, as the paper it stands beside; the paper with signature and seal decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from openpyxl import Workbook

from bot.sheets import pages
from bot.sheets.pages import BOLD, MIMETYPE, NOT_OFFICIAL, PAPER, TITLE, Value
from rubrics import Activity, Facts, Judgement, Line, Rubric, ScoreSheet, State, column_sheet
from rubrics.evaluate.judging import COLUMN
from rubrics.evaluate.value import said
from rubrics.procedure import assessed_by, self_rating_months, side_by_side
from rubrics.procedure import columns as rated_columns
from rubrics.tally import SEVERAL_COLUMNS
from rubrics.words import EXAMPLE, STATE, leaves, span

__all__ = ["MIMETYPE", "Printed", "columns"]
_NUMBER = ("条款", 10)
_WIDTHS = {"points": 8, "result": 10, "state": 9, "why": 64}
_LEVEL, _ALONE, _RATED = 18, 30, 10
_ALWAYS = {"result": "得分", "state": "状态", "why": "计算说明"}  # a form may name them otherwise, not leave them out
_EVIDENCE = (
    ("条款", 10), ("编号", 8), ("事项", 36), ("日期", 12), ("记录日期", 18), ("是否计入", 9), ("分", 8), ("理由", 30),
    ("原消息", 46),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Printed:
    """All that goes on the pages. links: address of the message behind a record's number; head: the end of the unit's
    hash chain, in words, empty before its first entry; result: what became of the year, in words, empty until its
    outcome is put in."""

    sheet: ScoreSheet
    rubric: Rubric
    facts: Facts
    links: Mapping[int, str] = field(default_factory=dict)
    head: str = ""
    result: str = ""

    @property
    def year(self) -> int:
        """The assessed year."""
        return self.sheet.window[1].year

    @property
    def name(self) -> str:
        """What the file is called, without a folder."""
        return f"{self.facts.unit.id}-{self.sheet.rubric}-{self.year}.xlsx"

    def data(self) -> bytes:
        """The workbook. Every word in it is text, whatever it begins with."""
        book = Workbook()
        first = book.active
        first.title = "评分表"
        _clauses(first, self)
        _evidence(book.create_sheet("依据"), self)
        return pages.saved(book, self.sheet.as_of)


def columns(printed: Printed) -> dict[str, str]:
    """The columns beside the clauses, each with its head: the form's, else the ratings that the rulebook's procedure
    has, 自评 first, between what they are out of and what they come to."""
    form = printed.rubric.book.form.columns
    if form:
        named: dict[str, str] = {str(name): head for name, head in form.items()}
        return {**named, **{name: head for name, head in _ALWAYS.items() if name not in named}}
    return {"points": "分值", **{rater: COLUMN[rater] for rater in _raters(printed)}, **_ALWAYS}


def _raters(printed: Printed) -> tuple[str, ...]:
    rubric = printed.rubric
    used = {j.column for j in _of_year(printed)}
    own = ["self"] if self_rating_months(rubric) is not None or "self" in used else []
    rated = [column for column, _ in rated_columns(rubric)]
    return (*own, *rated, *(column for column in COLUMN if column in used and column not in {*own, *rated}))


def _clauses(page: Any, printed: Printed) -> None:
    sheet, form = printed.sheet, printed.rubric.book.form
    shown = columns(printed)
    example = f"　{EXAMPLE}" if sheet.example_points else ""
    title = f"{printed.year}年{sheet.title}评分表{example}"
    pages.text(page, 1, 1, title, TITLE)
    total = _total(printed)
    about = f"{form.unit}：{printed.facts.unit.name}　得分：{total}　计分日：{sheet.as_of.isoformat()}　{PAPER}"
    pages.text(page, 2, 1, about)
    pages.text(page, 3, 1, printed.result)
    levels = [(head, _ALONE if len(form.levels) == 1 else _LEVEL) for head in form.levels]
    heads = [_NUMBER, *levels, *((head, _WIDTHS.get(name, _RATED)) for name, head in shown.items())]
    pages.heads(page, 4, heads)
    page.freeze_panes = "B5"
    given = {name: _newest(printed, name) for name in shown if name in COLUMN}
    bodies = assessed_by(printed.rubric)
    depth = _depths(sheet.lines)
    at = 4
    for line in sheet.lines:
        at += 1
        values = {
            "points": _points(line.maximum), "result": _standing(line), "state": STATE[line.state],
            "why": line.arithmetic, "by": bodies.get(line.clause, ""),
            **{name: _rated(found.get(line.clause)) for name, found in given.items()},
        }  # fmt: skip
        cells = [line.clause, *_titles(line, depth[line.clause], len(levels)), *(values[name] for name in shown)]
        pages.row(page, at, cells, BOLD if line.parent is None else None)
    totals: dict[str, Value] = {
        "points": _points(sheet.full), "result": total, "state": sheet.grade or "", "by": "",
        "why": sheet.refusal or (SEVERAL_COLUMNS if side_by_side(printed.rubric) else ""),
        **{name: _column_total(printed, name) if found else None for name, found in given.items()},
    }  # fmt: skip
    pages.row(page, at + 1, ["合计", *[""] * len(levels), *(totals[name] for name in shown)], BOLD)
    for place, words in enumerate(_foot(printed), at + 2):
        pages.text(page, place, 1, words)
    pages.for_print(page, f"{printed.facts.unit.name} {title}", NOT_OFFICIAL if sheet.example_points else PAPER)


def _titles(line: Line, depth: int, levels: int) -> list[str]:
    """The title in the column of its depth; what lies deeper than the columns go is indented in the last."""
    cells = [""] * levels
    place = min(depth, levels - 1)
    cells[place] = "　" * (depth - place) + line.title
    return cells


def _foot(printed: Printed) -> Iterable[str]:
    sheet = printed.sheet
    yield ""
    yield from sheet.order
    for reading in (sheet.meanings or {}).values():
        yield f"理解：{reading}"
    yield f"规则：{sheet.rubric} {sheet.version}（校验码 {sheet.rubric_hash}）"
    yield f"记录链：{printed.head or '还没有记录'}"
    if sheet.example_points:
        yield NOT_OFFICIAL
    yield f"{PAPER}。"
    gap = "　" * 6
    yield f"{printed.rubric.book.form.unit}（盖章）：{gap}书记签字：{gap}考评人签字：{gap}日期：　　年　月　日"


def _evidence(page: Any, printed: Printed) -> None:
    pages.heads(page, 1, _EVIDENCE)
    activities = {activity.number: activity for activity in printed.facts.activities}
    at = 1
    for line in printed.sheet.lines:
        for values, address in (*_facts_of(line, activities, printed), *_reasons(line, printed)):
            at += 1
            pages.row(page, at, [line.clause, *values, address])
            if address:
                pages.link(page, at, len(_EVIDENCE), address)
    example = printed.sheet.example_points
    title = f"{printed.facts.unit.name} {printed.year}年{printed.sheet.title} 依据"
    pages.for_print(page, title, NOT_OFFICIAL if example else PAPER)


def _facts_of(
    line: Line, activities: Mapping[int, Activity], printed: Printed
) -> Iterator[tuple[list[Value], str]]:  # fmt: skip
    """What was counted, and what was not, with the days: those of a late record are two."""
    rows = [(c.number, c.words, "计入", _points(c.points)) for c in line.counted]
    rows += [(r.number, r.words, "未计入", None) for r in line.refused]
    for number, words, counted, points in rows:
        activity = activities.get(number) if number is not None else None
        days = [activity.occurred_on.isoformat(), recorded(activity)] if activity is not None else ["", ""]
        shown = f"#{number}" if number is not None else ""
        address = printed.links.get(number, "") if number is not None else ""
        yield [shown, words, *days, counted, points, ""], address


def recorded(activity: Activity) -> str:
    """The day it was recorded, 补录 after it where that was late."""
    if activity.recorded_on is None:
        return ""
    return activity.recorded_on.isoformat() + (" 补录" if activity.late else "")


def _reasons(line: Line, printed: Printed) -> Iterator[tuple[list[Value], str]]:
    """The reasons that people gave for their ratings."""
    for judgement in _of_year(printed):
        if judgement.clause == line.clause and judgement.note:
            who = f"{COLUMN.get(judgement.column, judgement.column)}（{judgement.by}）"
            yield ["", who, judgement.on.isoformat(), "", "", _rated(judgement), judgement.note], ""


def _depths(lines: Sequence[Line]) -> dict[str, int]:
    depth: dict[str, int] = {}
    for line in lines:
        depth[line.clause] = depth.get(line.parent or "", -1) + 1
    return depth


def _of_year(printed: Printed) -> list[Judgement]:
    first, last = printed.sheet.window
    return [
        j
        for j in printed.facts.judgements
        if j.rubric in (None, printed.sheet.rubric)
        and j.on <= printed.sheet.as_of
        and (j.year == printed.year if j.year is not None else first <= j.on <= last)
    ]


def _newest(printed: Printed, column: str) -> dict[str, Judgement]:
    """What stands in a column, by clause; of a self-rating only in the months that the rulebook counts."""
    months = next((term.months for term in printed.rubric.book.mix if term.column == column), ())
    fits = [j for j in _of_year(printed) if j.column == column and (not months or j.on.month in months)]
    return {j.clause: j for j in sorted(fits, key=lambda j: j.on)}


def _rated(judgement: Judgement | None) -> str | Decimal | None:
    if judgement is None:
        return None
    return _points(judgement.points) if judgement.points is not None else "有" if judgement.met else "没有"


def _column_total(printed: Printed, column: str) -> str | Decimal:
    given = tuple(_newest(printed, column).values())
    facts = replace(printed.facts, judgements=given)
    sheet = column_sheet(printed.rubric, facts, column, printed.sheet.as_of, printed.year)
    return Decimal(said(sheet.floor)) if sheet.floor == sheet.ceiling else span(sheet.floor, sheet.ceiling)


def _total(printed: Printed) -> str:
    """The total, or between what it lies; that there is none where the rulebook's points are missing or its columns
    stand side by side."""
    sheet = printed.sheet
    missing = all(line.state is State.POINTS_MISSING for line in leaves(sheet))
    return "不计总分" if missing or side_by_side(printed.rubric) else span(sheet.floor, sheet.ceiling)


def _standing(line: Line) -> str | Decimal | None:
    if line.points is not None:
        return _points(line.points)
    return span(line.floor, line.ceiling) if line.ceiling else ""


def _points(points: Decimal | None) -> Decimal | None:
    return None if points is None else Decimal(said(points))
