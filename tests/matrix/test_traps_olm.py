"""The traps of nio's decryption, each sprung against our client. Red after an upgrade? Read MATRIX.md first."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import stat
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import vodozemac
from nio.crypto import OlmAccount
from nio.events import MegolmEvent

from bot.matrix.client import GuardedClient
from tests.matrix.conftest import ME, lone_client
from tests.matrix.strangers import (
    ALICE,
    ROOM,
    Device,
    last_body,
    sync,
    timeline,
)

MakeDevice = Callable[[], Device]


def test_the_release_these_traps_were_measured_on() -> None:
    assert version("matrix-nio") == "0.26.0", "another nio: run every probe, read its changes, then change this line"


@pytest.mark.parametrize("number", [0, 1, 7, "0", None])
@pytest.mark.parametrize("body", ["not base64!!", "AAAA", "", "汉字", 5, None, {}])
async def test_malformed_olm_messages_take_nothing_with_them(
    client: GuardedClient, make_device: MakeDevice, body: Any, number: Any
) -> None:
    alice, eve = make_device(), make_device()
    bad = eve.raw_olm(body, number)
    response = client.take(
        sync("s1", to_device=[bad, alice.room_key(), bad], join={ROOM: timeline(alice.message("你好"))})
    )
    assert last_body(response) == "你好"


async def test_a_pre_key_message_on_an_unknown_one_time_key(client: GuardedClient, make_device: MakeDevice) -> None:
    stranger, other = vodozemac.Account(), vodozemac.Account()
    other.generate_one_time_keys(1)
    ours = vodozemac.Curve25519PublicKey.from_base64(client.olm.account.identity_keys["curve25519"])
    session = stranger.create_outbound_session(ours, next(iter(other.one_time_keys.values())))
    eve = make_device()
    eve.account, eve.olm = stranger, session
    alice = make_device()
    response = client.take(
        sync("s1", to_device=[eve.room_key(), alice.room_key()], join={ROOM: timeline(alice.message("你好"))})
    )
    assert last_body(response) == "你好"


async def test_a_room_key_that_is_none(client: GuardedClient, make_device: MakeDevice) -> None:
    alice, eve = make_device(), make_device()
    response = client.take(
        sync(
            "s1",
            to_device=[eve.room_key("garbage"), eve.to_device("m.room_key", {}), alice.room_key()],
            join={ROOM: timeline(alice.message("你好"))},
        )
    )
    assert last_body(response) == "你好"


@pytest.mark.parametrize(
    "event", [{}, {"type": "m.room.encrypted"}, {"type": "m.room.encrypted", "sender": ALICE, "content": []}, None, 7]
)
async def test_to_device_events_that_are_none(client: GuardedClient, make_device: MakeDevice, event: Any) -> None:
    alice = make_device()
    response = client.take(
        sync("s1", to_device=[event, alice.room_key()], join={ROOM: timeline(alice.message("你好"))})
    )
    assert last_body(response) == "你好"


async def test_ratchet_and_room_key_are_one_commit(
    client: GuardedClient, make_device: MakeDevice, tmp_path: Path
) -> None:
    """Killed between the two, the same sync must still open the message."""
    alice = make_device()
    told = sync("s1", to_device=[alice.room_key()], join={ROOM: timeline(alice.message("你好"))})
    await client.close()
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.matrix.killed_while_taking", str(tmp_path / "keys"), stdin=asyncio.subprocess.PIPE
    )
    await killed.communicate(json.dumps(told).encode())
    assert killed.returncode == 9
    again = lone_client(tmp_path / "keys")
    assert last_body(again.take(told)) == "你好"
    await again.close()


async def test_a_replayed_sync_is_the_same_sync(client: GuardedClient, make_device: MakeDevice, tmp_path: Path) -> None:
    alice = make_device()
    told = sync("s1", to_device=[alice.room_key()], join={ROOM: timeline(alice.message("你好"))})
    assert last_body(client.take(told)) == "你好"
    assert last_body(client.take(told)) == "你好"
    await client.close()
    again = lone_client(tmp_path / "keys")
    assert last_body(again.take(told)) == "你好"
    await again.close()


async def test_an_arrived_key_is_told_until_it_is_noted(
    client: GuardedClient, make_device: MakeDevice, tmp_path: Path
) -> None:
    """Killed after nio's store has the key and before the inbox knows: a kept message would wait for ever."""
    alice = make_device()
    client.take(sync("s1", to_device=[alice.room_key()]))
    await client.close()
    again = lone_client(tmp_path / "keys")
    assert again.store.arrived == {(ROOM, alice.megolm.session_id)}
    again.store.forget_arrived()
    await again.close()
    later = lone_client(tmp_path / "keys")
    assert not later.store.arrived
    await later.close()


