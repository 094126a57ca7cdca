"""What a sync brings is stored with its token; one that tells nothing may be asked for again."""

from __future__ import annotations

from pathlib import Path

from bot.demo.local import BOT
from bot.events import Batch, Echo, Inbound, Kind
from bot.house import House
from bot.settings import Settings
from bot.worker import Worker
from storage import inbox, outbox
from storage.database import Database
from storage.outbox import OutboxRow
from tests.app.conftest import LI, NOW

ROOM = "!room"


class Record:
    """One account's worker over a record with two messages in its outbox, t1 known to be sent and t2 not."""

    def __init__(self, database: Database, folder: Path) -> None:
        settings = Settings(homeserver="http://localhost", user_id=BOT, data=folder)
        self.database = database
        self.worker = Worker(database, BOT, House.open(settings), clock=lambda: NOW)

    @classmethod
    async def open(cls, url: str, folder: Path) -> Record:
        database = await Database.open(url)
        async with database.turn() as conn:
            await outbox.put(conn, BOT, [OutboxRow(t, ROOM, "m.room.message", {}) for t in ("t1", "t2")], NOW)
            await outbox.sent(conn, BOT, "t1", "$1", NOW)
        return cls(database, folder)

    async def token_after(self, batch: Batch) -> str | None:
        """The token on record once a sync was received."""
        await self.worker.receive(batch)
        async with self.database.look() as conn:
            return await inbox.load_token(conn, BOT)


async def test_our_own_words_coming_back_are_not_stored_twice_but_never_left_out_twice(
    url: str, tmp_path: Path
) -> None:
    record = await Record.open(url, tmp_path)
    told = Inbound("$e", ROOM, LI, NOW, Kind.TEXT, "月报")
    known = (Echo("t1", "$1"),)
    assert await record.token_after(Batch("a", events=(told,))) == "a"
    assert await record.token_after(Batch("b", echoes=known)) == "a"
    assert await record.token_after(Batch("c", echoes=known)) == "c"
    assert await record.token_after(Batch("d", echoes=known)) == "c"
    assert await record.token_after(Batch("e")) == "e"
    assert await record.token_after(Batch("f", events=(told,), echoes=known)) == "f"
    await record.database.close()


async def test_an_event_that_is_not_known_to_be_sent_is_marked_when_it_comes_back(url: str, tmp_path: Path) -> None:
    record = await Record.open(url, tmp_path)
    both = (Echo("t1", "$1"), Echo("t2", "$2"))
    assert await record.token_after(Batch("a", echoes=both)) == "a"
    async with record.database.look() as conn:
        row = await outbox.by_event(conn, BOT, "$2")
    assert row is not None
    assert row.state == outbox.SENT
    await record.database.close()
