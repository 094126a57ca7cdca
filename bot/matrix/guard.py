"""What strangers send, made safe for nio: anything malformed is dropped alone, and takes nothing else with it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import structlog
import vodozemac
from nio import KeysClaimResponse, KeysQueryResponse, SyncResponse, UnknownEvent
from nio.crypto import InboundGroupSession, Olm
from nio.events import Event, ForwardedRoomKeyEvent, InviteEvent, ToDeviceEvent
from nio.exceptions import EncryptionError

from bot.matrix.errors import Unreachable
from bot.matrix.store import StoreError

log = structlog.get_logger(__name__)

_ASKED_AT_ONCE, _ASKED_IN_ALL = 10, 1000  # keys that are asked for: of one person, and unanswered of all
# An encrypted event that claims to be room state would change what nio holds for the room's members.
_PEOPLE_SEND = ("m.room.message", "m.sticker", "m.reaction")


class GuardedOlm(Olm):  # type: ignore[misc]  # nio is untyped
    """The Olm machine, never raising for a stranger's bytes except where nio expects it to."""

    def verify_json(self, json: Any, user_key: str, user_id: str, device_id: str) -> bool:
        """Whether the signature holds; a malformed key or signature doesn't."""
        try:
            return bool(super().verify_json(json, user_key, user_id, device_id))
        except Exception:
            return False

    def handle_to_device_event(self, event: Any) -> Any:
        """The decrypted event, None for anything that isn't for us or isn't sound."""
        try:
            return super().handle_to_device_event(event)
        except StoreError:
            raise  # not the sender's fault: it is taken again after a restart
        except Exception as error:
            sender, key = getattr(event, "sender", None), getattr(event, "sender_key", None)
            log.warning("to_device_dropped", sender=sender, error=type(error).__name__)
            if isinstance(sender, str) and isinstance(key, str):
                self._mark_device_for_unwedging(sender, key)  # nio forgets to where a session can't be begun
            return None

    def create_group_session(
        self, sender_key: str, sender_fp_key: str, room_id: str, session_id: str, session_key: str
    ) -> None:
        """Keep a room key, unless it is malformed or opens fewer messages than the one we have.

        nio puts whatever comes last in the place of what it has; a key that is shared again opens only what follows.
        """
        try:
            new = InboundGroupSession(session_key, sender_fp_key, sender_key, room_id)
            known = self.inbound_group_store.get(room_id, sender_key, session_id)
            if known is None or new.first_known_index < known.first_known_index:
                super().create_group_session(sender_key, sender_fp_key, room_id, session_id, session_key)
        except ValueError as error:  # all of vodozemac's are
            log.warning("room_key_dropped", room=room_id, error=type(error).__name__)

    def share_group_session_parallel(
        self, room_id: str, users: list[str], ignore_unverified_devices: bool = False
    ) -> Iterator[tuple[set[tuple[str, str]], dict[str, Any]]]:
        """As nio does, with all that it saves of a room's new key in one commit: each costs the disk as much as the
        others together."""
        with self.store.database.atomic():
            return iter(list(super().share_group_session_parallel(room_id, users, ignore_unverified_devices)))

    def decrypt_megolm_event(self, event: Any, room_id: str | None = None) -> Any:
        """The plain event. Raises EncryptionError, and nothing else; its key is asked for then."""
        try:
            plain = super().decrypt_megolm_event(event, room_id)
        except EncryptionError:
            self._ask_for_key(event)
            raise
        except Exception as error:
            raise EncryptionError(type(error).__name__) from error
        kind = plain.source.get("type")
        if kind not in _PEOPLE_SEND or "state_key" in plain.source:
            return UnknownEvent.from_dict({**plain.source, "type": kind if isinstance(kind, str) else ""})
        return plain

    def check_if_wedged(self, event: Any) -> None:
        """Ask for the devices of somebody unknown; keys are asked for by _ask_for_key."""
        if event.sender not in self.device_store.users:
            self.users_for_key_query.add(event.sender)

    def _ask_for_key(self, event: Any) -> None:
        """Ask the device that made a key for it, once: clients give a key again to whom they gave it before, and that
        is how a message is read after all that came while our session with that device was broken."""
        if event.sender == self.user_id or self._asked_for(event.session_id) is not None:
            return
        if sum(one.recipient == event.sender for one in self.outgoing_to_device_messages) >= _ASKED_AT_ONCE:
            return
        for oldest in list(self.outgoing_key_requests)[:-_ASKED_IN_ALL]:
            self.store.remove_outgoing_key_request(self.outgoing_key_requests.pop(oldest))
        self.outgoing_to_device_messages.append(
            event.as_key_request(event.sender, self.device_id, event.session_id, event.device_id or None)
        )

    def _asked_for(self, session_id: str) -> Any:
        """The request for a key, as it was sent or is on its way: its answer may be quicker than the server's to us."""
        going = (one for one in self.outgoing_to_device_messages if getattr(one, "request_id", None) == session_id)
        return self.outgoing_key_requests.get(session_id) or next(going, None)

    def _handle_forwarded_room_key_event(self, sender: str, sender_key: str, payload: dict[Any, Any]) -> Any:
        """A key that we asked for, from the device that made it; nio takes keys from our own devices only."""
        event = ForwardedRoomKeyEvent.from_dict(payload, sender, sender_key)
        if not isinstance(event, ForwardedRoomKeyEvent):
            return event
        request = self._asked_for(event.session_id)
        device = self.device_store.device_from_sender_key(sender, sender_key)
        content = payload["content"]
        if request is None or request.room_id != event.room_id or device is None or device.user_id != sender:
            return None
        if content["sender_key"] != sender_key:
            return None
        session = self._import_group_session(content["session_key"], device.ed25519, sender_key, event.room_id, [])
        known = self.inbound_group_store.get(event.room_id, sender_key, event.session_id)
        if session is None or session.id != event.session_id:
            return None
        if known is None or session.first_known_index < known.first_known_index:
            self.inbound_group_store[event.room_id][sender_key][session.id] = session
            self.save_inbound_group_session(session)
        if self.outgoing_key_requests.pop(event.session_id, None) is not None:
            self.store.remove_outgoing_key_request(request)
        else:
            self.outgoing_to_device_messages.remove(request)
        return event

    def group_encrypt(self, room_id: str, plaintext_dict: dict[Any, Any]) -> dict[str, str]:
        """As nio does, but with 汉字 as themselves: escaped they take twice the room in an event."""
        session = self.outbound_group_sessions[room_id]
        plain = json.dumps({**plaintext_dict, "room_id": room_id}, ensure_ascii=False, separators=(",", ":"))
        return {
            "algorithm": self._megolm_algorithm,
            "sender_key": self.account.identity_keys["curve25519"],
            "ciphertext": session.encrypt(plain),
            "session_id": session.id,
            "device_id": self.device_id,
        }

    def _handle_key_claiming(self, response: Any) -> None:
        for user_id, devices in response.one_time_keys.items():
            for device_id, key in devices.items():
                try:
                    super()._handle_key_claiming(SimpleNamespace(one_time_keys={user_id: {device_id: key}}))
                except Exception as error:
                    log.warning("one_time_key_dropped", user=user_id, device=device_id, error=type(error).__name__)


