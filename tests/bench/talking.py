"""How long it takes to understand a message, to answer one with a durable commit, and to start."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.commands.chat import open_local
from bot.demo.setup import SECRETARY, person
from bot.events import Batch, Inbound, Kind, RoomView
from bot.understanding.read import read
from bot.worker import Worker
from rubrics.activities import load_activities
from tests.accuracy.__main__ import load

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
BOT, ROOM = "@zhibu:local", "!bench"
SAID = ("11月5号下午在三楼会议室开了支委会 应到5人实到5人 研究11月主题党日方案", "实到4人", "算了")
TURNS, STARTS = 150, 3
# All that stands before the first sync: modules, settings, rulebooks, the record.
START = """
import asyncio, sys
from pathlib import Path
from bot.app import run
from bot.house import House
from bot.settings import Settings
from storage.database import Database
settings = Settings(homeserver="http://localhost", user_id="@zhibu:local", data=Path(sys.argv[1]))
House.open(settings)
asyncio.run(Database.open(settings.database_url))
"""


def reading() -> list[float]:
    """Seconds for each of the labelled messages."""
    kinds = load_activities()
    texts = [label["text"] for label in load("tune", "messages")]
    read(texts[0], NOW, kinds=kinds)  # what is loaded once
    times = []
    for text in texts:
        begin = time.perf_counter()
        read(text, NOW, kinds=kinds)
        times.append(time.perf_counter() - begin)
    return times


async def turns(folder: Path) -> list[float]:
    """Seconds for each turn, from the inbox row to the commit, with ten months on record, as the running bot takes
    it."""
    database, talk = await open_local(folder, NOW)
    secretary = person(SECRETARY, "local")
    answered = asyncio.Event()
    worker = Worker(database, BOT, talk.house, clock=lambda: datetime.now(UTC), wake_sender=answered.set)
    await worker.receive(Batch("0", rooms=(RoomView(ROOM, direct=True, encrypted=True, others=(secretary,)),)))
    running = asyncio.create_task(worker.run())
    times = []
    for n in range(TURNS):
        said = Inbound(f"${n}", ROOM, secretary, NOW, Kind.TEXT, SAID[n % len(SAID)])
        answered.clear()
        await worker.receive(Batch(str(n + 1), events=(said,)))
        begin = time.perf_counter()
        await answered.wait()
        times.append(time.perf_counter() - begin)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await database.close()
    return times[len(SAID) :]


def starts() -> list[float]:
    """Seconds of each start, in a process of its own, with an empty record."""
    times = []
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory() as folder:
            begin = time.perf_counter()
            subprocess.run([sys.executable, "-c", START, folder], check=True)
            times.append(time.perf_counter() - begin)
    return times


def measure() -> dict[str, float]:
    """Milliseconds of reading and of a turn (median, 95th percentile); seconds of a start (the best of a few)."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        spoken = asyncio.run(turns(Path(folder)))
    read_in = reading()
    return {
        "reading": statistics.median(read_in) * 1000,
        "reading_95": statistics.quantiles(read_in, n=20)[-1] * 1000,
        "turn": statistics.median(spoken) * 1000,
        "turn_95": statistics.quantiles(spoken, n=20)[-1] * 1000,
        "start": min(starts()),
    }


def run() -> dict[str, float]:
    """Measure and print."""
    found = measure()
    print(
        f"talking: a message is understood in {found['reading']:.2f} ms (median; 95 % under"
        f" {found['reading_95']:.2f}), "
        f"a turn with a durable commit takes {found['turn']:.1f} ms (median; 95 % under"
        f" {found['turn_95']:.1f}); "
        f"the bot is ready to sync {found['start']:.2f} s after its start"
    )
    return found


if __name__ == "__main__":
    run()
