"""Everybody in the year with their rooms: what they say, what they hear unasked, and the files they are sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.demo.stage import PATIENCE, Room
from bot.demo.year.world import BRANCHES, PEOPLE, WELCOMED, YearWorld
from bot.matrix.said import Said as Heard
from bot.settings import read_settings
from storage import outbox
from storage.database import Database

FILES = ("m.file", "m.image")
LARGEST = 20_000_000  # bytes of a file


@dataclass(slots=True)
class Player:
    """One of them. shown: ids of what they heard that was told of already."""

    name: str
    room: Room
    shown: set[str] = field(default_factory=set)

    def news(self) -> list[Heard]:
        """What they heard in their room beside the answers to their own words, each once."""
        told = self.shown | self.room.answered
        found = [one for one in self.room.person.heard if one.room_id == self.room.room_id and one.event_id not in told]
        self.shown |= {one.event_id for one in found}
        return found


class Cast:
    """All of them, signed in and welcomed."""

    def __init__(self, world: YearWorld, database: Database) -> None:
        self.players: dict[str, Player] = {}
        self._world = world
        self._database = database
        self._saved: set[str] = set()

    @classmethod
    async def gather(cls, world: YearWorld) -> Cast:
        """Sign everybody in, a room each."""
        cast = cls(world, await Database.open(read_settings(world.config).database_url))
        for name in PEOPLE:
            room = await Room.open(world, name)
            cast.players[name] = Player(name, room)
            if name in WELCOMED:
                await room.welcome()
        return cast

    async def settled(self) -> None:
        """Until everything the bot had to say is said and heard. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            while True:
                async with self._database.look() as conn:
                    waiting, _ = await outbox.backlog(conn, self._world.bot_id)
                if not waiting:
                    break
                await asyncio.sleep(0.02)
        for player in self.players.values():
            async with self._database.look() as conn:
                last = await outbox.last_sent(conn, self._world.bot_id, player.room.room_id)
            if last is not None and last.event_id:
                person, event_id = player.room.person, last.event_id
                await person.wait_until(_heard(person.heard, event_id), PATIENCE)

    async def save_files(self, folder: Path) -> list[Path]:
        """Write the files that came since the last time, as they came through the room: a folder for each person."""
        written = []
        for player in self.players.values():
            for one in player.room.person.heard:
                if one.msgtype in FILES and one.event_id not in self._saved:
                    self._saved.add(one.event_id)
                    place = folder / (BRANCHES[player.name][1] if player.name in BRANCHES else PEOPLE[player.name])
                    place.mkdir(parents=True, exist_ok=True)
                    path = place / Path(one.body).name
                    path.write_bytes(await player.room.person.fetch(one, LARGEST))
                    written.append(path)
        return written

    async def close(self) -> None:
        """Sign everybody off."""
        for player in self.players.values():
            await player.room.close()
        await self._database.close()


def _heard(heard: list[Heard], event_id: str) -> Callable[[], bool]:
    return lambda: any(one.event_id == event_id for one in heard)
