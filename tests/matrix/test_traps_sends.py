"""The traps of nio's sends, each sprung against our link by a homeserver that misbehaves."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.events import Delivery, Outgoing, Verdict
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
        (429, {"errcode": "M_LIMIT_EXCEEDED"}, {"Retry_After": "12"}, 12),
        (429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 4000}, {}, 4),
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
