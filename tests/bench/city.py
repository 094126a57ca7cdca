"""make bench-city: the last evening before a deadline in a city, on SQLite and on PostgreSQL, over a real homeserver.

ZHIBU_CITY_BRANCHES, ZHIBU_CITY_ROOMS, ZHIBU_CITY_SECONDS make it smaller: how many branches have two years of records,
how many secretaries report at once, and for how long on each database.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import yaml
from sqlalchemy import select

from bot.clock import utc_now
from bot.demo.homeserver import Homeserver
from bot.events import Batch, Inbound, Kind, RoomView
from bot.house import House
from bot.reminders.tick import Reminders
from bot.settings import Settings
from bot.worker import Worker
from storage import inbox, tables
from storage.database import Database
from tests.bench.city_record import NOW, fill, secretary
from tests.bench.process import BotProcess, cpu_of
from tests.postgres import Postgres

BRANCHES = int(os.environ.get("ZHIBU_CITY_BRANCHES", "5000"))
ROOMS = int(os.environ.get("ZHIBU_CITY_ROOMS", "40"))
SECONDS = float(os.environ.get("ZHIBU_CITY_SECONDS", "45"))
ALONE = 30  # messages, one at a time, without a homeserver
SAID = ("11月{day}日支委会，应到5人，实到5人，议题：第{n}号方案", "好")


@dataclass
class Evening:
    """What one database made of it. seconds: of answers, from the homeserver's taking the message to its having the
    answer; backlog: the most messages that waited in the inbox."""

    seconds: list[float] = field(default_factory=list)
    backlog: int = 0
    lasted: float = 0.0


class Answers:
    """Tells when a message is answered, by the bot's outbox: cheaper than a sync for every secretary."""

    def __init__(self, database: Database, account: str, evening: Evening) -> None:
        self._database, self._account, self._evening = database, account, evening
        self._waiting: dict[str, asyncio.Future[None]] = {}

    def to(self, event_id: str) -> asyncio.Future[None]:
        """Done when the event is answered."""
        return self._waiting.setdefault(event_id, asyncio.get_running_loop().create_future())

    async def watch(self) -> None:
        """Look again and again, until cancelled."""
        o = tables.outbox.c
        while True:
            await asyncio.sleep(0.05)
            async with self._database.look() as conn:
                asked = select(o.cause).where(o.account == self._account, o.state == "sent", o.cause.in_(self._waiting))
                for cause in await conn.scalars(asked):
                    if not (future := self._waiting[cause]).done():
                        future.set_result(None)
                self._evening.backlog = max(self._evening.backlog, await inbox.waiting(conn, self._account))
            self._waiting = {key: one for key, one in self._waiting.items() if not one.done()}


@dataclass
class Secretary:
    """A client that only sends."""

    web: aiohttp.ClientSession
    homeserver: str
    token: str
    room: str = ""
    count: int = 0

    @classmethod
    async def enter(cls, web: aiohttp.ClientSession, homeserver: Homeserver, n: int, bot: str) -> Secretary:
        """Signed in, in an unencrypted room with the bot (what encryption costs is in make bench)."""
        user = await homeserver.register(f"s{n}", "pw")
        login = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": user}, "password": "pw"}
        async with web.post(f"{homeserver.url}/_matrix/client/v3/login", json=login) as answer:
            token = (await answer.json())["access_token"]
        who = cls(web, homeserver.url, token)
        made = await who.call("POST", "createRoom", {"preset": "public_chat", "is_direct": True, "invite": [bot]})
        who.room = str(made["room_id"])
        return who

    async def call(self, method: str, path: str, body: dict[str, object]) -> dict[str, object]:
        """Ask the homeserver."""
        headers = {"Authorization": f"Bearer {self.token}"}
        address = f"{self.homeserver}/_matrix/client/v3/{path}"
        async with self.web.request(method, address, json=body, headers=headers) as answer:
            told: dict[str, object] = await answer.json()
        if answer.status != 200:
            raise RuntimeError(str(told))
        return told

    async def say(self, text: str) -> str:
        """Send a message; its event's id."""
        self.count += 1
        path = f"rooms/{self.room}/send/m.room.message/t{self.count}"
        return str((await self.call("PUT", path, {"msgtype": "m.text", "body": text}))["event_id"])

    async def report(self, answers: Answers, evening: Evening, until: float) -> None:
        """Report and confirm, as fast as the answers come."""
        n = 0
        while time.perf_counter() < until:
            for text in SAID:
                begin = time.perf_counter()
                event_id = await self.say(text.format(day=n % 28 + 1, n=n))
                await asyncio.wait_for(answers.to(event_id), 120)
                evening.seconds.append(time.perf_counter() - begin)
            n += 1


