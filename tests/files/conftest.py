"""A bot with one secretary, an administrator above and one of another committee; files come from memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml

from bot.demo.local import BOT
from bot.demo.samples import sample
from bot.events import Attachment, Batch, Inbound, Kind, RoomView
from bot.house import House
from bot.matrix.errors import MediaRefused
from bot.settings import Settings
from bot.units_file import read_units
from bot.worker import Worker
from storage import outbox
from storage.database import Database
from storage.filestore import FileStore
from storage.outbox import OutboxRow
from storage.unit_import import import_units

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
LI, CHEN, WANG, WU, ZHAO = "@li:local", "@chen:local", "@wang:local", "@wu:local", "@zhao:local"
REPORT = "11月5日支委会，应到5人，实到5人，研究发展对象"
UNITS = {
    "units": [
        {"id": "committee", "name": "机关党委", "rulebooks": [{"id": "qianjiang-2017", "points": "example-points"}],
         "people": [{"id": CHEN, "name": "陈静", "roles": ["administrator"]},
                    {"id": WANG, "name": "王芳", "roles": ["assessor", "administrator"]}],
         "children": [
             {"id": "first", "name": "第一支部", "headcounts": [{"since": "2025-01-01", "正式": 24, "委员": 5}],
              "people": [{"id": LI, "name": "李明", "roles": ["secretary"]}]},
             {"id": "second", "name": "第二支部", "people": [{"id": ZHAO, "name": "赵敏", "roles": ["secretary"]}]}]},
        {"id": "elsewhere", "name": "别的党委", "people": [{"id": WU, "name": "吴刚", "roles": ["administrator"]}]},
    ]
}  # fmt: skip


@dataclass
class Talk:
    """Several people's direct rooms with one bot. asked: every download, in order."""

    database: Database
    settings: Settings
    worker: Worker
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    count: int = 0
    last: OutboxRow | None = None

    @property
    def store(self) -> FileStore:
        """Where the files lie."""
        return FileStore(self.settings.files)

    async def fetch(self, attachment: Attachment, limit: int) -> bytes:
        """The media store."""
        self.asked.append(attachment.name)
        if attachment.url not in self.files:
            raise MediaRefused("gone")
        if len(self.files[attachment.url]) > limit:
            raise MediaRefused("too large", too_large=True)
        return self.files[attachment.url]

    def event(self, sender: str, kind: Kind, body: str = "", **more: object) -> Inbound:
        """The next event in a person's room with the bot."""
        self.count += 1
        at = NOW + timedelta(seconds=self.count)
        return replace(Inbound(f"$e{self.count}", f"!{sender}", sender, at, kind, body), **more)  # type: ignore[arg-type]

    async def take(self, event: Inbound) -> str:
        """What the bot answers to an event."""
        await self.worker.receive(Batch(str(self.count), (event,)))
        await self.worker.drain()
        return await self.answers()

    async def say(self, sender: str, text: str, **more: object) -> str:
        """What the bot answers to a text."""
        return await self.take(self.event(sender, Kind.TEXT, text, **more))

    async def send(self, sender: str, argument: str, body: str = "", **more: object) -> str:
        """What the bot answers to a file, described as in a transcript."""
        return await self.take(self.photo(sender, argument, body, **more))

    def photo(self, sender: str, argument: str, body: str = "", **more: object) -> Inbound:
        """A file's event; its bytes are in the media store."""
        file = sample(argument)
        url = f"mxc://local/{self.count + 1}"
        if not file.gone:
            self.files[url] = file.data
        announced = Attachment(url, file.name, file.mimetype, file.size)
        return self.event(sender, Kind.FILE, body, **{"attachment": announced, **more})

    async def answers(self) -> str:
        """All that waits in the outbox, taken as sent."""
        said = []
        while True:
            async with self.database.turn() as conn:
                rows = await outbox.unsent(conn, BOT)
                for row in rows:
                    await outbox.sent(conn, BOT, row.transaction_id, f"$bot-{row.transaction_id}", NOW)
            if not rows:
                return "\n---\n".join(said)
            said += [str(row.content["body"]) for row in rows]
            self.last = replace(rows[-1], event_id=f"$bot-{rows[-1].transaction_id}")

    def names(self) -> set[str]:
        """The hashes of the files on disk."""
        return set(self.store.all())


Enter = Callable[..., Awaitable[Talk]]


async def enter(folder: Path, **more: object) -> Talk:
    """A fresh record with the units, or the one that is there. more: further settings."""
    settings = Settings(homeserver="http://127.0.0.1:9", user_id=BOT, data=folder / "data", contact="王芳", **more)  # type: ignore[arg-type]
    fresh = not settings.data.exists()
    settings.data.mkdir(mode=0o700, exist_ok=True)
    database = await Database.open(settings.database_url)
    if fresh:
        units = folder / "units.yaml"
        units.write_text(yaml.safe_dump(UNITS, allow_unicode=True), encoding="utf-8")
        async with database.turn() as conn:
            await import_units(conn, read_units(units), at=NOW, by="test")
    talk = Talk(database, settings, None)  # type: ignore[arg-type]
    talk.worker = Worker(database, BOT, House.open(settings), clock=lambda: NOW, fetch=talk.fetch)
    people = (LI, CHEN, WANG, WU, ZHAO)
    await talk.worker.receive(Batch("0", rooms=tuple(RoomView(f"!{p}", True, True, (p,)) for p in people)))
    await talk.answers()
    return talk


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    """The bot, ready."""
    entered = await enter(tmp_path)
    yield entered
    await entered.database.close()
