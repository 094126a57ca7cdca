"""What people put in the columns: whose points stand, and which entries can't."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median

from rubrics.evaluate.ground import Ground
from rubrics.evaluate.value import NIL, said
from rubrics.facts import Judgement
from rubrics.periods import day_words
from rubrics.reasons import REASONS
from rubrics.schema.clause import Clause
from rubrics.schema.rulebook import Rulebook
from rubrics.sheet import Counted, Refused

COLUMN = {"self": "自评", "assessor": "考评", "acceptance": "上级验收", "department": "主管部门评定"}


@dataclass(frozen=True, slots=True)
class View:
    """One term of the mix over columns. weight: its share; columns: whose points stand, first that has any; months:
    which months' judgements count, all when empty; mixed: whether there are several terms."""

    weight: Decimal
    columns: tuple[str, ...]
    months: tuple[int, ...] = ()
    mixed: bool = False


@dataclass(slots=True)
class Ruling:
    """What a view's people said of a clause: points (or an attestation in their stead), by whom; what was refused."""

    points: Decimal | None = None
    met: bool | None = None
    column: str = ""
    counted: list[Counted] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def views(book: Rulebook) -> tuple[View, ...]:
    """The views of a rulebook: one for each column term of its mix, or one by precedence."""
    terms = [term for term in book.mix if term.column is not None]
    if not terms:
        return (View(Decimal(1), book.columns),)
    return tuple(
        View(Decimal(t.weight.numerator) / t.weight.denominator, (str(t.column),), t.months, True) for t in terms
    )


def by_clause(ground: Ground) -> dict[str, list[Judgement]]:
    """The judgements of the assessed year, by clause, oldest first."""
    found: dict[str, list[Judgement]] = {}
    for judgement in _of_year(ground):
        if judgement.on <= ground.as_of:
            found.setdefault(judgement.clause, []).append(judgement)
    for entries in found.values():
        entries.sort(key=lambda j: (j.on, j.by))
    return found


def to_come(ground: Ground) -> dict[str, list[Refused]]:
    """The judgements of the assessed year that are dated after the day of scoring, refused, by clause."""
    found: dict[str, list[Refused]] = {}
    for judgement in _of_year(ground):
        if judgement.on > ground.as_of:
            found.setdefault(judgement.clause, []).append(_refused(judgement, "after_as_of"))
    return found


def _of_year(ground: Ground) -> Iterator[Judgement]:
    """This rulebook's judgements of the assessed year."""
    year, (first, last) = ground.shared.year, ground.shared.span
    for judgement in ground.shared.facts.judgements:
        of_year = judgement.year == year if judgement.year is not None else first <= judgement.on <= last
        if of_year and judgement.rubric in (None, ground.shared.rubric.id):
            yield judgement


def rule_on(entries: Sequence[Judgement], view: View, clause: Clause, maximum: Decimal, raters: str) -> Ruling:
    """The ruling of a view on a clause: of its first column that has one; several raters joined."""
    ruling = Ruling()
    for column in view.columns:
        usable = []
        for entry in (j for j in entries if j.column == column):
            reason = _why_not(entry, view, clause, maximum)
            if reason:
                ruling.refused.append(_refused(entry, reason))
            elif not ruling.column:
                usable.append(entry)
            else:
                ruling.refused.append(_refused(entry, "lower_column"))
        if usable and not ruling.column:
            _join(usable, ruling, raters, clause)
            ruling.column = column
    return ruling


def _join(entries: Sequence[Judgement], ruling: Ruling, raters: str, clause: Clause) -> None:
    """The newest of each rater, and of these the newest, the mean or the median."""
    newest = {entry.by: entry for entry in entries}
    kept = list(newest.values())
    if raters == "last":
        kept = [max(kept, key=lambda j: (j.on, j.by))]
    ruling.refused += [_refused(entry, "superseded") for entry in entries if entry not in kept]
    points = [entry.points for entry in kept if entry.points is not None]
    if points:
        ruling.points = (
            points[0] if len(points) == 1 else median(points) if raters == "median" else sum(points, NIL) / len(points)
        )
    elif clause.attest:
        ruling.met = kept[-1].met
    ruling.counted = [Counted(None, _words(entry), entry.points) for entry in kept]


def _why_not(entry: Judgement, view: View, clause: Clause, maximum: Decimal) -> str:
    if view.months and entry.on.month not in view.months:
        return "other_month"
    if entry.points is None:
        return ""
    return refusal(entry.points, clause, maximum)


def limits(clause: Clause, maximum: Decimal) -> tuple[Decimal, Decimal, Decimal | None]:
    """The least and most that people may give a clause besides nothing, and the step, None where there is none."""
    rule = clause.judge
    least = rule.least if rule and rule.least is not None else NIL
    most = rule.most if rule and rule.most is not None else maximum
    return least, most, rule.step if rule else None


def refusal(points: Decimal, clause: Clause, maximum: Decimal) -> str:
    """Why points can't be given: out_of_range | wrong_step; empty when they can."""
    least, most, step = limits(clause, maximum)
    if points != 0 and not least <= points <= most:
        return "out_of_range"
    return "wrong_step" if step and points % step != 0 else ""


def _words(entry: Judgement) -> str:
    given = f"{said(entry.points)}分" if entry.points is not None else "已证明" if entry.met else "未达到"
    return f"{COLUMN.get(entry.column, entry.column)}{given}（{entry.by}，{day_words(entry.on)}）"


def _refused(entry: Judgement, reason: str) -> Refused:
    return Refused(None, reason, f"{_words(entry)}：{REASONS[reason]}")


def attestations(entries: Sequence[Judgement]) -> tuple[bool | None, bool | None]:
    """What people with the last word attested of a clause, and what the unit itself claims."""
    attested = claimed = None
    for entry in entries:
        if entry.column == "self":
            claimed = entry.met if entry.met is not None else entry.points is not None and entry.points > 0
        elif entry.met is not None:
            attested = entry.met
    return attested, claimed
