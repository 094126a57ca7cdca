"""Stored sheets, findings and results as the rulebooks and the dialogue see them, and whom a unit's news reaches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from bot.dialogue.context import Asking, Noted, Paper
from bot.dialogue.outcome import Objection, Outcome
from rubrics import Facts, Finding, Judgement, Result
from rubrics.factsfile import result_value
from storage import papers, people, units
from storage.database import Connection
from storage.papers import PaperRow
from storage.units import UnitRow

BELONGING = ("secretary", "reporter")  # who has one of these roles in a unit is no assessor of it
Names = Mapping[str, str]


class Bodies(NamedTuple):
    """Those a person assesses a unit for, and those that others do."""

    own: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()


async def names_of(conn: Connection, rows: Iterable[PaperRow]) -> Names:
    """What to call the people who judged: their names, with the id where two share one."""
    ids = sorted({row.by for row in rows})
    found = {person_id: await people.person(conn, person_id) for person_id in ids}
    shown = {person_id: known.name if known else person_id for person_id, known in found.items()}
    often = Counter(shown.values())
    return {person_id: name if often[name] == 1 else f"{name}（{person_id}）" for person_id, name in shown.items()}


def with_papers(facts: Facts, rows: Iterable[PaperRow], names: Names) -> Facts:
    """A unit's facts with all that people judged and found of it and that stands."""
    judgements: list[Judgement] = []
    findings: list[Finding] = []
    results: list[Result] = []
    for row in rows:
        if row.unit_id != facts.unit.id or not row.stands:
            continue
        body = row.body
        match row.subject:
            case papers.SHEET:
                judgements += [_judgement(row, entry, names) for entry in body["judgements"]]
            case papers.FINDING:
                findings.append(
                    Finding(
                        body["kind"], body["clause"], row.on, body["times"], _points(body["points"]),
                        tuple(body["numbers"]), body["note"], body["year"], body["rubric"],
                    )
                )  # fmt: skip
            case papers.RESULT:
                value = result_value(body["value"])
                results.append(Result(body["name"], value, row.on, body["note"], body["year"]))
    return Facts(
        facts.unit, facts.activities, facts.subunits, tuple(judgements), tuple(findings), tuple(results), facts.people
    )


def _judgement(row: PaperRow, entry: Mapping[str, Any], names: Names) -> Judgement:
    return Judgement(
        entry["clause"], row.body["side"], row.on, names[row.by], _points(entry["points"]), entry["met"],
        entry["note"], row.body["year"], row.body["rubric"],
    )  # fmt: skip


def as_paper(row: PaperRow, names: Names) -> Paper:
    """A stored sheet as the dialogue sees it."""
    body = row.body
    given = {e["clause"]: _points(e["points"]) if e["met"] is None else Decimal(e["met"]) for e in body["judgements"]}
    return Paper(
        number=row.number, unit=row.unit_id, rubric=body["rubric"], side=body["side"], year=body["year"],
        period=body["period"], on=row.on, by=names[row.by], person=row.by, total=_points(body["total"]),
        activities={int(number): int(version) for number, version in body["activities"]},
        points={clause: points for clause, points in given.items() if points is not None},
        notes={e["clause"]: e["note"] for e in body["judgements"] if e["note"]},
        given=_points(body.get("given")) or Decimal(0), bodies=tuple(body.get("bodies", ())), stands=row.stands,
        reason=row.reason or "", example=body.get("example", False), source=row.source_event,
    )  # fmt: skip


def sheets_of(rows: Iterable[PaperRow], unit: str, names: Names) -> tuple[Paper, ...]:
    """A unit's submitted sheets, oldest first."""
    return tuple(as_paper(row, names) for row in rows if row.unit_id == unit and row.subject == papers.SHEET)


def noted_of(rows: Iterable[PaperRow], unit: str, names: Names) -> tuple[Noted, ...]:
    """A unit's findings and results from outside that stand, oldest first."""
    return tuple(
        Noted(row.number, row.on, names[row.by], row.body)
        for row in rows
        if row.unit_id == unit and row.subject in (papers.FINDING, papers.RESULT) and row.stands
    )


def askings_of(rows: Iterable[PaperRow], unit: str, names: Names) -> tuple[Asking, ...]:
    """What a unit was asked for, with its answers, oldest first."""
    own = [row for row in rows if row.unit_id == unit and row.subject in papers.ASKED]
    replies: dict[str, list[tuple[date, str, str]]] = {}
    for row in own:
        if row.subject == papers.REPLY:
            replies.setdefault(row.body["asking"], []).append((row.on, names[row.by], row.body["words"]))
    return tuple(
        Asking(id_, unit, row.on, names[row.by], row.by, row.body["what"], tuple(replies.get(id_, ())))
        for row in own
        if row.subject == papers.ASKING and (id_ := row.body["asking"])
    )


def outcomes_of(rows: Iterable[PaperRow], unit: str, names: Names) -> tuple[Outcome, ...]:
    """What a unit's years came to, every edition with all that was said and decided of it, oldest first."""
    steps: dict[tuple[str, int, int], list[PaperRow]] = {}
    for row in rows:
        if row.unit_id == unit and row.subject in papers.STEPS:
            steps.setdefault((row.body["rubric"], row.body["year"], row.body["edition"]), []).append(row)
    return tuple(_outcome(found, names) for found in steps.values())


