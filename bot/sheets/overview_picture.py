"""The overview as a picture for a phone: a unit a line, a duty a column, its name written downwards."""

from __future__ import annotations

from bot.sheets import canvas
from bot.sheets.canvas import RULE, SOFT, Canvas, fitted, width_of
from bot.sheets.mark_cells import draw_cell, draw_legend
from bot.sheets.overview import OWN, Overview, finished

WIDTH, EDGE = 1080, 44
_TITLE, _BODY, _SMALL = 42, 27, 24
_NAME = 300  # the width of the units' column
_WIDEST = 110  # of a duty's
_CELL = 54
_LONGEST = 9  # characters of a duty's name
_BELOW = 250


def draw(grid: Overview) -> bytes:
    """The picture, a PNG."""
    with canvas.one_at_a_time():
        top = 150 + _head(grid)
        bottom = top + _CELL * (len(grid.rows) + 1)
        page = Canvas(WIDTH, bottom + _BELOW)
        _top(page, grid)
        left = EDGE + _NAME
        wide = min(_WIDEST, (WIDTH - EDGE - left) / max(1, len(grid.columns)))
        for place, (_, name) in enumerate(grid.columns):
            _downwards(page, left + wide * (place + 0.5), top - 12, name)
        for place, row in enumerate(grid.rows):
            y = top + _CELL * place
            page.stroke([(EDGE, y), (WIDTH - EDGE, y)], "#ececec")
            page.words(EDGE, y + _CELL / 2, fitted(row.unit, _BODY, _NAME - 16), _BODY)
            for column, cell in enumerate(grid.cells(row)):
                if cell is not None:
                    draw_cell(page, left + wide * column + 4, y + 6, wide - 8, _CELL - 12, cell, _SMALL)
        _counts(page, grid, left, wide, bottom - _CELL)
        draw_legend(page, EDGE, bottom + 44, WIDTH - 2 * EDGE, _SMALL)
        page.words(EDGE, bottom + _BELOW - 50, OWN, _SMALL, color=SOFT)
        return page.png()


def _head(grid: Overview) -> int:
    """How high the names of the duties stand."""
    return 24 + _BODY * max((min(len(name), _LONGEST) for _, name in grid.columns), default=0)


def _top(page: Canvas, grid: Overview) -> None:
    page.words(EDGE, 60, grid.title, _TITLE, strong=True)
    day = f"{grid.today.year}年{grid.today.month}月{grid.today.day}日"
    page.words(EDGE, 112, f"截至{day}", _BODY, color=SOFT)
    if grid.pages > 1:
        page.words(WIDTH - EDGE, 112, f"第{grid.page}页，共{grid.pages}页", _BODY, color=SOFT, align="right")
    page.stroke([(EDGE, 146), (WIDTH - EDGE, 146)], RULE, 2)


def _downwards(page: Canvas, x: float, bottom: float, name: str) -> None:
    """A name, one character below the other, ending above the first line."""
    shown = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
    for place, character in enumerate(shown):
        y = bottom - _BODY * (len(shown) - place - 0.5)
        page.words(x, y, "︙" if character == "…" else character, _SMALL, align="center")


def _counts(page: Canvas, grid: Overview, left: float, wide: float, y: float) -> None:
    page.stroke([(EDGE, y), (WIDTH - EDGE, y)], RULE, 2)
    page.words(EDGE, y + _CELL / 2, "完成的单位" + ("（本页）" if grid.pages > 1 else ""), _BODY, color=SOFT)
    counts = [f"{done}/{owed}" for done, owed in finished(grid)]
    size = min([_SMALL, *(_SMALL * (wide - 4) / width_of(words, _SMALL) for words in counts)])
    for column, words in enumerate(counts):
        page.words(left + wide * (column + 0.5), y + _CELL / 2, words, size, color=SOFT, align="center")
    page.stroke([(EDGE, y + _CELL), (WIDTH - EDGE, y + _CELL)], RULE, 2)
