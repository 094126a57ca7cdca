"""What was found in timelines, as the rest of the house has it; who we are and how people are shown is asked of the
client."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.events import Inbound
from bot.matrix.client import GuardedClient
from bot.matrix.feed import Found
from bot.matrix.reading import Envelope, read, unreadable
from bot.matrix.rooms import names, shown_as


class Reader:
    """Reads for one client."""

    def __init__(self, client: GuardedClient) -> None:
        self._client = client

    def inbound(self, wanted: Iterable[Found]) -> Iterator[Inbound]:
        """The events that mean something, in order; what can't be decrypted is kept as it is."""
        for found in wanted:
            if found.readable:
                event = read(found.event, self._envelope(found.room_id, found.event, encrypted=found.encrypted))
                if event is not None:
                    yield event
            elif found.event.get("sender") != self._client.user_id:
                yield unreadable(found.event, found.room_id)

    def again(self, raw: Mapping[str, Any]) -> Inbound | None:
        """A kept unreadable event (its Inbound.raw) now that its key came. None: still unreadable, or nothing in it."""
        plain = self._client.open(raw)
        if plain is None:
            return None
        return read(plain, self._envelope(str(raw["room_id"]), plain, encrypted=True))

    def _envelope(self, room_id: str, event: Mapping[str, Any], *, encrypted: bool) -> Envelope:
        shown = shown_as(self._client, room_id, event.get("sender"))
        return Envelope(room_id, names(self._client, room_id), encrypted, shown)