def _outcome(steps: Iterable[PaperRow], names: Names) -> Outcome:
    """One edition from its papers, which are in the order they were put in: the outcome itself first."""
    first, *later = steps
    body = first.body
    answers = {row.body["number"]: row.body for row in later if row.subject == papers.ANSWER}
    objections = tuple(
        Objection(
            n, row.on, names[row.by], row.body["words"], (a := answers.get(n, {})).get("upheld"), a.get("words", "")
        )
        for n, row in enumerate((r for r in later if r.subject == papers.OBJECTION), 1)
    )
    approval = next((row for row in later if row.subject == papers.APPROVAL), None)
    correction = next((row for row in later if row.subject == papers.CORRECTION), None)
    return Outcome(
        paper=first.number, unit=first.unit_id, rubric=body["rubric"], year=body["year"], edition=body["edition"],
        on=first.on, by=names[first.by], person=first.by, total=_points(body["total"]), shown=body["shown"],
        grade=body["grade"], until=date.fromisoformat(body["until"]) if body["until"] else None,
        objections=objections, stands=first.stands, ended=first.reason or "",
        final=approval.on if approval else None, final_by=names[approval.by] if approval else "",
        ground=approval.body["ground"] if approval else "", why=body["why"],
        correcting=correction.body["why"] if correction else "", example=body.get("example", False),
    )  # fmt: skip


async def bodies_over(conn: Connection, person: str, unit_ids: Iterable[str], on: date) -> Mapping[str, Bodies]:
    """For each unit the bodies a person assesses it for (none: whatever is nobody's), and those others do."""
    seats = await people.units_of(conn, person, ("assessor",), on)
    over = {above for seat in seats for above in await units.above(conn, seat)}
    rows = {row.id: row for row in await units.units(conn, {*over, *await units.subtree_ids(conn, seats)})}
    told = {row.id: row.settings["bodies"] for row in rows.values() if row.settings.get("bodies")}
    held = {
        unit: {post.person: set(bodies[post.person]) for post in await people.people_of(conn, unit, on)
               if post.role == "assessor" and post.person in bodies}
        for unit, bodies in told.items()
    }  # fmt: skip
    found = {}
    for unit in unit_ids:
        above = list(_upwards(rows, unit))
        mine = [held.get(seat, {}).get(person, set()) for seat in above if seat in seats]
        own = set().union(*mine) if all(mine) else set()
        every = {body for seat in above for bodies in held.get(seat, {}).values() for body in bodies}
        found[unit] = Bodies(frozenset(own), frozenset(every - own))
    return found


def _upwards(rows: Mapping[str, UnitRow], unit: str | None) -> Iterator[str]:
    while unit is not None and unit in rows:
        yield unit
        unit = rows[unit].parent


async def decided_ids(conn: Connection, person: str, on: date) -> list[str]:
    """The units on whose outcomes a person decides: those from the ones they administer down, without their own."""
    seats = await people.units_of(conn, person, ("administrator",), on)
    return await _assessable(conn, person, await units.subtree_ids(conn, seats), on)


async def assessed_ids(conn: Connection, person: str, on: date) -> list[str]:
    """The units a person assesses: those below the ones where they are assessor, without those they belong to."""
    seats = await people.units_of(conn, person, ("assessor",), on)
    return await _assessable(conn, person, await units.subtree_ids(conn, seats), on) if seats else []


async def _assessable(conn: Connection, person: str, ids: Iterable[str], on: date) -> list[str]:
    """Those of some units that are bodies to be assessed, without those a person belongs to."""
    own = await people.units_of(conn, person, BELONGING, on)
    below = [row for row in await units.units(conn, list(ids)) if row.id not in own and not _long_closed(row, on)]
    inner = {row.parent for row in below}
    return [row.id for row in below if row.id not in inner or await _reported_for(conn, row.id, on)]


def _long_closed(row: UnitRow, on: date) -> bool:
    """Closed before last year, so that its last year has been judged."""
    return row.closed_on is not None and row.closed_on.year < on.year - 1


async def _reported_for(conn: Connection, unit: str, on: date) -> bool:
    """Whether anybody reports for a unit; a node of the tree that nobody does is no body to be assessed."""
    return any(post.role in BELONGING for post in await people.people_of(conn, unit, on))


async def holders(conn: Connection, unit: str, role: str, on: date) -> list[str]:
    """Who is to hear of a unit's news in a role: its secretaries, or the assessors or administrators over it who don't
    belong to it."""
    own = await people.people_of(conn, unit, on)
    if role == "secretary":
        return sorted({post.person for post in own if post.role == role})
    barred = {post.person for post in own if post.role in BELONGING}
    found = {
        post.person
        for above in await units.above(conn, unit)
        for post in await people.people_of(conn, above, on)
        if post.role == role
    }
    return sorted(found - barred)


def _points(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
