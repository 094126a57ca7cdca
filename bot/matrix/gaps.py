"""Gaps: what was said in a room between the last sync and the part of its timeline that this one shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

import structlog

from bot.matrix.client import GuardedClient
from bot.matrix.errors import CallFailed
from bot.matrix.feed import TIMELINE_LIMIT, Found, Gap, Taken, echoes, events, invited_at

log = structlog.get_logger(__name__)

AT_ONCE = 20  # events opened before anybody else has a turn


@dataclass(frozen=True, slots=True)
class Missed:
    """A part of a gap, opened. echoes: our own events in it, as (transaction id, event id)."""

    found: tuple[Found, ...]
    echoes: tuple[tuple[str, str], ...]


async def fetch(client: GuardedClient, gap: Gap) -> list[dict[str, Any]]:
    """The events of a gap from our invitation on, oldest first. Raises CallFailed or Unreachable for what is worth
    another try."""
    backwards: list[dict[str, Any]] = []
    place: str | None = gap.start
    while place is not None:
        query = urlencode({"from": place, "to": gap.end, "dir": "b", "limit": str(TIMELINE_LIMIT)})
        try:
            told = await client.call("GET", f"/_matrix/client/v3/rooms/{quote(gap.room_id)}/messages?{query}")
        except CallFailed as error:
            if error.passing or error.revoked:
                raise
            log.error("gap_not_readable", room=gap.room_id, error=str(error))  # no later try would be told more
            break
        backwards += [event for event in events(told, "chunk") if event["event_id"] not in gap.known]
        place = told.get("end") if told.get("chunk") else None
    missed = backwards[::-1]
    return missed[invited_at(missed, client.user_id) or 0 :]


def opened(client: GuardedClient, room_id: str, missed: Sequence[dict[str, Any]]) -> Iterator[Missed]:
    """The events of a gap, decrypted where their keys are here, a few at a time. What the room is like now the sync has
    told; nothing of it is taken from the past."""
    for start in range(0, len(missed), AT_ONCE):
        some = missed[start : start + AT_ONCE]
        found = tuple(one for raw in some if (one := _open(client, room_id, raw)) is not None)
        yield Missed(found, tuple(echoes(some, client.user_id)))


async def filled(client: GuardedClient, taken: Taken) -> Taken:
    """A sync with its gaps filled at once, for whoever has nothing else to do."""
    found, heard = list(taken.found), list(taken.echoes)
    for gap in reversed(taken.gaps):
        parts = list(opened(client, gap.room_id, await fetch(client, gap)))
        found = [one for part in parts for one in part.found] + found
        heard = [one for part in parts for one in part.echoes] + heard
    return replace(taken, found=tuple(found), echoes=tuple(heard), gaps=())


def _open(client: GuardedClient, room_id: str, raw: dict[str, Any]) -> Found | None:
    if raw.get("type") != "m.room.encrypted":
        return Found(room_id, raw, encrypted=False, readable=True, after_join=True)
    try:
        plain = client.open({**raw, "room_id": room_id})
    except Exception as error:  # anybody can send anything
        log.warning("event_dropped", error=type(error).__name__)
        return None
    hidden = plain is None and bool(raw.get("content"))  # one that was deleted has none
    return Found(room_id, plain or raw, encrypted=True, readable=not hidden, after_join=True)
