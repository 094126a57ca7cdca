"""The score sheet as a workbook: clause by clause on the first page, what each rests on with links on the second.

Its words are the rulebook's and Chinese, as the paper it stands beside; the paper with signature and seal decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from rubrics import Facts, Judgement, Line, Rubric, ScoreSheet, column_sheet
from rubrics.evaluate.judging import COLUMN
from rubrics.evaluate.value import said
from rubrics.words import EXAMPLE, STATE

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAPER = "以签字盖章的纸质件为准"
_WIDTHS = {"条款": 10, "内容": 30, "分值": 8, "得分": 10, "状态": 9, "计算说明": 64}
_EVIDENCE = (("条款", 10), ("编号", 8), ("事项", 40), ("是否计入", 10), ("分", 8), ("原消息", 46))
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_LINE = Side(style="thin", color="999999")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD = PatternFill("solid", fgColor="EEEEEE")
_WRAP = Alignment(wrap_text=True, vertical="top")


@dataclass(frozen=True, slots=True)
class Printed:
    """All that goes on the pages. unit: its name; links: address of the message behind a record's number; head: the
    end of the unit's hash chain, in words, empty before its first entry."""

    sheet: ScoreSheet
    rubric: Rubric
    facts: Facts
    links: Mapping[int, str] = field(default_factory=dict)
    head: str = ""

    @property
    def year(self) -> int:
        """The assessed year."""
        return self.sheet.window[1].year

    @property
    def name(self) -> str:
        """What the file is called, without a folder."""
        return f"{self.facts.unit.id}-{self.sheet.rubric}-{self.year}.xlsx"


def workbook(printed: Printed) -> bytes:
    """The workbook. Every word in it is text, whatever it begins with."""
    book = Workbook()
    first = book.active
    first.title = "评分表"
    _clauses(first, printed)
    _evidence(book.create_sheet("依据"), printed)
    out = BytesIO()
    book.save(out)
    return _dated(out.getvalue(), printed)


def _dated(data: bytes, printed: Printed) -> bytes:
    """The same file with the day of the sheet for every moment that openpyxl takes from the machine's clock: equal
    sheets are equal files."""
    day = printed.sheet.as_of
    out = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _MOMENT.sub(rb"\g<1>" + f"{day.isoformat()}T00:00:00Z".encode(), content)
            info = ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            info.compress_type = ZIP_DEFLATED
            new.writestr(info, content)
    return out.getvalue()


def columns(printed: Printed) -> tuple[str, ...]:
    """The columns of ratings, as the rulebook weighs or ranks them: 自评 first, whoever has the last word last."""
    terms = [str(term.column) for term in printed.rubric.book.mix if term.column is not None]
    if terms:
        return tuple(terms)
    used = {j.column for j in _of_year(printed)}
    ranked = [column for column in reversed(printed.rubric.book.columns) if column in used or column == "assessor"]
    return ("self", *ranked)


def _clauses(page: Any, printed: Printed) -> None:
    sheet = printed.sheet
    raters = columns(printed)
    heads = ["条款", "内容", "分值", *(COLUMN[column] for column in raters), "得分", "状态", "计算说明"]
    example = f"　{EXAMPLE}" if sheet.example_points else ""
    _text(page, 1, 1, f"{printed.year}年{sheet.title}评分表{example}", Font(bold=True, size=14))
    _text(page, 2, 1, f"单位：{printed.facts.unit.name}　计分日：{sheet.as_of.isoformat()}　{PAPER}")
    row = 4
    for place, head in enumerate(heads, 1):
        cell = _text(page, row, place, head, Font(bold=True))
        cell.fill, cell.border = _HEAD, _BOX
        page.column_dimensions[cell.column_letter].width = _WIDTHS.get(head, 9)
    depth = _depths(sheet.lines)
    given = {column: _newest(printed, column) for column in raters}
    for line in sheet.lines:
        row += 1
        font = Font(bold=line.parent is None)
        values: list[str | Decimal | None] = [
            line.clause, "　" * depth[line.clause] + line.title, _points(line.maximum),
            *(_rated(given[column].get(line.clause)) for column in raters),
            _standing(line), STATE[line.state], line.arithmetic,
        ]  # fmt: skip
        _row(page, row, values, font)
    row += 1
    totals = [_column_total(printed, column) if given[column] else None for column in raters]
    final = said(sheet.floor) if sheet.floor == sheet.ceiling else f"{said(sheet.floor)}～{said(sheet.ceiling)}"
    _row(
        page, row, ["合计", "", _points(sheet.full), *totals, final, sheet.grade or "", sheet.refusal], Font(bold=True)
    )
    for words in _foot(printed):
        row += 1
        _text(page, row, 1, words)
    page.freeze_panes = "C5"
    page.print_title_rows = "4:4"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
    page.page_setup.fitToHeight, page.sheet_properties.pageSetUpPr.fitToPage = 0, True


