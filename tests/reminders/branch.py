"""The demo branch as its reminders see it, at any time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.demo.local import BOT, LocalTalk
from bot.demo.transcript import parse
from bot.events import Batch, RoomView
from bot.house import House
from bot.reminders.tick import Reminders
from bot.settings import Settings
from bot.units_file import read_units
from bot.worker import Worker
from storage import outbox, units
from storage.database import Database
from storage.outbox import OutboxRow
from storage.unit_import import import_units

START = datetime.fromisoformat("2026-11-20T10:00:00+08:00")


DAY = timedelta(days=1)


NOVEMBER = "党建信息2条、支委会、主题党日、党费收缴"


class Branch:
    """The demo branch, told of nothing in November but what the demo holds."""

    def __init__(self, database: Database, talk: LocalTalk, folder: Path) -> None:
        self.database, self.talk, self.folder = database, talk, folder
        self.house = House.open(Settings(homeserver="http://localhost", user_id=BOT, data=folder))
        self.reminders = Reminders(database, BOT, self.house)
        self.count = 0

    async def rows(self, now: datetime) -> list[OutboxRow]:
        """What the bot says on its own at a time, taken as sent."""
        await self.reminders.tick(now, now)
        async with self.database.turn() as conn:
            rows = await outbox.unsent(conn, BOT)
            for row in rows:
                await outbox.sent(conn, BOT, row.transaction_id, f"$r{row.transaction_id}", now)
        return rows

    async def tick(self, now: datetime) -> list[str]:
        """Its words."""
        rows = await self.rows(now)
        assert all(row.content["msgtype"] == "m.text" for row in rows), "a reminder makes phones ring"
        return [str(row.content["body"]) for row in rows]

    async def say(self, *lines: str, now: datetime) -> list[str]:
        """The secretary's words at a time; the answers to the last."""
        await self.talk.set_now(now)
        answers = []
        for line in lines:
            answers = await self.talk.say(parse(f"> {line}", "test").said[0])
        return answers

    async def set(self, unit: str = "first", **settings: object) -> None:
        """Change settings."""
        async with self.database.turn() as conn:
            for name, value in settings.items():
                await units.change_setting(conn, unit, name, value, by="test", at=START)

    async def change(self, entry_id: str, **fields: object) -> None:
        """Import the demo's units again, one of them changed."""
        tree = [replace(e, **fields) if e.id == entry_id else e for e in read_units(self.folder / "units.yaml")]  # type: ignore[arg-type]
        async with self.database.turn() as conn:
            await import_units(conn, tree, at=START, by="test")

    async def join(self, room: str, *people: str, direct: bool = True) -> None:
        """The bot is in one more room."""
        self.count += 1
        worker = Worker(self.database, BOT, self.house, clock=lambda: START)
        await worker.receive(Batch(f"j{self.count}", rooms=(RoomView(room, direct, True, people),)))
        async with self.database.turn() as conn:
            for row in await outbox.unsent(conn, BOT):
                await outbox.sent(conn, BOT, row.transaction_id, f"$w{row.transaction_id}", START)


def at(day: str, hour: int = 9, minute: int = 0) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(f"{day}T{hour:02d}:{minute:02d}:00+08:00")
