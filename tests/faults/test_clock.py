"""A clock set forward or back: nothing is said by it that can't be taken back, and who looks at the bot is told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot import app
from bot.app import Control
from bot.clock import utc_now
from bot.clockwatch import SETTLED, ClockWatch
from bot.demo.homeserver import Homeserver
from bot.reminders.tick import again, schedule
from bot.settings import Settings
from tests.faults.five import NOW, PATIENCE, Bot, Secretary, bring_units, meet, settings_for
from tests.faults.mixed import reminded, reminders

DAY = timedelta(days=1)
START = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass
class Machines:
    """Ours and the homeserver's: how far each one's clock is wrong, and the seconds that have passed."""

    ours: timedelta = timedelta()
    theirs: timedelta | None = timedelta()
    passed: float = 0.0
    answered: tuple[datetime, float] | None = None

    def clock(self) -> datetime:
        return START + timedelta(seconds=self.passed) + self.ours

    def answers(self) -> None:
        """The homeserver answers something, and says what time it has."""
        if self.theirs is not None:
            self.answered = (START + timedelta(seconds=self.passed) + self.theirs, self.passed)

    def server(self, moment: float) -> datetime | None:
        return self.answered and self.answered[0] + timedelta(seconds=moment - self.answered[1])

    def pass_by(self, watch: ClockWatch, seconds: float, *, answered: bool = True) -> bool:
        """Time goes by, and the watch looks; whether it says that the clock was set."""
        self.passed += seconds
        if answered:
            self.answers()
        return watch.look()


def watching(machines: Machines) -> ClockWatch:
    return ClockWatch(machines.clock, machines.server, lambda: machines.passed)


@pytest.mark.parametrize("wrong", [DAY, -DAY, timedelta(minutes=6)])
def test_apart_from_the_homeserver_is_doubtful_until_they_agree(wrong: timedelta) -> None:
    machines = Machines()
    watch = watching(machines)
    assert not machines.pass_by(watch, 5)
    assert not watch.doubtful
    machines.ours = wrong
    assert machines.pass_by(watch, 5)
    assert watch.doubtful
    assert watch.ahead == wrong.total_seconds()
    machines.pass_by(watch, 2 * SETTLED)
    assert watch.doubtful, "it does not become right by lasting"
    machines.ours = timedelta()
    assert machines.pass_by(watch, 5)
    assert not watch.doubtful


def test_wrong_from_the_start_and_put_right() -> None:
    machines = Machines(ours=-40 * DAY)
    watch = watching(machines)
    machines.pass_by(watch, 1)
    assert watch.doubtful
    machines.ours = timedelta()
    machines.pass_by(watch, 5)
    assert not watch.doubtful, "the homeserver shows that it is right now"


def test_on_one_machine_a_clock_that_was_set_is_believed_after_an_hour() -> None:
    """Theirs is ours then, and tells nothing."""
    machines = Machines()
    watch = watching(machines)
    machines.pass_by(watch, 5)
    machines.ours = machines.theirs = DAY
    assert machines.pass_by(watch, 5)
    assert watch.doubtful
    assert not machines.pass_by(watch, SETTLED - 60)
    assert watch.doubtful
    machines.pass_by(watch, 120)
    assert not watch.doubtful
    machines.ours = machines.theirs = timedelta()
    machines.pass_by(watch, 5)
    assert watch.doubtful
    machines.ours = machines.theirs = DAY
    machines.pass_by(watch, 5)
    assert not watch.doubtful, "set back to where it was"


def test_set_while_the_homeserver_is_away_is_noticed_without_it() -> None:
    machines = Machines()
    watch = watching(machines)
    machines.pass_by(watch, 5)
    machines.ours = DAY
    assert machines.pass_by(watch, 5, answered=False)
    assert watch.doubtful
    quiet = Machines(theirs=None)
    watch = watching(quiet)
    assert not quiet.pass_by(watch, 5)
    assert (watch.ahead, watch.doubtful) == (None, False)


async def test_the_scheduler_does_not_wait_for_the_day_that_comes_again() -> None:
    ticked = asyncio.Event()

    async def work() -> None:
        ticked.set()

    scheduler = schedule(work)
    scheduler.start()
    await asyncio.wait_for(ticked.wait(), PATIENCE)
    ticked.clear()
    (job,) = scheduler.get_jobs()
    job.modify(next_run_time=utc_now() + DAY)  # what it was to do in a minute, after the clock was set back by a day
    again(scheduler)
    await asyncio.wait_for(ticked.wait(), PATIENCE)
    scheduler.shutdown()


@dataclass
class Running:
    """The whole bot in this process, whose clock can be set. wrong: by how much it is."""

    settings: Settings
    control: Control
    wrong: timedelta = timedelta()

    async def tick(self) -> None:
        """What the scheduler does every minute."""
        assert self.control.tick is not None
        await self.control.tick()

    async def asked(self, path: str) -> tuple[int, str]:
        """What it says of itself."""
        address = f"http://127.0.0.1:{self.settings.monitoring.port}{path}"
        async with aiohttp.ClientSession() as web, web.get(address) as answer:
            return answer.status, await answer.text()


@pytest.fixture
async def running(homeserver: Homeserver, tmp_path: Path) -> AsyncIterator[tuple[Running, Secretary]]:
    """It, and the secretary of a branch."""
    folder = tmp_path / "bot"
    folder.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = await settings_for(homeserver, folder, monitoring={"port": port})
    named = [await homeserver.register(f"c{n}", "pw", f"书记{n}") for n in range(1, 6)]
    await bring_units(settings.database_url, folder, named)
    control = Control(NOW - utc_now())
    here = Running(settings, control)
    control.clock = lambda: utc_now() + here.wrong
    work = asyncio.create_task(app.run(settings, control))
    await control.started.wait()
    li = await meet(homeserver, folder, "b1", named[0], Bot(folder, settings))
    yield here, li
    control.stop.set()
    await work
    await li.person.close()


async def test_a_clock_set_forward_sends_no_reminder_before_its_day(running: tuple[Running, Secretary]) -> None:
    here, li = running
    await here.tick()
    assert (await here.asked("/healthz"))[0] == 200
    for wrong in (3 * DAY, -3 * DAY):  # in three days everybody is to be reminded
        here.wrong = wrong
        await here.tick()
        status, said = await here.asked("/healthz")
        assert (status, "trouble: clock" in said) == (503, True)
        assert "zhibu_reminders_held 1.0" in (await here.asked("/metrics"))[1]
        await li.person.say(li.room_id, "11月5日支委会，应到5人，实到5人，研究发展对象")
        card = await li.person.wait_for(room_id=li.room_id, timeout=PATIENCE)
        assert "11月5日（周四）" in card.body, "messages are read by the homeserver's clock"
        assert reminders(li) == []
        here.wrong = timedelta()
        await here.tick()
        assert (await here.asked("/healthz"))[0] == 200
        assert reminders(li) == []
    here.control.offset += 3 * DAY  # the day has come for everybody
    await here.tick()
    await reminded(li, 1)
