"""The traps of invitations, left rooms and lost tokens, each sprung against our link."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.events import Batch
from tests.matrix.conftest import ME, lone_link
from tests.matrix.fake import FakeHomeserver, Request, answer
from tests.matrix.runs import Rests, run_until
from tests.matrix.strangers import ALICE, ROOM, member, sync, text, timeline


def invite(inviter: str, *more: dict[str, Any]) -> dict[str, Any]:
    """A stripped invitation as Synapse sends it, with everybody's member events."""
    stripped = [
        {"type": "m.room.create", "sender": inviter, "state_key": "", "content": {}},
        {"type": "m.room.member", "sender": inviter, "state_key": inviter, "content": {"membership": "join"}},
        {"type": "m.room.member", "sender": inviter, "state_key": "@c:x", "content": {"membership": "invite"}},
        {"type": "m.room.member", "sender": inviter, "state_key": ME, "content": {"membership": "invite"}},
        *more,
    ]
    return {"invite_state": {"events": stripped}}


async def test_invitations_are_followed_from_the_allowed_only(tmp_path: Path, rests: Rests) -> None:
    odd_name = {
        "type": "m.room.name", "sender": "@x:x", "state_key": "", "content": {"name": "x"}, "unsigned": None
    }  # fmt: skip
    rooms = {
        "!user": invite("@wang:elsewhere"),
        "!server": invite("@anybody:good.example"),
        "!stranger": invite("@eve:bad.example"),
        "!lookalike": invite("@eve:good.example.bad"),
        "!malformed": {"invite_state": {"events": [{"type": "m.room.member"}, None]}},
        "!remote": invite("@anybody:good.example", odd_name),
    }
    told = {**sync("n1"), "rooms": {"invite": rooms}}

    def reply(request: Request) -> web.StreamResponse:
        if request.path.endswith("/sync"):
            return answer(200, told if request.query["since"] == "SAVED" else sync("n2"))
        return answer(429, {"retry_after_ms": 10}) if len(server.paths("/join")) == 1 else answer(200)

    received = asyncio.Event()

    async def receive(batch: Batch) -> None:
        if batch.token is not None:
            received.set()

    async with FakeHomeserver(reply) as server:
        link = lone_link(
            tmp_path / "keys", server.url, invite_users=("@wang:*",), invite_servers=("good.example", "*.good.example")
        )
        await run_until(link, received, receive=receive)
    posts = [
        request.path.removeprefix("/_matrix/client/v3/rooms/")
        for request in server.requests
        if request.method == "POST"
    ]
    by_room = {room: [post for post in posts if post.startswith(room)] for room in rooms}
    assert by_room == {
        "!user": ["!user/join", "!user/join"], "!server": ["!server/join"], "!malformed": [],
        "!remote": ["!remote/join"],
        "!stranger": ["!stranger/leave", "!stranger/forget"], "!lookalike": ["!lookalike/leave", "!lookalike/forget"],
    }  # fmt: skip


async def test_left_rooms_and_withdrawn_invitations_are_dropped(tmp_path: Path) -> None:
    invites = {"!withdrawn": invite("@wang:x")}
    answers = [
        {**sync("n1"), "rooms": {"join": {ROOM: timeline(state=(member(ALICE), member(ME)))}, "invite": invites}},
        {**sync("n2"), "rooms": {"leave": {ROOM: timeline(member(ME, "leave")), "!withdrawn": timeline()}}},
    ]  # fmt: skip
    batches: list[Batch] = []
    received = asyncio.Event()

    async def receive(batch: Batch) -> None:
        batches.append(batch)
        if len(batches) == 2:
            received.set()

    async with FakeHomeserver(lambda _: answer(200, answers[min(len(batches), 1)])) as server:
        link = lone_link(tmp_path / "keys", server.url, invite_servers=("x",))
        await run_until(link, received, receive=receive)
    assert [view.room_id for view in batches[0].rooms] == [ROOM]
    assert batches[1].left == (ROOM, "!withdrawn")
    assert not link.client.rooms
    assert not link.client.invited_rooms


async def test_without_a_token_the_past_is_not_answered(tmp_path: Path) -> None:
    """A lost database must not make the bot answer a hundred old messages in every room."""
    got: list[Batch] = []
    received = asyncio.Event()

    async def receive(batch: Batch) -> None:
        got.append(batch)
        received.set()

    room = timeline(member(ME), text("很久以前"), state=(member(ALICE),))
    async with FakeHomeserver(lambda _: answer(200, sync("n1", join={ROOM: room}))) as server:
        await run_until(lone_link(tmp_path / "keys", server.url), received, since=None, receive=receive)
    assert got[0].events == ()
    assert [view.room_id for view in got[0].rooms] == [ROOM]
