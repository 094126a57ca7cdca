"""Stored sheets, findings and results as the rulebooks and the dialogue see them, and whom a unit's news reaches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bot.dialogue.context import Paper
from rubrics import Facts, Finding, Judgement, Result
from rubrics.factsfile import result_value
from storage import papers, people, units
from storage.database import Connection
from storage.papers import PaperRow

BELONGING = ("secretary", "reporter")  # who has one of these roles in a unit is no assessor of it
Names = Mapping[str, str]


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
        stands=row.stands, reason=row.reason or "",
    )  # fmt: skip


def sheets_of(rows: Iterable[PaperRow], unit: str, names: Names) -> tuple[Paper, ...]:
    """A unit's submitted sheets, oldest first."""
    return tuple(as_paper(row, names) for row in rows if row.unit_id == unit and row.subject == papers.SHEET)


async def assessed_ids(conn: Connection, person: str, on: date) -> list[str]:
    """The units a person assesses: those below the ones where they are assessor, without those they belong to."""
    seats = await people.units_of(conn, person, ("assessor",), on)
    if not seats:
        return []
    own = await people.units_of(conn, person, BELONGING, on)
    below = [row for row in await units.units(conn, await units.subtree_ids(conn, seats)) if row.id not in own]
    inner = {row.parent for row in below}
    return [row.id for row in below if row.id not in inner or await _reported_for(conn, row.id, on)]


async def _reported_for(conn: Connection, unit: str, on: date) -> bool:
    """Whether anybody reports for a unit; a node of the tree that nobody does is no body to be assessed."""
    return any(post.role in BELONGING for post in await people.people_of(conn, unit, on))


async def holders(conn: Connection, unit: str, role: str, on: date) -> list[str]:
    """Who is to hear of a unit's news in a role: its secretaries, or the assessors over it who don't belong to it."""
    own = await people.people_of(conn, unit, on)
    if role != "assessor":
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
