"""A talk without a homeserver: the same worker and the same record, with events made here. For zhibu chat and tests."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.demo.samples import Sample, sample
from bot.demo.transcript import Said
from bot.events import Attachment, Batch, Inbound, Kind, RoomView
from bot.house import House
from bot.matrix.errors import MediaRefused
from bot.understanding.codes import ALPHABET
from bot.worker import Worker
from storage import outbox
from storage.database import Database

BOT = "@zhibu:local"
CODE = re.compile(rf"\b[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}\b")
VOICE = Attachment("mxc://local/voice", "voice.ogg", "audio/ogg", 1000)
FILE = "[文件 {name}]"  # how a file from the bot is shown
MARKS = {"贴纸": Kind.STICKER, "投票": Kind.OTHER, "位置": Kind.LOCATION, "解不开": Kind.UNREADABLE}


class LocalTalk:
    """One person's room, or several people's, one at a time ("# as:"). now: the time of the first message; each further
    one is a second later; shown: what the person is called in the room. What somebody else is told meanwhile is shown
    with their name in brackets before it."""

    def __init__(self, database: Database, house: House, person: str, now: datetime, room: str = "!local") -> None:
        self._now = now
        self._database = database
        self.house = house
        self._person = person
        self._room = room
        self._rooms = {self._name: room}
        self._count = 0
        self._mine: list[Inbound] = []
        self._cards: list[str] = []
        self._recorded: list[str] = []
        self._sent: dict[str, Sample] = {}
        self.shown = ""
        self._code = ""  # the last enrolment code that was given out
        self._worker = self._new_worker()

    def _new_worker(self) -> Worker:
        return Worker(self._database, BOT, self.house, clock=lambda: self._now, fetch=self._fetch)

    async def _fetch(self, attachment: Attachment, limit: int) -> bytes:
        """What the homeserver's media store would answer."""
        sent = self._sent[attachment.url]
        if sent.gone:
            raise MediaRefused("gone")
        return sent.data

    @property
    def _name(self) -> str:
        return self._person[1:].partition(":")[0]

    async def set_now(self, now: datetime) -> None:
        """Move the clock that messages are read by."""
        self._now = now

    async def speak_as(self, name: str) -> None:
        """Go on as another person, in that person's own room with the bot."""
        self._person = f"@{name}:{self._person.partition(':')[2]}"
        self._room = self._rooms.setdefault(name, f"!local-{name}")
        self._count += 1
        await self.open()

    async def restart(self) -> None:
        """A new worker over the same record: nothing may live outside it."""
        self._worker = self._new_worker()

    async def open(self) -> list[str]:
        """Join the room; what the bot says on its own."""
        view = RoomView(self._room, direct=True, encrypted=True, others=(self._person,))
        await self._worker.receive(Batch("0", rooms=(view,)))
        return await self._answers()

    async def say(self, said: Said) -> list[str]:
        """Do one thing as the person; what the bot answers to it."""
        self._count += 1
        self._now += timedelta(seconds=1)
        await self._worker.receive(Batch(str(self._count), events=(self._event(said),)))
        await self._worker.drain()
        if said.mark == "解不开":
            self._now += timedelta(minutes=1)
            await self._worker.tell_unreadable()
        return await self._answers()

    async def _answers(self) -> list[str]:
        answers: list[str] = []
        while True:
            async with self._database.turn() as conn:
                rows = await outbox.unsent(conn, BOT)
                if not rows:
                    return answers
                for row in rows:
                    event_id = f"$bot{len(answers)}-{self._count}-{self._room}"
                    await outbox.sent(conn, BOT, row.transaction_id, event_id, self._now)
                    names = [name for name, room in self._rooms.items() if room == row.room_id != self._room]
                    body = f"[{names[0]}] " if names else ""
                    body += str(row.content["body"])
                    if (row.about or {}).get("secret") and (given := CODE.search(body)):
                        self._code = given[0]
                    answers.append(body if row.file is None else FILE.format(name=body))
                    if row.about:
                        (self._cards if "card" in row.about else self._recorded).append(event_id)

    def _event(self, said: Said) -> Inbound:
        text = said.text.replace("〈码〉", self._code)
        base = Inbound(
            f"${self._count}-{self._room}", self._room, self._person, self._now, Kind.TEXT, text, shown=self.shown
        )
        if said.mark in ("改", "删"):
            target = self._mine[-int(said.argument or 1)]
            kind = Kind.EDIT if said.mark == "改" else Kind.REDACTION
            return replace(base, kind=kind, target=target.event_id)
        if said.mark == "文件":
            return self._file(base, said)
        if said.mark == "语音":
            return replace(base, kind=Kind.FILE, attachment=VOICE)
        if said.mark in MARKS:
            return replace(base, kind=MARKS[said.mark], session="unknown")
        if said.mark and not said.text and self._cards:
            return replace(base, kind=Kind.REACTION, key=said.mark, target=self._cards[-1])
        if said.mark:
            base = replace(
                base, body=f"[{said.mark}{' ' + said.argument if said.argument else ''}] {said.text}".strip()
            )
        self._mine.append(base)
        return base

    def _file(self, base: Inbound, said: Said) -> Inbound:
        file = sample(said.argument)
        url = f"mxc://local/{self._count}"
        self._sent[url] = file
        answers = {"卡": self._cards, "记录": self._recorded}.get(file.answers)
        target = answers[-1] if answers else self._mine[-int(file.answers)].event_id if file.answers else None
        sent = replace(
            base, kind=Kind.FILE, reply_to=target, attachment=Attachment(url, file.name, file.mimetype, file.size)
        )
        self._mine.append(sent)
        return sent
