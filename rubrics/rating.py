"""What people rate under a rulebook: which clauses, between which bounds, and what the record alone says of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from rubrics.evaluate.judging import limits, refusal
from rubrics.evaluate.value import NIL
from rubrics.facts import Facts, Judgement
from rubrics.rulebooks import Rubric
from rubrics.schema.clause import Clause
from rubrics.scoring import score
from rubrics.sheet import Line, ScoreSheet, State

FINEST = -2  # places after the point that a person may give


@dataclass(frozen=True, slots=True)
class Item:
    """One clause to be rated.

    kind: computed (the record says the points), judged (a person does), attested (somebody says yes or no to a fact),
    open (the record can't say: a result is missing, or met in part); section: the title of its section; least, most,
    step: what may be given besides nothing; computed: by the record, None unless computed; met, unmet: what a yes and a
    no bring (attested); plain: a yes or no is all there is to it; line: as the record alone has it.
    """

    clause: Clause
    kind: str
    section: str
    maximum: Decimal
    least: Decimal
    most: Decimal
    step: Decimal | None
    line: Line
    computed: Decimal | None = None
    met: Decimal = NIL
    unmet: Decimal = NIL

    @property
    def id(self) -> str:
        """The clause's number."""
        return self.clause.clause

    @property
    def plain(self) -> bool:
        """Whether it is answered by a yes or no alone."""
        return self.clause.attest is not None

    def refuses(self, points: Decimal) -> str:
        """Why these points can't be given: out_of_range | wrong_step | too_fine; empty when they can."""
        if points < 0 or points > self.maximum:
            return "out_of_range"
        exponent = points.normalize().as_tuple().exponent
        own = (self.computed, self.met, self.unmet)
        if points not in own and isinstance(exponent, int) and exponent < FINEST:
            return "too_fine"
        return refusal(points, self.clause, self.maximum)


def items(rubric: Rubric, facts: Facts, as_of: date, year: int) -> tuple[Item, ...]:
    """The clauses to be rated, in the order of the text: as wide as the record can compute them, else their parts.

    What isn't applicable, may not be, or has no points is left out. None where the rulebook's points are missing.
    """
    rubric = rubric.of_year(year)
    if rubric.points_missing:
        return ()
    bare = replace(facts, judgements=())
    sheet = score(rubric, bare, as_of, year=year)
    lines = {line.clause: line for line in sheet.lines}
    chosen = [(section, clause) for section, clause in _chosen(rubric, lines)]
    unsure = [clause for _, clause in chosen if lines[clause.clause].points is None and clause.judge is None]
    yes, no = (_if_said(rubric, bare, as_of, year, unsure, met=met) for met in (True, False))
    given = _if_said(rubric, bare, as_of, year, [clause for _, clause in chosen], points=NIL)
    return tuple(
        _item(section, clause, lines[clause.clause], yes, no)
        for section, clause in chosen
        if given[clause.clause].points is not None  # else whether it applies is not known, and no rating would count
    )


def _chosen(rubric: Rubric, lines: dict[str, Line]) -> Iterator[tuple[str, Clause]]:
    for section in rubric.book.sections:
        if section.children:
            for clause in section.children:
                yield from ((section.title, found) for found in _widest(clause, lines))
        else:
            yield from ((section.title, found) for found in _widest(section, lines))
    for clause in rubric.book.bonus.items if rubric.book.bonus else ():
        yield from (("加分", found) for found in _widest(clause, lines))


def _widest(clause: Clause, lines: dict[str, Line]) -> Iterator[Clause]:
    line = lines[clause.clause]
    if line.state is State.POINTS_MISSING and clause.children:  # some part of it is cut off in the source, not all
        for child in clause.children:
            yield from _widest(child, lines)
        return
    if line.state in (State.NOT_APPLICABLE, State.POINTS_MISSING) or not line.maximum:
        return
    if line.points is None and clause.children:
        for child in clause.children:
            yield from _widest(child, lines)
    else:
        yield clause


def _if_said(
    rubric: Rubric,
    facts: Facts,
    as_of: date,
    year: int,
    clauses: list[Clause],
    *,
    met: bool | None = None,
    points: Decimal | None = None,
) -> dict[str, Line]:
    """The lines of clauses as they would be if somebody with the last word had said yes or no, or given points."""
    column = in_column(rubric, "assessor")
    said = tuple(Judgement(c.clause, "assessor", as_of, "", points, met, year=year, rubric=rubric.id) for c in clauses)
    sheet = score(column, replace(facts, judgements=said), as_of, year=year)
    named = {c.clause for c in clauses}
    return {line.clause: line for line in sheet.lines if line.clause in named}


def _item(section: str, clause: Clause, line: Line, yes: dict[str, Line], no: dict[str, Line]) -> Item:
    maximum = line.maximum if line.maximum is not None else NIL
    least, most, step = limits(clause, maximum)
    item = Item(clause, "open", section, maximum, least, min(most, maximum), step, line)
    if clause.judge is not None:
        return replace(item, kind="judged")
    if line.points is not None:
        return replace(item, kind="computed", computed=line.points)
    met, unmet = yes[clause.clause].points, no[clause.clause].points
    if met is None or unmet is None or met == unmet:
        return item
    return replace(item, kind="attested", met=met, unmet=unmet)


def in_column(rubric: Rubric, column: str) -> Rubric:
    """The same rulebook with one column's ratings alone, unweighted: what that column comes to."""
    book = rubric.book.model_copy(update={"mix": (), "columns": (column,)})
    return replace(rubric, book=book, editions=())


def column_sheet(rubric: Rubric, facts: Facts, column: str, as_of: date, year: int) -> ScoreSheet:
    """The sheet of one column alone."""
    return score(in_column(rubric.of_year(year), column), facts, as_of, year=year)
