"""A bot and people on the session's Synapse, for tests that go all the way."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from bot.demo.homeserver import Homeserver
from bot.events import Batch, Delivery, Inbound, Kind, Outgoing
from bot.matrix.link import Link
from bot.matrix.person import Person
from bot.matrix.settings import LinkSettings
from tests.homeserver import Account, Town

PATIENCE = 60.0  # seconds until what must happen counts as never happening; on a quiet machine it takes a few


class RunningBot:
    """A link with an inbox in memory: what a worker would have stored. Stop and start it like a process."""

    def __init__(self, settings: LinkSettings) -> None:
        self.settings = settings
        self.token: str | None = None
        self.inbox: list[Inbound] = []
        self.batches: list[Batch] = []
        self.link: Link
        self._changed = asyncio.Condition()
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Connect and catch up."""
        self.link = await Link.connect(self.settings)
        self._running = asyncio.create_task(self.link.run(self.token, self._receive))
        caught_up = asyncio.create_task(self.link.caught_up.wait())
        await asyncio.wait({caught_up, self._running}, return_when=asyncio.FIRST_COMPLETED, timeout=PATIENCE)
        caught_up.cancel()

    async def stop(self) -> None:
        """Stop in the middle of whatever it does."""
        if self._running is not None:
            self._running.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self._running
            self._running = None
            await self.link.close()

    async def ended(self) -> None:
        """Wait for the run to end of itself, and raise what it raised."""
        assert self._running is not None
        await asyncio.wait_for(asyncio.shield(self._running), PATIENCE)

    async def _receive(self, batch: Batch) -> None:
        self.batches.append(batch)
        self.inbox += batch.events
        self.token = batch.token or self.token
        async with self._changed:
            self._changed.notify_all()

    async def until(self, seen: Callable[[], bool], timeout: float = PATIENCE) -> None:
        """Until what was received fulfils this."""
        async with asyncio.timeout(timeout), self._changed:
            await self._changed.wait_for(seen)

    async def next(self, kind: Kind, body: str | None = None) -> Inbound:
        """The first event of this kind (and body) that was not asked for before, now or later."""

        def find() -> Inbound | None:
            return next((e for e in self.inbox if e.kind is kind and body in (None, e.body)), None)

        await self.until(lambda: find() is not None)
        found = find()
        assert found is not None
        self.inbox.remove(found)
        return found

    async def say(self, room_id: str, body: str, transaction_id: str) -> Delivery:
        """Deliver a notice, once we know the room."""
        await self.until(lambda: room_id in self.link.client.rooms)
        content = {"msgtype": "m.notice", "body": body, "format": "org.matrix.custom.html", "formatted_body": body}
        return await self.link.deliver(Outgoing(transaction_id, room_id, "m.room.message", content))


def settings(account: Account, folder: Path, **more: Any) -> LinkSettings:
    """Settings of a bot that everybody on its server may invite."""
    server = account.user_id.partition(":")[2]
    known = LinkSettings(account.homeserver, account.user_id, account.password, folder, invite_servers=(server,))
    return replace(known, **more)


async def person(town: Town, folder: Path, name: str = "li", displayname: str = "李书记") -> Person:
    """Somebody new, signed in."""
    account = await town.account(name, displayname)
    return await Person.sign_in(account.homeserver, account.user_id, account.password, folder / account.user_id)


def on_server(homeserver: Homeserver, room_id: str) -> list[tuple[str, dict[str, Any]]]:
    """The (type, content) of all events of a room as the server's database holds them."""
    with sqlite3.connect(f"file:{homeserver.database}?mode=ro", uri=True) as database:
        rows = database.execute(
            "SELECT json FROM event_json NATURAL JOIN events WHERE room_id = ? ORDER BY stream_ordering", (room_id,)
        ).fetchall()
    events = [json.loads(row[0]) for row in rows]
    return [(event["type"], event["content"]) for event in events]


async def keys_on_server(bot: RunningBot) -> dict[str, Any]:
    """What /keys/query says of the bot's account."""
    user_id = bot.settings.user_id
    return await bot.link.client.call("POST", "/_matrix/client/v3/keys/query", {"device_keys": {user_id: []}})
