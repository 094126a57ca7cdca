"""What heals by itself between a person's client and ours: a broken session, and one-time keys all used up."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import vodozemac

from bot.events import Kind
from bot.matrix.client import GuardedClient
from bot.matrix.person import Person
from tests.homeserver import Town
from tests.matrix.conftest import lone_client
from tests.matrix.fake import FakeHomeserver, Request, answer
from tests.matrix.strangers import ALICE, ROOM, Device, know, sync, timeline
from tests.matrix.town import PATIENCE, RunningBot, person


async def lose_sessions(bot: RunningBot) -> None:
    """Our half of every Olm session is gone, as after a disk fault: what their clients send with them can't be read."""
    await bot.stop()
    (keys,) = bot.settings.folder.glob("ZHIBU*.db")
    with sqlite3.connect(keys) as store:
        assert store.execute("DELETE FROM olmsessions").rowcount
    await bot.start()


async def test_a_broken_session_is_mended_and_what_it_cost_is_asked_for(bot: RunningBot, li: Person) -> None:
    room = await li.open_dm(bot.settings.user_id)
    await li.say(room, "一")
    await bot.next(Kind.TEXT, "一")
    await lose_sessions(bot)
    li.client.invalidate_outbound_session(room)
    await li.say(room, "二")
    lost = await bot.next(Kind.UNREADABLE)
    assert lost.raw is not None
    await bot.until(lambda: any((room, lost.session) in batch.keys for batch in bot.batches))
    opened = bot.link.read_again(lost.raw)
    assert opened is not None
    assert opened.body == "二"
    li.client.invalidate_outbound_session(room)
    await li.say(room, "三")
    await bot.next(Kind.TEXT, "三")


async def test_with_all_one_time_keys_used_up_a_new_device_is_read_all_the_same(
    bot: RunningBot, li: Person, town: Town, tmp_path: Path
) -> None:
    """Somebody claims them all while we are away; the last one that the server gives out is not used up."""
    room = await li.open_dm(bot.settings.user_id)
    await li.say(room, "一")
    await bot.next(Kind.TEXT, "一")
    me, device = bot.settings.user_id, bot.link.device_id
    zhao = await person(town, tmp_path, "zhao")
    new = await zhao.open_dm(me)
    await bot.until(lambda: new in bot.link.client.rooms)
    await bot.stop()
    wanted = {"one_time_keys": {me: {device: "signed_curve25519"}}}
    claimed: list[Mapping[str, Any]] = []
    while len(claimed) < 200:
        told = await li.client.call("POST", "/_matrix/client/v3/keys/claim", wanted)
        (key,) = told["one_time_keys"][me][device].values()
        claimed.append(key)
        if key.get("fallback"):
            break
    assert len(claimed) > 20
    assert claimed[-1]["fallback"]
    await zhao.say(new, "二")
    await bot.start()
    await bot.next(Kind.TEXT, "二")
    async with asyncio.timeout(PATIENCE):
        while (await bot.link.client.call("POST", "/_matrix/client/v3/keys/upload", {}))["one_time_key_counts"].get(
            "signed_curve25519", 0
        ) < 20:
            await asyncio.sleep(0.05)  # the upload follows the sync by itself
    await zhao.close()


async def test_a_used_fallback_key_is_replaced_and_the_old_one_still_opens(tmp_path: Path) -> None:
    def reply(request: Request) -> Any:
        uploads.append(request.body)
        return answer(200, {"one_time_key_counts": {"signed_curve25519": 50}})

    uploads: list[Any] = []
    async with FakeHomeserver(reply) as server:
        client = lone_client(tmp_path / "keys", server.url)
        counts = {"device_one_time_keys_count": {"signed_curve25519": 50}}
        client.take(sync("s1", **counts))
        assert not client.needs_upkeep, "a server that knows nothing of them is told nothing"
        client.take(sync("s1", device_unused_fallback_key_types=[], **counts))
        await client.upkeep()
        client.take(sync("s2", device_unused_fallback_key_types=["signed_curve25519"], **counts))
        assert not client.needs_upkeep
        await client.close()
    ((key_id, key),) = uploads[-1]["fallback_keys"].items()
    assert key_id.startswith("signed_curve25519:")
    assert key["fallback"] is True
    assert key["signatures"]


async def test_a_key_that_nobody_asked_for_or_that_is_somebody_elses_is_not_taken(
    client: GuardedClient,
) -> None:
    alice, eve = Device(client.olm), Device(client.olm, "@eve:x", "EVE")
    know(client, ALICE, alice)
    know(client, "@eve:x", eve)
    by_alice, again, by_eve = forwarded(alice, alice), forwarded(alice, alice), forwarded(eve, alice)
    client.take(sync("s1", to_device=[by_alice]))
    assert not client.store.arrived, "not asked for"
    sealed = alice.message("密")
    client.take(sync("s2", join={ROOM: timeline(sealed)}))
    (request,) = client.outgoing_to_device_messages
    client.olm._mark_to_device_message_as_sent(request)
    client.take(sync("s3", to_device=[by_eve]))
    assert not client.store.arrived, "from another device than its maker"
    client.take(sync("s4", to_device=[again]))
    assert client.store.arrived == {(ROOM, alice.megolm.session_id)}
    plain = client.open({**sealed, "room_id": ROOM})
    assert plain is not None
    assert plain["content"]["body"] == "密"


async def test_one_who_sends_what_cannot_be_read_is_not_asked_for_thousands_of_keys(client: GuardedClient) -> None:
    """Each question is a request of ours; those of others would wait for them."""
    alice, eve = Device(client.olm), Device(client.olm, "@eve:x", "EVE")
    know(client, ALICE, alice)
    know(client, "@eve:x", eve)
    sealed = eve.message("密")
    for n in range(100):
        odd = {**sealed, "event_id": f"$odd{n}", "content": {**sealed["content"], "session_id": f"none{n}"}}
        client.take(sync(f"o{n}", join={ROOM: timeline(odd)}))
    assert len(client.outgoing_to_device_messages) == 10
    client.take(sync("s1", join={ROOM: timeline(alice.message("密"))}))
    assert client.outgoing_to_device_messages[-1].recipient == ALICE


def forwarded(by: Device, maker: Device) -> dict[str, Any]:
    """A device's key of somebody's Megolm session, as one forwards it."""
    session = vodozemac.InboundGroupSession(maker.megolm.session_key)
    exported = session.export_at(session.first_known_index)
    assert exported is not None
    return by.to_device(
        "m.forwarded_room_key",
        {
            "algorithm": "m.megolm.v1.aes-sha2", "room_id": ROOM, "session_id": maker.megolm.session_id,
            "session_key": exported.to_base64(),
            "sender_key": maker.account.curve25519_key.to_base64(),
            "sender_claimed_ed25519_key": maker.account.ed25519_key.to_base64(),
            "forwarding_curve25519_key_chain": [],
        },
    )  # fmt: skip
