"""Several people in several rooms, over the real worker and a record on disk: each message is one turn, with the
session written out and read back, and is delivered twice, as a sync after a fall would."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlalchemy import select

from bot.demo.local import BOT
from bot.demo.samples import sample
from bot.demo.setup import fill
from bot.dialogue.session import Session, restore
from bot.events import Attachment, Batch, Inbound, Kind, RoomView
from bot.house import House
from bot.reminders.tick import Reminders
from bot.settings import Settings
from bot.worker import Worker
from storage import chain, faults, inbox, outbox, sessions
from storage.database import Database
from storage.outbox import OutboxRow
from storage.tables import bodies, entries

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
LI, SUN, ZHAO, CHEN, WANG, STRANGER = (
    f"@{name}:local" for name in ("li", "sun", "zhao", "chen", "wang", "stranger")
)  # fmt: skip
UNITS = ("committee", "first", "second")
MEMBERS = {"first": (LI, SUN), "second": (ZHAO,), "committee": ()}
GROUP = RoomView("!group", direct=False, encrypted=True, others=(LI, SUN, WANG, STRANGER))
ROOMS = (GROUP, *(RoomView(f"!{p[1:-6]}", direct=True, encrypted=True, others=(p,))
                  for p in (LI, SUN, ZHAO, CHEN)))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that a message added to a unit's chain. said: what its body says of the activity, None once purged."""

    unit: str
    subject: str
    number: int
    version: int
    action: str
    by: str
    said: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a message. before: the sender's conversation in the room, as it was; answers: to the message
    itself; elsewhere: what was said in other rooms because of it; changes: of the record; outcome: the inbox row's."""

    before: Session
    answers: tuple[OutboxRow, ...]
    elsewhere: tuple[OutboxRow, ...]
    changes: tuple[Change, ...]
    outcome: str | None


