"""Where a unit's year stands under a rulebook: what is rated and by whom not yet, and what became of its outcome."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from bot.dialogue.context import Assessed, Context, Paper
from bot.dialogue.outcome import current, fixed
from bot.events import Kept
from rubrics import Rubric
from rubrics.periods import assessed_year, window_span
from rubrics.procedure import SELF_EVALUATION, approval, assessed_by, columns, publicity, ranks, self_rating_months

REST = ""  # the part of a sheet that no body has for its own
LATE = 3  # the last month in which the year before is still assessed unless something of this year is there


def own(context: Context, unit: str) -> Assessed:
    """One of the person's own units, to be looked at in the same way."""
    return Assessed(
        context.unit(unit), context.rubrics[unit], context.papers.get(unit, ()), context.facts[unit],
        context.outcomes.get(unit, ()),
    )  # fmt: skip


def newest(papers: Sequence[Paper], rubric: str, side: str, year: int) -> Paper | None:
    """The last sheet of a column in a year that stands."""
    fits = [p for p in papers if (p.rubric, p.side, p.year) == (rubric, side, year) and p.stands]
    return fits[-1] if fits else None


def sent_with(one: Assessed, rubric: Rubric, year: int) -> tuple[Paper | None, list[tuple[int, Kept]]]:
    """The year's self-rating that stands, and the files that came with it, or with one of the same period that was sent
    back, each with the number of its record. Only of a unit whose records are loaded."""
    sheet = newest(one.papers, rubric.id, "self", year)
    if sheet is None or one.charge is None:
        return sheet, []
    sent = {p.source for p in one.papers if (p.rubric, p.side, p.period) == (rubric.id, "self", sheet.period)}
    records = [a for a in one.charge.facts.activities if a.kind == SELF_EVALUATION and a.source in sent]
    return sheet, [(a.number, file) for a in records for file in one.charge.files.get(a.number, ())]


def returned(rubric: Rubric, papers: Sequence[Paper]) -> Paper | None:
    """The self-rating that was sent back last and not submitted again."""
    own_ = [p for p in papers if p.rubric == rubric.id and p.side == "self"]
    return own_[-1] if own_ and not own_[-1].stands else None


def submitted(rubric: Rubric, papers: Sequence[Paper], period: str) -> Paper | None:
    """The self-rating of a period that stands."""
    return next((p for p in papers if (p.rubric, p.side, p.period) == (rubric.id, "self", period) and p.stands), None)


def period_open(one: Assessed, rubric: Rubric, today: date) -> str:
    """The period whose self-rating can be done on a day: this month's or this year's, or one sent back; else empty.
    Where the rulebook names no months, the year just ended is done first, in the months in which it is assessed."""
    when = self_rating_months(rubric)
    back = returned(rubric, one.papers)
    if back is not None and not (when and today.month in when and back.period < f"{today:%Y-%m}"):
        return back.period
    if when is None:
        return ""
    if when:
        return f"{today:%Y-%m}" if today.month in when else ""
    this = assessed_year(rubric.book.window, today)
    return f"{this - 1 if _last_year_open(one, rubric, this - 1, today) else this:04d}"


def _last_year_open(one: Assessed, rubric: Rubric, year: int, today: date) -> bool:
    """Whether a unit may still rate itself for the year just ended."""
    end = window_span(rubric.book.window, year)[1]
    there = one.unit.founded_on is None or one.unit.founded_on <= end
    held = today.month <= LATE and there and rubric.of_year(year).in_force(end)
    begun = submitted(rubric, one.papers, f"{year + 1:04d}")
    done = submitted(rubric, one.papers, f"{year:04d}") or fixed(one.outcomes, rubric.id, year)
    return held and begun is None and done is None


def parts(rubric: Rubric, one: Assessed) -> tuple[str, ...]:
    """The parts a column is rated in: of each body that is there, and of the rest."""
    held = one.bodies | one.others
    leaves = [clause.clause for clause, _ in rubric.clauses() if not clause.children]
    found = dict.fromkeys(assessed_by(rubric)[clause] for clause in leaves)
    rest = [REST] if any(who not in held for who in found) else []
    return (*(who for who in found if who in held), *rest)


def own_parts(rubric: Rubric, one: Assessed) -> tuple[str, ...]:
    """The parts that the person rates; none where the rulebook has nothing for the bodies they assess for."""
    every = parts(rubric, one)
    if not one.bodies:
        return (REST,) if REST in every else ()
    named = tuple(who for who in every if who in one.bodies)
    whole = any(who in one.bodies for _, who in columns(rubric))
    return named or ((REST,) if whole else ())