async def alone(database: Database, settings: Settings, server: str) -> tuple[float, float, float]:
    """Without a homeserver: the median seconds of a message from its arrival to its stored answer; the seconds to plan
    all reminders; those of a tick with nothing to do."""
    house = House.open(settings)
    worker = Worker(database, settings.user_id, house, clock=lambda: NOW)
    person = secretary(BRANCHES - 1, server)
    await worker.receive(Batch("0", rooms=(RoomView("!x", True, False, (person,)),)))
    took = []
    for n in range(ALONE):
        event = Inbound(f"$a{n}", "!x", person, NOW, Kind.TEXT, SAID[n % 2].format(day=n % 28 + 1, n=n))
        begin = time.perf_counter()
        await worker.receive(Batch(str(n), (event,)))
        await worker.drain()
        took.append(time.perf_counter() - begin)
    reminders, ticks = Reminders(database, settings.user_id, house), []
    for _ in range(2):
        begin = time.perf_counter()
        await reminders.tick(NOW, NOW)
        ticks.append(time.perf_counter() - begin)
    return statistics.median(took), ticks[0], ticks[1]


async def evening(name: str, url: str, folder: Path) -> None:
    """All of it on one database; prints its figures."""
    async with Homeserver(folder / "synapse") as homeserver, aiohttp.ClientSession() as web:
        bot = await homeserver.register("zhibu", "pw", "支部记事")
        (folder / "password").touch(mode=0o600)
        (folder / "password").write_text("pw")
        said = {"homeserver": homeserver.url, "user_id": bot, "password_file": "password", "data": "data",
                "database": url, "invitations": {"servers": [homeserver.server_name]}}  # fmt: skip
        (folder / "zhibu.yaml").write_text(yaml.safe_dump(said), encoding="utf-8")
        database = await Database.open(url)
        begin = time.perf_counter()
        records = await fill(database, BRANCHES, homeserver.server_name)
        print(f"\n{name}: {BRANCHES} branches, {records} activities, written in {time.perf_counter() - begin:.0f} s")
        settings = Settings(homeserver=homeserver.url, user_id="@alone:x", data=folder / "alone", database=url)
        ours, planned, tick = await alone(database, settings, homeserver.server_name)
        idle = f"a tick with nothing to do {tick * 1000:.0f} ms"
        print(f"  without a homeserver: a message {ours * 1000:.1f} ms; reminders planned in {planned:.1f} s, {idle}")
        process = BotProcess([sys.executable, "-m", "bot", "run", "--config", str(folder / "zhibu.yaml"),
                              "--now", NOW.isoformat()], folder / "zhibu.log")  # fmt: skip
        begin = time.perf_counter()
        await process.start()
        try:
            await _evening(homeserver, web, bot, database, process, begin, ours)
        finally:
            await process.stop()
            await database.close()


async def _evening(
    homeserver: Homeserver, web: aiohttp.ClientSession, bot: str, database: Database, process: BotProcess, begin: float,
    ours: float,
) -> None:  # fmt: skip
    people = [await Secretary.enter(web, homeserver, n, bot) for n in range(ROOMS)]
    found = Evening()
    answers = Answers(database, bot, found)
    watching = asyncio.create_task(answers.watch())
    for who in people:
        await asyncio.wait_for(answers.to(await who.say("帮助")), 240)
    started = time.perf_counter() - begin
    print(f"  all {ROOMS} rooms answered {started:.0f} s after the start, memory {process.memory():.0f} MB")
    found.backlog = 0
    one = Evening()
    await people[0].report(answers, one, time.perf_counter() + min(10.0, SECONDS))
    before = process.cpu(), cpu_of(homeserver._process.pid), time.perf_counter()
    await asyncio.gather(*(who.report(answers, found, before[2] + SECONDS) for who in people))
    lasted = time.perf_counter() - before[2]
    watching.cancel()
    count = len(found.seconds)
    mine, theirs = process.cpu() - before[0], cpu_of(homeserver._process.pid) - before[1]
    ranked = sorted(found.seconds)
    single, rate, median = statistics.median(one.seconds), count / lasted, statistics.median(ranked)
    print(f"  one at a time: {single * 1000:.0f} ms an answer, of which ours {ours / single:.0%}")
    print(f"  {ROOMS} at once for {lasted:.0f} s: {rate:.1f} messages/s, {rate * 1800:.0f} reports an hour;")
    late = f"95 % under {ranked[int(count * 0.95)]:.2f} s, most {ranked[-1]:.2f} s"
    print(f"  answers {median:.2f} s, {late}; backlog at most {found.backlog}")
    each = f"bot {mine / count * 1000:.1f} ms, homeserver {theirs / count * 1000:.1f} ms"
    print(f"  processor a message: {each} (ours {mine / (mine + theirs):.0%});")
    print(f"  bot {mine / lasted:.0%} of a core, {process.memory():.0f} MB")


def main() -> None:
    """Both databases, one after the other."""
    print(f"{utc_now():%Y-%m-%d}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for name in ("SQLite", "PostgreSQL"):
        with tempfile.TemporaryDirectory(prefix="zhibu-city-") as temporary:
            folder = Path(temporary)
            (folder / "data").mkdir()
            if name == "SQLite":
                asyncio.run(evening(name, f"sqlite+aiosqlite:///{folder}/data/zhibu.db", folder))
            else:
                with Postgres(fsync="on", full_page_writes="on", shared_buffers="256MB") as server:
                    asyncio.run(evening(name, server.address(server.new_empty()), folder))


if __name__ == "__main__":
    main()
