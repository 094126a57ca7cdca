"""One person who writes hundreds of messages delays nobody else; make chaos does it with ten thousand."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from bot.demo.homeserver import Homeserver
from tests.faults.flood import flood

FLOOD = 200
FAIR = 20  # answers of the flood before somebody else's one; it goes by rooms, so that it is a handful


async def test_somebody_elses_answer_does_not_wait_for_a_flood(
    homeserver: Homeserver, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = await flood(homeserver, tmp_path / "bot", FLOOD)
    assert seen.count == FLOOD
    assert max(seen.between) < FAIR
    assert statistics.median(seen.meanwhile) < statistics.median(seen.before) + 1
    with capsys.disabled():
        print(f"\n{seen}")
