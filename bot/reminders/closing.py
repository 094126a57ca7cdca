"""The end of a publicity period: whoever takes the next step is told, and the unit that its result was made known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from bot.charges import as_charge
from bot.dialogue.outcome import OBJECTED, READY, Outcome
from bot.house import House
from bot.locale import words
from bot.papers import holders, names_of, outcomes_of
from bot.reminders.deadlines import Charge
from bot.reminders.plan import DAY, SPEAK_AT, may_speak
from bot.rendering import message
from rubrics import Rubric
from rubrics.procedure import approval
from storage import outbox, papers, rooms, timers, units
from storage.database import Connection, Database
from storage.outbox import OutboxRow, transaction_id
from storage.timers import Timer

PUBLIC_END = "public_end"  # kind of timer
MOST = 20  # units in one message


def timer(unit: str, paper: int, until: date, zone: tzinfo) -> Timer:
    """For an outcome made known until a day: the morning after. Whichever bot comes first takes it."""
    due_at = datetime.combine(until + DAY, SPEAK_AT, zone)
    return Timer(f"public_end/{paper}", PUBLIC_END, due_at, None, unit, {"paper": paper})


@dataclass(frozen=True, slots=True)
class Ended:
    """An outcome whose publicity is over, with its unit and rulebook."""

    charge: Charge
    rubric: Rubric
    outcome: Outcome


async def tell_ends(database: Database, account: str, house: House, now: datetime, at: datetime) -> int:
    """One message for each person about all that has ended since; how many. now: the time people live in, at: the
    machine's, UTC."""
    async with database.look() as conn:
        due = await timers.due(conn, account, now, [PUBLIC_END])
    if not due:
        return 0
    async with database.turn() as conn:
        ended: list[Ended] = []
        cause = ""
        for one in due:
            found = await _found(conn, house, one, now)
            if found is not None and not may_speak(found.charge.settings, now.astimezone(found.charge.zone)):
                continue
            if await timers.claim(conn, one.key, account, at) and found is not None:
                cause = cause or one.key
                ended.append(found)
        return await _tell(conn, cause, ended, now, at)


async def _found(conn: Connection, house: House, due: Timer, now: datetime) -> Ended | None:
    """What a timer is about, None where there is nothing left to say: taken back, decided on, being corrected."""
    assert due.unit_id is not None
    row = await units.unit(conn, due.unit_id)
    if row is None:
        return None
    charge = as_charge(row, (await units.inherited(conn, [row.id]))[row.id], house, now)
    judged = await papers.current(conn, [row.id])
    paper = (due.content or {}).get("paper")
    outcomes = outcomes_of(judged, row.id, await names_of(conn, judged))
    outcome = next((one for one in outcomes if one.paper == paper), None)
    rubric = next((r for r in charge.rubrics if outcome is not None and r.id == outcome.rubric), None)
    if outcome is None or rubric is None or not outcome.stands or outcome.correcting:
        return None
    stage = outcome.stage(now.astimezone(charge.zone).date())
    return Ended(charge, rubric, outcome) if stage in (READY, OBJECTED) else None


async def _tell(conn: Connection, cause: str, ended: list[Ended], now: datetime, at: datetime) -> int:
    """Each person's lines, by role: who speaks for a branch hears of it, who assesses of all of theirs at once."""
    lines: dict[tuple[str, str, str], list[str]] = {}
    for one in ended:
        day = now.astimezone(one.charge.zone).date()
        language = one.charge.settings.get("language") or "zh_CN"
        for role, line in _lines(one, language):
            for person in await holders(conn, one.charge.unit.id, role, day):
                lines.setdefault((person, role, language), []).append(line)
    said = 0
    for (person, role, language), some in lines.items():
        where = await rooms.direct_room(conn, person)
        if where is None:
            continue
        say = words(language)
        more = [say("step.more", n=len(some) - MOST)] if len(some) > MOST else []
        text = "\n".join([say(f"ended.{role}"), *some[:MOST], *more])
        rows = [
            OutboxRow(
                transaction_id(f"{cause}/{role}/{person}", index), where[1], "m.room.message", content, None, cause
            )
            for index, content in enumerate(message(text, {}, rings=True))
        ]
        await outbox.put(conn, where[0], rows, at)
        said += 1
    return said


def _lines(one: Ended, language: str) -> Iterator[tuple[str, str]]:
    """What each role is told of it."""
    say = words(language)
    unit, book = one.charge.unit.name, one.rubric.short
    known: Mapping[str, object] = {
        "title": say("step.title", unit=unit, book=book, year=one.outcome.year), "unit": unit, "book": book,
        "shown": one.outcome.shown,
    }  # fmt: skip
    step = approval(one.rubric)
    waiting = [objection.number for objection in one.outcome.objections if objection.upheld is None]
    if waiting:
        numbers = say("card.list_comma").join(say("ended.number", n=n) for n in waiting)
        yield "assessor", say("ended.assessor.objected", **{**known, "numbers": numbers, "n": waiting[0]})
        yield "secretary", say("ended.secretary.objected", **{**known, "numbers": numbers})
        return
    if step is None:
        yield "assessor", say("ended.assessor.conclude", **known)
        yield "secretary", say("ended.secretary.conclude", **known)
        return
    yield "assessor", say("ended.assessor.approve", **known)
    yield "administrator", say("ended.administrator.approve", **known)
    yield "secretary", say("ended.secretary.approve", **known)
