"""A branch's year at a glance: what each section of its rulebooks has earned, can still earn and has lost, and month by
month which duties were done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from bot.reminders.deadlines import Charge, Deadline, deadlines
from bot.sheets.marks import Cell, cell
from rubrics import Line, ScoreSheet, State, load_activities, score
from rubrics.activities import kind_name
from rubrics.words import leaves, span

ELECTIONS = {"election_reminder": "换届提醒", "election_request": "换届请示"}


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a rulebook. earned, reachable, lost add up to maximum."""

    title: str
    maximum: Decimal
    earned: Decimal
    reachable: Decimal
    lost: Decimal


@dataclass(frozen=True, slots=True)
class Book:
    """One rulebook. points: the total, or between what it lies; full: out of how many; grade: empty where none can be
    said; refusal: why there is no total."""

    title: str
    points: str
    full: Decimal | None
    earned: Decimal
    reachable: Decimal
    lost: Decimal
    grade: str
    example: bool
    refusal: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One duty through the year."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """The whole. today: as of when; head: the end of the unit's hash chain, in words."""

    unit: str
    year: int
    today: date
    books: tuple[Book, ...]
    rows: tuple[Row, ...]
    head: str = ""
    unit_id: str = ""

    @property
    def name(self) -> str:
        """What the file is called, without a folder."""
        return f"{self.unit_id}-year-{self.year}.png"

    @property
    def example(self) -> bool:
        """Whether some of the points are an example of ours."""
        return any(book.example for book in self.books)

    def data(self) -> bytes:
        """The picture, a PNG."""
        from bot.sheets.year_picture import draw  # drawing is heavy to load, and most turns draw nothing

        return draw(self)


def year_of(charge: Charge, year: int, today: date, head: str = "") -> Year:
    """The year of a unit, as of a day."""
    sheets = [score(rubric, charge.facts, today, year=year) for rubric in charge.rubrics]
    found = rows(charge, year, today)
    return Year(charge.unit.name, year, today, tuple(map(_book, sheets)), found, head, charge.unit.id)


def _book(sheet: ScoreSheet) -> Book:
    missing = all(line.state is State.POINTS_MISSING for line in leaves(sheet))
    sections = _parts(sheet, None)
    if len(sections) == 1:  # a rulebook with a part for each sort of unit
        sections = _parts(sheet, sections[0].clause) or sections
    return Book(
        title=sheet.short or sheet.title,
        points="" if missing else span(sheet.floor, sheet.ceiling),
        full=sheet.full,
        earned=sheet.earned,
        reachable=sheet.reachable,
        lost=sheet.lost,
        grade=sheet.grade or "",
        example=sheet.example_points,
        refusal=sheet.refusal,
        sections=()
        if missing
        else tuple(
            Section(line.title, line.maximum, line.floor, line.ceiling - line.floor, line.maximum - line.ceiling)
            for line in sections
            if line.maximum is not None
        ),
    )


def _parts(sheet: ScoreSheet, parent: str | None) -> list[Line]:
    return [
        line
        for line in sheet.lines
        if line.parent == parent and line.maximum is not None and line.state is not State.NOT_APPLICABLE
    ]


def rows(charge: Charge, year: int, today: date) -> tuple[Row, ...]:
    """The duties of a calendar year by all rulebooks, in the order people know the kinds in; what several party groups
    owe is one row."""
    found: dict[tuple[object, ...], list[Deadline]] = {}
    for deadline in deadlines(charge, date(year, 1, 1), date(year, 12, 31), today):
        if deadline.last.year == year:
            found.setdefault(_row_key(deadline), []).append(deadline)
    keys = sorted(found, key=lambda key: (place_of(found[key][0]), str(key[1:])))
    return tuple(Row(label(found[key]), _cells(found[key], today)) for key in keys)


def place_of(deadline: Deadline) -> int:
    """Where a duty stands among the others, by its kind; elections come last."""
    order = _order()
    kind = deadline.duty.kinds[0] if deadline.duty is not None else ""
    return order.get(kind, len(order))


@cache
def _order() -> dict[str, int]:
    return {kind: place for place, kind in enumerate(load_activities().kinds)}


def _row_key(deadline: Deadline) -> tuple[object, ...]:
    duty = deadline.duty
    if duty is None:
        return (deadline.kind, "")
    name = kind_name(duty.kinds[0]) if duty.group is not None else duty.label
    return (duty.kinds[0], name, duty.kinds, duty.on is not None)


def label(several: Sequence[Deadline]) -> str:
    """What a row or column is called: 党小组会 for those of all groups."""
    duty = several[0].duty
    if duty is None:
        return ELECTIONS[several[0].kind]
    return kind_name(duty.kinds[0]) if duty.group is not None else duty.label


def _cells(several: Iterable[Deadline], today: date) -> tuple[Cell, ...]:
    periods: dict[object, list[Deadline]] = {}
    for deadline in several:
        period = deadline.duty.period if deadline.duty is not None else deadline.last
        periods.setdefault(period, []).append(deadline)
    made = (cell(some, today) for some in periods.values())
    return tuple(sorted(made, key=lambda one: (one.first, one.last)))
