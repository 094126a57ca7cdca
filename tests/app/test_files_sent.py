"""A file goes out once, whatever happens between its turn, its upload and its event."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from bot.commands.chat import open_local
from bot.demo.local import BOT
from bot.demo.transcript import parse
from bot.events import Batch, Delivery, Outgoing, Verdict
from bot.parcels import Parcels
from bot.sender import Sender
from storage import outbox
from storage.database import Database
from storage.outbox import OutboxRow

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
DATA = b"BEGIN:VCALENDAR"


class Killed(BaseException):
    """The process ends here."""


class Server:
    """What a homeserver would hold. events: by transaction id, so that a resend is the same event."""

    def __init__(self) -> None:
        self.media: dict[str, bytes] = {}
        self.events: dict[str, Mapping[str, Any]] = {}
        self.dies = ""
        self.answers: list[Delivery] = []
        self.done = asyncio.Event()

    async def upload(self, room_id: str, data: bytes, name: str, mimetype: str) -> Mapping[str, Any] | Delivery:
        """Store a file under a new address, as a media store does."""
        self._die("before the upload")
        if self.answers:
            return self.answers.pop()
        url = f"mxc://x/{len(self.media)}"
        self.media[url] = data
        self._die("after the upload")
        return {"msgtype": "m.file", "body": name, "file": {"url": url, "key": "k"}, "info": {"mimetype": mimetype}}

    async def deliver(self, out: Outgoing) -> Delivery:
        """Take an event."""
        self._die("before the event")
        self.events.setdefault(out.transaction_id, out.content)
        self._die("after the event")
        self.done.set()
        return Delivery(Verdict.SENT, event_id=f"$of-{out.transaction_id}")

    def _die(self, where: str) -> None:
        if self.dies == where:
            self.dies = ""
            raise Killed


class Post:
    """A record with a file to be sent, and senders that come and go."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.parcels, self.server = database, Parcels(folder / "outgoing"), Server()

    async def run(self) -> bool:
        """One life of a sender; whether it sent what there was."""

        async def typing(room: str, on: bool) -> None:
            return

        sender = Sender(
            self.database, BOT, self.server.deliver, typing, lambda: NOW, self.server.upload, self.parcels
        )  # fmt: skip
        await sender.sweep()
        async with self.database.look() as conn:
            rows = await outbox.unsent(conn, BOT)
        for row in rows:
            try:
                await sender._send(row)
            except Killed:
                return False
        return True


@pytest.fixture
async def post(url: str, tmp_path: Path) -> AsyncIterator[Post]:
    database = await Database.open(url)
    here = Post(database, tmp_path)
    await here.parcels.put("t1", DATA)
    content = {"msgtype": "m.file", "body": "a.ics", "info": {"mimetype": "text/calendar", "size": 15},
               "m.relates_to": {"rel_type": "m.thread"}}  # fmt: skip
    async with database.turn() as conn:
        await outbox.put(conn, BOT, [OutboxRow("t1", "!r", "m.room.message", content, None, "$c", "t1")], NOW)
    yield here
    await database.close()


@pytest.mark.parametrize("moment", ["", "before the upload", "after the upload", "before the event", "after the event"])
async def test_killed_at_any_moment_it_is_one_event_with_its_own_file(post: Post, moment: str) -> None:
    post.server.dies = moment
    assert await post.run() is not bool(moment)
    if moment in ("before the event", "after the event"):
        assert post.parcels.names() == [], "what is uploaded is kept no longer"
    await post.run()
    ((key, content),) = post.server.events.items()
    assert key == "t1"
    assert post.server.media[content["file"]["url"]] == DATA
    assert content["m.relates_to"] == {"rel_type": "m.thread"}
    async with post.database.look() as conn:
        row = await outbox.by_transaction(conn, BOT, "t1")
    assert row is not None
    assert (row.state, row.event_id, row.content) == ("sent", "$of-t1", content)
    assert post.parcels.names() == []


async def test_a_server_that_is_away_is_tried_again_and_one_that_refuses_is_not(post: Post) -> None:
    post.server.answers = [Delivery(Verdict.REFUSED, why="too large"), Delivery(Verdict.LATER, retry_after=0.0)]
    await post.run()
    async with post.database.look() as conn:
        assert len(await outbox.unsent(conn, BOT)) == 1
    await post.run()
    async with post.database.look() as conn:
        row = await outbox.by_transaction(conn, BOT, "t1")
    assert row is not None
    assert (row.state, row.why) == ("set_aside", "too large")


async def test_a_file_that_is_gone_blocks_nothing(post: Post) -> None:
    await post.parcels.forget("t1")
    await post.run()
    async with post.database.look() as conn:
        assert await outbox.unsent(conn, BOT) == []


async def test_files_of_turns_that_were_undone_are_swept_away_and_nothing_else(post: Post, tmp_path: Path) -> None:
    """A sweep once deleted the database that lay in its folder, under the very test that ran on it."""
    await post.parcels.put("t2", b"nobody waits for this")
    (tmp_path / "outgoing" / "t3.part").write_bytes(b"half")
    (tmp_path / "outgoing" / "zhibu.db-wal").write_bytes(b"not a parcel")
    await post.run()
    assert post.parcels.names() == []
    assert [path.name for path in (tmp_path / "outgoing").iterdir()] == ["zhibu.db-wal"]


async def test_the_calendar_is_one_that_calendars_read(tmp_path: Path) -> None:
    database, talk = await open_local(tmp_path, NOW)
    await talk.open()
    (row,) = await _ask_for_calendar(database, talk)
    data = await Parcels(tmp_path / "outgoing").get(row.file or "")
    await database.close()
    assert data is not None
    made = Calendar.from_ical(data)
    events = {str(event["summary"]): event for event in made.walk("VEVENT")}
    assert len({str(event["uid"]) for event in made.walk("VEVENT")}) == len(made.walk("VEVENT"))
    event = events["支部自评（量化考核）（机关第一支部）"]
    assert event.decoded("dtstart").isoformat() in ("2026-12-31", "2027-06-30")
    assert all(len(line.encode()) <= 75 for line in data.decode().split("\r\n"))
    assert row.content["body"] == "机关第一支部-日历.ics"


async def _ask_for_calendar(database: Database, talk: Any) -> list[OutboxRow]:
    event = talk._event(parse("> 日历", "test").said[0])
    await talk._worker.receive(Batch("c", events=(event,)))
    await talk._worker.drain()
    async with database.turn() as conn:
        (text,) = await outbox.unsent(conn, BOT)
        assert text.file is None
        await outbox.sent(conn, BOT, text.transaction_id, "$t", NOW)
        return await outbox.unsent(conn, BOT)
