"""Whoever rates, and what: a unit under a rulebook in a column, with the clauses and what they were given so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from bot.dialogue import stages
from bot.dialogue.context import Assessed, Context, Paper
from bot.dialogue.rated import COMPUTED, Draft, Entry, as_before, from_json, judgements, points, standing, to_json
from bot.dialogue.session import Rating, Session
from bot.dialogue.turn import KeepDraft
from bot.events import Kept
from rubrics import Facts, Item, Judgement, Rubric, ScoreSheet, Unit, column_sheet, items
from rubrics.periods import assessed_year
from rubrics.procedure import assessed_by

OWN = frozenset({"self", "trial"})  # the sides a unit's own people rate on


@dataclass(frozen=True, slots=True)
class Seat:
    """A rating opened. own: the unit's submitted self-rating of the year, for whoever assesses it; bodies: on whose
    part they do, none: whatever is nobody's."""

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
    bodies: tuple[str, ...] = ()

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

    def given(self) -> Decimal:
        """The sum of what was rated so far."""
        found = ((item, standing(item, self.draft)) for item in self.items)
        return sum((points(item, entry) for item, entry in found if entry is not None), Decimal(0))

    def keep(self) -> KeepDraft:
        """The effect that keeps the draft."""
        r = self.rating
        alone = self.assessing and self.rubric.book.raters != "last"
        return KeepDraft(r.unit, r.rubric, draft_side(r, self.bodies), self.person if alone else "",
                         to_json(self.draft))  # fmt: skip

    def with_files(self, files: tuple[Kept, ...]) -> Seat:
        """The seat with other files sent with the rating."""
        return replace(self, draft=replace(self.draft, files=files))

    def seen_by(self, context: Context) -> Context:
        """The context of what is heard next in the same turn."""
        r = self.rating
        kept = {**context.drafts, (r.unit, r.rubric, draft_side(r, self.bodies)): to_json(self.draft)}
        return replace(context, drafts=kept)

    def forget(self) -> KeepDraft:
        """The effect that ends it."""
        return replace(self.keep(), body=None)

    def with_given(self, given: dict[str, Entry]) -> Seat:
        """The seat with clauses rated."""
        return replace(self, draft=self.draft.give(given))


def seat_of(session: Session, context: Context) -> Seat | None:
    """The rating under way; None when there is none, or it is no longer this person's."""
    return open_seat(session.rating, context) if session.rating is not None else None


def draft_side(rating: Rating, bodies: tuple[str, ...]) -> str:
    """What a draft is kept under: an assessment's by its column, part and year, so that the office goes on with it."""
    return rating.side if rating.side in OWN else "/".join((rating.side, *bodies, rating.period))


def open_seat(rating: Rating, context: Context, period: str = "") -> Seat | None:
    """The seat for a rating, with its draft or a new one. period: of a new one; None: not this person's."""
    found = _whose(rating, context)
    if found is None or found.facts is None:
        return None
    rubric = next((r for r in found.rubrics if r.key == rating.rubric), None)
    if rubric is None:
        return None
    today = context.now.date()
    assessing = rating.side not in OWN
    bodies = tuple(b for b in stages.own_parts(rubric, found) if b) if assessing else ()
    kept = context.drafts.get((rating.unit, rating.rubric, draft_side(rating, bodies)))
    draft = from_json(kept) if kept else None
    meant = period or rating.period or (draft.period if draft is not None else "")
    rubric = rubric.of_year(int(meant[:4]) if meant else None, today)
    if draft is None or draft.hash != rubric.hash or (period and draft.period != period):
        due = period or rating.period or f"{assessed_year(rubric.book.window, today)}"
        draft = Draft(rubric.hash, due, files=draft.files if draft is not None and draft.period == due else ())
    year = int(draft.period[:4])
    own = stages.newest(found.papers, rubric.id, "self", year)
    found_items = items(rubric, found.facts, today, year)
    if assessing:
        found_items = tuple(item for item in found_items if _asked_of(item, rubric, found, rating.side, year))
    seat = Seat(rating, found.unit, rubric, found.facts, year, today, draft, found_items, context.person, own, bodies)
    before = _sent_back(seat, found.papers) if assessing and not kept else None
    return seat.with_given(as_before(seat.items, before.points, before.notes)) if before is not None else seat


def _asked_of(item: Item, rubric: Rubric, one: Assessed, column: str, year: int) -> bool:
    """Whether somebody rates a clause: it is in their part, and where one sheet stands for all, not rated yet."""
    who = assessed_by(rubric)[item.id]
    part = who if who in one.bodies | one.others else stages.REST
    if part not in stages.own_parts(rubric, one):
        return False
    return rubric.book.raters != "last" or part not in stages.covered(one.papers, rubric, column, year)


def _sent_back(seat: Seat, papers: tuple[Paper, ...]) -> Paper | None:
    """The last sheet of the same part and year, when it was taken back: what it gave is where to go on."""
    same = [
        p for p in papers
        if (p.rubric, p.side, p.year) == (seat.rubric.id, seat.column, seat.year) and set(p.bodies) == set(seat.bodies)
    ]  # fmt: skip
    return same[-1] if same and not same[-1].stands else None


def _whose(rating: Rating, context: Context) -> Assessed | None:
    if rating.side in OWN:
        if rating.unit not in context.facts:
            return None
        unit = context.unit(rating.unit)
        papers = context.papers.get(unit.id, ())
        return Assessed(unit, context.rubrics[unit.id], papers, context.facts[unit.id])
    return context.assesses(rating.unit)
