"""What can't be meant in a rulebook as a whole: windows that end before they begin, weights, grades never reached."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from rubrics.evaluate.outcome import number
from rubrics.evaluate.value import said
from rubrics.schema.rulebook import Band, Rulebook, Window


def check_book(book: Rulebook) -> Iterator[tuple[str, str]]:
    """A key of the file and a sentence for each."""
    until = book.effective.until
    if until is not None and until < book.effective.start:
        yield "effective", f"废止日期 {until} 早于施行日期 {book.effective.start}。"
    yield from _window("window", book.window)
    if book.bonus is not None and book.bonus.window is not None:
        yield from _window("bonus", book.bonus.window)
    weights = sum((term.weight for term in book.mix), Fraction(0))
    if book.mix and weights != 1:
        yield "mix", f"各项 weight 相加是{number(weights)}，应为1，如 0.3 和 0.7。"
    for pool in book.grades:
        yield from (("grades", words) for words in _bands(pool.bands))
        most = max((full for full in (book.full, *(when.points for when in book.full_when)) if full), default=None)
        for band in pool.bands:
            if most is not None and band.at_least is not None and band.at_least > most + _bonus(book):
                yield "grades", f"“{band.name}”要{said(band.at_least)}分，满分只有{said(most)}，永远达不到。请核对。"


def _bonus(book: Rulebook) -> Decimal:
    """The most that comes on top."""
    if book.bonus is None:
        return Decimal(0)
    return (
        book.bonus.cap
        if book.bonus.cap is not None
        else sum((i.points or Decimal(0) for i in book.bonus.items), Decimal(0))
    )


def _window(key: str, window: Window) -> Iterator[tuple[str, str]]:
    if window.years_back == 0 and window.start > window.end:
        yield key, f"从 {window.start} 到 {window.end}，起在止之后。从上一年起算的写 years_back: 1。"


def _bands(bands: tuple[Band, ...]) -> Iterator[str]:
    """Grades are tried from the top: what stands under a lower bound is never reached."""
    lowest: Decimal | None = None
    for index, band in enumerate(bands):
        bound = [band.at_least, band.at_most, band.top, band.bottom].count(None) < 4
        if bound and index == len(bands) - 1:
            yield f"最后一档“{band.name}”也写了条件，不到的就没有等次。请再加一档，只写 name。"
        if not bound and index < len(bands) - 1:
            yield f"“{band.name}”没有条件，排在它后面的等次永远轮不到。请把它移到最后。"
        only_points = [band.at_most, band.top, band.bottom].count(None) == 3
        if only_points and band.at_least is not None:
            if lowest is not None and band.at_least >= lowest:
                yield f"“{band.name}”永远轮不到：前面已有{said(lowest)}分以上的。请从高到低写。"
            lowest = band.at_least
