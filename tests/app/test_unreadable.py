"""Messages whose keys are missing: told once, with the reason, and answered when the key comes after all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.events import Batch, Inbound, Kind, Withheld
from bot.house import House
from bot.worker import EVER, Worker
from storage import inbox, withheld
from tests.files.conftest import BOT, LI, NOW, REPORT, WANG, Talk, enter

ROOM = f"!{LI}"


@dataclass
class Sealed:
    """A talk in which messages come without their keys. opened: what each is once its key is here."""

    talk: Talk
    now: datetime = NOW
    opened: dict[str, Inbound] = field(default_factory=dict)

    def start(self, keys_since: datetime = EVER) -> None:
        """The bot, with keys made at some moment."""
        house = House.open(self.talk.settings)
        self.talk.worker = Worker(
            self.talk.database, BOT, house, clock=lambda: self.now, read_again=self._read, keys_since=keys_since
        )

    def _read(self, raw: Mapping[str, Any]) -> Inbound | None:
        return self.opened.get(str(raw["event_id"]))

    async def send(self, text: str, session: str = "s1", sender: str = LI) -> str:
        """A message that can't be read; its id."""
        plain = self.talk.event(sender, Kind.TEXT, text)
        self.opened[plain.event_id] = plain
        sealed = replace(plain, kind=Kind.UNREADABLE, body="", session=session, raw={"event_id": plain.event_id})
        await self.talk.worker.receive(Batch(f"s{self.talk.count}", (sealed,)))
        return plain.event_id

    async def wait(self) -> str:
        """What people are told a minute later."""
        self.now += timedelta(minutes=1)
        await self.talk.worker.tell_unreadable()
        return await self.talk.answers()

    async def key(self, session: str = "s1") -> str:
        """A key comes; what is answered."""
        await self.talk.worker.receive(Batch("k", keys=((ROOM, session),)))
        await self.talk.worker.drain()
        return await self.talk.answers()


@pytest.fixture
async def sealed(tmp_path: Path) -> AsyncIterator[Sealed]:
    here = Sealed(await enter(tmp_path))
    here.start()
    yield here
    await here.talk.database.close()


async def test_it_is_told_once_and_still_answered_when_its_key_comes(sealed: Sealed) -> None:
    """The two answers once had the same id, and so the second never went out."""
    await sealed.send(REPORT)
    assert await sealed.wait() == "这条消息我还解不开。密钥没到，一到我就回复；着急就再发一遍。"
    assert await sealed.wait() == ""
    assert (await sealed.key()).startswith("支委会 · 第一支部")
    assert sealed.talk.last is not None
    assert "m.in_reply_to" in sealed.talk.last.content["m.relates_to"]


async def test_several_are_told_of_in_one_sentence(sealed: Sealed) -> None:
    for _ in range(3):
        await sealed.send("好")
    await sealed.send("好", sender=WANG)
    said = (await sealed.wait()).split("\n---\n")
    assert said == [
        "您11月20日10:00至11月20日10:00发的3条消息我还解不开。密钥没到，一到我就回复；着急就再发一遍。",
        "这条消息我还解不开。密钥没到，一到我就回复；着急就再发一遍。",
    ]


@pytest.mark.parametrize(("code", "said"), [("m.unverified", "不肯把密钥给我"), ("m.unavailable", "密钥没到")])
async def test_a_refused_key_is_told_as_such(sealed: Sealed, code: str, said: str) -> None:
    refusals = (Withheld(ROOM, "s1", LI, code),) if code != "m.unavailable" else ()
    await sealed.talk.worker.receive(Batch("w", withheld=refusals))
    await sealed.send(REPORT)
    assert said in await sealed.wait()


async def test_refusals_are_kept_until_the_key_comes_and_only_from_people_we_share_a_room_with(sealed: Sealed) -> None:
    told = (
        Withheld(ROOM, "s1", LI, "m.unverified"),
        Withheld(ROOM, "s1", "@stranger:x", "m.unverified"),
        Withheld("!nowhere", "s2", LI, "m.unverified"),
        Withheld("", "", LI, "m.no_olm"),
        Withheld("", "", "@stranger:x", "m.no_olm"),
    )
    await sealed.talk.worker.receive(Batch("w", withheld=told))
    async with sealed.talk.database.look() as conn:
        assert await withheld.since(conn, BOT, NOW) == (2, (LI,))
    await sealed.key("s1")
    async with sealed.talk.database.look() as conn:
        assert await withheld.since(conn, BOT, NOW) == (1, (LI,))
        assert await withheld.since(conn, BOT, NOW + timedelta(days=1)) == (0, ())


async def test_what_was_sent_to_keys_we_no_longer_have_is_told_as_lost(sealed: Sealed) -> None:
    sealed.start(keys_since=NOW + timedelta(hours=1))
    event_id = await sealed.send(REPORT)
    assert "再也解不开了" in await sealed.wait()
    async with sealed.talk.database.look() as conn:
        row = await inbox.row(conn, BOT, event_id)
    assert row is not None
    assert row.state == "unreadable"