def columns_of(rubric: Rubric, one: Assessed) -> tuple[str, ...]:
    """The columns that the person rates."""
    divided = bool(set(own_parts(rubric, one)) - {REST})
    return tuple(
        column for column, who in columns(rubric)
        if who in one.bodies or ((divided or not one.bodies) and who not in one.others)
    )  # fmt: skip


def covered(papers: Iterable[Paper], rubric: Rubric, column: str, year: int) -> frozenset[str]:
    """The parts of a column that somebody's sheet stands for."""
    standing = (p for p in papers if (p.rubric, p.side, p.year) == (rubric.id, column, year) and p.stands)
    return frozenset(part for paper in standing for part in paper.bodies or (REST,))


def lacking(one: Assessed, rubric: Rubric, year: int) -> list[tuple[str, str]]:
    """The columns, and of them the parts, that nobody has closed yet."""
    every = parts(rubric, one)
    return [
        (column, part) for column, _ in columns(rubric) for part in every
        if part not in covered(one.papers, rubric, column, year)
    ]  # fmt: skip


def rated_on_example(one: Assessed, rubric: Rubric, year: int) -> tuple[str, ...]:
    """The columns of a year whose standing sheets rest on example points; of the self-ratings the last one."""
    sheets = [p for p in one.papers if (p.rubric, p.year) == (rubric.id, year) and p.stands and p.side != "self"]
    own_ = newest(one.papers, rubric.id, "self", year)
    return tuple(dict.fromkeys(p.side for p in ([own_] if own_ else []) + sheets if p.example))


def closed(one: Assessed, rubric: Rubric, column: str, year: int, person: str) -> Paper | None:
    """The sheet that says the person has nothing left to rate in a column: their own where each of several rates, else
    anybody's of the same parts."""
    sheets = [p for p in one.papers if (p.rubric, p.side, p.year) == (rubric.id, column, year) and p.stands]
    if rubric.book.raters != "last":
        return next((p for p in sheets if p.person == person), None)
    left = set(own_parts(rubric, one)) - covered(one.papers, rubric, column, year)
    return sheets[-1] if sheets and not left else None


def year_of(one: Assessed, rubric: Rubric, today: date, peers: Iterable[Assessed] = ()) -> int:
    """The year in question: the last one until its outcome is decided, else the present one. peers: units assessed
    beside it, which show that the last year is being assessed."""
    now = assessed_year(rubric.book.window, today)
    last = current(one.outcomes, rubric.id, now - 1)
    if last is not None and last.correcting:
        return now - 1
    if (last is not None and last.final) or any(
        p.rubric == rubric.id and p.year == now and p.stands for p in one.papers
    ):
        return now
    if last is not None or any(p.rubric == rubric.id and p.year == now - 1 and p.stands for p in one.papers):
        return now - 1
    others = (p for peer in peers for p in peer.papers)
    late = today.month <= LATE and any(p.rubric == rubric.id and p.year == now - 1 and p.stands for p in others)
    there = one.unit.founded_on is None or one.unit.founded_on.year < now
    return now - 1 if late and there else now


def state(one: Assessed, rubric: Rubric, year: int, today: date) -> str:
    """due (待报) | returned | reported (已报) | waiting (待考评) | partly | done (已考评), then as the stages of an
    outcome: public (公示中) | objected | ready | final (定论)."""
    outcome = fixed(one.outcomes, rubric.id, year)
    if outcome is not None:
        return outcome.stage(today)
    left = lacking(one, rubric, year)
    if not left:
        return "done"
    if any(covered(one.papers, rubric, column, year) for column, _ in columns(rubric)):
        return "partly"
    return _of_unit(one, rubric, year)


def _of_unit(one: Assessed, rubric: Rubric, year: int) -> str:
    when = self_rating_months(rubric)
    if when is None:
        return "waiting"
    back = returned(rubric, one.papers)
    if back is not None and back.year == year:
        return "returned"
    rated = newest(one.papers, rubric.id, "self", year)
    if rated is None:
        return "due"
    return "waiting" if not when or int(rated.period[5:] or 0) == max(when) else "reported"


def first_wish(rubric: Rubric) -> str:
    """The wish that puts an outcome in, by the rulebook's procedure: publish, hand_up or conclude."""
    if publicity(rubric) is not None:
        return "publish"
    return "hand_up" if approval(rubric) is not None else "conclude"


def awaits_outcome(one: Assessed, context: Context) -> bool:
    """Whether a unit is rated whole under some rulebook and nothing is fixed of it yet, or is ranked among others."""
    today = context.now.date()
    years = [(rubric, year_of(one, rubric, today, context.assessed)) for rubric in one.rubrics]
    return any(ranks(rubric) or state(one, rubric, year, today) == "done" for rubric, year in years)
