"""One real Synapse for a whole test session, and accounts on it that no two tests share."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.demo.homeserver import Homeserver


@dataclass(frozen=True)
class Account:
    """An account on the test homeserver."""

    user_id: str
    password: str
    homeserver: str


class Town:
    """Makes accounts on one homeserver; a name is used once, whatever tests ask for."""

    def __init__(self, homeserver: Homeserver) -> None:
        self.homeserver = homeserver

    async def account(self, name: str, displayname: str = "", *, admin: bool = False) -> Account:
        """A new account: name plus a random tail."""
        localpart, password = f"{name}-{secrets.token_hex(4)}", secrets.token_hex(8)
        user_id = await self.homeserver.register(localpart, password, displayname, admin=admin)
        return Account(user_id, password, self.homeserver.url)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def homeserver(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Homeserver]:
    """A Synapse that runs for the whole session."""
    folder: Path = tmp_path_factory.mktemp("synapse")
    async with Homeserver(folder) as running:
        yield running


@pytest.fixture
def town(homeserver: Homeserver) -> Town:
    """Accounts on the session's homeserver."""
    return Town(homeserver)
