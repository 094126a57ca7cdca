"""From a message to its answer, and the bot's processor time for it: zhibu against a ten-line nio echo bot.

Both are processes of their own on one Synapse; rounds alternate, and the ratio is the median of the rounds' ratios.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bot.demo.homeserver import Homeserver
from bot.matrix.person import Person
from tests.bench.process import BotProcess

SAID = "帮助"
ROUNDS = int(os.environ.get("ZHIBU_BENCH_ROUNDS", "9"))
MANY = 20
ONE_ROOM, MANY_ROOMS = 20, 2  # messages in a room in a round
WARM_UP = 3


@dataclass
class Contestant:
    """A bot and its rooms: encrypted -> room ids."""

    name: str
    process: BotProcess
    rooms: dict[bool, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Round:
    """One bot's round. answer: seconds, the median; cpu: seconds a message."""

    answer: float
    cpu: float


async def zhibu(homeserver: Homeserver, user_id: str, secretary: str, folder: Path) -> BotProcess:
    """The whole bot, with a branch and its secretary in its record."""
    folder.mkdir()
    (folder / "password").touch(mode=0o600)
    (folder / "password").write_text("pw")
    _write(folder / "zhibu.yaml", {
        "homeserver": homeserver.url, "user_id": user_id, "password_file": "password", "data": "data",
        "invitations": {"servers": [homeserver.server_name]},
    })  # fmt: skip
    _write(folder / "units.yaml", {"units": [{
        "id": "b1", "name": "第一支部", "rulebooks": [{"id": "qianjiang-2017", "points": "example-points"}],
        "headcounts": [{"since": "2025-01-01", "正式": 24, "委员": 5, "党小组": [8, 8, 8]}],
        "people": [{"id": secretary, "name": "李书记", "roles": ["secretary"]}],
    }]})  # fmt: skip
    command = [sys.executable, "-m", "bot"]
    config = ["--config", str(folder / "zhibu.yaml")]
    imported = await asyncio.create_subprocess_exec(*command, "units", "import", str(folder / "units.yaml"), *config)
    if await imported.wait():
        raise RuntimeError("zhibu units import failed")
    return BotProcess([*command, "run", *config], folder / "zhibu.log")


def _write(path: Path, value: object) -> None:
    path.write_text(yaml.safe_dump(value, allow_unicode=True), encoding="utf-8")


async def one_answer(person: Person, room_id: str) -> float:
    """Seconds from saying it to hearing the answer."""
    begin = time.perf_counter()
    await person.say(room_id, SAID)
    await person.wait_for(room_id=room_id, timeout=60)
    return time.perf_counter() - begin


async def one_room(person: Person, room_id: str, times: int) -> list[float]:
    """One message after the other."""
    return [await one_answer(person, room_id) for _ in range(times)]


async def play(person: Person, bot: Contestant, rooms: Sequence[str], times: int) -> Round:
    """A round in all these rooms at once."""
    before = bot.process.cpu()
    answers = await asyncio.gather(*(one_room(person, room_id, times) for room_id in rooms))
    spent = bot.process.cpu() - before
    every = [seconds for answer in answers for seconds in answer]
    return Round(statistics.median(every), spent / len(every))


async def compare(person: Person, ours: Contestant, echo: Contestant, encrypted: bool, rooms: int) -> str:
    """One line of the table."""
    times = ONE_ROOM if rooms == 1 else MANY_ROOMS
    rounds: list[tuple[Round, Round]] = []
    for number in range(ROUNDS):
        order = (ours, echo) if number % 2 else (echo, ours)
        played = {bot.name: await play(person, bot, bot.rooms[encrypted][:rooms], times) for bot in order}
        rounds.append((played[ours.name], played[echo.name]))
    mine, theirs = [pair[0] for pair in rounds], [pair[1] for pair in rounds]
    wait = statistics.median(a.answer / b.answer for a, b in rounds)
    work = statistics.median(a.cpu / b.cpu for a, b in rounds)
    return (
        f"{'encrypted' if encrypted else 'plain':>9} {rooms:>5} "
        f"{_ms([r.answer for r in theirs])} {_ms([r.answer for r in mine])} {wait:>6.2f} "
        f"{_ms([r.cpu for r in theirs])} {_ms([r.cpu for r in mine])} {work:>6.2f}"
    )


def _ms(seconds: list[float]) -> str:
    return f"{statistics.median(seconds) * 1000:>9.1f}"


async def measure(folder: Path) -> list[str]:
    """The lines of the table."""
    async with Homeserver(folder / "synapse") as homeserver:
        ids = {name: await homeserver.register(name, "pw", name) for name in ("zhibu", "echo", "li")}
        (folder / "echo").mkdir()
        script = [sys.executable, "-m", "tests.bench.nio_echo", homeserver.url, ids["echo"], "pw", str(folder / "echo")]
        ours = Contestant("zhibu", await zhibu(homeserver, ids["zhibu"], ids["li"], folder / "zhibu"))
        echo = Contestant("echo", BotProcess(script, folder / "echo.log"))
        for bot in (ours, echo):
            await bot.process.start()
        person = await Person.sign_in(homeserver.url, ids["li"], "pw", folder / "li")
        lines = []
        try:
            for bot in (ours, echo):
                for encrypted in (False, True):
                    bot.rooms[encrypted] = [
                        await person.open_dm(ids[bot.name], encrypted=encrypted, timeout=60) for _ in range(MANY)
                    ]
            await _warm_up(person, ours, echo)
            for encrypted in (False, True):
                for rooms in (1, MANY):
                    lines.append(await compare(person, ours, echo, encrypted, rooms))
                    print(lines[-1], flush=True)
        finally:
            await person.close()
            for bot in (ours, echo):
                await bot.process.stop()
        return lines


async def _warm_up(person: Person, ours: Contestant, echo: Contestant) -> None:
    for rooms in ours.rooms.values():
        for room_id in rooms:
            await person.wait_for(room_id=room_id, timeout=60)  # the welcome
    for bot in (ours, echo):
        for rooms in bot.rooms.values():
            await asyncio.gather(*(one_room(person, room_id, WARM_UP) for room_id in rooms))


def run() -> None:
    """Measure, and print the table."""
    print(f"\nFrom a message to its answer: medians of {ROUNDS} alternating rounds, milliseconds")
    print("               answer time             processor time of the bot a message")
    print("    rooms       echo     zhibu  ratio      echo     zhibu  ratio")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder)))
