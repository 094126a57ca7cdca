"""make chaos: SIGKILL again and again over the mixed load, nothing lost and nothing doubled; prints the counts.

ZHIBU_CHAOS_KILLS says how many; ZHIBU_CHAOS_ON=postgres has the record there; ZHIBU_CHAOS_SEED: other moments.
"""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import time
from collections import Counter
from contextlib import nullcontext
from pathlib import Path

from bot.demo.acting import Actor
from bot.demo.homeserver import Homeserver
from storage import inbox, outbox
from storage.database import Database
from tests.faults.five import Bot, Secretary, leave, quiet, settle
from tests.faults.mixed import Plan, check, everybody, perform, rehearse, reminded, reminders
from tests.postgres import Postgres

KILLS = 500
MOMENT = 0.3  # seconds after a message, at most; five at once take about as long to be answered
SERVER_EVERY = 20  # kills of the bot until the homeserver is killed as well
LATE = "after the answer"  # not counted: nothing was on its way


class Killer:
    """Kills the bot after a message was sent and before it was answered, or while reminders go out, and starts it
    again. enough: kills; first: of the bot until the homeserver is killed for the first time."""

    def __init__(self, homeserver: Homeserver, enough: int, *, seed: int, first: int = SERVER_EVERY) -> None:
        self.stages: Counter[str] = Counter()
        self.server_restarts = 0
        self._homeserver = homeserver
        self._enough = enough
        self._first = first
        self._random = random.Random(seed)
        self._turn = asyncio.Lock()

    @property
    def kills(self) -> int:
        """Kills that counted."""
        return sum(n for stage, n in self.stages.items() if stage != LATE)

    @property
    def done(self) -> bool:
        """Whether it has killed enough."""
        return self.kills >= self._enough

    async def after_send(self, bot: Bot, who: Secretary, event_id: str) -> None:
        """One kill at a time; a message sent meanwhile is answered undisturbed."""
        if self._turn.locked() or self.done:
            return
        async with self._turn:
            before = len(who.person.heard)
            await asyncio.sleep(self._random.uniform(0, MOMENT))  # the moment is what is random here
            await bot.kill()
            answered = any(one.room_id == who.room_id for one in who.person.heard[before:])
            self.stages[LATE if answered else await _stage(bot, event_id)] += 1
            if self.kills >= self._first + self.server_restarts * SERVER_EVERY:
                self.server_restarts += 1
                await self._homeserver.stop(kill=True)
                await self._homeserver.start()
            await bot.start()

    async def dawn(self, bot: Bot, secretaries: list[Secretary], now: str, count: int) -> None:
        """A day begins, on which everybody hears for the count-th time what is due; killed in the middle of that."""
        await bot.kill()
        bot.options = ("--now", now)
        for _ in range(0 if self.done else 2):
            starts = len(bot.logged("started"))
            await bot.start()
            await bot.until_logged("started", starts + 1)
            await asyncio.sleep(self._random.uniform(0, MOMENT))
            await bot.kill()
            told = sum(len(reminders(who)) >= count for who in secretaries)
            self.stages["while reminders went out" if told < len(secretaries) else LATE] += 1
        await bot.start()
        await everybody([reminded(who, count) for who in secretaries])


async def _stage(bot: Bot, event_id: str) -> str:
    database = await Database.open(bot.settings.database_url)
    account = bot.settings.user_id
    try:
        async with database.look() as conn:
            row = await inbox.row(conn, account, event_id)
            waiting, _ = await outbox.backlog(conn, account)
    finally:
        await database.close()
    if row is None:
        return "on its way to the inbox"
    if row.state != "done":
        return "in the inbox, not yet answered"
    return "answered, not yet sent" if waiting else "sent, not yet seen"


async def play(
    homeserver: Homeserver, folder: Path, plans: dict[str, Plan], killer: Killer, database: str | None = None
) -> None:
    """One round: everybody does all that is planned while the bot is killed, and all is as it must be. database: where
    the record lies, if not in the bot's folder."""
    days = next(iter(plans.values())).days
    more = {"database": database} if database else {}
    bot, secretaries = await settle(homeserver, folder, people=len(plans), now=days[0].now, **more)
    actors = {who.unit: Actor(who.person, who.room_id) for who in secretaries}

    async def after_send(who: Secretary, event_id: str) -> None:
        await killer.after_send(bot, who, event_id)

    try:
        for number, day in enumerate(days):
            await killer.dawn(bot, secretaries, day.now, number + 1)
            await everybody(
                [perform(who, actors[who.unit], plans[who.unit].days[number], after_send) for who in secretaries]
            )
        await quiet(bot)
        for who in secretaries:
            await check(bot, who, plans[who.unit])
    finally:
        await leave(bot, secretaries)


def told(killer: Killer, rounds: int, plans: dict[str, Plan], seconds: float) -> str:
    """What was done, in one line."""
    lines = rounds * sum(len(day.lines) for plan in plans.values() for day in plan.days)
    answers = rounds * sum(len(a) for plan in plans.values() for day in plan.days for a in day.answers)
    reminded = rounds * sum(len(plan.days) for plan in plans.values())
    stages = ", ".join(f"{stage} {n}" for stage, n in sorted(killer.stages.items()) if stage != LATE)
    return (
        f"{killer.kills} SIGKILLs of the bot ({stages}), {killer.stages[LATE]} more after the answer, "
        f"{killer.server_restarts} of the homeserver, {rounds} rounds in {seconds:.0f} s: "
        f"{lines} messages, {answers} answers and {reminded} reminders, none lost, none doubled"
    )


async def chaos(folder: Path, kills: int, seed: int, postgres: Postgres | None) -> None:
    """Round after round until there were enough kills."""
    began, rounds = time.monotonic(), 0
    plans = await rehearse(folder / "rehearsal", 5, whole=True)
    async with Homeserver(folder / "synapse") as homeserver:
        killer = Killer(homeserver, kills, seed=seed)
        while not killer.done:
            rounds += 1
            database = postgres.address(postgres.new()) if postgres is not None else None
            await play(homeserver, folder / f"round-{rounds}", plans, killer, database)
            print(told(killer, rounds, plans, time.monotonic() - began), flush=True)


def main() -> None:
    """As the environment says."""
    kills = int(os.environ.get("ZHIBU_CHAOS_KILLS", KILLS))
    seed = int(os.environ.get("ZHIBU_CHAOS_SEED", "1"))
    server = Postgres("geheim") if os.environ.get("ZHIBU_CHAOS_ON") == "postgres" else nullcontext()
    with tempfile.TemporaryDirectory(prefix="zhibu-chaos-") as folder, server as postgres:
        asyncio.run(chaos(Path(folder), kills, seed, postgres))


if __name__ == "__main__":
    main()
