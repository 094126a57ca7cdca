"""The mixed load of the kill tests: what secretaries do in mixed.txt, and what must have come of it in the end.

What each is to be answered, and what is to be on record, is found by the same talk without homeserver or process.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.demo.acting import Actor
from bot.demo.local import FILE, LocalTalk
from bot.demo.transcript import Said, parse
from bot.house import House
from bot.matrix.person import Said as Heard
from bot.settings import Settings
from storage import activities, faults, papers
from storage.database import Database
from tests.faults.five import PATIENCE, Bot, Secretary, bring_units

SCRIPT = Path(__file__).with_name("mixed.txt")
SHORT = "跳过"  # the short form ends with this line; the long one fills in the whole self-evaluation
LOCAL = "@s{n}:local"
AfterSend = Callable[[Secretary, str], Awaitable[None]]


@dataclass(slots=True)
class Day:
    """What one secretary does on a day. now: when it begins; answers: to each line, in order."""

    now: str
    lines: list[Said]
    answers: list[list[str]] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """All that one secretary does. welcome: what the bot says first; record: what the branch has at the end."""

    days: list[Day]
    welcome: list[str] = field(default_factory=list)
    record: object = None


def days(n: str, *, whole: bool) -> list[Day]:
    """The script as the secretary of branch n has it. whole: with all of the self-evaluation."""
    told = parse(SCRIPT.read_text("utf-8").replace("{n}", n), SCRIPT.name).said
    found: list[Day] = []
    for said in told:
        if said.now:
            found.append(Day(said.now, []))
        found[-1].lines.append(said)
        if said.text == SHORT and not whole:
            break
    return found


async def rehearse(folder: Path, people: int, *, whole: bool) -> dict[str, Plan]:
    """The plans of the first few branches' secretaries, with the answers and records that are right."""
    folder.mkdir()
    settings = Settings(homeserver="http://x", user_id="@zhibu:local", data=folder)
    await bring_units(settings.database_url, folder, [LOCAL.format(n=n) for n in range(1, 6)])
    database = await Database.open(settings.database_url)
    try:
        return {f"b{n}": await _rehearsed(database, House.open(settings), str(n), whole) for n in range(1, people + 1)}
    finally:
        await database.close()


async def _rehearsed(database: Database, house: House, n: str, whole: bool) -> Plan:
    plan = Plan(days(n, whole=whole))
    first = datetime.fromisoformat(plan.days[0].now)
    talk = LocalTalk(database, house, LOCAL.format(n=n), first, f"!b{n}")
    talk.shown = f"书记{n}"
    plan.welcome = [alike(one) for one in await talk.open()]
    for day in plan.days:
        await talk.set_now(datetime.fromisoformat(day.now))
        day.answers = [[alike(answer) for answer in await talk.say(line)] for line in day.lines]
    plan.record = await on_record(database, f"b{n}")
    return plan


def alike(words: str) -> str:
    """Words without record numbers, which depend on who was first."""
    return re.sub(r"#\d+", "#", words)


def reminds(heard: Heard) -> bool:
    """Whether the bot said it of itself: that alone rings."""
    return heard.msgtype == "m.text"


def said_in_room(who: Secretary) -> list[str]:
    """All that the bot said there, in order, but for what it said of itself."""
    return [
        alike(FILE.format(name=one.body)) if one.msgtype in ("m.file", "m.image") else alike(one.body)
        for one in who.person.heard
        if one.room_id == who.room_id and not reminds(one)
    ]


def reminders(who: Secretary) -> list[str]:
    """What the bot said there of itself."""
    return [one.body for one in who.person.heard if one.room_id == who.room_id and reminds(one)]


async def perform(who: Secretary, actor: Actor, day: Day, after_send: AfterSend) -> None:
    """Do what is to be done on a day, each line after the last answer to the one before."""
    for line, answers in zip(day.lines, day.answers, strict=True):
        sent = await actor.act(line)
        await after_send(who, sent)
        for _ in answers:
            heard = await who.person.wait_for(lambda one: not reminds(one), room_id=who.room_id, timeout=PATIENCE)
            actor.cards.append(heard.event_id)


async def on_record(database: Database, unit: str) -> dict[str, Any]:
    """All that a branch has on record, but for numbers, times and the ids of messages."""
    async with database.look() as conn:
        rows = await activities.current(conn, [unit])
        written = await papers.current(conn, [unit])
        return {
            "activities": [
                (r.kind, r.occurred_on, r.version, r.withdrawn_at is not None, r.slots,
                 [(file["name"], file["sha256"]) for file in r.files])
                for r in rows
            ],
            "papers": [(paper.subject, paper.on, paper.version, paper.stands) for paper in written],
            "faults": await faults.verify(conn, unit),
        }  # fmt: skip


async def check(bot: Bot, who: Secretary, plan: Plan) -> None:
    """Nothing is lost and nothing doubled: what was said in the room and what is on record, to the letter; and every
    file that came opens."""
    expected = [*plan.welcome, *(answer for day in plan.days for answers in day.answers for answer in answers)]
    assert said_in_room(who) == expected, who.unit
    told = reminders(who)
    assert len(told) == len(plan.days), f"{who.unit}: {told}"
    for one in who.person.heard:
        if one.msgtype in ("m.file", "m.image"):
            assert len(await who.person.fetch(one, 10_000_000)) == one.content["info"]["size"], who.unit
    database = await Database.open(bot.settings.database_url)
    try:
        assert await on_record(database, who.unit) == plan.record, who.unit
    finally:
        await database.close()


async def reminded(who: Secretary, count: int) -> None:
    """Until the bot has spoken there of itself so often."""
    await who.person.wait_until(lambda: len(reminders(who)) >= count, PATIENCE)


async def everybody(work: list[Awaitable[None]]) -> None:
    """All at once; what one raises ends the others."""
    async with asyncio.TaskGroup() as group:
        for one in work:
            group.create_task(_run(one))


async def _run(work: Awaitable[None]) -> None:
    await work
