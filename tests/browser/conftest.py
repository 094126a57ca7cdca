"""The demo's world with its web client, and Debian's Chromium to look at it with."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio

pytest.importorskip("playwright", reason="the browser test's own packages are installed by make browser")

from playwright.async_api import Browser, async_playwright

from bot.demo.web import web_client
from bot.demo.world import World
from tests.browser.phone import FLAGS

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")


@pytest_asyncio.fixture
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium, without a window."""
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("There is no Chromium: run make browser as root")
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Synapse, the bot as a process, the demo's people and record."""
    async with World(tmp_path, NOW, shifted=True) as running:
        yield running


@pytest_asyncio.fixture
async def address(world: World) -> AsyncIterator[str]:
    """Where the web client is served."""
    async with web_client(world.homeserver.url, world.bot_id) as served:
        yield served
