"""SIGKILL at random moments between a message and its answer: nothing lost, nothing doubled. The short form of
make chaos; ZHIBU_KILLS makes it longer."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from bot.demo.homeserver import Homeserver
from tests.faults.chaos import Killer, play, told
from tests.faults.mixed import rehearse

KILLS = int(os.environ.get("ZHIBU_KILLS", "8"))
SERVER_AT = 5  # the homeserver is killed with the bot this time


@pytest.mark.timeout(1500)
async def test_killed_at_random_the_outcome_is_that_of_an_undisturbed_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three secretaries report, correct, delete, send files, ask and rate until the bot was killed often enough; every
    answer, and what each branch has on record, equal those of the same talk without homeserver or kills."""
    plans = await rehearse(tmp_path / "rehearsal", 3, whole=False)
    rounds, began = 0, time.monotonic()
    async with Homeserver(tmp_path / "synapse") as homeserver:
        killer = Killer(homeserver, KILLS, seed=1, first=SERVER_AT)
        while not killer.done:
            rounds += 1
            await play(homeserver, tmp_path / f"round-{rounds}", plans, killer)
    assert killer.server_restarts
    with capsys.disabled():
        print(f"\n{told(killer, rounds, plans, time.monotonic() - began)}")
