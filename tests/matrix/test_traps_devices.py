"""The traps of nio's device keys and of sharing a room's key, each sprung against our client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.matrix.client import GuardedClient, NotShared
from bot.matrix.errors import Unreachable
from bot.matrix.sending import send
from tests.matrix.conftest import ME, lone_client
from tests.matrix.fake import FakeHomeserver, Request, answer
from tests.matrix.strangers import (
    ALICE,
    ENCRYPTION,
    ROOM,
    Device,
    claimed,
    device_keys,
    know,
    member,
    sync,
    timeline,
)

MakeDevice = Callable[[], Device]


@pytest.mark.parametrize(
    "malformed",
    [
        {"keys": {"ed25519:EVE": "no key", "curve25519:EVE": "A" * 43}},
        {"keys": {"ed25519:EVE": 5}},
        {"signatures": {"@eve:x": {"ed25519:EVE": "zzz"}}},
        {"signatures": 7},
        {"user_id": None},
        {"algorithms": "all"},
        {"unsigned": {"device_display_name": ["a", "list"]}},
        {"unsigned": 3},
        {"extra": "half a pair: \ud83d"},
    ],
)
async def test_a_malformed_device_does_not_spoil_the_others(
    tmp_path: Path, malformed: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    def reply(_: Request) -> Any:
        return answer(200, {"device_keys": {
            "@eve:x": {"EVE": device_keys(eve, **malformed), "NONE": None}, ALICE: {"ALICE": device_keys(alice)},
            "@bob:x": [],
        }})  # fmt: skip

    async with FakeHomeserver(reply) as server:
        client = lone_client(tmp_path / "keys", server.url)
        alice, eve = Device(client.olm), Device(client.olm, "@eve:x", "EVE")
        client.olm.users_for_key_query |= {ALICE, "@eve:x", "@bob:x"}
        await client.upkeep()
        assert [device.id for device in client.device_store.active_user_devices(ALICE)] == ["ALICE"]
        assert not client.olm.users_for_key_query
        await client.close()


@pytest.mark.parametrize("wrong", ["signed", {"signed_curve25519:AAAA": {"key": "no key"}}, {}, None, 5, {"a": None}])
async def test_a_malformed_one_time_key_does_not_spoil_the_others(tmp_path: Path, wrong: Any) -> None:
    def reply(_: Request) -> Any:
        bad = claimed(eve, "no key, but signed") if wrong == "signed" else wrong
        return answer(200, {"one_time_keys": {"@eve:x": {"EVE": bad}, ALICE: {"ALICE": claimed(alice)}}})

    async with FakeHomeserver(reply) as server:
        client = lone_client(tmp_path / "keys", server.url)
        alice, eve = Device(client.olm), Device(client.olm, "@eve:x", "EVE")
        know(client, ALICE, alice)
        know(client, "@eve:x", eve)
        await client.keys_claim({ALICE: ["ALICE"], "@eve:x": ["EVE"]})
        assert client.olm.session_store.get(alice.account.curve25519_key.to_base64())
        await client.close()


@pytest.mark.parametrize(("said", "expected"), [({"signed_curve25519": 0}, True), ({}, False)])
async def test_no_one_time_keys_left_means_none(client: GuardedClient, said: dict[str, int], expected: bool) -> None:
    client.take(sync("s1", device_one_time_keys_count={"signed_curve25519": 100}))
    client.take(sync("s2", device_one_time_keys_count=said))
    assert client.should_upload_keys is expected


async def test_a_used_one_time_key_is_gone_from_disk(
    client: GuardedClient, make_device: MakeDevice, tmp_path: Path
) -> None:
    """nio saves the account before the key is taken out of it."""
    make_device()
    before = set(client.olm.account.one_time_keys["curve25519"].values())
    alice = make_device()
    (used,) = set(client.olm.account.one_time_keys["curve25519"].values()) - before
    client.take(sync("s1", to_device=[alice.room_key()]))
    await client.close()
    again = lone_client(tmp_path / "keys")
    assert set(again.olm.account.one_time_keys["curve25519"].values()) == before
    assert used not in before
    await again.close()


async def test_a_device_change_during_the_question_is_asked_for_again(tmp_path: Path) -> None:
    def reply(_: Request) -> Any:
        if len(server.requests) == 1:
            client.olm.add_changed_users({ALICE})
        return answer(200, {"device_keys": {ALICE: {"ALICE": device_keys(alice)}}})

    async with FakeHomeserver(reply) as server:
        client = lone_client(tmp_path / "keys", server.url)
        alice = Device(client.olm)
        client.olm.users_for_key_query.add(ALICE)
        await client.upkeep()
        assert client.olm.users_for_key_query == {ALICE}
        await client.upkeep()
        assert not client.olm.users_for_key_query
        await client.close()


async def test_one_time_keys_are_saved_before_they_are_uploaded(tmp_path: Path) -> None:
    """Else a kill right after the upload leaves keys on the server that nobody can open."""
    folder = tmp_path / "keys"

    def reply(request: Request) -> Any:
        nonlocal stored
        stored = set(saved().olm.account.one_time_keys["curve25519"].values())
        uploaded.extend(key["key"] for key in request.body["one_time_keys"].values())
        return answer(500)

    def saved() -> GuardedClient:
        other = lone_client(folder)
        other.store.database.close()
        return other

    stored: set[str] = set()
    uploaded: list[str] = []
    async with FakeHomeserver(reply) as server:
        client = lone_client(folder, server.url)
        client.take(sync("s1", device_one_time_keys_count={"signed_curve25519": 0}))
        with pytest.raises(Exception, match="500"):
            await client.upkeep()
        assert uploaded
        assert set(uploaded) <= stored
        await client.close()


def room_of_two(client: GuardedClient, alice: Device) -> None:
    """An encrypted room with Alice, whose device is known."""
    client.take(sync("s0", join={ROOM: timeline(state=(ENCRYPTION, member(ALICE), member(ME)))}))
    know(client, ALICE, alice)


class KeyServer:
    """Claims work; to-device sends do as they are told; messages are accepted."""

    def __init__(self) -> None:
        self.alice: Device
        self.status = 200
        self.hold: asyncio.Event | None = None

    def __call__(self, request: Request) -> Any:
        if "keys/claim" in request.path:
            return answer(200, {"one_time_keys": {ALICE: {"ALICE": claimed(self.alice)}}})
        if "sendToDevice" in request.path:
            return answer(self.status, {} if self.status == 200 else {"errcode": "M_UNKNOWN"})
        return answer(200, {"event_id": "$sent"})


def with_alice(folder: Path, server: FakeHomeserver, keys: KeyServer) -> GuardedClient:
    """A client that shares a room with Alice's one device."""
    client = lone_client(folder / "keys", server.url)
    keys.alice = Device(client.olm)
    room_of_two(client, keys.alice)
    return client