def _foot(printed: Printed) -> Iterable[str]:
    sheet = printed.sheet
    yield ""
    yield from sheet.order
    for reading in (sheet.meanings or {}).values():
        yield f"理解：{reading}"
    yield f"规则：{sheet.rubric} {sheet.version}（校验码 {sheet.rubric_hash}）"
    yield f"记录链：{printed.head or '还没有记录'}"
    if sheet.example_points:
        yield f"{EXAMPLE}：本表不能作为正式评分上报。"
    yield f"{PAPER}。"
    yield "支部（盖章）：　　　　　　书记签字：　　　　　　考评人签字：　　　　　　日期：　　年　月　日"


def _evidence(page: Any, printed: Printed) -> None:
    for place, (head, width) in enumerate(_EVIDENCE, 1):
        cell = _text(page, 1, place, head, Font(bold=True))
        cell.fill, cell.border = _HEAD, _BOX
        page.column_dimensions[cell.column_letter].width = width
    row = 1
    for line in printed.sheet.lines:
        facts = [(c.number, c.words, "计入", _points(c.points)) for c in line.counted]
        facts += [(r.number, r.words, "未计入", None) for r in line.refused]
        for number, words, counted, points in facts:
            row += 1
            link = printed.links.get(number, "") if number is not None else ""
            _row(page, row, [line.clause, f"#{number}" if number is not None else "", words, counted, points, link])
            if link:
                page.cell(row, len(_EVIDENCE)).hyperlink = link
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"


def _row(page: Any, row: int, values: Sequence[str | Decimal | None], font: Font | None = None) -> None:
    for place, value in enumerate(values, 1):
        if isinstance(value, Decimal):
            cell = page.cell(row, place, value)
            cell.font = font or Font()
        else:
            cell = _text(page, row, place, value or "", font)
        cell.border, cell.alignment = _BOX, _WRAP


def _text(page: Any, row: int, place: int, words: str, font: Font | None = None) -> Any:
    """A cell of text: what begins with = + - @ must not become a formula, here or where the sheet is opened next."""
    cell = page.cell(row, place)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", words)
    cell.data_type = "s"
    cell.quotePrefix = words[:1] in ("=", "+", "-", "@", "\t", "\r")
    cell.font = font or Font()
    return cell


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
    facts = Facts(
        printed.facts.unit, printed.facts.activities, printed.facts.subunits, given, printed.facts.findings,
        printed.facts.results, printed.facts.people,
    )  # fmt: skip
    sheet = column_sheet(printed.rubric, facts, column, printed.sheet.as_of, printed.year)
    if sheet.floor == sheet.ceiling:
        return Decimal(said(sheet.floor))
    return f"{said(sheet.floor)}～{said(sheet.ceiling)}"


def _standing(line: Line) -> str | Decimal | None:
    if line.points is not None:
        return _points(line.points)
    return f"{said(line.floor)}～{said(line.ceiling)}" if line.ceiling else ""


def _points(points: Decimal | None) -> Decimal | None:
    return None if points is None else Decimal(said(points))
