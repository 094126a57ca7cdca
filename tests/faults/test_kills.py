"""SIGKILL at random moments between a message and its answer: nothing lost, nothing doubled."""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from pathlib import Path

import pytest

from bot.demo.homeserver import Homeserver
from storage import inbox, outbox
from storage.database import Database
from tests.faults.five import Bot, Secretary, converse, leave, outcome, quiet, settle

KILLS = int(os.environ.get("ZHIBU_KILLS", "50"))
MOMENT = 0.3  # seconds after a message, at most; five at once take about as long to be answered


class Killer:
    """Kills the bot after a message was sent, before it was answered, and starts it again."""

    def __init__(self, bot: Bot, homeserver: Homeserver, *, restarts_server: bool, seed: int) -> None:
        self.stages: Counter[str] = Counter()
        self.server_restarts = 0
        self._bot = bot
        self._homeserver = homeserver
        self._restarts_server = restarts_server
        self._random = random.Random(seed)
        self._turn = asyncio.Lock()

    async def after_send(self, who: Secretary, event_id: str) -> None:
        """One kill at a time; a message sent meanwhile is answered undisturbed."""
        if self._turn.locked() or self.kills >= KILLS:
            return
        async with self._turn:
            before = len(who.person.heard)
            await asyncio.sleep(self._random.uniform(0, MOMENT))  # the moment is what is random here
            await self._bot.kill()
            answered = any(one.room_id == who.room_id for one in who.person.heard[before:])
            stage = "after the answer" if answered else await self._stage(event_id)
            self.stages[stage] += 1
            if self._restarts_server and self.kills % 10 == 5:
                await self._homeserver.stop(kill=True)
                await self._homeserver.start()
                self.server_restarts += 1
            await self._bot.start()

    @property
    def kills(self) -> int:
        """Kills that fell between a message and its answer."""
        return sum(n for stage, n in self.stages.items() if stage != "after the answer")

    async def _stage(self, event_id: str) -> str:
        database = await Database.open(self._bot.settings.database_url)
        account = self._bot.settings.user_id
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


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("restarts_server", [False, True], ids=["bot", "bot_and_homeserver"])
async def test_killed_at_random_the_outcome_is_that_of_an_undisturbed_run(
    tmp_path: Path, restarts_server: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """Five secretaries talk until the bot was killed often enough; branch by branch the record and every answer equal
    those of the run without kills."""
    async with Homeserver(tmp_path / "synapse") as homeserver:
        expected = await _run(homeserver, tmp_path / "undisturbed", None)
        killer: Killer | None = None
        stages: Counter[str] = Counter()
        restarts = rounds = 0
        while sum(n for stage, n in stages.items() if stage != "after the answer") < KILLS:
            rounds += 1
            folder = tmp_path / f"disturbed-{rounds}"
            found, killer = await _disturbed(homeserver, folder, restarts_server=restarts_server, seed=rounds)
            for unit in expected:
                assert found[unit] == expected[unit], f"round {rounds}, {unit}"
            stages += killer.stages
            restarts += killer.server_restarts
    with capsys.disabled():
        told = ", ".join(f"{stage}: {n}" for stage, n in sorted(stages.items()))
        print(f"\nSIGKILL between a message and its answer, {rounds} rounds, {restarts} homeserver restarts: {told}")


async def _run(homeserver: Homeserver, folder: Path, killer: Killer | None) -> dict[str, object]:
    bot, secretaries = await settle(homeserver, folder)
    try:
        await asyncio.gather(*(converse(who, _nothing) for who in secretaries))
        await quiet(bot)
        return await outcome(bot, secretaries)
    finally:
        await leave(bot, secretaries)


async def _disturbed(
    homeserver: Homeserver, folder: Path, *, restarts_server: bool, seed: int
) -> tuple[dict[str, object], Killer]:
    bot, secretaries = await settle(homeserver, folder)
    killer = Killer(bot, homeserver, restarts_server=restarts_server, seed=seed)
    try:
        await asyncio.gather(*(converse(who, killer.after_send) for who in secretaries))
        await quiet(bot)
        return await outcome(bot, secretaries), killer
    finally:
        await leave(bot, secretaries)


async def _nothing(who: Secretary, event_id: str) -> None:
    return
