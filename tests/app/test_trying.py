"""Sheets are made outside of their turn: nobody waits for the record meanwhile, and what is sent is sent once."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands.chat import open_local
from bot.demo.local import BOT
from bot.events import Batch, Inbound, Kind, RoomView
from bot.parcels import Parcels
from bot.sheets.year import Year
from bot.worker import Worker
from storage import outbox
from storage.database import Database
from storage.outbox import OutboxRow, transaction_id
from tests.app.test_assessors import NOW


async def answers(database: Database, event_id: str) -> list[OutboxRow]:
    """What is to be sent in answer to an event."""
    async with database.look() as conn:
        found = [await outbox.by_transaction(conn, BOT, transaction_id(event_id, n)) for n in range(4)]
    return [row for row in found if row is not None]


async def answered(database: Database, event_id: str) -> list[OutboxRow]:
    """The same, once there is any."""
    async with asyncio.timeout(30):
        while not (found := await answers(database, event_id)):
            await asyncio.sleep(0.01)
    return found


async def test_a_picture_in_the_making_keeps_nobody_from_the_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, talk = await open_local(tmp_path, NOW)
    drawing, go_on = threading.Event(), threading.Event()
    real, drawn = Year.data, 0

    def slow(self: Year) -> bytes:
        nonlocal drawn
        drawn += 1
        drawing.set()
        assert go_on.wait(30), "the other room was not answered while this one's picture was drawn"
        return real(self)

    monkeypatch.setattr(Year, "data", slow)
    told: list[str] = []

    async def tell(room_id: str, on: bool) -> None:
        told.append(room_id)

    worker = Worker(database, BOT, talk.house, clock=lambda: NOW, typing=tell)
    rooms = tuple(RoomView(f"!{who}", direct=True, encrypted=True, others=(f"@{who}:local",)) for who in ("li", "zhao"))
    await worker.receive(Batch("1", rooms=rooms))
    running = asyncio.create_task(worker.run())
    await worker.receive(Batch("2", events=(Inbound("$1", "!li", "@li:local", NOW, Kind.TEXT, "年度图"),)))
    await asyncio.to_thread(drawing.wait, 30)
    later = NOW + timedelta(seconds=1)
    await worker.receive(Batch("3", events=(Inbound("$2", "!zhao", "@zhao:local", later, Kind.TEXT, "帮助"),)))
    assert len(await answered(database, "$2")) == 1
    assert await answers(database, "$1") == []
    async with asyncio.timeout(20):
        while not told:
            await asyncio.sleep(0.01)
    assert told == ["!li"], "whoever waits over a second sees that an answer comes"
    go_on.set()
    words, picture = await answered(database, "$1")
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await database.close()
    assert "年度图" not in str(words.content["body"])
    assert picture.content["msgtype"] == "m.image"
    info = picture.content["info"]
    assert (info["mimetype"], info["w"]) == ("image/png", 1080)
    data = await Parcels(talk.house.settings.parcels).get(picture.transaction_id)
    assert data is not None
    assert (len(data), drawn) == (info["size"], 1), "drawn once, though the turn was done twice"
