"""The traps of nio's sends, each sprung against our link by a homeserver that misbehaves."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.events import Delivery, Outgoing, Verdict
from bot.matrix.posting import Gate
from tests.matrix.conftest import ME, lone_link
from tests.matrix.fake import FakeHomeserver, Request, answer
from tests.matrix.runs import Reply, nothing
from tests.matrix.strangers import ALICE, ROOM, member, sync, timeline


async def deliver_to(tmp_path: Path, put: Reply) -> tuple[Delivery, FakeHomeserver]:
    """Deliver one message in an unencrypted room; put: the answer to the PUT."""

    def reply(request: Request) -> web.StreamResponse:
        if request.method == "PUT":
            return put(request)
        return answer(200, sync("n1", join={ROOM: timeline(state=(member(ALICE), member(ME)))}))

    async with FakeHomeserver(reply) as server:
        link = lone_link(tmp_path / "keys", server.url)
        running = asyncio.create_task(link.run("SAVED", nothing))
        out = Outgoing("t/1?#汉", ROOM, "m.room.message", {"msgtype": "m.notice", "body": "好"})
        delivery = await link.deliver(out)
        running.cancel()
        await link.close()
    return delivery, server


async def test_a_send_that_works(tmp_path: Path) -> None:
    delivery, server = await deliver_to(tmp_path, lambda _: answer(200, {"event_id": "$e"}))
    assert delivery == Delivery(Verdict.SENT, "$e")
    assert server.paths("/send/")[0].path.endswith("/send/m.room.message/t/1?#汉")


@pytest.mark.parametrize(
    ("status", "body", "headers", "least"),
    [
        (500, {"errcode": "M_UNKNOWN"}, {}, 1),
        (502, None, {}, 1),
        (401, {"errcode": "M_UNKNOWN_TOKEN"}, {}, 1),
    ],
)
async def test_a_send_that_may_work_later(
    tmp_path: Path, status: int, body: Any, headers: dict[str, str], least: float
) -> None:
    delivery, _ = await deliver_to(tmp_path, lambda _: answer(status, body, **headers))
    assert delivery.verdict is Verdict.LATER
    assert least <= delivery.retry_after < least + 1


@pytest.mark.parametrize(
    ("body", "headers", "asked"),
    [
        ({"errcode": "M_LIMIT_EXCEEDED"}, {"Retry_After": "12"}, 12),
        ({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 4000}, {}, 4),
        ({"errcode": "M_LIMIT_EXCEEDED"}, {"Retry_After": "1800"}, 1800),
        ({"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 125}, {"Retry_After": "1"}, 0.125),
    ],
)
async def test_a_limit_is_waited_for_once_and_by_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: Any, headers: dict[str, str], asked: float
) -> None:
    """It is the account that is limited. However well the sync goes meanwhile, nothing is asked before its time."""
    closed: list[float] = []
    monkeypatch.setattr(Gate, "close", lambda gate, seconds, *, limited: closed.append(seconds if limited else -1))
    delivery, _ = await deliver_to(tmp_path, lambda _: answer(429, body, **headers))
    assert (delivery.verdict, delivery.retry_after) == (Verdict.LATER, 0)
    assert len(closed) == 1
    assert asked <= closed[0] < asked + 0.5


@pytest.mark.parametrize("limited", [True, False])
async def test_while_the_gate_is_closed_nothing_is_sent(limited: bool) -> None:
    gate = Gate()
    gate.close(3600, limited=limited)
    passing = asyncio.create_task(gate.passed())
    assert not (await asyncio.wait({passing}, timeout=0.05))[0]
    gate.answered()  # a sync has come through
    done, _ = await asyncio.wait({passing}, timeout=0.05)
    assert bool(done) is not limited, "only a server that was away is asked again when it is back"
    gate.close(0.01, limited=limited)
    await asyncio.wait_for(gate.passed(), 10)
    passing.cancel()


async def test_one_room_that_fails_keeps_no_other_back(tmp_path: Path) -> None:
    """A room whose events the server can't take, say, because it is broken there."""

    def reply(request: Request) -> web.StreamResponse:
        if request.method == "PUT":
            return answer(500) if ROOM in request.path else answer(200, {"event_id": "$e"})
        rooms = {room: timeline(state=(member(ALICE), member(ME))) for room in (ROOM, "!other:x")}
        return answer(200, sync("n1", join=rooms))

    async with FakeHomeserver(reply) as server:
        link = lone_link(tmp_path / "keys", server.url)
        running = asyncio.create_task(link.run("SAVED", nothing))
        waits = [(await link.deliver(Outgoing(f"t{n}", ROOM, "m.room.message", {}))).retry_after for n in range(5)]
        other = await asyncio.wait_for(link.deliver(Outgoing("t", "!other:x", "m.room.message", {})), 10)
        running.cancel()
        await link.close()
    assert other.verdict is Verdict.SENT
    assert 8 <= waits[-1] <= 16


@pytest.mark.parametrize(
    ("status", "errcode"), [(403, "M_FORBIDDEN"), (413, "M_TOO_LARGE"), (400, "M_BAD_JSON"), (404, "M_NOT_FOUND")]
)
async def test_a_send_that_is_refused_for_good(tmp_path: Path, status: int, errcode: str) -> None:
    delivery, _ = await deliver_to(tmp_path, lambda _: answer(status, {"errcode": errcode}))
    assert delivery.verdict is Verdict.REFUSED
    assert errcode in delivery.why


async def test_nothing_is_sent_before_the_first_sync(tmp_path: Path) -> None:
    link = lone_link(tmp_path / "keys", "http://127.0.0.1:1")
    sending = asyncio.create_task(link.deliver(Outgoing("t", ROOM, "m.room.message", {})))
    done, _ = await asyncio.wait({sending}, timeout=0.05)
    assert not done
    sending.cancel()
    await link.close()


async def test_a_room_we_are_not_in(tmp_path: Path) -> None:
    link = lone_link(tmp_path / "keys", "http://127.0.0.1:1")
    link.caught_up.set()
    assert (await link.deliver(Outgoing("t", "!other", "m.room.message", {}))).verdict is Verdict.REFUSED
    await link.close()
