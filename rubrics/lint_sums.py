"""Sums: parts to their clause, sections to the full mark, and what is to be seen where some of the text is missing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rubrics.evaluate.conditions import holds
from rubrics.evaluate.ground import Ground, ground
from rubrics.evaluate.value import NIL, said
from rubrics.facts import Facts, Unit
from rubrics.factsfile import attribute
from rubrics.periods import window_span
from rubrics.rulebooks import Rubric
from rubrics.schema.clause import Clause
from rubrics.schema.condition import Condition

Problem = tuple[str, str]  # a clause's number and what is wrong with it


def check_sums(rubric: Rubric, year: int) -> list[Problem]:
    """Every sum that does not hold and isn't named among the faults, for each sort of unit."""
    problems: list[Problem] = []
    for name, attributes in [(v.name, v.attributes) for v in rubric.book.variants] or [("", {})]:
        unit = Unit("check", "check", attributes={key: attribute(value) for key, value in attributes.items()})
        here = ground(rubric, Facts(unit), window_span(rubric.book.window, year)[1], year)
        _Sums(rubric, name, here, problems).run()
    return problems


@dataclass(slots=True)
class _Sums:
    """The sums of one sort of unit."""

    rubric: Rubric
    name: str
    here: Ground
    problems: list[tuple[str, str]]

    def run(self) -> None:
        """Parts to their clause, sections to the full mark; a sum that the file names as a fault is known."""
        book = self.rubric.book
        full = next((e.points for e in book.full_when if self._holds(e.when)), book.full)
        found = self._children(book.sections)
        if full is not None and found is not None:
            self._compare("full", "各部分", found, full)
        for item in book.bonus.items if book.bonus else ():
            self._sum(item)

    def _holds(self, condition: Condition) -> bool | None:
        return holds(self.here, condition, self.here.as_of)

    def _compare(self, clause: str, what: str, found: Decimal, stated: Decimal) -> None:
        fault = next((f for f in self.rubric.book.faults if f.sum_of == clause), None)
        who = f"（{self.name}）" if self.name else ""
        if found == stated:
            if fault is not None and not who:
                self.problems.append((clause, "faults 说合计不对，其实对得上。请删去这一项。"))
            return
        words = f"{what}合计{said(found)}，写的是{said(stated)}{who}"
        if fault is not None and fault.visible == found:
            return
        self.problems.append((clause, f"{words}。请核对分值；原文如此的写进 faults。"))

    def _sum(self, clause: Clause) -> Decimal | None:
        """What a clause is worth for this sort of unit; None where it leaves or isn't known."""
        when = next((e.points for e in clause.points_when if holds(self.here, e.when, self.here.as_of)), None)
        stated = when if when is not None else clause.points
        if clause.parts:
            found = self._children(clause.parts)
            if stated is not None and found is not None:
                self._compare(clause.clause, "各项", found, stated)
            return stated if stated is not None else found
        if clause.best_of:
            known = [points for child in clause.best_of if (points := self._sum(child)) is not None]
            if known and stated is not None and max(known) != stated:
                self._compare(clause.clause, "最高一项", max(known), stated)
        return stated

    def _children(self, clauses: tuple[Clause, ...]) -> Decimal | None:
        total = NIL
        groups: dict[str, Decimal] = {}
        for clause in clauses:
            if clause.applies is not None and holds(self.here, clause.applies, self.here.as_of) is False:
                continue
            points = self._sum(clause)
            if points is None:
                return None
            if clause.exclusive:
                groups[clause.exclusive] = max(points, groups.get(clause.exclusive, NIL))
            else:
                total += points
        return total + sum(groups.values(), NIL)


def visible(rubric: Rubric) -> tuple[list[Problem], str]:
    """Headings that state more than is to be seen under them and aren't named among the faults; and what is seen."""
    seen, _, problems = _seen(rubric.book.sections[0], rubric)
    leaves = _leaves(rubric.book.sections[0])
    return problems, f"可见{said(seen)}分（按标题）、{said(leaves)}分（按内容）"


def _seen(clause: Clause, rubric: Rubric) -> tuple[Decimal, bool, list[Problem]]:
    """The points to be seen of a clause by the headings that are whole, and whether some are missing."""
    if clause.absent:
        return NIL, True, []
    if not clause.parts:
        return clause.points or NIL, False, []
    problems: list[Problem] = []
    absent = False
    worth: list[tuple[Clause, Decimal]] = []
    for child in clause.parts:
        seen, lacks, below = _seen(child, rubric)
        problems += below
        absent = absent or lacks
        worth.append((child, seen if lacks or child.points is None else child.points))
    total = _exclusive(worth)
    stated = [(child, child.points) for child in clause.parts if child.points is not None]
    explained = len(stated) == len(clause.parts) and _exclusive(stated) == clause.points
    if absent and clause.points is not None and total != clause.points and not explained:
        fault = next((f for f in rubric.book.faults if f.sum_of == clause.clause), None)
        if fault is None or fault.visible != total:
            words = f"原文只见{said(total)}分，写的是{said(clause.points)}。请写进 faults（sum_of、visible）。"
            problems.append((clause.clause, words))
    return total, absent, problems


def _leaves(clause: Clause) -> Decimal:
    """The points of all that has no parts."""
    if clause.parts:
        return _exclusive([(child, _leaves(child)) for child in clause.parts])
    return NIL if clause.absent else clause.points or NIL


def _exclusive(worth: list[tuple[Clause, Decimal]]) -> Decimal:
    """A sum in which one clause of each exclusive group counts."""
    groups: dict[str, Decimal] = {}
    for clause, points in worth:
        key = clause.exclusive or clause.clause
        groups[key] = max(points, groups.get(key, NIL))
    return sum(groups.values(), NIL)
