"""Clients for the probes: one without any server, and real ones on the session's Synapse."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.matrix.client import GuardedClient
from bot.matrix.keeping import lock, pickle_key
from bot.matrix.link import Link
from bot.matrix.login import Login
from bot.matrix.person import Person
from bot.matrix.settings import LinkSettings
from bot.matrix.wire import Wire
from tests.homeserver import Account, Town
from tests.matrix.runs import Rests
from tests.matrix.strangers import ALICE, ENCRYPTION, ROOM, Device, member, sync, timeline
from tests.matrix.town import RunningBot, person, settings

ME = "@bot:x"


def lone_client(folder: Path, homeserver: str = "http://127.0.0.1:1") -> GuardedClient:
    """A signed-in client that has not said a word to any server."""
    folder.mkdir(exist_ok=True)
    client = GuardedClient(Wire(homeserver), ME, "BOT", folder, pickle_key(folder))
    client.restore_login(ME, "BOT", "token")
    client.olm.account.shared = True
    client.olm.save_account()
    return client


@pytest_asyncio.fixture
async def client(tmp_path: Path) -> AsyncIterator[GuardedClient]:
    """A client in one encrypted room with Alice."""
    alone = lone_client(tmp_path / "keys")
    alone.take(sync("s0", join={ROOM: timeline(state=(ENCRYPTION, member(ALICE), member(ME)))}))
    yield alone
    await alone.close()


@pytest.fixture
def make_device(client: GuardedClient) -> Callable[[], Device]:
    """Makes devices that have an Olm session with the client."""
    return lambda: Device(client.olm)


def lone_link(folder: Path, homeserver: str, **more: Any) -> Link:
    """A link on a lone client, as if it had signed in long ago."""
    client = lone_client(folder, homeserver)
    settings = LinkSettings(homeserver, ME, None, folder, **more)
    return Link(settings, client, Login(homeserver, ME, "BOT", "token", signed=True, synced=True), lock(folder))


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> Rests:
    """No test here sleeps."""
    return Rests(monkeypatch)


@pytest_asyncio.fixture
async def account(town: Town) -> Account:
    """The bot's account."""
    return await town.account("zhibu", "支部助手")


@pytest_asyncio.fixture
async def bot(account: Account, tmp_path: Path) -> AsyncIterator[RunningBot]:
    """A running bot."""
    async with RunningBot(settings(account, tmp_path / "bot")) as running:
        yield running


@pytest_asyncio.fixture
async def li(town: Town, tmp_path: Path) -> AsyncIterator[Person]:
    """A secretary."""
    secretary = await person(town, tmp_path)
    yield secretary
    await secretary.close()