@pytest.mark.parametrize("status", [500, 429, 403])
async def test_a_room_key_that_did_not_arrive_stops_the_message(tmp_path: Path, status: int) -> None:
    """nio counts the room as served and sends what nobody can read."""
    keys = KeyServer()
    async with FakeHomeserver(keys) as server:
        client = with_alice(tmp_path, server, keys)
        keys.status = status
        with pytest.raises(NotShared):
            await send(client, ROOM, "m.room.message", {"body": "一"}, "t1")
        assert not server.paths("/send/")
        keys.status = 200
        assert await send(client, ROOM, "m.room.message", {"body": "一"}, "t1") == "$sent"
        assert not client.sharing_session
        await client.close()


async def test_a_failed_claim_stops_the_message_and_not_the_room(tmp_path: Path) -> None:
    keys = KeyServer()
    async with FakeHomeserver(keys) as server:
        client = with_alice(tmp_path, server, keys)
        server.reply = lambda _: answer(502)
        with pytest.raises(Exception, match="502"):
            await send(client, ROOM, "m.room.message", {"body": "一"}, "t1")
        server.reply = keys
        assert await send(client, ROOM, "m.room.message", {"body": "一"}, "t1") == "$sent"
        await client.close()


async def test_rooms_whose_devices_can_be_written_to_do_not_wait_for_each_other(tmp_path: Path) -> None:
    """Their keys go at once: a storm of reminders begins with a key for every room."""
    keys, other = KeyServer(), "!other:x"
    async with FakeHomeserver(keys) as server:
        client = with_alice(tmp_path, server, keys)
        client.take(sync("s1", join={other: timeline(state=(ENCRYPTION, member(ALICE), member(ME)))}))
        await send(client, ROOM, "m.room.message", {"body": "一"}, "t0")  # claims
        client.invalidate_outbound_session(ROOM)
        both, on_their_way, go = asyncio.Event(), [], client._send

        async def held(kind: Any, method: str, path: str, *more: Any, **named: Any) -> Any:
            if "sendToDevice" in path:
                on_their_way.append(path)
                if len(on_their_way) == 2:
                    both.set()
                await asyncio.wait_for(both.wait(), 30)
            return await go(kind, method, path, *more, **named)

        client._send = held
        sends = [send(client, room, "m.room.message", {"body": "二"}, f"t-{room}") for room in (ROOM, other)]
        assert await asyncio.gather(*sends) == ["$sent", "$sent"]
        await client.close()


async def test_a_device_that_comes_while_a_rooms_key_is_on_its_way_gets_it_too(tmp_path: Path) -> None:
    """nio counts the room as served, and what is said next could not be read there."""
    keys = KeyServer()
    async with FakeHomeserver(keys) as server:
        client = with_alice(tmp_path, server, keys)
        await send(client, ROOM, "m.room.message", {"body": "一"}, "t0")
        client.invalidate_outbound_session(ROOM)
        phone, went, go = Device(client.olm, ALICE, "PHONE"), [], client._send

        async def joined(kind: Any, method: str, path: str, *more: Any, **named: Any) -> Any:
            if "sendToDevice" in path:
                if not went:
                    know(client, ALICE, phone)
                went.append(more[0])
            return await go(kind, method, path, *more, **named)

        def reply(request: Request) -> Any:
            if "keys/claim" in request.path:
                return answer(200, {"one_time_keys": {ALICE: {"PHONE": claimed(phone)}}})
            return keys(request)

        server.reply, client._send = reply, joined
        assert await send(client, ROOM, "m.room.message", {"body": "二"}, "t1") == "$sent"
        assert ["ALICE" in went[0], "PHONE" in went[0], "PHONE" in went[1]] == [True, False, True]
        assert len(server.paths("/send/")) == 2
        await client.close()


async def test_a_cancelled_share_does_not_silence_the_room(tmp_path: Path) -> None:
    keys = KeyServer()
    async with FakeHomeserver(keys) as server:
        client = with_alice(tmp_path, server, keys)
        asked = asyncio.Event()
        claim = client.keys_claim

        async def never(_: Any) -> None:
            asked.set()
            await asyncio.Event().wait()

        client.keys_claim = never
        sending = asyncio.create_task(send(client, ROOM, "m.room.message", {"body": "一"}, "t1"))
        await asked.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        client.keys_claim = claim
        assert await send(client, ROOM, "m.room.message", {"body": "一"}, "t1") == "$sent"
        await client.close()


async def test_an_unreachable_server_is_said_at_once(client: GuardedClient) -> None:
    """nio tries again for ever, with nobody told."""
    with pytest.raises(Unreachable):
        await client.keys_query()
