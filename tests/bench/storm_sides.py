"""The two sides of a storm: processes that do as they are told, and what the server itself has of it."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bot.demo.homeserver import Homeserver

ROOMS = int(os.environ.get("ZHIBU_BENCH_ROOMS", "120"))
TIMEOUT = 60 + ROOMS // 2  # seconds, for anything


@dataclass
class Talker:
    """A process that does something for each line it is told, and says so with a line."""

    command: list[str]
    log: Path
    process: asyncio.subprocess.Process | None = None

    async def start(self, *more: str) -> None:
        """Until it is ready. more: arguments of this start."""
        with self.log.open("ab") as log:
            pipe = asyncio.subprocess.PIPE
            self.process = await asyncio.create_subprocess_exec(
                *self.command, *more, stdin=pipe, stdout=pipe, stderr=log
            )
        await self.heard("ready")

    async def heard(self, word: str) -> str:
        """The line that begins with a word; other lines are passed over."""
        assert self.process is not None
        assert self.process.stdout is not None
        async with asyncio.timeout(TIMEOUT):
            while line := (await self.process.stdout.readline()).decode():
                if line.startswith(word):
                    return line.strip()
        raise RuntimeError(f"ended: {self.log.read_text()[-2000:]}")

    def tell(self, line: str) -> None:
        """What to do next."""
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())

    async def end(self, *, kill: bool = False) -> None:
        """Stop it, with SIGKILL if need be, and wait."""
        if self.process is not None and self.process.returncode is None:
            if kill:
                self.process.kill()
            else:
                self.process.terminate()
        if self.process is not None:
            await self.process.wait()


class Server:
    """What the homeserver's own database says of the events that somebody sent."""

    def __init__(self, homeserver: Homeserver) -> None:
        self._path = homeserver.database

    def _ask(self, what: str, sender: str, after: int) -> list[tuple[int | str, ...]]:
        with sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=30) as database:
            asked = f"SELECT {what} FROM events WHERE sender = ? AND type = 'm.room.encrypted' AND stream_ordering > ?"
            return database.execute(asked, (sender, after)).fetchall()

    def reached(self) -> int:
        """The place of the last event of all."""
        with sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=30) as database:
            return int(database.execute("SELECT coalesce(max(stream_ordering), 0) FROM events").fetchone()[0])

    def rooms(self, sender: str, after: int) -> Counter[str]:
        """How many events each room got."""
        return Counter(str(row[0]) for row in self._ask("room_id", sender, after))

    async def all_there(self, sender: str, after: int, count: int) -> float:
        """Wait for so many events; when the last one was received, in seconds since the epoch."""
        until, found = time.monotonic() + TIMEOUT, 0
        while time.monotonic() < until:
            found, last = (int(value or 0) for value in self._ask("count(*), max(received_ts)", sender, after)[0])
            if found >= count:
                return last / 1000
            await asyncio.sleep(0.25)
        raise TimeoutError(f"{found} of {count} events of {sender} after {TIMEOUT} s")
