"""Sync rests while several rooms are answered, and for nobody longer than it must."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from bot.events import Outgoing
from bot.matrix import lulls
from bot.matrix.feed import Found, Taken
from bot.matrix.lulls import Lulls
from bot.matrix.posting import Post

ME, LI = "@zhibu:x", "@li:x"
FOREVER = 3600.0


def taken(*rooms: str) -> Taken:
    """A sync that brought a message in each of these rooms."""
    found = tuple(Found(room, {"sender": LI}, False, True, False) for room in rooms)
    return Taken("t", found, (), (), (), {}, (), rooms)


@pytest.fixture
def ready() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
def post(ready: asyncio.Event) -> Post:
    """Sends nothing before ready, and then at once: the client is in no room."""
    return Post(SimpleNamespace(rooms={}), ready, lambda _: False)  # type: ignore[arg-type]


async def begun(post: Post, *rooms: str) -> list[asyncio.Task[object]]:
    """Answers to these rooms, on their way."""
    sends: list[asyncio.Task[object]] = []
    for room in rooms:
        sends.append(asyncio.create_task(post.deliver(Outgoing(room, room, "m.room.message", {}))))
    await asyncio.sleep(0)
    assert post.going == len(rooms)
    return sends


@pytest.mark.parametrize("brought", [("!a", "!b"), ("!a",), ()])
async def test_it_rests_until_the_last_of_several_answers_has_gone(
    monkeypatch: pytest.MonkeyPatch, post: Post, ready: asyncio.Event, brought: tuple[str, ...]
) -> None:
    monkeypatch.setattr(lulls, "_BUSY", FOREVER)
    sends = await begun(post, "!a", "!b")
    resting = asyncio.create_task(Lulls(ME, post).after(taken(*brought)))
    await asyncio.sleep(0)
    assert not resting.done()
    ready.set()
    async with asyncio.timeout(20):
        await resting
    await asyncio.gather(*sends)
    assert post.going == 0


async def test_it_does_not_rest_for_one_room(monkeypatch: pytest.MonkeyPatch, post: Post, ready: asyncio.Event) -> None:
    monkeypatch.setattr(lulls, "_BUSY", FOREVER)
    sends = await begun(post, "!a")
    async with asyncio.timeout(20):
        await Lulls(ME, post).after(taken("!a"))
    ready.set()
    await asyncio.gather(*sends)


async def test_a_slow_answer_keeps_sync_no_longer_than_a_moment(
    monkeypatch: pytest.MonkeyPatch, post: Post, ready: asyncio.Event
) -> None:
    monkeypatch.setattr(lulls, "_BUSY", 0.01)
    sends = await begun(post, "!a", "!b")
    async with asyncio.timeout(20):
        await Lulls(ME, post).after(taken("!a", "!b"))
    assert post.going == 2
    ready.set()
    await asyncio.gather(*sends)