async def test_a_key_shared_again_does_not_take_the_earlier_messages(
    client: GuardedClient, make_device: MakeDevice, tmp_path: Path
) -> None:
    alice = make_device()
    first = alice.room_key()
    early = alice.message("早")
    client.take(sync("s1", to_device=[first]))
    client.take(sync("s2", to_device=[alice.room_key()]))
    assert last_body(client.take(sync("s3", join={ROOM: timeline(early)}))) == "早"
    await client.close()
    again = lone_client(tmp_path / "keys")
    assert last_body(again.take(sync("s3", join={ROOM: timeline(early)}))) == "早"
    await again.close()


async def test_room_state_inside_an_encrypted_event_changes_nothing(
    client: GuardedClient, make_device: MakeDevice
) -> None:
    alice = make_device()
    key = alice.room_key()
    forged = alice.encrypted("m.room.member", {"membership": "join"}, state_key="@eve:x", sender="@eve:x")
    renamed = alice.encrypted("m.room.name", {"name": "假"}, "$name")
    client.take(sync("s1", to_device=[key], join={ROOM: timeline(forged, renamed)}))
    assert set(client.rooms[ROOM].users) == {ALICE, ME}
    assert client.rooms[ROOM].name is None


async def test_a_message_without_the_key_is_kept_and_opens_later(
    client: GuardedClient, make_device: MakeDevice
) -> None:
    alice = make_device()
    key, secret = alice.room_key(), alice.message("你好")
    response = client.take(sync("s1", join={ROOM: timeline(secret)}))
    assert isinstance(response.rooms.join[ROOM].timeline.events[0], MegolmEvent)
    raw = {**secret, "room_id": ROOM}
    assert client.open(raw) is None
    client.take(sync("s2", to_device=[key]))
    opened = client.open(raw)
    assert opened is not None
    assert opened["content"]["body"] == "你好"


async def test_messages_that_leave_out_the_deprecated_fields(client: GuardedClient, make_device: MakeDevice) -> None:
    alice = make_device()
    key, secret = alice.room_key(), alice.message("你好")
    for field in ("sender_key", "device_id"):
        del secret["content"][field]
    assert last_body(client.take(sync("s1", to_device=[key], join={ROOM: timeline(secret)}))) == "你好"


@pytest.mark.parametrize("field", ["ciphertext", "session_id", "sender_key", "algorithm"])
@pytest.mark.parametrize("value", [None, 5, "", "!!", {}, "AwgA"])
async def test_malformed_encrypted_messages(
    client: GuardedClient, make_device: MakeDevice, field: str, value: Any
) -> None:
    alice = make_device()
    key, bad, good = alice.room_key(), alice.message("坏", "$bad"), alice.message("你好")
    bad["content"][field] = value
    assert last_body(client.take(sync("s1", to_device=[key], join={ROOM: timeline(bad, good)}))) == "你好"
    client.open({**bad, "room_id": ROOM})


async def test_keys_on_disk_do_not_open_with_the_default_passphrase(client: GuardedClient, tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    (database,) = folder.glob("*.db")
    with sqlite3.connect(database) as store:
        ((pickled,),) = store.execute("SELECT account FROM accounts").fetchall()
    for known in ("DEFAULT_KEY", "", client.user_id):
        with pytest.raises((vodozemac.PickleException, vodozemac.LibolmPickleException)):
            OlmAccount.from_pickle(bytes(pickled), known)
    key = folder / "store.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_text()) >= 64
    ours = OlmAccount.from_pickle(bytes(pickled), key.read_text())
    assert ours.identity_keys == client.olm.account.identity_keys
