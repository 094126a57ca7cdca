"""One person who writes thousands of messages delays nobody else: the second half of make chaos.

ZHIBU_FLOOD says how many. Printed: how long somebody else waits for an answer before and meanwhile.
"""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bot.demo.homeserver import Homeserver
from tests.faults.five import PATIENCE, Bot, Secretary, leave, quiet, settle

FLOOD = 10_000
BEFORE = 10  # questions asked in peace
ODD = "评分表 号{n}"  # answered at once, with its own words in the answer
ANSWER = re.compile("没有叫“号(\\d+)”")


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen. before, meanwhile: seconds that somebody else waited for each answer; between: how many of the
    flood's answers stand in the homeserver's order between each of these questions and its answer; took: seconds until
    the flood was answered."""

    count: int
    before: list[float]
    meanwhile: list[float]
    between: list[int]
    took: float

    def __str__(self) -> str:
        return (
            f"{self.count} messages of one person answered once, in order, in {self.took:.0f} s; somebody else waited "
            f"{_spoken(self.before)} before, {_spoken(self.meanwhile)} meanwhile ({len(self.meanwhile)} questions, "
            f"at most {max(self.between)} of the flood's answers before one of theirs)"
        )


def _spoken(seconds: list[float]) -> str:
    most = statistics.quantiles(seconds, n=100, method="inclusive")[98]
    return f"{statistics.median(seconds):.2f} s (median; 99 of 100 at most {most:.2f}, all {max(seconds):.2f})"


async def ask(who: Secretary, numbers: range) -> list[str]:
    """Say something with each of these numbers, in order, without waiting for answers; the events' ids."""
    return [await who.person.say(who.room_id, ODD.format(n=n)) for n in numbers]


def answers(who: Secretary) -> list[int]:
    """The numbers in the answers, as they came."""
    return [int(found[1]) for one in who.person.heard if (found := ANSWER.search(one.body))]


async def flood(homeserver: Homeserver, folder: Path, count: int) -> Seen:
    """One writes so many messages while the bot is away; when it is back, another goes on asking until all of them are
    answered. Fails when one is not, or twice, or out of order."""
    bot, people = await settle(homeserver, folder, people=2)
    loud, other = people
    try:
        before = [(await _question(other, n))[0] for n in range(BEFORE)]
        await bot.kill()
        await ask(loud, range(count))
        heard = len(loud.person.heard)
        await bot.start()
        began = time.monotonic()
        await loud.person.wait_until(lambda: len(loud.person.heard) > heard, PATIENCE)
        meanwhile: list[float] = []
        asked: list[tuple[str, str]] = []
        while len(loud.person.heard) < heard + count:
            done = len(loud.person.heard)
            seconds, question, answer = await _question(other, BEFORE + len(meanwhile))
            meanwhile.append(seconds)
            asked.append((question, answer))
            await loud.person.wait_until(lambda: len(loud.person.heard) > done, PATIENCE)  # noqa: B023
        took = time.monotonic() - began
        await quiet(bot)
        given = answers(loud)
        assert given == list(range(len(given)))
        return Seen(len(given), before, meanwhile, _between(homeserver, bot, loud, asked), took)
    finally:
        await leave(bot, people)


async def _question(who: Secretary, n: int) -> tuple[float, str, str]:
    """Ask and be answered: how many seconds it took, and the two events."""
    began = time.monotonic()
    asked = await who.person.say(who.room_id, ODD.format(n=n))
    heard = await who.person.wait_for(f"号{n}”", room_id=who.room_id, timeout=PATIENCE)
    return time.monotonic() - began, asked, heard.event_id


def _between(homeserver: Homeserver, bot: Bot, loud: Secretary, asked: list[tuple[str, str]]) -> list[int]:
    """How many answers to the loud one the homeserver has between each question of the other's and its answer."""
    with sqlite3.connect(f"file:{homeserver.database}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT event_id, room_id, sender FROM events ORDER BY stream_ordering").fetchall()
    places = {event_id: place for place, (event_id, _, _) in enumerate(rows)}
    loud_at = [place for place, (_, room, by) in enumerate(rows) if (room, by) == (loud.room_id, bot.settings.user_id)]
    return [sum(places[question] < at < places[answer] for at in loud_at) for question, answer in asked]


async def _alone(count: int) -> Seen:
    with tempfile.TemporaryDirectory(prefix="zhibu-flood-") as folder:
        async with Homeserver(Path(folder) / "synapse") as homeserver:
            return await flood(homeserver, Path(folder) / "bot", count)


if __name__ == "__main__":
    print(asyncio.run(_alone(int(os.environ.get("ZHIBU_FLOOD", FLOOD)))))
