"""Which units, rulebooks and years a wish about outcomes is aimed at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.dialogue import stages
from bot.dialogue.context import Assessed, Context
from bot.locale import words
from bot.understanding.year_wishes import Aimed, aimed
from rubrics import Rubric

MOST_NAMED = 20  # units in one answer on a phone


@dataclass(frozen=True, slots=True)
class Aim:
    """One unit's year under one rulebook."""

    one: Assessed
    rubric: Rubric
    year: int


def aims(argument: str, pool: Sequence[Assessed], context: Context) -> tuple[list[Aim], Aimed]:
    """All that the words of a wish fit, in the order of the units, and how they were read."""
    books = {name for one in pool for r in one.rubrics for name in (r.short, r.id, r.title)}
    said = aimed(argument, (one.unit.name for one in pool), books)
    today = context.now.date()
    found = [
        Aim(one, rubric, said.year or stages.year_of(one, rubric, today, pool))
        for one in pool if not said.units or one.unit.name in said.units
        for rubric in one.rubrics
        if not rubric.points_missing and (not said.book or said.book in (rubric.short, rubric.id, rubric.title))
    ]  # fmt: skip
    return found, said


def everything(pool: Sequence[Assessed], rubric: Rubric, year: int) -> list[Aim]:
    """All units of a pool in a year under a rulebook."""
    return [Aim(one, r, year) for one in pool for r in one.rubrics if r.key == rubric.key]


def clear(said: Aimed) -> bool:
    """Whether something was named that a step can be taken on: a unit, a rulebook, or all of them."""
    return bool(said.units or said.book or said.every) and not said.strange


def listed(lines: Sequence[str], context: Context) -> str:
    """Lines, as many as a phone shows, and how many more there are."""
    more = len(lines) - MOST_NAMED
    shown = list(lines[:MOST_NAMED])
    return "\n".join([*shown, *([words(context.language)("step.more", n=more)] if more > 0 else [])])


def title(aim: Aim, context: Context) -> str:
    """机关第一支部 量化考核 2026年（示例分值）."""
    say = words(context.language)
    example = say("step.example") if aim.rubric.example else ""
    return say("step.title", unit=aim.one.unit.name, book=aim.rubric.short, year=aim.year) + example
