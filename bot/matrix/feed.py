"""One long poll at a time: what the server has for us since a token, and what it left out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import structlog
from nio import SyncResponse
from nio.events import MegolmEvent, UnknownEncryptedEvent

from bot.events import Withheld
from bot.matrix.client import GuardedClient
from bot.matrix.errors import Unreachable
from bot.matrix.reading import part

log = structlog.get_logger(__name__)

POLL_SECONDS = 30
FIRST_SECONDS = 300.0  # all the state of all our rooms
TIMELINE_LIMIT = 100
_LONG = 255  # the longest id that Matrix has
_FILTER = json.dumps(
    {
        "room": {
            "timeline": {"limit": TIMELINE_LIMIT, "lazy_load_members": False},
            "state": {"lazy_load_members": False},
            "ephemeral": {"not_types": ["*"]},
            "account_data": {"not_types": ["*"]},
        },
        "presence": {"not_types": ["*"]},
        "account_data": {"not_types": ["*"]},
    },
    separators=(",", ":"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """An event of a timeline. event: plain where it could be decrypted; encrypted: it came encrypted; readable:
    False while its key is missing; after_join: we were a member when it was sent."""

    room_id: str
    event: Mapping[str, Any]
    encrypted: bool
    readable: bool
    after_join: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """What a sync left out of a room: from a token (end) to the place before what it showed (start). known: the events
    that it showed."""

    room_id: str
    start: str
    end: str
    known: frozenset[str]


@dataclass(frozen=True, slots=True)
class Taken:
    """One sync, taken in. invites: room id -> who invites us; asked: requests for our room keys, as they came; gaps: to
    be filled before what was found in their rooms is heard."""

    token: str
    found: tuple[Found, ...]
    echoes: tuple[tuple[str, str], ...]
    keys: tuple[tuple[str, str], ...]
    withheld: tuple[Withheld, ...]
    invites: Mapping[str, str]
    left: tuple[str, ...]
    touched: tuple[str, ...]
    asked: tuple[Mapping[str, Any], ...] = ()
    gaps: tuple[Gap, ...] = ()


async def poll(client: GuardedClient, since: str | None, *, first: bool) -> Taken:
    """What happened since a token; waits up to POLL_SECONDS for something to happen, unless it is the first.

    Asking twice with one token is safe: the same events come, and all decrypt. Nothing has been taken in when it
    raises CallFailed or Unreachable.
    """
    query = {"filter": _FILTER, "timeout": "0" if first else str(POLL_SECONDS * 1000)}
    if since is not None:
        query["since"] = since
    if first:
        query["full_state"] = "true"  # without it a resumed client knows neither members nor encryption
    told = await client.call(
        "GET", f"/_matrix/client/v3/sync?{urlencode(query)}", timeout=FIRST_SECONDS if first else POLL_SECONDS * 2
    )
    joined = part(part(told, "rooms"), "join")
    timelines = [room.setdefault("timeline", {}) if isinstance(room, dict) else None for room in joined.values()]
    if not isinstance(told.get("next_batch"), str) or not all(isinstance(one, dict) for one in timelines):
        raise Unreachable("the answer to /sync is not Matrix")
    gaps = []
    for room_id, room in joined.items():
        timeline = room["timeline"]
        shown = timeline["events"] = events(timeline)
        start = timeline.get("prev_batch")
        left_out = since is not None and timeline.get("limited") and isinstance(start, str)
        if left_out and invited_at(shown, client.user_id) is None:  # else we were not there before what it shows
            gaps.append(Gap(room_id, start, str(since), frozenset(event["event_id"] for event in shown)))
    return replace(_take(client, told), gaps=tuple(gaps))


def events(told: Mapping[str, Any], name: str = "events", *, of: str = "event_id") -> list[dict[str, Any]]:
    """A list of events, less what is none. of: what each must have beside a sender."""
    found = told.get(name)
    return [
        event
        for event in (found if isinstance(found, list) else ())
        if isinstance(event, dict) and isinstance(event.get(of), str) and isinstance(event.get("sender"), str)
    ]


def _withheld(told: list[dict[str, Any]]) -> Iterator[Withheld]:
    """The refusals among to-device events. A key refused as not known to the sender either is no refusal."""
    for event in told:
        content = part(event, "content")
        fields = [content.get(name, "") for name in ("room_id", "session_id", "code")]
        if event.get("type") != "m.room_key.withheld" or not all(isinstance(field, str) for field in fields):
            continue
        if fields[2] not in ("", "m.unavailable"):
            yield Withheld(fields[0][:_LONG], fields[1][:_LONG], event["sender"], fields[2][:_LONG])


def _take(client: GuardedClient, told: Mapping[str, Any]) -> Taken:
    response = client.take(told)
    unsealed = events(part(told, "to_device"), of="sender")
    rooms = part(told, "rooms")
    found: list[Found] = []
    heard: list[tuple[str, str]] = []
    for room_id, room in part(rooms, "join").items():
        timeline = room["timeline"]["events"]
        heard += echoes(timeline, client.user_id)
        found += _found(room_id, timeline, response, client.user_id)
    return Taken(
        token=told["next_batch"],
        found=tuple(found),
        echoes=tuple(heard),
        keys=tuple(sorted(client.store.arrived)),
        withheld=tuple(_withheld(unsealed)),
        asked=tuple(event for event in unsealed if event.get("type") == "m.room_key_request"),
        invites=_invites(part(rooms, "invite"), client.user_id),
        left=tuple(part(rooms, "leave")),
        touched=tuple(part(rooms, "join")),
    )


def _found(room_id: str, timeline: list[Any], response: SyncResponse, me: str) -> list[Found]:
    """The timeline's events from our invitation on: what was said to others before is none of our business."""
    arrivals: dict[str, int] = {}
    for place, event in enumerate(timeline):
        if event.get("type") == "m.room.member" and event.get("state_key") == me:
            arrivals.setdefault(str(part(event, "content").get("membership")), place)
    places = {event["event_id"]: place for place, event in enumerate(timeline)}
    found = []
    for event in response.rooms.join[room_id].timeline.events:
        place = places.get(event.source.get("event_id"), -1)
        if place < arrivals.get("invite", 0):
            continue
        encrypted = timeline[place].get("type") == "m.room.encrypted"
        hidden = isinstance(event, MegolmEvent | UnknownEncryptedEvent) or (
            event.source.get("type") == "m.room.encrypted" and bool(event.source.get("content"))
        )
        after_join = "join" in arrivals and place > arrivals["join"]
        found.append(Found(room_id, event.source, encrypted, not hidden, after_join))
    return found


def invited_at(timeline: Sequence[Mapping[str, Any]], me: str) -> int | None:
    """The place in a timeline where we were invited; None where we were not."""
    for place, event in enumerate(timeline):
        membership = part(event, "content").get("membership")
        if (event.get("type"), event.get("state_key"), membership) == ("m.room.member", me, "invite"):
            return place
    return None


def echoes(timeline: Sequence[Any], me: str) -> list[tuple[str, str]]:
    """(transaction id, event id) of the events in it that this device sent."""
    mine = [event for event in timeline if event.get("sender") == me]
    return [
        (transaction, event["event_id"])
        for event in mine
        if isinstance(transaction := part(event, "unsigned").get("transaction_id"), str)
    ]


def _invites(rooms: Mapping[str, Any], me: str) -> dict[str, str]:
    """Who invites us where. nio reports every stripped member event of such a room; only our own counts."""
    return {
        room_id: str(event.get("sender"))
        for room_id, room in rooms.items()
        for event in room.get("invite_state", {}).get("events", [])
        if isinstance(event, dict)
        and (event.get("type"), event.get("state_key")) == ("m.room.member", me)
        and part(event, "content").get("membership") == "invite"
    }
