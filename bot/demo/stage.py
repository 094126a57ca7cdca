"""A transcript's stage over a real homeserver: what is said goes through an encrypted room, answers come back so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Self

from bot.demo.acting import Actor
from bot.demo.local import FILE
from bot.demo.setup import SECRETARY
from bot.demo.transcript import Said
from bot.demo.world import World
from bot.keeping import UNREAD
from bot.matrix.person import Person
from bot.settings import read_settings
from rubrics.strict_yaml import FileError
from storage import inbox, outbox
from storage.database import Database
from storage.outbox import transaction_id

PATIENCE = 60.0  # seconds until a line counts as unanswered
LOOK = 0.02


class Room:
    """One person's direct room with the bot. Which answers belong to a line is read off the bot's own outbox, so
    that silence is known for certain and no wait is longer than it must be."""

    def __init__(self, world: World, person: Person, room_id: str, database: Database, *, new: bool) -> None:
        self._world = world
        self._actor = Actor(person, room_id)
        self._database = database
        self._new = new
        self.answered: set[str] = set()  # what was heard in answer to a line

    @classmethod
    async def open(cls, world: World, name: str = SECRETARY) -> Self:
        """Sign somebody in and open the room, that of an earlier run in the same folder if there was one."""
        user_id = world.homeserver.user_id(name)
        place = "secretary" if name == SECRETARY else name
        person = await Person.sign_in(world.homeserver.url, user_id, world.passwords[name], world.folder / place)
        try:
            kept = world.folder / ("room" if name == SECRETARY else f"room-{name}")
            known = kept.read_text() if kept.exists() else ""
            room_id = known or await person.open_dm(world.bot_id, timeout=PATIENCE)
            kept.write_text(room_id)
            database = await Database.open(read_settings(world.config).database_url)
        except BaseException:
            await person.close()
            raise
        return cls(world, person, room_id, database, new=not known)

    @property
    def room_id(self) -> str:
        """The room's id."""
        return self._actor.room_id

    @property
    def person(self) -> Person:
        """Whoever is signed in."""
        return self._actor.person

    async def welcome(self) -> str:
        """What the bot says on joining; nothing in a room of an earlier run."""
        if not self._new:
            return ""
        return await self._heard(transaction_id(f"welcome/{self._actor.room_id}", 0))

    async def close(self) -> None:
        """Sign off; the login is kept."""
        await self._database.close()
        await self._actor.person.close()

    async def set_now(self, now: datetime) -> None:
        """Start the bot again with another clock."""
        await self._world.stop_bot()
        await self._world.start_bot(now)

    async def speak_as(self, name: str) -> None:
        """Only a talk without a homeserver has several speakers. Raises FileError."""
        raise FileError([f"这份对话里有别人（{name}）说话，只能用测试来放，不能用 demo --say。"])

    async def restart(self) -> None:
        """Stop the bot and start it again."""
        await self._world.stop_bot()
        await self._world.start_bot()

    async def say(self, said: Said) -> list[str]:
        """Do one thing; the answers to it, as the person's client decrypted them."""
        return await self.answers(said, await self.act(said))

    async def act(self, said: Said) -> str:
        """Do one thing in the room; its event's id."""
        return await self._actor.act(said)

    async def answers(self, said: Said, event_id: str) -> list[str]:
        """The answers to something done, whose event this is."""
        state = "told" if said.mark == "解不开" else "done"
        if not await self._until(lambda: self._handled(event_id, state)):
            return []
        answers: list[str] = []
        while True:
            key = transaction_id(event_id + UNREAD if state == "told" else event_id, len(answers))
            async with self._database.look() as conn:
                row = await outbox.by_transaction(conn, self._world.bot_id, key)
            if row is None:
                return answers
            answers.append(await self._heard(key))

    async def _heard(self, key: str) -> str:
        """The words of an outbox row once the secretary's client has them."""
        found = ""

        async def sent() -> bool:
            nonlocal found
            async with self._database.look() as conn:
                row = await outbox.by_transaction(conn, self._world.bot_id, key)
            found = row.event_id or "" if row is not None else ""
            return bool(found)

        if not await self._until(sent):
            raise TimeoutError(f"no answer within {PATIENCE:g} s")
        said = await self._actor.person.wait_for(lambda one: one.event_id == found, timeout=PATIENCE)
        self.answered.add(found)
        async with self._database.look() as conn:
            row = await outbox.by_transaction(conn, self._world.bot_id, key)
        if row is not None and row.about:
            (self._actor.cards if "card" in row.about else self._actor.recorded).append(found)
        return FILE.format(name=said.body) if said.msgtype in ("m.file", "m.image") else said.body

    async def _handled(self, event_id: str, state: str) -> bool:
        async with self._database.look() as conn:
            row = await inbox.row(conn, self._world.bot_id, event_id)
            if state == "told":
                key = transaction_id(event_id + UNREAD, 0)
                return await outbox.by_transaction(conn, self._world.bot_id, key) is not None
        return row is not None and row.state == "done"

    async def _until(self, condition: Callable[[], Awaitable[bool]]) -> bool:
        """The bot is another process, so its record is looked at until the condition holds."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not await condition():  # noqa: ASYNC110 - nothing in this process tells of it
                    await asyncio.sleep(LOOK)
        except TimeoutError:
            return False
        return True
