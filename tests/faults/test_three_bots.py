"""Three bots, each with an account and a device of its own, on one PostgreSQL; one of them is killed in the middle."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.demo.homeserver import Homeserver
from storage import tables, timers
from storage.database import Database
from tests.faults.five import Bot, Secretary, bring_units, converse, leave, meet, outcome, quiet, settings_for, settle
from tests.postgres import Postgres

DUE = "2026-11-23T09:00:00+08:00"  # a week before the month's end: every branch is to be reminded
BOT_OF = {"b1": 0, "b2": 1, "b3": 2, "b4": 0, "b5": 1}
KILLED = 1
KILLED_AT = 6  # messages of b2's secretary


@pytest.fixture
def server() -> Iterator[Postgres]:
    """A PostgreSQL of the test's own."""
    with Postgres("geheim") as running:
        yield running


class Three:
    """The three bots and the secretaries of five branches."""

    def __init__(self, bots: list[Bot], secretaries: list[Secretary]) -> None:
        self.bots, self.secretaries = bots, secretaries
        self.killed = asyncio.Event()
        self._sent: Counter[str] = Counter()

    async def after_send(self, who: Secretary, event_id: str) -> None:
        """Kills one bot between a message and its answer."""
        self._sent[who.unit] += 1
        if who.unit == "b2" and self._sent["b2"] == KILLED_AT:
            await self.bots[KILLED].kill()
            self.killed.set()

    def of(self, *numbers: int) -> list[Secretary]:
        """The secretaries that speak to these bots."""
        return [who for who in self.secretaries if BOT_OF[who.unit] in numbers]


async def enter(homeserver: Homeserver, url: str, folder: Path) -> Three:
    """All of them, at once on an empty database; the secretaries are known once it has its tables."""
    bots = []
    for n in range(3):
        (folder / f"bot{n}").mkdir()
        more = {"database": url, "attachments": {"folder": str(folder / "files")}}
        bots.append(Bot(folder / f"bot{n}", await settings_for(homeserver, folder / f"bot{n}", **more)))
    await asyncio.gather(*(bot.start() for bot in bots))
    named = [await homeserver.register(f"p{unit}", "pw", f"书记{unit}") for unit in BOT_OF]
    await bring_units(url, folder, named)
    meeting = [meet(homeserver, folder, unit, user_id, bots[n]) for (unit, n), user_id in zip(BOT_OF.items(), named)]  # noqa: B905
    return Three(bots, [await one for one in meeting])


@pytest.mark.timeout(900)
async def test_one_of_three_is_killed_and_the_others_go_on(
    server: Postgres, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What every branch heard and has on record in the end is what one undisturbed bot on SQLite makes of it."""
    async with Homeserver(tmp_path / "synapse") as homeserver:
        alone, secretaries = await settle(homeserver, tmp_path / "alone")
        await asyncio.gather(*(converse(who, _nothing) for who in secretaries))
        await quiet(alone)
        expected = await outcome(alone, secretaries)
        await leave(alone, secretaries)

        url = server.address(server.new_empty())
        three = await enter(homeserver, url, tmp_path)
        try:
            await _converse(three, server)
            for bot in three.bots:
                await quiet(bot)
            found = await outcome(three.bots[0], three.secretaries)
            for unit in expected:
                assert found[unit] == expected[unit], unit
            await _remind(three)
            told = await _rows(url, three)
        finally:
            for bot in three.bots:
                await bot.stop()
            await leave(three.bots[0], three.secretaries)
    with capsys.disabled():
        print(f"\nThree bots, one killed in between: {told}")


async def _converse(three: Three, server: Postgres) -> None:
    """The others end their conversations while one bot is dead. Before it is back the database crashes under them; then
    its own branches go on."""
    talks = {who.unit: asyncio.create_task(converse(who, three.after_send)) for who in three.secretaries}
    await three.killed.wait()
    await asyncio.gather(*(talks[who.unit] for who in three.of(0, 2)))
    assert not any(talks[who.unit].done() for who in three.of(KILLED)), "nobody answers for a dead bot"
    server.stop(signal.SIGQUIT)
    server.start()
    await three.bots[KILLED].start()
    await asyncio.gather(*talks.values())


async def _remind(three: Three) -> None:
    """On the day on which all are to be reminded, two bots are there, the third comes later; each branch hears once."""
    for bot in three.bots:
        await bot.stop()
        bot.options = ("--now", DUE)
    before = {who.unit: len(who.person.heard) for who in three.secretaries}
    for numbers in ((0, 2), (KILLED,)):
        await asyncio.gather(*(three.bots[n].start() for n in numbers))
        heard = [who.person.wait_for(lambda one: one.msgtype == "m.text", room_id=who.room_id, timeout=90)
                 for who in three.of(*numbers)]  # fmt: skip
        await asyncio.gather(*heard)
    for bot in three.bots:
        await quiet(bot)
        await bot.stop()
    for who in three.secretaries:
        new = who.person.heard[before[who.unit] :]
        assert [one.sender for one in new] == [three.bots[BOT_OF[who.unit]].settings.user_id]


async def _rows(url: str, three: Three) -> str:
    """Each bot has sent to its own rooms and no other; each duty was taken on once."""
    database = await Database.open(url)
    async with database.look() as conn:
        rows = (await conn.execute(select(tables.outbox.c.account, tables.outbox.c.room_id).distinct())).all()
        of_room = {who.room_id: three.bots[BOT_OF[who.unit]].settings.user_id for who in three.secretaries}
        assert {row.room_id: row.account for row in rows} == of_room
        assert len(rows) == len(of_room)
        said = [f"said/{who.unit}/{DUE[:10]}" for who in three.secretaries]
        assert await timers.claimed(conn, said) == set(said)
        counts = select(tables.outbox.c.account, func.count()).group_by(tables.outbox.c.account)
        sent = sorted(count for _, count in (await conn.execute(counts)).all())
    await database.close()
    return f"{sum(sent)} messages ({', '.join(map(str, sent))}), none lost, none doubled"


async def _nothing(who: Secretary, event_id: str) -> None:
    return
