"""The year's world: the bot runs in this process, so that its clock can be moved from month to month."""

from __future__ import annotations

import asyncio
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import TextIO

import yaml

from bot.app import Control, run
from bot.clock import utc_now
from bot.demo.points import EXAMPLE, SETTLED, settle
from bot.demo.setup import fill
from bot.demo.world import BOT, World
from bot.logs import configure
from bot.settings import read_settings
from bot.units_file import read_units
from storage.database import Database
from storage.unit_import import import_units

PEOPLE = {"li": "李明", "zhao": "赵敏", "sun": "孙玉", "wang": "王芳", "chen": "陈静"}
WELCOMED = ("li", "zhao", "sun", "wang")  # an administrator of no unit of their own is told nothing on joining
BRANCHES = {"li": ("first", "机关第一支部"), "zhao": ("second", "机关第二支部"), "sun": ("third", "离退休支部")}


class YearWorld(World):
    """Everything the year needs, in one folder of its own. log: where the bot's log goes meanwhile."""

    names = {**PEOPLE, BOT: "支部记事"}  # noqa: RUF012 - a class's constant, as its parent's

    def __init__(self, folder: Path, now: datetime) -> None:
        super().__init__(folder, now, shifted=True)
        self._control = Control()
        self._running: asyncio.Task[None] | None = None
        self._log: TextIO | None = None

    async def start_bot(self, now: datetime | None = None) -> None:
        """Run the bot by another clock. Raises what it ends with before it is wired."""
        self._now = now or self._now
        self._log = self._log or (self.folder / "zhibu.log").open("a", encoding="utf-8")
        configure(to=self._log)
        self._control = Control(self._now - utc_now())
        self._running = asyncio.create_task(run(read_settings(self.config), self._control))
        started = asyncio.create_task(self._control.started.wait())
        await asyncio.wait({started, self._running}, return_when=asyncio.FIRST_COMPLETED)
        started.cancel()
        if self._running.done():
            self._running.result()

    async def move(self, now: datetime) -> None:
        """Another time of the year for the running bot, which speaks of what has fallen due."""
        self._now = now
        self._control.offset = now - utc_now()
        assert self._control.tick is not None, "a started bot can tick"
        await self._control.tick()

    @property
    def running(self) -> bool:
        """Whether the bot is there."""
        return self._running is not None

    async def stop_bot(self, *, kill: bool = False) -> None:
        """Stop the bot and wait for its end."""
        if self._running is not None:
            self._control.stop.set()
            await self._running
            self._running = None

    async def settle_points(self) -> None:
        """The committee's own score sheets are put in, its branches go by them, and the bot is stopped: it reads them
        when it starts."""
        await self.stop_bot()
        folder = settle(self.folder / "rulebooks")
        said = yaml.safe_load(self.config.read_text(encoding="utf-8"))
        self.config.write_text(yaml.safe_dump({**said, "rulebooks": folder.name}, allow_unicode=True), encoding="utf-8")
        tree = self.folder / "units.yaml"
        tree.write_text(tree.read_text(encoding="utf-8").replace(EXAMPLE, SETTLED), encoding="utf-8")
        database = await Database.open(read_settings(self.config).database_url)
        async with database.turn() as conn:
            await import_units(conn, read_units(tree, folder), at=self._now, by="demo")
        await database.close()

    async def __aexit__(self, *details: object) -> None:
        await self.stop_bot()
        await self.homeserver.stop()
        if self._log is not None:
            self._log.close()
        configure()

    async def _fill(self, database: Database) -> None:
        with resources.as_file(resources.files(__package__).joinpath("units.yaml")) as tree:
            await fill(
                database, self.homeserver.server_name, self._now, self.folder, records=False, tree=tree
            )  # fmt: skip
