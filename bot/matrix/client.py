"""nio's client with our own wire below it: every request raises when it fails, and a sync is taken in one piece."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any

from nio import (
    Api,
    AsyncClient,
    AsyncClientConfig,
    KeysClaimResponse,
    KeysQueryResponse,
    KeysUploadResponse,
    MatrixRoom,
    SyncResponse,
)
from nio.events import BadEvent, Event, MegolmEvent, RoomKeyEvent
from nio.exceptions import EncryptionError
from nio.responses import ErrorResponse

from bot.matrix import fallback
from bot.matrix.errors import CallFailed, Unreachable
from bot.matrix.guard import GuardedOlm, sound_claims, sound_devices, sound_sync
from bot.matrix.store import KeyStore, StoreError
from bot.matrix.wire import TIMEOUT, Wire

# nio logs the events and answers it rejects, with what people wrote in them.
logging.getLogger("nio").setLevel(logging.CRITICAL + 1)


class NotShared(Unreachable):
    """The room's key did not reach every device: to send now would leave somebody unable to read."""


class GuardedClient(AsyncClient):  # type: ignore[misc]  # nio is untyped
    """One device of one account.

    What nio 0.26 gets wrong is put right here and in guard.py, and nowhere else; tests/matrix/test_traps_*.py hold
    each of them against the release that is installed.
    """

    def __init__(self, wire: Wire, user_id: str, device_id: str, folder: Path, pickle_key: str) -> None:
        config = AsyncClientConfig(
            store=KeyStore,
            store_name=f"{device_id}.db",
            pickle_key=pickle_key,
            store_sync_tokens=False,  # the token is kept with the inbox, never before it
        )
        os.close(os.open(folder / config.store_name, os.O_CREAT | os.O_RDWR, 0o600))  # nio lets everybody read it
        super().__init__(wire.homeserver, user_id, device_id, str(folder), config)
        self.wire = wire
        self._keys_in_hand = asyncio.Lock()
        self._fallback_used = False

    def load_store(self) -> None:
        """Open the keys, and put the guards around them."""
        super().load_store()
        self.olm.__class__ = GuardedOlm  # nio names its own class and leaves no door

    async def call(
        self, method: str, path: str, body: str | Mapping[str, Any] | None = None, *, timeout: float = TIMEOUT
    ) -> dict[str, Any]:
        """A request in our name. Raises CallFailed or Unreachable."""
        return await self.wire.call(method, path, body, token=self.access_token, timeout=timeout)

    async def close(self) -> None:
        """Close the keys' database and the wire."""
        if self.store is not None:
            self.store.database.close()
        await self.wire.close()

    async def _send(  # type: ignore[no-untyped-def]
        self, response_class, method, path, data=None, response_data=None, *_: Any, **__: Any
    ) -> Any:
        """nio's way to the server: errors are raised here instead of returned, looped over or ignored."""
        body = await self.call(method, path, data)
        if response_class is KeysClaimResponse:
            body = sound_claims(body)
        response = response_class.from_dict(body, *(response_data or ()))
        if isinstance(response, ErrorResponse):
            raise CallFailed(200, "M_BAD_JSON", f"not a {response_class.__name__}")
        await self.receive_response(response)
        return response

    def take(self, told: Mapping[str, Any]) -> SyncResponse:
        """Take in the answer to one /sync; the response comes back with what could be decrypted decrypted.

        The ratchet that opened a room key and the key itself are one commit here (two in nio): a kill between them
        would lose the key for good. Nothing in it waits, so that no other task can step in between.
        """
        response = sound_sync(told)
        self.next_batch = ""  # nio skips an answer whose token it has seen; a replay is meant
        problem: Exception | None = None
        with self.store.database.atomic():
            try:
                _run_without_waiting(self.receive_response(response))
            except StoreError:
                raise  # all of it is undone on disk, and we end with what is in memory
            except Exception as error:  # what was taken so far stays taken, in memory and on disk alike
                problem = error
            if response.to_device_events:
                self.olm.save_account()  # nio saves it before a one-time key is taken out
                keys = (key for key in response.to_device_events if isinstance(key, RoomKeyEvent))
                self.store.note_arrived((key.room_id, key.session_id) for key in keys)
        if problem is not None:
            raise problem
        if (used := fallback.used(told)) is not None:
            self._fallback_used = used
        for room in self.rooms.values():
            room.members_synced = True  # our filter doesn't load members lazily
        return response

    def open(self, raw: Mapping[str, Any]) -> dict[str, Any] | None:
        """An encrypted event (with its room_id) as the plain one, None while its key is missing or it is malformed."""
        event = Event.parse_event(self._complete(str(raw["room_id"]), raw))
        try:
            plain = self.decrypt_event(event) if isinstance(event, MegolmEvent) else None
        except EncryptionError:
            return None
        return plain.source if isinstance(plain, Event) else None

    def _complete(self, room_id: str, raw: Mapping[str, Any]) -> dict[str, Any]:
        """nio needs two fields that newer clients may leave out: whose key it is, and which device's."""
        content = raw.get("content")
        if not isinstance(content, dict) or not isinstance(content.get("session_id"), str):
            return dict(raw)
        owners = self.olm.inbound_group_store[room_id].items()
        owner = next((owner for owner, sessions in owners if content["session_id"] in sessions), "")
        return {**raw, "content": {"sender_key": owner, "device_id": "", **content}}

    def _handle_timeline_event(self, event: Any, room_id: str, room: MatrixRoom, encrypted_rooms: set[str]) -> Any:
        if isinstance(event, BadEvent) and event.type == "m.room.encrypted":
            event = Event.parse_event(self._complete(room_id, event.source))
        return super()._handle_timeline_event(event, room_id, room, encrypted_rooms)

    def _handle_olm_events(self, response: SyncResponse) -> None:
        super()._handle_olm_events(response)
        if response.device_key_count.signed_curve25519 == 0:  # nio reads 0 as "not said"
            self.olm.uploaded_key_count = 0

    async def _handle_joined_rooms(self, response: SyncResponse) -> None:
        await super()._handle_joined_rooms(response)
        for room_id in response.rooms.leave:
            self.rooms.pop(room_id, None)
            self.invited_rooms.pop(room_id, None)

    async def keys_upload(self) -> None:
        """Upload what the server lacks. The private halves are saved first: a kill in between would else leave
        one-time keys on the server that nobody can open, under ids that can't be uploaded again."""
        keys = self.olm.share_keys()
        self.olm.save_account()
        await self._send(KeysUploadResponse, *Api.keys_upload(self.access_token, keys))

    async def keys_query(self) -> None:
        """Ask for the devices of everybody whose devices may have changed."""
        asked = set(self.olm.users_for_key_query)
        if not asked:
            return
        self.olm.users_for_key_query -= asked
        try:
            told = await self.call(*Api.keys_query(self.access_token, asked))
        except BaseException:
            self.olm.users_for_key_query |= asked
            raise
        response = KeysQueryResponse.from_dict(sound_devices(told))
        meanwhile = set(self.olm.users_for_key_query)
        await self.receive_response(response)
        self.olm.users_for_key_query |= meanwhile  # changed during the request; nio takes them for answered
        # Servers that didn't answer: asked again when something happens in a room of theirs.
        self.olm.tracked_users -= asked - set(response.device_keys)

    @property
    def needs_upkeep(self) -> bool:
        """Whether upkeep() would do anything."""
        return bool(
            self.should_upload_keys
            or self.should_query_keys
            or self.should_claim_keys
            or self.outgoing_to_device_messages
            or self._fallback_used
        )

    async def upkeep(self) -> None:
        """The requests about keys that a sync has shown to be needed. Raises CallFailed or Unreachable."""
        async with self._keys_in_hand:
            if self.should_upload_keys:
                await self.keys_upload()
            if self._fallback_used:
                await self.call(*Api.keys_upload(self.access_token, fallback.make(self.olm)))
                fallback.published(self.olm)
                self._fallback_used = False
            if self.should_query_keys:
                await self.keys_query()
            if self.should_claim_keys:
                await self.keys_claim(self.get_users_for_key_claiming())
                self.olm.wedged_devices.clear()  # one try each; the next message that fails asks again
        for message in list(self.outgoing_to_device_messages):  # nobody's keys wait for these
            await self.to_device(message)

    async def share_room_key(self, room_id: str) -> None:
        """See to it that everybody in an encrypted room can read what is sent next.

        Raises CallFailed or Unreachable; nothing may be sent then. The caller shares a room's key once at a time. Where
        every device can be written to, many rooms' keys are on their way at once: in a storm of reminders they would
        else wait for each other.
        """
        room = self.rooms[room_id]
        while True:
            async with self._keys_in_hand:
                if self.should_query_keys:
                    await self.keys_query()
                if not self.olm.should_share_group_session(room_id):
                    return
                members = set(room.users)
                claims = bool(self.get_missing_sessions(room_id))
                if claims:
                    await self.share_group_session(room_id)
            if not claims:
                await self.share_group_session(room_id)
                if self.get_missing_sessions(room_id):  # a device came in between; nio counts the room as served
                    self.olm.outbound_group_sessions[room_id].shared = False
            if set(room.users) != members:  # a sync came in between
                self.invalidate_outbound_session(room_id)

    async def share_group_session(self, room_id: str, ignore_unverified_devices: bool = True) -> None:
        """Give the room's key to every device in it, verified or not.

        Raises NotShared when a device that could have got it did not: nio counts the room as served all the same.
        """
        try:
            await super().share_group_session(room_id, ignore_unverified_devices=True)
        except KeyError as error:
            self.sharing_session.pop(room_id, None)
            raise NotShared("the room's members changed while its key was being shared") from error
        except BaseException:
            self.sharing_session.pop(room_id, None)  # nio leaves it set, and the room never sends again
            raise
        session = self.olm.outbound_group_sessions.get(room_id)
        if session is None:
            raise NotShared("the room's members changed while its key was being shared")
        missed = [
            device.id
            for user_id in self.rooms[room_id].users
            for device in self.device_store.active_user_devices(user_id)
            if self.olm.session_store.get(device.curve25519)
            and (user_id, device.id) not in session.users_shared_with | session.users_ignored
            and device.id != self.device_id
        ]
        if missed:
            session.shared = False
            raise NotShared(f"{len(missed)} devices did not get the room's key")


def _run_without_waiting(work: Coroutine[Any, Any, None]) -> None:
    try:
        work.send(None)
    except StopIteration:
        return
    work.close()
    raise RuntimeError("taking in a sync waited for something")
