"""Whoever rates, and what: a unit under a rulebook in a column, with the clauses and what they were given so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from bot.dialogue.context import Assessed, Context, Paper
from bot.dialogue.rated import COMPUTED, Draft, Entry, from_json, judgements, standing, to_json
from bot.dialogue.session import Rating, Session
from bot.dialogue.turn import KeepDraft
from rubrics import Facts, Item, Judgement, Rubric, ScoreSheet, Unit, column_sheet, items
from rubrics.periods import assessed_year

OWN = frozenset({"self", "trial"})  # the sides a unit's own people rate on


@dataclass(frozen=True, slots=True)
class Seat:
    """A rating opened. own: the unit's submitted self-rating of the year, for whoever assesses it."""

    rating: Rating
    unit: Unit
    rubric: Rubric
    facts: Facts
    year: int
    today: date
    draft: Draft
    items: tuple[Item, ...]
    person: str
    own: Paper | None = None

    @property
    def assessing(self) -> bool:
        """Whether somebody from above rates."""
        return self.rating.side not in OWN

    @property
    def column(self) -> str:
        """The column of the sheet it goes into."""
        return "self" if self.rating.side == "trial" else self.rating.side

    def item(self, clause: str) -> Item | None:
        """The clause of a number, None where it isn't rated."""
        return next((item for item in self.items if item.id == clause), None)

    def unrated(self) -> list[Item]:
        """The clauses that nothing was given yet."""
        return [item for item in self.items if standing(item, self.draft) is None]

    def next(self) -> tuple[list[Item], Item | None]:
        """What to ask: the computed clauses to be accepted together, or else one clause; neither when all is asked."""
        left = self.unrated()
        computed = [item for item in left if item.kind == "computed"]
        if computed and COMPUTED not in self.draft.skipped:
            return computed, None
        asked = [item for item in left if item.kind != "computed" and item.id not in self.draft.skipped]
        return [], (asked[0] if asked else None)

    def sheet(self) -> ScoreSheet:
        """What the column comes to as rated so far."""
        given = tuple(
            Judgement(
                j["clause"], self.column, self.today, self.person,
                None if j["points"] is None else Decimal(j["points"]), j["met"], j["note"], self.year, self.rubric.id,
            )
            for j in judgements(self.items, self.draft)
        )  # fmt: skip
        facts = replace(self.facts, judgements=given)
        return column_sheet(self.rubric, facts, self.column, self.today, self.year)

    def keep(self) -> KeepDraft:
        """The effect that keeps the draft."""
        r = self.rating
        return KeepDraft(r.unit, r.rubric, r.side, self.person if self.assessing else "", to_json(self.draft))

    def forget(self) -> KeepDraft:
        """The effect that ends it."""
        return replace(self.keep(), body=None)

    def with_given(self, given: dict[str, Entry]) -> Seat:
        """The seat with clauses rated."""
        return replace(self, draft=self.draft.give(given))


def seat_of(session: Session, context: Context) -> Seat | None:
    """The rating under way; None when there is none, or it is no longer this person's."""
    return open_seat(session.rating, context) if session.rating is not None else None


def open_seat(rating: Rating, context: Context, period: str = "") -> Seat | None:
    """The seat for a rating, with its draft or a new one. period: of a new one; None: not this person's."""
    found = _whose(rating, context)
    if found is None or found.facts is None:
        return None
    rubric = next((r for r in found.rubrics if r.key == rating.rubric), None)
    if rubric is None:
        return None
    today = context.now.date()
    kept = context.drafts.get((rating.unit, rating.rubric, rating.side))
    draft = from_json(kept) if kept else None
    if draft is None or draft.hash != rubric.hash or (period and draft.period != period):
        draft = Draft(rubric.hash, period or f"{assessed_year(rubric.book.window, today)}")
    year = int(draft.period[:4])
    own = newest(found.papers, rubric.id, "self", year)
    found_items = items(rubric, found.facts, today, year)
    return Seat(rating, found.unit, rubric, found.facts, year, today, draft, found_items, context.person, own)


def newest(papers: tuple[Paper, ...], rubric: str, side: str, year: int) -> Paper | None:
    """The last sheet of a column in a year that stands."""
    fits = [p for p in papers if p.rubric == rubric and p.side == side and p.year == year and p.stands]
    return fits[-1] if fits else None


def _whose(rating: Rating, context: Context) -> Assessed | None:
    if rating.side in OWN:
        if rating.unit not in context.facts:
            return None
        unit = context.unit(rating.unit)
        papers = context.papers.get(unit.id, ())
        return Assessed(unit, context.rubrics[unit.id], papers, context.facts[unit.id])
    return next((one for one in context.assessed if one.unit.id == rating.unit), None)
