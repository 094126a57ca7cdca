"""The traps of nio's sync loop, each sprung against our link by a homeserver that misbehaves."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.events import Batch
from bot.matrix.backoff import AWAY, FIRST, LONGEST
from bot.matrix.errors import Revoked
from tests.matrix.conftest import ME, lone_link
from tests.matrix.fake import FakeHomeserver, Request, answer
from tests.matrix.runs import Reply, Rests, run_until
from tests.matrix.strangers import ALICE, ROOM, Device, member, sync, text, timeline


@pytest.mark.parametrize(
    ("reply", "longest"),
    [
        (lambda _: answer(500, {"errcode": "M_UNKNOWN", "error": "boom"}), LONGEST),
        (lambda _: answer(403, {"errcode": "M_FORBIDDEN"}), LONGEST),
        (lambda _: web.Response(status=502, text="<html>bad gateway</html>", content_type="text/html"), AWAY),
        (lambda _: web.Response(status=200, text="<html>a captive portal</html>", content_type="text/html"), AWAY),
        (lambda _: answer(200, ["not", "a", "sync"]), AWAY),
        (lambda _: answer(200, {}), AWAY),
        (lambda _: answer(200, {"next_batch": "n", "rooms": []}), AWAY),
        (lambda _: answer(200, {"next_batch": "n", "rooms": {"join": {"!r": 5}}}), AWAY),
        (lambda _: answer(200, {"next_batch": "n", "rooms": {"join": {"!r": {"timeline": 5}}}}), AWAY),
        (lambda _: answer(200, {"next_batch": "n", "to_device": 5}), AWAY),
    ],
)
async def test_failures_are_met_with_longer_and_longer_waits(
    tmp_path: Path, rests: Rests, reply: Reply, longest: float
) -> None:
    async with FakeHomeserver(reply) as server:
        await run_until(lone_link(tmp_path / "keys", server.url), rests.done)
    assert len(server.paths("/sync")) == rests.enough, "one request a wait"
    rises(rests.seconds, longest)


def rises(seconds: list[float], longest: float) -> None:
    """The waits double from the first to the longest, each a little off."""
    steps = [min(FIRST * 2**n, longest) for n in range(12)]
    assert seconds[0] == FIRST
    assert all(step / 2 <= waited <= step for waited, step in zip(seconds, steps, strict=False) if step > 1)
    assert longest / 2 <= seconds[-1] <= longest
    assert len({round(waited, 6) for waited in seconds[6:]}) > 1, "no jitter"


async def test_nobody_there_is_asked_again_every_minute(tmp_path: Path, rests: Rests) -> None:
    await run_until(lone_link(tmp_path / "keys", "http://127.0.0.1:1"), rests.done)
    rises(rests.seconds, AWAY)


async def test_after_an_hour_away_it_is_heard_again_within_a_minute(tmp_path: Path, rests: Rests) -> None:
    """An hour of waits, none of them slept; then the homeserver is back, and the next try brings what waited."""
    rests.enough = 1000
    received = asyncio.Event()
    waiting = [text(f"第{n}条", f"$w{n}") for n in range(90)]

    def reply(request: Request) -> web.StreamResponse:
        if sum(rests.seconds) < 3600:
            return answer(502)
        return answer(200, sync("n1", join={ROOM: timeline(*waiting, state=(member(ALICE), member(ME)))}))

    got: list[str] = []

    async def receive(batch: Batch) -> None:
        got.extend(event.body for event in batch.events)
        received.set()

    async with FakeHomeserver(reply) as server:
        await run_until(lone_link(tmp_path / "keys", server.url), received, receive=receive)
    assert got[:90] == [f"第{n}条" for n in range(90)]
    assert rests.seconds[-1] <= AWAY
    assert 60 <= len(server.paths("/sync")) <= 200, "often enough to be prompt, too seldom to be a burden"


@pytest.mark.parametrize(
    ("limited", "least"),
    [
        (answer(429, {"errcode": "M_LIMIT_EXCEEDED"}, Retry_After="7"), 7),
        (answer(429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 9000}), 9),
        (answer(429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1}, Retry_After="7"), 7),
        (
            answer(
                503, None, Date="Sun, 22 Nov 2026 10:00:00 GMT", Retry_After="Sun, 22 Nov 2026 10:00:30 GMT"
            ),
            30,
        ),
    ],
)  # fmt: skip
async def test_the_wait_that_the_server_asks_for_is_kept(
    tmp_path: Path, rests: Rests, limited: web.Response, least: float
) -> None:
    rests.enough = 1
    copied = (limited.status, limited.text, dict(limited.headers))

    def reply(_: Request) -> web.Response:
        status, body, headers = copied
        return web.Response(status=status, text=body, headers=headers)

    async with FakeHomeserver(reply) as server:
        await run_until(lone_link(tmp_path / "keys", server.url), rests.done)
    assert least <= rests.seconds[0] < least + 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {"errcode": "M_UNKNOWN_TOKEN", "error": "nope"}),
        (401, {"errcode": "M_UNKNOWN_TOKEN", "error": "nope", "soft_logout": True}),
        (403, {"errcode": "M_USER_DEACTIVATED", "error": "gone"}),
    ],
)
async def test_a_revoked_login_ends_the_run_with_clear_words(
    tmp_path: Path, rests: Rests, status: int, body: dict[str, Any]
) -> None:
    async with FakeHomeserver(lambda _: answer(status, body)) as server:
        with pytest.raises(Revoked, match=r"已注销 @bot:x 的登录.*重新启动"):
            await run_until(lone_link(tmp_path / "keys", server.url), rests.done)
    assert len(server.requests) == 1
    assert not rests.seconds


async def test_a_failed_first_sync_drops_neither_the_token_nor_the_full_state(tmp_path: Path, rests: Rests) -> None:
    def reply(request: Request) -> web.StreamResponse:
        if len(server.requests) < 3:
            return answer(500)
        return answer(200, sync(f"n{len(server.requests)}"))

    received = asyncio.Event()
    tokens: list[str] = []

    async def receive(batch: Batch) -> None:
        tokens.append(batch.token)
        if len(tokens) == 3:
            received.set()

    async with FakeHomeserver(reply) as server:
        await run_until(lone_link(tmp_path / "keys", server.url), received, receive=receive)
    asked = [request.query for request in server.paths("/sync")]
    assert [query["since"] for query in asked[:5]] == ["SAVED", "SAVED", "SAVED", "n3", "n4"]
    assert [query.get("full_state") for query in asked[:5]] == ["true", "true", "true", None, None]
    assert json.loads(asked[0]["filter"])["room"]["timeline"]["limit"] >= 100
    assert not any("access_token" in query for query in asked)


async def test_a_batch_that_is_not_stored_is_asked_for_again(tmp_path: Path) -> None:
    """The token goes forward with the inbox, never before it, and nothing keeps it on the side."""

    def reply(_: Request) -> web.StreamResponse:
        return answer(200, sync("n1", join={ROOM: timeline(text("你好"), state=(member(ALICE), member(ME)))}))

    async def fail(_: Batch) -> None:
        raise OSError("disk full")

    got: list[Batch] = []
    received = asyncio.Event()

    async def receive(batch: Batch) -> None:
        got.append(batch)
        received.set()

    async with FakeHomeserver(reply) as server:
        with pytest.raises(OSError, match="disk full"):
            await run_until(lone_link(tmp_path / "keys", server.url), asyncio.Event(), receive=fail)
        await run_until(lone_link(tmp_path / "keys", server.url), received, receive=receive)
    assert [request.query["since"] for request in server.paths("/sync")][:2] == ["SAVED", "SAVED"]
    assert [event.body for event in got[0].events] == ["你好"]


async def test_a_gap_is_walked_back_to_the_last_token(tmp_path: Path) -> None:
    old = [text(f"旧{n}", f"$old{n}") for n in range(250)]

    def reply(request: Request) -> web.StreamResponse:
        if request.path.endswith("/messages"):
            assert (request.query["to"], request.query["dir"]) == ("SAVED", "b")
            end = int(request.query["from"].removeprefix("p"))
            chunk = old[max(0, end - 100) : end][::-1]
            return answer(200, {"chunk": chunk, "start": "x", **({"end": f"p{end - 100}"} if end > 100 else {})})
        if request.query["since"] != "SAVED":
            return answer(200, sync("n2"))
        room = timeline(old[-1], text("新", "$new"), state=(member(ALICE), member(ME)), limited=True, prev_batch="p250")
        return answer(200, sync("n1", join={ROOM: room}))

    got: list[str] = []
    received = asyncio.Event()

    async def receive(batch: Batch) -> None:
        got.extend(event.body for event in batch.events)
        if batch.token is not None:
            received.set()

    async with FakeHomeserver(reply) as server:
        await run_until(lone_link(tmp_path / "keys", server.url), received, receive=receive)
    assert got == [f"旧{n}" for n in range(250)] + ["新"]


async def test_a_gap_holds_up_its_own_room_and_no_other(tmp_path: Path, rests: Rests) -> None:
    """One who sent ten thousand messages while we were away is not worth a second of anybody else's time. Until the gap
    is filled, where the next sync begins is not kept, and what came after it in the room waits."""
    other = "!other:x"
    free = asyncio.Event()

    async def slowly() -> web.StreamResponse:
        await free.wait()
        return answer(200, {"chunk": [text("旧", "$old")], "start": "x"})

    def reply(request: Request) -> Any:
        if request.path.endswith("/messages"):
            return slowly()
        number = len(server.paths("/sync"))
        state = (member(ALICE), member(ME))
        rooms = {
            1: {ROOM: timeline(text("新", "$new"), state=state, limited=True, prev_batch="p"),
                other: timeline(text("你好", "$a"), state=state)},
            2: {ROOM: timeline(text("更新", "$newer")), other: timeline(text("还在吗", "$b"))},
        }  # fmt: skip
        return answer(200, sync(f"n{number}", join=rooms.get(number, {})))

    got: list[Batch] = []
    received = asyncio.Event()

    async def receive(batch: Batch) -> None:
        got.append(batch)
        heard = [event.body for one in got for event in one.events]
        if "还在吗" in heard and not free.is_set():
            assert heard == ["你好", "还在吗"]
            assert not any(one.token for one in got)
            free.set()
        if batch.token is not None:
            received.set()

    async with FakeHomeserver(reply) as server:
        await run_until(lone_link(tmp_path / "keys", server.url), received, receive=receive)
    assert [event.body for one in got for event in one.events] == ["你好", "还在吗", "旧", "新", "更新"]


async def test_a_gap_that_may_not_be_read_does_not_stop_the_bot(tmp_path: Path, rests: Rests) -> None:
    def reply(request: Request) -> web.StreamResponse:
        if request.path.endswith("/messages"):
            return answer(403, {"errcode": "M_FORBIDDEN"})
        if request.query["since"] != "SAVED":
            return answer(200, sync("n2"))
        state = (member(ALICE), member(ME))
        return answer(200, sync("n1", join={ROOM: timeline(text("新"), state=state, limited=True, prev_batch="p")}))

    got: list[Batch] = []
    received = asyncio.Event()

    async def receive(batch: Batch) -> None:
        got.append(batch)
        if batch.token is not None:
            received.set()

    async with FakeHomeserver(reply) as server:
        await run_until(lone_link(tmp_path / "keys", server.url), received, receive=receive)
    assert [event.body for one in got for event in one.events] == ["新"]
    assert not rests.seconds


async def test_a_failure_in_the_gap_loses_nothing(tmp_path: Path, rests: Rests) -> None:
    """The keys come with the sync and are told only once; the gap is asked for until it comes."""
    client_olm = lone_link(tmp_path / "keys", "http://127.0.0.1:1")
    alice = Device(client_olm.client.olm)
    key, early, late = alice.room_key(), alice.message("早", "$early"), alice.message("晚", "$late")
    await client_olm.close()

    def reply(request: Request) -> web.StreamResponse:
        if request.path.endswith("/messages"):
            if len(server.paths("/messages")) == 1:
                return answer(500)
            return answer(200, {"chunk": [early], "start": "x"})
        if request.query["since"] != "SAVED":
            return answer(200, sync("n2"))
        state = (member(ALICE), member(ME))
        room = timeline(late, state=state, limited=True, prev_batch="p")
        return answer(200, sync("n1", to_device=[key], join={ROOM: room}))

    got: list[Batch] = []
    received = asyncio.Event()

    async def receive(batch: Batch) -> None:
        got.append(batch)
        if batch.token is not None:
            received.set()

    async with FakeHomeserver(reply) as server:
        await run_until(lone_link(tmp_path / "keys", server.url), received, receive=receive)
    assert [event.body for one in got for event in one.events] == ["早", "晚"]
    assert got[0].keys == ((ROOM, alice.megolm.session_id),)
