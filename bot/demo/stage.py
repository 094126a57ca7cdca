"""A transcript's stage over a real homeserver: what is said goes through an encrypted room, answers come back so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Self
from urllib.parse import quote
from uuid import uuid4

from bot.demo.local import FILE
from bot.demo.samples import sample
from bot.demo.setup import SECRETARY
from bot.demo.transcript import Said
from bot.demo.world import World
from bot.keeping import UNREAD, transaction_id
from bot.matrix.person import Person
from bot.settings import read_settings
from rubrics.strict_yaml import FileError
from storage import inbox, outbox
from storage.database import Database

PATIENCE = 60.0  # seconds until a line counts as unanswered
LOOK = 0.02
NOWHERE = "mxc://zhibu.localhost/nothing"
GARBAGE = {
    "algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgAEgB0", "device_id": "NOBODY", "sender_key": "x",
    "session_id": "unknown",
}  # fmt: skip


class Room:
    """One person's direct room with the bot. Which answers belong to a line is read off the bot's own outbox, so
    that silence is known for certain and no wait is longer than it must be."""

    def __init__(self, world: World, person: Person, room_id: str, database: Database, *, new: bool) -> None:
        self._world = world
        self._person = person
        self._room_id = room_id
        self._database = database
        self._new = new
        self._mine: list[str] = []
        self._cards: list[str] = []
        self._recorded: list[str] = []
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
        return self._room_id

    @property
    def person(self) -> Person:
        """Whoever is signed in."""
        return self._person

    async def welcome(self) -> str:
        """What the bot says on joining; nothing in a room of an earlier run."""
        if not self._new:
            return ""
        return await self._heard(transaction_id(f"welcome/{self._room_id}", 0))

    async def close(self) -> None:
        """Sign off; the login is kept."""
        await self._database.close()
        await self._person.close()

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
        said = await self._person.wait_for(lambda one: one.event_id == found, timeout=PATIENCE)
        self.answered.add(found)
        async with self._database.look() as conn:
            row = await outbox.by_transaction(conn, self._world.bot_id, key)
        if row is not None and row.about:
            (self._cards if "card" in row.about else self._recorded).append(found)
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

    async def act(self, said: Said) -> str:
        """Do one thing in the room; its event's id."""
        person, room_id = self._person, self._room_id
        match said.mark:
            case "改":
                return await person.edit(room_id, self._mine[-int(said.argument or 1)], said.text)
            case "删":
                return await person.redact(room_id, self._mine[-int(said.argument or 1)])
            case "文件":
                self._mine.append(await self._file(said))
                return self._mine[-1]
            case "语音":
                return await person.send_file(room_id, b"OggS demo", "voice.ogg", "audio/ogg")
            case "贴纸":
                content = {"body": "贴纸", "url": "mxc://zhibu.localhost/none", "info": {}}
                return await person.send(room_id, "m.sticker", content)
            case "投票":
                return await person.send(room_id, "m.poll.start", {"m.poll": {"question": {"m.text": [{"body": "?"}]}}})
            case "位置":
                return await person.send(
                    room_id, "m.room.message", {"msgtype": "m.location", "body": "位置", "geo_uri": "geo:30,120"}
                )
            case "解不开":
                path = f"/_matrix/client/v3/rooms/{quote(room_id)}/send/m.room.encrypted/{uuid4().hex}"
                return str((await person.client.call("PUT", path, GARBAGE))["event_id"])
            case mark if mark and not said.text and self._cards:
                return await person.react(room_id, self._cards[-1], mark)
        self._mine.append(await person.say(room_id, said.typed))
        return self._mine[-1]

    async def _file(self, said: Said) -> str:
        file = sample(said.argument)
        answers = {"卡": self._cards, "记录": self._recorded}.get(file.answers)
        target = answers[-1] if answers else self._mine[-int(file.answers)] if file.answers else None
        more = {"info": {"mimetype": file.mimetype, "size": file.size}, **({"body": said.text} if said.text else {}),
                **({"file": None, "url": NOWHERE} if file.gone else {}),
                **({"m.relates_to": {"m.in_reply_to": {"event_id": target}}} if target else {})}  # fmt: skip
        return await self._person.send_file(self._room_id, file.data, file.name, file.mimetype, more)
