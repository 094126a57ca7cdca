"""How often rulebooks ask for a kind of activity: the clause, the figures, and what is done so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rubrics.duties import Source, label, sources
from rubrics.evaluate.conditions import holds
from rubrics.evaluate.frequency import Owed, owed
from rubrics.evaluate.ground import ground
from rubrics.facts import Facts
from rubrics.rulebooks import Rubric
from rubrics.schema.clause import Clause
from rubrics.schema.reads import reads


@dataclass(frozen=True, slots=True)
class Demand:
    """What one clause asks of a unit. rubric: the rulebook's short name; clause, title: whose demand it is; label: how
    people name one; every: week | two_weeks | month | quarter | half_year | year, empty for what is due once; times: so
    many (measure counts them) each time; due: the last day (MM-DD) of what is due once; on: the named days (MM-DD);
    asked: whether it is asked of this unit as it is; each_group: of each of its groups; now: what the period of the day
    asks and has, an entry for each group; readings: what the frequency rests on where the source leaves it open."""

    rubric: str
    clause: str
    title: str
    label: str
    every: str
    times: int
    measure: str
    due: str
    on: tuple[str, ...]
    asked: bool
    each_group: bool
    now: tuple[tuple[str, Owed], ...]
    readings: tuple[str, ...]


def demands(rubrics: Sequence[Rubric], facts: Facts, as_of: date, kinds: frozenset[str]) -> tuple[Demand, ...]:
    """All that asks for one of some kinds at a time, in the order of the rulebooks."""
    found = []
    for newest in rubrics:
        rubric = newest.of_year(on=as_of)
        for source in sources(rubric):
            if kinds & set(source.condition.selected) and source.condition.form != "after":
                found.append(_demand(rubric, source, facts, as_of))
    return tuple(found)


def counting(rubrics: Sequence[Rubric], as_of: date, kinds: frozenset[str]) -> tuple[tuple[str, Clause], ...]:
    """The clauses that look at some kinds, each with its rulebook's short name: where nothing says how often."""
    found = []
    for newest in rubrics:
        rubric = newest.of_year(on=as_of)
        parents = {parent for _, parent in rubric.clauses()}
        found += [
            (rubric.short, clause)
            for clause, _ in rubric.clauses()
            if clause.clause not in parents and kinds & reads(clause).kinds
        ]
    return tuple(found)


def _demand(rubric: Rubric, source: Source, facts: Facts, as_of: date) -> Demand:
    condition = source.condition
    here = ground(rubric, facts, as_of)
    asked = not any(holds(here, one, as_of) is False for one in source.applies)
    asked = asked and (condition.when is None or holds(here, condition.when, as_of) is not False)
    now: tuple[tuple[str, Owed], ...] = ()
    if asked and condition.every is not None:
        whose = here.scoped(source.scope, None)[0]
        entries = [entry for entry in owed(whose, condition, holds)[0] if entry.span[0] <= as_of <= entry.span[1]]
        now = tuple((label(condition, entry.group, len(entries)), entry) for entry in entries)
        asked = bool(now)
    return Demand(
        rubric=rubric.short, clause=source.numbered.clause, title=source.numbered.title,
        label=label(condition, None, 1), every=condition.every or "", times=condition.times or 1,
        measure=condition.measure, due=condition.by or "", on=condition.on, asked=asked,
        each_group=condition.each_group, now=now,
        readings=_rests_on(rubric, source.numbered.clause, condition.selected),
    )  # fmt: skip


@lru_cache(maxsize=256)
def _rests_on(rubric: Rubric, clause: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """The readings without which the clause would ask for these kinds otherwise, or not at all."""
    here = _asked_in(rubric, clause, kinds)
    found = []
    for reading in rubric.book.interpret:
        if reading.id not in rubric.used.get(clause, ()):
            continue
        others = [choice for choice in reading.choices if choice != rubric.choices[reading.id]]
        if any(_asked_in(rubric.with_readings({reading.id: choice}), clause, kinds) != here for choice in others):
            found.append(f"{rubric.short}：{reading.question}，现按“{reading.choices[rubric.choices[reading.id]]}”")
    return tuple(found)


def _asked_in(rubric: Rubric, clause: str, kinds: tuple[str, ...]) -> list[tuple[object, ...]]:
    found = (source.condition for source in sources(rubric) if source.numbered.clause == clause)
    return [(c.every, c.times, c.by, c.on) for c in found if c.selected == kinds]
