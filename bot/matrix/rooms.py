"""Rooms as the rest of the house sees them, and whose invitations we follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import quote

import structlog

from bot.events import RoomView
from bot.matrix.backoff import Backoff
from bot.matrix.client import GuardedClient
from bot.matrix.errors import CallFailed, Unreachable
from bot.matrix.words import Names

log = structlog.get_logger(__name__)

_LONGEST_NAME = 100  # characters; a display name may be as long as an event


def view(client: GuardedClient, room_id: str) -> RoomView | None:
    """A joined room, None when we are not in it. An invited person counts as present: we wait for each other."""
    room = client.rooms.get(room_id)
    if room is None:
        return None
    others = tuple(sorted(user_id for user_id in room.users if user_id != client.user_id))
    return RoomView(
        room_id=room_id,
        direct=len(others) == 1,
        encrypted=bool(room.encrypted),
        others=others,
        name=room.name or room.canonical_alias or "",
    )


def names(client: GuardedClient, room_id: str) -> Names:
    """What we are called in a room."""
    room = client.rooms.get(room_id)
    me = room.users.get(client.user_id) if room is not None else None
    display = me.display_name if me is not None else None
    return Names(client.user_id, (display,) if isinstance(display, str) else ())


def shown_as(client: GuardedClient, room_id: str, user_id: object) -> str:
    """A member's display name in a room; empty where it has none."""
    room = client.rooms.get(room_id)
    member = room.users.get(user_id) if room is not None else None
    display = member.display_name if member is not None else None
    return display[:_LONGEST_NAME] if isinstance(display, str) else ""


class Views:
    """Remembers what was last shown of each room, so that only changes are told."""

    def __init__(self, client: GuardedClient) -> None:
        self._client = client
        self._shown: dict[str, RoomView] = {}

    def changed(self, touched: Iterable[str], left: Iterable[str]) -> tuple[RoomView, ...]:
        """The views of the touched rooms that are not what they were."""
        for room_id in left:
            self._shown.pop(room_id, None)
        fresh = []
        for room_id in touched:
            seen = view(self._client, room_id)
            if seen is not None and self._shown.get(room_id) != seen:
                self._shown[room_id] = seen
                fresh.append(seen)
        return tuple(fresh)


async def answer_invite(
    client: GuardedClient, room_id: str, inviter: str, may_invite: Callable[[str], bool], backoff: Backoff
) -> None:
    """Join where somebody allowed invites us, decline and forget otherwise.

    Waits while the server can't be reached: an incremental sync shows an invitation once. Raises CallFailed when our
    login is gone.
    """
    steps = ("join",) if may_invite(inviter) else ("leave", "forget")
    log.info("invited", room=room_id, by=inviter, answer=steps[0])
    for step in steps:
        await _insist(client, f"/_matrix/client/v3/rooms/{quote(room_id)}/{step}", backoff)
    if steps[0] != "join":
        client.invited_rooms.pop(room_id, None)


async def _insist(client: GuardedClient, path: str, backoff: Backoff) -> None:
    while True:
        try:
            await client.call("POST", path, {})
        except Unreachable as error:
            wait, why = backoff.failed(), str(error)
        except CallFailed as error:
            if error.revoked:
                raise
            if error.status != 429:  # withdrawn, banned, or the room's own server is gone
                log.warning("invitation_failed", path=path, error=str(error))
                return
            wait, why = backoff.failed(error.retry_after), str(error)
        else:
            backoff.succeeded()
            return
        log.warning("invitation_waits", path=path, seconds=round(wait, 1), error=why)
        await backoff.rest(wait)
