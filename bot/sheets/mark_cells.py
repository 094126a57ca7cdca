"""Cells of duties as drawn: each state has a shape of its own, so that it is told apart without colour."""

from __future__ import annotations

from bot.sheets.canvas import (
    BLUE,
    INK,
    ORANGE,
    PALE_BLUE,
    PALE_GREY,
    PALE_ORANGE,
    PAPER,
    SOFT,
    Canvas,
    width_of,
)
from bot.sheets.marks import WORDS, Cell, Mark

_LOOKS = {
    Mark.DONE: (BLUE, BLUE, PAPER),
    Mark.PART: (PALE_ORANGE, ORANGE, INK),
    Mark.MISSING: (PAPER, ORANGE, ORANGE),
    Mark.UNDER_WAY: (PALE_BLUE, BLUE, INK),
    Mark.AHEAD: (PALE_GREY, "", SOFT),
    Mark.WAIVED: (PAPER, "", SOFT),
}  # fill, border, words


def draw_cell(page: Canvas, x: float, y: float, width: float, height: float, cell: Cell, size: float) -> None:
    """One cell: filled with a tick, a count, a cross, or empty."""
    fill, edge, ink = _LOOKS[cell.mark]
    page.box(x, y, width, height, fill, edge=edge)
    words = _words(cell)
    if words:
        page.words(x + width / 2, y + height / 2, words, size, color=ink, align="center")
    elif cell.mark is Mark.DONE:
        _tick(page, x + width / 2, y + height / 2, height)
    elif cell.mark is Mark.MISSING:
        _cross(page, x + width / 2, y + height / 2, height)


def _words(cell: Cell) -> str:
    if cell.mark is Mark.WAIVED:
        return "免"
    if cell.mark in (Mark.PART, Mark.UNDER_WAY) and (cell.needed > 1 or cell.done):
        return f"{cell.done}/{cell.needed}"
    return ""


def _tick(page: Canvas, x: float, y: float, height: float) -> None:
    unit = height * 0.22
    page.stroke([(x - unit, y), (x - unit * 0.2, y + unit * 0.8), (x + unit * 1.2, y - unit)], PAPER, height * 0.13)


def _cross(page: Canvas, x: float, y: float, height: float) -> None:
    unit = height * 0.22
    for a, b in (((-1, -1), (1, 1)), ((-1, 1), (1, -1))):
        page.stroke([(x + a[0] * unit, y + a[1] * unit), (x + b[0] * unit, y + b[1] * unit)], ORANGE, height * 0.1)


def draw_legend(page: Canvas, left: float, y: float, width: float, size: float) -> None:
    """What each state looks like, in as many lines as it takes. y: the middle of the first."""
    samples = {
        Mark.DONE: (1, 1), Mark.PART: (1, 2), Mark.MISSING: (0, 1), Mark.UNDER_WAY: (0, 1), Mark.AHEAD: (0, 1),
        Mark.WAIVED: (0, 0),
    }  # fmt: skip
    x = left
    for mark, (done, needed) in samples.items():
        taken = 64 + width_of(WORDS[mark], size)
        if x > left and x + taken > left + width:
            x, y = left, y + size * 1.8
        draw_cell(page, x, y - size * 0.7, 50, size * 1.4, Cell(mark, done, needed, 1, 1), size * 0.9)
        page.words(x + 62, y, WORDS[mark], size)
        x += taken + 34
