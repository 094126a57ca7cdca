"""A score sheet: every clause with its points or their absence, what counted, what did not, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple


class State(StrEnum):
    """How sure a line is. The words people see stand in the locale."""

    CERTAIN = "certain"  # 已确定
    AWAITING_EVIDENCE = "awaiting_evidence"  # 待佐证
    AWAITING_ASSESSMENT = "awaiting_assessment"  # 待评审
    NOT_APPLICABLE = "not_applicable"  # 不适用
    POINTS_MISSING = "points_missing"  # 分值缺失


class Counted(NamedTuple):
    """One fact that counted, and for how much (None where only the whole yields points). number: the activity's, or
    None for a judgement, finding or result; words: how a person names it (支委会 1月8日)."""

    number: int | None
    words: str
    points: Decimal | None = None


class Refused(NamedTuple):
    """One fact that the clause selects but did not count. reason: a code from rubrics/reasons (capped, withdrawn,
    outside_window, ...); words: the fact and the reason for a person."""

    number: int | None
    reason: str
    words: str


class Piece(NamedTuple):
    """One of several things to do that each bring a part of a clause. share: its part of all that the clause can still
    bring; todo: how many times it is to be done; words: which."""

    share: Fraction
    todo: int
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One clause of a score sheet.

    clause: its number in the rulebook; parent: the section's or clause's it is part of, None at the top;
    maximum: Decimal, None when the source lacks it; points: what the clause yields, in [0, maximum], None while it
    can't be known; floor/ceiling: the least and most it can still become; suggested: a computed proposal for an
    assessor; earned/reachable/lost: in a window still open, what is safe, what can still be had, what is gone;
    arithmetic: in words, adding up to points; source: (file, line of the source text); readings: ids of the
    interpretations it rests on.
    """

    clause: str
    title: str
    parent: str | None
    kind: str
    maximum: Decimal | None
    points: Decimal | None
    floor: Decimal
    ceiling: Decimal
    state: State
    suggested: Decimal | None = None
    earned: Decimal = Decimal(0)
    reachable: Decimal = Decimal(0)
    lost: Decimal = Decimal(0)
    counted: tuple[Counted, ...] = ()
    refused: tuple[Refused, ...] = ()
    arithmetic: str = ""
    source: tuple[str, int] = ("", 0)
    readings: tuple[str, ...] = ()
    missing: str = ""  # what would bring it further, in words; empty when nothing would
    todo: int = 0  # how many things are still to do for what is reachable; 0 where only people decide
    pieces: tuple[Piece, ...] = ()  # these things, where each brings a part; empty where all of them are needed


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """One unit under one rubric in one window.

    total: exact Decimal, None while any line is open or points are missing; floor and ceiling always say what is
    known. grade: the grade's name, None where the rubric has none or it can't be said yet; grade_floor/grade_ceiling:
    the grades at floor and ceiling. example_points: an overlay of example points is in use, and every sheet says so.
    refusal: why there is no total at all (points missing), in words, else empty.
    """

    rubric: str
    version: str
    rubric_hash: str
    title: str
    unit: str
    as_of: date
    window: tuple[date, date]
    full: Decimal | None
    lines: tuple[Line, ...]
    total: Decimal | None
    floor: Decimal
    ceiling: Decimal
    earned: Decimal
    reachable: Decimal
    lost: Decimal
    grade: str | None = None
    grade_floor: str | None = None
    grade_ceiling: str | None = None
    example_points: bool = False
    refusal: str = ""
    order: tuple[str, ...] = ()  # the steps of evaluation as they were taken, in words
    readings: Mapping[str, str] | None = None  # reading id -> choice in force
    short: str = ""  # what chat calls the rulebook
    meanings: Mapping[str, str] | None = None  # reading id -> its choice in words
    graded: str = ""  # points | place: what grades go by; empty where the rulebook has none
    mixed: bool = False  # whether results from outside are weighed in, so that lines alone don't add up to the total


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that must happen in a period: what reminders and 月报 are made from.

    key: stable (rubric, clause, kind, period); kinds: any of these satisfies it; needed/done: occurrences; period:
    (first, last) day; due: the last day it can be done; rubric, clause and title: whose duty it is; label: how a
    person names one of them (第二党小组会, 党建信息); numbers: the activities that count for it;
    rubric_title: the rulebook's short name (量化考核); measure: the word that counts occurrences (次, 条);
    group: which party group owes it; also: who asks the same, as (rulebook's short name, clause, title); on: the named
    day (七一) that it is for, which lies before due.
    """

    key: str
    rubric: str
    clause: str
    title: str
    kinds: tuple[str, ...]
    label: str
    period: tuple[date, date]
    due: date
    needed: int
    done: int
    numbers: tuple[int, ...] = ()
    rubric_title: str = ""
    measure: str = "次"
    group: int | None = None
    also: tuple[tuple[str, str, str], ...] = ()
    on: date | None = None

    @property
    def lacking(self) -> int:
        """How many are still to come."""
        return max(0, self.needed - self.done)