@dataclass
class Crowd:
    """Two branches: the first has a secretary and a reporter, who also share a group room with an assessor and a
    stranger; the second has a secretary. mine: the messages of each (room, person); said: ours, by room."""

    database: Database
    house: House
    folder: Path
    now: datetime = NOW
    count: int = 0
    mine: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    said: dict[str, list[OutboxRow]] = field(default_factory=dict)
    _worker: Worker = field(init=False)
    _reminders: Reminders = field(init=False)
    _entries: int = 0

    def __post_init__(self) -> None:
        self.restart()

    @classmethod
    async def gather(cls) -> Crowd:
        """In rooms of their own and together; everybody has been welcomed."""
        folder = Path(mkdtemp(prefix="zhibu-crowd-"))
        prepared = _prepared()
        if not (prepared / "zhibu.db").exists():
            settings = Settings(homeserver="http://localhost", user_id=BOT, data=prepared)
            database = await Database.open(settings.database_url)
            await fill(database, "local", NOW, prepared, records=False, tree=_tree(prepared))
            await database.close()
        shutil.copytree(prepared, folder, dirs_exist_ok=True)
        settings = Settings(homeserver="http://localhost", user_id=BOT, data=folder, contact="王芳")
        crowd = cls(await Database.open(settings.database_url), House.open(settings), folder)
        await crowd._worker.receive(Batch("0", rooms=ROOMS))
        await crowd._sent()
        return crowd

    async def part(self) -> None:
        """Everything is closed and thrown away."""
        await self.database.close()
        shutil.rmtree(self.folder)

    def restart(self) -> None:
        """A new worker and a new planner over the same record."""
        self._worker = Worker(self.database, BOT, self.house, clock=lambda: self.now, fetch=self._fetch)
        self._reminders = Reminders(self.database, BOT, self.house)

    async def hear(self, room: str, person: str, kind: Kind, body: str = "", **more: Any) -> Heard:
        """One message."""
        self.count += 1
        self.now += timedelta(seconds=20)
        event = replace(Inbound(f"$e{self.count}", room, person, self.now.astimezone(UTC), kind, body), **more)
        before = await self._session(room, person)
        batch = Batch(str(self.count), events=(event,))
        await self._worker.receive(batch)
        await self._worker.drain()
        rows = await self._sent()
        answers = tuple(row for row in rows if row.cause == event.event_id and row.room_id == room)
        changes = await self._changes()
        await self._worker.receive(batch)
        await self._worker.drain()
        assert not await self._sent(), "answered again when it was delivered again"
        assert not await self._changes(), "recorded again when it was delivered again"
        if kind in (Kind.TEXT, Kind.FILE):
            self.mine.setdefault((room, person), []).append(event.event_id)
        async with self.database.look() as conn:
            found = await inbox.row(conn, BOT, event.event_id)
        outcome = found.outcome if found is not None else None
        return Heard(before, answers, tuple(row for row in rows if row not in answers), changes, outcome)

    async def tick(self) -> tuple[OutboxRow, ...]:
        """What the bot says by itself at this moment: planned and told as APScheduler would have it, and once more, as
        when the machine stood still."""
        moment = self.now.astimezone(UTC)
        await self._reminders.tick(moment, moment)
        rows = await self._sent()
        if rows:
            await self._reminders.tick(moment, moment)
            assert not await self._sent(), "reminded again in the same minute"
        assert not await self._changes(), "a reminder changed the record"
        return tuple(rows)

    async def faults(self) -> list[faults.Fault]:
        """What is wrong with the chains."""
        async with self.database.look() as conn:
            return [fault for unit in UNITS for fault in await faults.verify(conn, unit)]

    async def ends(self) -> list[chain.Head]:
        """The ends of the chains."""
        async with self.database.look() as conn:
            return await chain.ends(conn)

    async def told(self, number: int, version: int) -> Mapping[str, Any] | None:
        """What an activity's version says."""
        async with self.database.look() as conn:
            asked = select(bodies.c.body).where(
                bodies.c.subject == "activity", bodies.c.number == number, bodies.c.version == version
            )
            return _read(await conn.scalar(asked))

    async def _fetch(self, attachment: Attachment, limit: int) -> bytes:
        return sample(attachment.name).data

    async def _session(self, room: str, person: str) -> Session:
        async with self.database.look() as conn:
            saved = await sessions.load(conn, BOT, room, person)
        return restore(saved.text if saved else None)

    async def _sent(self) -> list[OutboxRow]:
        """What waits in the outbox, sent now."""
        result: list[OutboxRow] = []
        while True:
            async with self.database.turn() as conn:
                rows = await outbox.unsent(conn, BOT)
                for row in rows:
                    sent = f"$bot-{row.transaction_id}"
                    await outbox.sent(conn, BOT, row.transaction_id, sent, self.now)
                    self.said.setdefault(row.room_id, []).append(replace(row, event_id=sent))
            if not rows:
                return result
            result += rows

    async def _changes(self) -> tuple[Change, ...]:
        """The entries that have come since the last look."""
        async with self.database.look() as conn:
            rows = (await conn.execute(select(entries, bodies.c.body).join(
                bodies, (bodies.c.subject == entries.c.subject) & (bodies.c.number == entries.c.number)
                & (bodies.c.version == entries.c.version), isouter=True,
            ).order_by(entries.c.at))).mappings().all()  # fmt: skip
        new, self._entries = rows[self._entries :], len(rows)
        return tuple(
            Change(r["unit_id"], r["subject"], r["number"], r["version"], r["action"], r["by"], _read(r["body"]))
            for r in new
        )


def _read(body: str | None) -> Mapping[str, Any] | None:
    return json.loads(body) if body is not None else None


@cache
def _prepared() -> Path:
    return Path(mkdtemp(prefix="zhibu-prepared-"))


def _tree(folder: Path) -> Path:
    """The demo's units, the first branch with a reporter besides."""
    from importlib import resources

    given = resources.files("bot.demo").joinpath("units.yaml").read_text(encoding="utf-8")
    secretary = '          - {id: "@li:SERVER", name: 李明, roles: [secretary]}\n'
    assert secretary in given
    path = folder / "tree.yaml"
    path.write_text(
        given.replace(secretary, secretary + '          - {id: "@sun:SERVER", name: 孙亮, roles: [reporter]}\n'),
        encoding="utf-8",
    )
    return path
