"""A storm of reminders: one to each of thousands of branches, in encrypted rooms, against a plain nio client that sends
as many on the same Synapse, within its rate limits; and again with the bot killed in the middle.

ZHIBU_BENCH_ROOMS says how many rooms; ZHIBU_BENCH_KILLS how often the bot is killed; ZHIBU_BENCH_PER_SECOND what the
server lets one account send (as deploy/synapse has it unless set).
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import yaml
from sqlalchemy import func, select

from bot.clock import utc_now
from bot.demo.homeserver import Homeserver
from bot.matrix.person import Person as Client
from storage import outbox, tables
from storage.database import Database
from storage.people import Person
from storage.unit_import import UnitEntry, import_units
from storage.units import Headcount
from tests.bench.process import cpu_of
from tests.bench.storm_sides import ROOMS, TIMEOUT, Server, Talker

KILLS = int(os.environ.get("ZHIBU_BENCH_KILLS", "6"))
SHIPPED = Path(__file__).resolve().parents[2] / "deploy" / "synapse" / "homeserver.yaml"
STORMS = 5
BEFORE = datetime.fromisoformat("2026-11-15T07:00:00+08:00")
BOOKS = [{"id": "qianjiang-2017", "points": "example-points"}]


@dataclass(frozen=True)
class Storm:
    """One of them. seconds: until the last event; sender, server: processor seconds a message."""

    seconds: float
    sender: float
    server: float

    def __str__(self) -> str:
        each = f"{self.sender * 1000:.0f}+{self.server * 1000:.0f} ms"
        return f"{ROOMS / self.seconds:.1f}/s ({each})"


@dataclass
class Stage:
    """Everybody who takes part. days: on which each branch has something to be reminded of."""

    homeserver: Homeserver
    server: Server
    database: Database
    bot: Talker
    bare: Talker
    ids: dict[str, str]
    days: list[date]

    async def storm_of_ours(self, day: date) -> Storm:
        """From the moment that reminders are due to the last one in its room. The day begins before, as days do:
        planning ahead is no part of it."""
        await self.at(day, 7)
        after, clock = self.server.reached(), self._clock(self.bot)
        self.bot.tell(_time(day, 9))
        last = await self.server.all_there(self.ids["zhibu"], after, ROOMS)
        await self.bot.heard("ticked")
        await self.settled(after)
        return self._storm(clock, last, self.bot)

    async def storm_of_theirs(self) -> Storm:
        """From the word to the last event in its room."""
        after, clock = self.server.reached(), self._clock(self.bare)
        self.bare.tell("go")
        last = await self.server.all_there(self.ids["bare"], after, ROOMS)
        told = await self.bare.heard("failed")
        assert told == "failed 0", told
        return self._storm(clock, last, self.bare)

    def _clock(self, who: Talker) -> tuple[float, float, float]:
        """Now, and the processor time of a sender and of the server."""
        assert who.process is not None
        return time.time(), cpu_of(who.process.pid), cpu_of(self.homeserver._process.pid)

    def _storm(self, before: tuple[float, float, float], last: float, who: Talker) -> Storm:
        _, sender, server = self._clock(who)
        return Storm(last - before[0], (sender - before[1]) / ROOMS, (server - before[2]) / ROOMS)

    async def at(self, day: date, hour: int) -> None:
        """The bot lives at a time, and has ticked there."""
        self.bot.tell(_time(day, hour))
        await self.bot.heard("ticked")

    async def settled(self, after: int) -> None:
        """Nothing is left to be sent, and every room has got one message."""
        async with asyncio.timeout(TIMEOUT):
            while (await self._unsent()) > 0:
                await asyncio.sleep(0.25)
        got = self.server.rooms(self.ids["zhibu"], after)
        wrong = {room: n for room, n in got.items() if n != 1}
        assert not wrong, f"doubled: {wrong}"
        assert len(got) == ROOMS, f"{ROOMS - len(got)} lost"

    async def _unsent(self) -> int:
        async with self.database.look() as conn:
            return (await outbox.backlog(conn, self.ids["zhibu"]))[0]

    async def killed(self, day: date, seconds: float) -> Counter[str]:
        """A storm in which the bot is killed at random moments, which are told by what it had got done; seconds: what
        it takes undisturbed."""
        draw, moments = random.Random(5), Counter[str]()
        await self.at(day, 7)
        after = self.server.reached()
        self.bot.tell(_time(day, 9))
        for _ in range(KILLS):
            await asyncio.sleep(draw.uniform(0, seconds / 2))  # the moment is what is random here
            await self.bot.end(kill=True)
            unsent, sent = await self._unsent(), len(self.server.rooms(self.ids["zhibu"], after))
            moments[_moment(unsent, sent)] += 1
            await self.bot.start(_time(day, 9))
        await self.server.all_there(self.ids["zhibu"], after, ROOMS)
        await self.settled(after)
        return moments


def _moment(unsent: int, sent: int) -> str:
    """How far a storm had come. unsent: rows in the outbox; sent: events on the server, whose row may still be open."""
    if not sent:
        return "before the first was sent"
    if sent >= ROOMS:
        return "with all sent"
    return "while the last were sent" if unsent + sent >= ROOMS else "while some were sent and others worked out"


def _time(day: date, hour: int) -> str:
    return f"{day}T{hour:02}:00:30+08:00"


async def measure(folder: Path) -> None:
    """All of it; prints its figures."""
    async with Homeserver(folder / "synapse") as homeserver:
        stage = await _set(homeserver, folder)
        try:
            await _play(stage)
        finally:
            await stage.bot.end()
            await stage.bare.end()
            await stage.database.close()


async def _play(stage: Stage) -> None:
    ours, theirs = [], []
    for n in range(STORMS):
        for mine in (n % 2 == 1, n % 2 == 0):
            if mine:
                ours.append(await stage.storm_of_ours(stage.days[n]))
            else:
                theirs.append(await stage.storm_of_theirs())
        keys = "with each room's key to be shared first" if n == 0 else "with keys in hand"
        ratio = theirs[n].seconds / ours[n].seconds
        print(f"  {keys}: nio {theirs[n]}, zhibu {ours[n]}, ratio {ratio:.2f}", flush=True)
    ratios = [b.seconds / a.seconds for a, b in zip(ours[1:], theirs[1:], strict=True)]
    print(f"  ratio with keys in hand, median of {len(ratios)}: {statistics.median(ratios):.2f}")
    moments = await stage.killed(stage.days[STORMS], statistics.median(one.seconds for one in ours))
    told = ", ".join(f"{what}: {n}" for what, n in sorted(moments.items()))
    print(f"  killed {KILLS} times in a storm ({told}): none lost, none doubled", flush=True)


async def _set(homeserver: Homeserver, folder: Path) -> Stage:
    """Rooms with both senders in their own, branches on record, the server with its limits."""
    names = {"zhibu": "支部记事", "bare": "bare", "li": "李书记"}
    ids = {name: await homeserver.register(name, "pw", shown) for name, shown in names.items()}
    config = _settings(folder / "zhibu", homeserver, ids["zhibu"])
    (folder / "bare").mkdir()
    url = f"sqlite+aiosqlite:///{folder}/zhibu/data/zhibu.db"
    database = await Database.open(url)
    await _branches(database, ids["li"], [])
    bot = Talker([sys.executable, "-m", "tests.bench.storm_bot", str(config)], folder / "zhibu.log")
    await bot.start(BEFORE.isoformat())
    li = await Client.sign_in(homeserver.url, ids["li"], "pw", folder / "li")
    try:
        rooms = [await li.open_room([ids["zhibu"]], timeout=TIMEOUT) for _ in range(ROOMS)]
        await li.open_dm(ids["zhibu"], timeout=TIMEOUT)
        await li.wait_for(timeout=TIMEOUT)  # the welcome
        for _ in range(ROOMS):
            await li.client.call("POST", "/_matrix/client/v3/createRoom", {
                "preset": "trusted_private_chat", "invite": [ids["bare"]],
                "initial_state": [{"type": "m.room.encryption", "state_key": "",
                                   "content": {"algorithm": "m.megolm.v1.aes-sha2"}}]})  # fmt: skip
    finally:
        await li.close()
    await bot.end()
    await _branches(database, ids["li"], rooms)
    await homeserver.stop()
    limit = _limit(homeserver.folder / "homeserver.yaml")
    await homeserver.start()
    words = "支部提醒：11月还差主题党日、支委会、党费收缴、党建信息2条，请于11月30日前完成。" * 3
    command = [sys.executable, "-m", "tests.bench.nio_storm", homeserver.url, ids["bare"], "pw", str(folder / "bare")]
    bare = Talker([*command, words], folder / "bare.log")
    await bare.start()
    await bot.start(BEFORE.isoformat())
    days = await _busy_days(database, bot)
    print(f"\nA storm of reminders to {ROOMS} encrypted rooms, 8 at once; the server lets {limit}")
    print("  (in brackets the processor time a message, of the sender and of the server)", flush=True)
    return Stage(homeserver, Server(homeserver), database, bot, bare, ids, days)


def _settings(folder: Path, homeserver: Homeserver, account: str) -> Path:
    (folder / "data").mkdir(parents=True)
    (folder / "password").touch(mode=0o600)
    (folder / "password").write_text("pw")
    said = {"homeserver": homeserver.url, "user_id": account, "password_file": "password", "data": "data",
            "invitations": {"servers": [homeserver.server_name]}}  # fmt: skip
    (folder / "zhibu.yaml").write_text(yaml.safe_dump(said), encoding="utf-8")
    return folder / "zhibu.yaml"


async def _branches(database: Database, person: str, rooms: list[str]) -> None:
    """A committee, its branches, and one secretary of them all; each branch is reminded in a room of its own."""
    counts = (Headcount(date(2024, 1, 1), 22, 2, committee=5, groups=(8, 8, 8)),)
    people = ((Person(person, "李书记"), ("secretary",)),)
    tree = [UnitEntry("top", "机关党委", settings={"rulebooks": BOOKS})]
    for n in range(max(1, len(rooms))):
        chosen = {"remind_room": rooms[n]} if rooms else {}
        tree.append(UnitEntry(f"b{n}", f"第{n}支部", "top", n, headcounts=counts, settings=chosen, people=people))
    async with database.turn() as conn:
        await import_units(conn, tree, at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=len(rooms)), by="bench")


async def _busy_days(database: Database, bot: Talker) -> list[date]:
    """The days on which every branch has something to be reminded of, once the bot has planned for all of them."""
    t = tables.timers.c
    asked = select(t.due_at, func.count()).where(t.kind == "day").group_by(t.due_at).order_by(t.due_at)
    until, found = time.monotonic() + TIMEOUT, []
    while time.monotonic() < until:
        bot.tell(BEFORE.isoformat())
        await bot.heard("ticked")
        async with database.look() as conn:
            found = [tuple(row) for row in await conn.execute(asked)]
        days = [at.date() for at, units in found if units == ROOMS]
        if len(days) > STORMS:
            return days
    raise TimeoutError(f"planned in {TIMEOUT} s: {found}\n{bot.log.read_text()[-2000:]}")


def _limit(config: Path) -> str:
    """Give the server the limits that we ship, or the ones asked for; in words."""
    kept = yaml.safe_load(config.read_text("utf-8"))
    shipped = yaml.safe_load(SHIPPED.read_text("utf-8"))["rc_message"]
    asked = os.environ.get("ZHIBU_BENCH_PER_SECOND")
    kept["rc_message"] = {"per_second": float(asked), "burst_count": 10} if asked else shipped
    config.write_text(yaml.safe_dump(kept), "utf-8")
    return f"{kept['rc_message']['per_second']} a second pass after the first {kept['rc_message']['burst_count']}"


def run() -> None:
    """Measure, and print."""
    begin = utc_now()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder)))
    print(f"  ({(utc_now() - begin).total_seconds():.0f} s in all)")


if __name__ == "__main__":
    run()
