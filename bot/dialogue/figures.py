"""What a year came to, in words: the total and how it comes about, or the columns side by side; grade and place."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogue.aiming import Aim, everything
from bot.dialogue.context import Assessed, Context
from bot.dialogue.outcome import of_year
from bot.locale import words
from rubrics import Facts, Rubric, Tally, placed, tally
from rubrics.evaluate.value import said
from rubrics.periods import assessed_year
from rubrics.procedure import ranks, side_by_side
from rubrics.words import span

BACK = 3  # years before that a consequence may look at


def worked_out(aim: Aim, pool: Sequence[Assessed], context: Context) -> Tally | None:
    """What the year comes to; with its place where the rulebook ranks. None: records that it needs are not loaded."""
    today = context.now.date()
    fellows = everything(pool, aim.rubric, aim.year) if ranks(aim.rubric) else [aim]
    if any(fellow.one.facts is None for fellow in fellows):
        return None
    found = [(f.one.unit, tally(f.rubric, f.one.facts, today, f.year)) for f in fellows if f.one.facts is not None]
    before = {f.one.unit.id: _grades_before(f) for f in fellows}
    return next((one for one in placed(aim.rubric, found, before) if one.unit == aim.one.unit.id), None)


def _grades_before(aim: Aim) -> list[str]:
    """The grades of the years before, the newest first, as far as they were decided without a gap."""
    grades = []
    for year in range(aim.year - 1, aim.year - 1 - BACK, -1):
        final = [o for o in of_year(aim.one.outcomes, aim.rubric.id, year) if o.final is not None]
        if not final or final[-1].grade is None:
            break
        grades.append(final[-1].grade)
    return grades


def shown(rubric: Rubric, made: Tally, context: Context) -> str:
    """79.97/100分（自评81.39 × 30% + 考评79.36 × 70%），良好，第2名（共5个单位）."""
    say = words(context.language)
    comma = say("card.comma")
    given = [(say(f"rate.side.{column}"), points) for column, points in made.columns if points is not None]
    full = f"/{said(made.sheet.full)}" if made.sheet.full is not None else ""
    if side_by_side(rubric):
        parts = [comma.join(f"{name}{said(points)}" for name, points in given) + f"（{made.refusal}）"]
    elif made.total is None:
        parts = [say("figures.open", span=span(made.sheet.floor, made.sheet.ceiling)), made.refusal.rstrip("。")]
    else:
        how = f"（{made.mixed}）" if made.mixed else ""
        parts = [say("figures.total", total=said(made.total), full=full) + how]
        apart = [f"{name}{said(points)}" for name, points in given if not made.mixed and len(given) > 1]
        parts += [say("figures.beside", names=comma.join(apart))] if apart else []
    parts += [say("figures.bonus", points=said(made.bonus))] if made.bonus else []
    parts += [say("figures.taken", points=said(made.taken))] if made.taken else []
    parts += [made.grade] if made.grade else []
    parts += [say("figures.place", place=made.place, size=made.size)] if made.place is not None else []
    parts += [say("figures.follows", clause=clause, what=what) for clause, what in made.follows]
    return comma.join(part for part in parts if part)


def beside(rubric: Rubric, facts: Facts, context: Context) -> tuple[str, str]:
    """What stands side by side in place of a total, and the name of the column that the clauses' points are of; empty
    where the rulebook makes a total of its columns, or nobody has rated yet."""
    if not side_by_side(rubric):
        return "", ""
    say = words(context.language)
    today = context.now.date()
    made = tally(rubric, facts, today, assessed_year(rubric.book.window, today))
    given = {column: points for column, points in made.columns if points is not None}
    if not given:
        return "", ""
    named = [f"{say(f'rate.side.{column}')}{said(points)}" for column, points in given.items()]
    first = next((column for column in rubric.book.columns if column in given), "")
    columns = say("figures.apart", names=say("card.comma").join(named))
    return columns, say(f"rate.side.{first}") if first else ""
