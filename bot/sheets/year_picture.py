"""The year as a picture for a phone: bars of earned, open and lost points by section, then duties by month."""

from __future__ import annotations

from collections.abc import Iterator

from bot.sheets import canvas
from bot.sheets.canvas import BLUE, GREY, ORANGE, PALE_BLUE, RULE, SOFT, Canvas, fitted, width_of
from bot.sheets.mark_cells import draw_cell, draw_legend
from bot.sheets.pages import PAPER as SIGNED
from bot.sheets.year import Book, Row, Section, Year
from rubrics.evaluate.value import said
from rubrics.words import EXAMPLE, span

WIDTH, EDGE = 1080, 44
TITLE, HEAD, BODY, SMALL, TINY = 46, 34, 27, 24, 21
_BAR, _STEP = 34, 54  # a bar's height, and from one to the next
_LABEL = 270  # the width of what stands before bars and months
_FIGURES = 190  # and behind bars
_CELL = 52
_KEY = 26


def draw(year: Year) -> bytes:
    """The picture, a PNG."""
    with canvas.one_at_a_time():
        page = Canvas(WIDTH, _height(year))
        y = _top(page, year)
        for book in year.books:
            y = _book(page, y, book)
        y = _grid(page, y, year)
        _foot(page, y, year)
        return page.png()


def _height(year: Year) -> int:
    books = sum(_book_height(book) for book in year.books)
    grid = 60 + 44 + _CELL * len(year.rows) + 150 if year.rows else 0
    return 150 + books + grid + 110


def _book_height(book: Book) -> int:
    return 60 + 62 + (_STEP * len(book.sections) if book.sections else 20) + 34


def _top(page: Canvas, year: Year) -> float:
    title = f"{year.unit}　{year.year}年"
    size = max(SMALL, min(TITLE, int(TITLE * (WIDTH - 2 * EDGE) / width_of(title, TITLE))))
    page.words(EDGE, 62, fitted(title, size, WIDTH - 2 * EDGE), size, strong=True)
    day = f"{year.today.year}年{year.today.month}月{year.today.day}日"
    page.words(EDGE, 116, f"截至{day}", BODY, color=SOFT)
    if year.example:
        page.words(WIDTH - EDGE, 116, EXAMPLE, BODY, color=ORANGE, align="right", strong=True)
    return 150


def _book(page: Canvas, y: float, book: Book) -> float:
    """One rulebook: its total, the three parts of it, a bar a section."""
    page.stroke([(EDGE, y), (WIDTH - EDGE, y)], RULE, 2)
    page.words(EDGE, y + 40, book.title, HEAD, strong=True)
    full = f" / {said(book.full)}分" if book.full is not None else "分"
    total = f"{book.points}{full}" + (f"　{book.grade}" if book.grade else "") if book.points else "不计总分"
    page.words(WIDTH - EDGE, y + 40, total, HEAD, align="right", strong=True)
    if not book.sections:
        page.words(EDGE, y + 88, fitted(book.refusal, SMALL, WIDTH - 2 * EDGE), SMALL, color=SOFT)
        return y + _book_height(book)
    x = float(EDGE)
    for (fill, edge, hatch), words in zip(
        _PARTS,
        (f"已得 {said(book.earned)}", f"还可能得 {said(book.reachable)}", f"已失 {said(book.lost)}"),
        strict=True,
    ):
        page.box(x, y + 75, _KEY, _KEY, fill, edge=edge, hatch=hatch)
        page.words(x + _KEY + 12, y + 88, words, SMALL)
        x += _KEY + 12 + width_of(words, SMALL) + 40
    for place, section in enumerate(book.sections):
        _bar(page, y + 120 + _STEP * place, section)
    return y + _book_height(book)


_PARTS = ((BLUE, BLUE, ""), (PALE_BLUE, BLUE, "//"), (GREY, "#8c8c8c", ""))  # earned, reachable, lost


def _bar(page: Canvas, y: float, section: Section) -> None:
    """One section, as wide as its maximum whatever that is: how much of it, in shares."""
    middle = y + _BAR / 2 + 4
    page.words(EDGE, middle, fitted(section.title, BODY, _LABEL - 16), BODY)
    left, whole = EDGE + _LABEL, WIDTH - 2 * EDGE - _LABEL - _FIGURES
    x = float(left)
    for amount, (fill, edge, hatch) in zip((section.earned, section.reachable, section.lost), _PARTS, strict=True):
        wide = float(amount / section.maximum) * whole if section.maximum else 0.0
        if wide >= 0.5:
            page.box(x, y + 4, wide, _BAR, fill, edge=edge, hatch=hatch)
        x += wide
    shown = span(section.earned, section.earned + section.reachable)
    page.words(WIDTH - EDGE, middle, f"{shown}/{said(section.maximum)}", SMALL, align="right")


def _grid(page: Canvas, y: float, year: Year) -> float:
    """Months across, a duty a line; a cell spans the months of its period."""
    if not year.rows:
        return y
    page.stroke([(EDGE, y), (WIDTH - EDGE, y)], RULE, 2)
    page.words(EDGE, y + 40, "规定动作", HEAD, strong=True)
    page.words(WIDTH - EDGE, y + 40, "1～12月", SMALL, color=SOFT, align="right")
    left, wide = EDGE + _LABEL, (WIDTH - 2 * EDGE - _LABEL) / 12
    y += 60 + 44
    bottom = y + _CELL * len(year.rows)
    if year.today.year == year.year:
        x = left + wide * (year.today.month - 1)
        page.box(x, y - 40, wide, bottom - y + 44, "#f6f0dc")
    for month in range(1, 13):
        page.words(left + wide * (month - 0.5), y - 20, f"{month}", SMALL, color=SOFT, align="center")
    for place, row in enumerate(year.rows):
        _row(page, left, wide, y + _CELL * place, row)
    draw_legend(page, EDGE, bottom + 40, WIDTH - 2 * EDGE, SMALL)
    return bottom + 150


def _row(page: Canvas, left: float, wide: float, y: float, row: Row) -> None:
    page.stroke([(EDGE, y + _CELL), (WIDTH - EDGE, y + _CELL)], "#ececec")
    label(page, EDGE, y + _CELL / 2, row.label, _LABEL - 16)
    for cell in row.cells:
        x, months = left + wide * (cell.first - 1), cell.last - cell.first + 1
        draw_cell(page, x + 4, y + 6, wide * months - 8, _CELL - 12, cell, SMALL)


def label(page: Canvas, x: float, y: float, words: str, width: float) -> None:
    """A line's name: on two lines, smaller, where it is too long for one."""
    for size in (BODY, TINY):
        if width_of(words, size) <= width:
            page.words(x, y, words, size)
            return
    cut = next(n for n in range(len(words), 0, -1) if width_of(words[:n], TINY) <= width)
    page.words(x, y - TINY * 0.55, words[:cut], TINY)
    page.words(x, y + TINY * 0.55, fitted(words[cut:], TINY, width), TINY)


def _foot(page: Canvas, y: float, year: Year) -> None:
    page.stroke([(EDGE, y), (WIDTH - EDGE, y)], RULE, 2)
    for place, words in enumerate(foot(year.example, year.head)):
        page.words(EDGE, y + 34 + 36 * place, fitted(words, SMALL, WIDTH - 2 * EDGE), SMALL, color=SOFT)


def foot(example: bool, head: str) -> Iterator[str]:
    """What stands below every picture."""
    yield f"{SIGNED}。" + (f"{EXAMPLE}，不能作为正式评分。" if example else "")
    yield f"记录链：{head[:40] + '…' if len(head) > 40 else head or '还没有记录'}"