def sound_sync(told: Mapping[str, Any]) -> SyncResponse:
    """The answer to /sync as nio's response, less the events that nio can't read. Leaves told as it is.
    Raises Unreachable for what is no such answer.

    Of what devices send each other only the encrypted is passed on: we verify nobody and share no old keys.
    """
    try:
        response = SyncResponse.from_dict(_wanted(told))
    except Exception:
        response = None
    try:
        if not isinstance(response, SyncResponse):
            response = SyncResponse.from_dict(_sifted(_wanted(told)))
    except Exception as error:
        raise Unreachable(f"the answer to /sync is not Matrix: {type(error).__name__}") from error
    if not isinstance(response, SyncResponse):
        raise Unreachable("the answer to /sync is not Matrix")
    return response


def _wanted(told: Mapping[str, Any]) -> dict[str, Any]:
    body = {key: copy.deepcopy(told[key]) for key in told if key not in ("presence", "account_data")}
    for room in body.get("rooms", {}).get("join", {}).values():
        for part in ("ephemeral", "account_data"):
            room.pop(part, None)
    events = body.get("to_device", {}).get("events", [])
    encrypted = [event for event in events if isinstance(event, dict) and event.get("type") == "m.room.encrypted"]
    body["to_device"] = {"events": encrypted}
    return body


def _sifted(body: dict[str, Any]) -> dict[str, Any]:
    body["to_device"]["events"] = _readable(body["to_device"]["events"], ToDeviceEvent.parse_event)
    rooms = body.get("rooms", {})
    for room in (*rooms.get("join", {}).values(), *rooms.get("leave", {}).values()):
        for part in ("state", "timeline"):
            if part in room:
                room[part]["events"] = _readable(room[part].get("events", []), Event.parse_event)
    for room in rooms.get("invite", {}).values():
        state = room.setdefault("invite_state", {})
        state["events"] = _readable(state.get("events", []), InviteEvent.parse_event)
    return body


def _readable(events: Iterable[Any], parse: Callable[[Any], Any]) -> list[Any]:
    kept = []
    for event in events:
        try:
            parse(copy.deepcopy(event))
        except Exception as error:
            log.warning("event_dropped", error=type(error).__name__)
        else:
            kept.append(event)
    return kept


def sound_devices(told: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to /keys/query without the devices that would spoil it for all others."""

    def sound(user_id: str, device_id: str, device: Any) -> bool:
        if not isinstance(
            KeysQueryResponse.from_dict({"device_keys": {user_id: {device_id: device}}}), KeysQueryResponse
        ):
            return False
        device_id.encode()  # half a surrogate pair, say, is no key for a database
        device.pop("unsigned", None)  # a display name of any type and length, which nobody needs
        vodozemac.Curve25519PublicKey.from_base64(device["keys"][f"curve25519:{device_id}"])
        vodozemac.Ed25519PublicKey.from_base64(device["keys"][f"ed25519:{device_id}"])
        return bool(device["user_id"] == user_id)

    return {**told, "device_keys": _sift(told.get("device_keys"), sound)}


def sound_claims(told: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to /keys/claim without what would spoil it for all others."""

    def sound(user_id: str, device_id: str, keys: Any) -> bool:
        claimed = KeysClaimResponse.from_dict({"one_time_keys": {user_id: {device_id: keys}}})
        return isinstance(claimed, KeysClaimResponse)

    return {**told, "one_time_keys": _sift(told.get("one_time_keys"), sound)}


def _sift(users: Any, sound: Callable[[str, str, Any], bool]) -> dict[str, dict[str, Any]]:
    kept: dict[str, dict[str, Any]] = {}
    for user_id, devices in users.items() if isinstance(users, dict) else ():
        kept[user_id] = {}
        for device_id, value in devices.items() if isinstance(devices, dict) else ():
            try:
                good = sound(user_id, device_id, value)
            except Exception:
                good = False
            if good:
                kept[user_id][device_id] = value
            else:
                log.warning("keys_dropped", user=user_id, device=device_id)
    return kept
