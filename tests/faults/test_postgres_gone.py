"""PostgreSQL stopped, crashed and cut off at random moments while branches report: nothing lost, nothing doubled."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import yaml

from bot import patience
from bot.events import Batch, Delivery, Echo, Inbound, Kind, Outgoing, RoomView, Verdict
from bot.house import House
from bot.parcels import Parcels
from bot.sender import Sender
from bot.settings import Settings
from bot.units_file import read_units
from bot.worker import Worker
from storage import activities, faults, outbox
from storage.database import Database
from storage.unit_import import import_units
from tests.postgres import Postgres

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
BOT = "@zhibu:local"
BRANCHES, ROUNDS, BLOWS = 6, 12, 12
SEED = int(os.environ.get("ZHIBU_SEED", "5"))
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'zhibu'"


@pytest.fixture
def server() -> Iterator[Postgres]:
    """One to be hurt."""
    with Postgres("geheim") as running:
        yield running


class Bot:
    """A worker and a sender over one record, with a homeserver that is only a list. said: what came into each room."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.sent: dict[str, Outgoing] = {}
        self.answered = asyncio.Condition()
        self.worker = Worker(
            database, BOT, House.open(settings), clock=lambda: NOW, wake_sender=lambda: self.sender.wake()
        )
        self.sender = Sender(
            database, BOT, self._deliver, _nothing, lambda: NOW, _nothing, Parcels(settings.parcels)  # type: ignore[arg-type]
        )  # fmt: skip
        self.count = 0

    async def _deliver(self, what: Outgoing) -> Delivery:
        """As a homeserver does it: one event an id, however often it comes."""
        event_id = f"$of-{what.transaction_id}"
        async with self.answered:
            self.sent.setdefault(what.transaction_id, what)
            self.answered.notify_all()
        return Delivery(Verdict.SENT, event_id)

    def said(self, room_id: str) -> list[str]:
        """What came into a room."""
        return [str(one.content["body"]) for one in self.sent.values() if one.room_id == room_id]

    async def hear(self, room_id: str, person: str, text: str) -> str:
        """A message as sync brings it, and its echo of what was sent meanwhile; the answer to it."""
        self.count += 1
        number, before = self.count, len(self.said(room_id))
        event = Inbound(f"$e{number}", room_id, person, NOW + timedelta(seconds=number), Kind.TEXT, text)
        echoes = tuple(Echo(key, f"$of-{key}") for key in list(self.sent)[-3:])
        await self.worker.receive(Batch(f"t{number}", (event,), echoes=echoes))
        async with self.answered:
            await self.answered.wait_for(lambda: len(self.said(room_id)) > before)
        return self.said(room_id)[-1]


async def _nothing(*_: object) -> None:
    return None


@pytest.fixture
async def bot(server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    """A bot with some branches, running."""
    monkeypatch.setattr(patience, "RETRY_SECONDS", 0.05)
    settings = Settings(homeserver="http://x", user_id=BOT, data=tmp_path, database=server.address(server.new()))

    def branch(n: int) -> dict[str, object]:
        people = [{"id": f"@p{n}:local", "name": f"人{n}", "roles": ["secretary"]}]
        heads = [{"since": "2025-01-01", "正式": 24, "委员": 5}]
        return {"id": f"b{n}", "name": f"第{n}支部", "headcounts": heads, "people": people}

    tree = [branch(n) for n in range(BRANCHES)]
    (tmp_path / "units.yaml").write_text(yaml.safe_dump({"units": tree}, allow_unicode=True), encoding="utf-8")
    database = await Database.open(settings.database_url)
    async with database.turn() as conn:
        await import_units(conn, read_units(tmp_path / "units.yaml"), at=NOW, by="test")
    running = Bot(database, settings)
    views = [RoomView(f"!p{n}", direct=True, encrypted=True, others=(f"@p{n}:local",)) for n in range(BRANCHES)]
    await running.worker.receive(Batch("0", rooms=tuple(views)))
    ready = asyncio.Event()
    ready.set()
    tasks = [asyncio.create_task(running.worker.run()), asyncio.create_task(running.sender.run(ready))]
    async with running.answered:
        await running.answered.wait_for(lambda: len(running.sent) == BRANCHES)  # the welcomes
    yield running
    for task in tasks:
        assert not task.done(), task.result()
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await database.close()


async def quiet(database: Database) -> None:
    """Until everything that was sent is marked as sent."""
    async with asyncio.timeout(20):
        while True:
            async with database.look() as conn:
                waiting, _ = await outbox.backlog(conn, BOT)
            if not waiting:
                return
            await asyncio.sleep(0.02)  # the row is what tells


async def test_gone_again_and_again_while_branches_report(
    server: Postgres, bot: Bot, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each branch reports and confirms; every message has its one answer, and every record is there once."""
    draw = random.Random(SEED)
    blows: Counter[str] = Counter()

    async def branch(n: int) -> None:
        hear = partial(bot.hear, f"!p{n}", f"@p{n}:local")
        for day in range(1, ROUNDS + 1):
            assert "支委会" in await hear(f"11月{day}日支委会，应到5人，实到5人，议题：第{day}号方案")
            assert "已记下 #" in await hear("好")

    async def strike() -> None:
        for _ in range(BLOWS):
            await asyncio.sleep(draw.uniform(0.05, 0.4))  # the moment is what is random here
            how = draw.choice(["stopped", "crashed", "power cut", "cut off"])
            blows[how] += 1
            if how == "cut off":
                server.sql(CUT)
                continue
            signals = {"stopped": signal.SIGINT, "crashed": signal.SIGQUIT, "power cut": signal.SIGKILL}
            await asyncio.to_thread(server.stop, signals[how])
            await asyncio.sleep(draw.uniform(0, 0.2))
            server.start()

    async with asyncio.timeout(240):
        await asyncio.gather(strike(), *(branch(n) for n in range(BRANCHES)))
    database = bot.worker.database
    async with database.look() as conn:
        rows = await activities.current(conn, [f"b{n}" for n in range(BRANCHES)])
        topics = Counter((row.unit_id, row.slots["topic"]) for row in rows)
        assert set(topics.values()) == {1}
        assert len(topics) == BRANCHES * ROUNDS
        for n in range(BRANCHES):
            assert await faults.verify(conn, f"b{n}") == []
            assert len(bot.said(f"!p{n}")) == 1 + 2 * ROUNDS
    await quiet(database)
    with capsys.disabled():
        print(f"\nPostgreSQL gone while branches report: {', '.join(f'{how} {n}' for how, n in sorted(blows.items()))}")
