"""When sync rests: it costs homeserver and bot as much as an answer does, and one that comes a little later brings as
much as several."""

from __future__ import annotations

import asyncio

from bot.matrix.feed import Taken
from bot.matrix.posting import Post

_BUSY = 0.1  # seconds, at most, while several rooms are answered
_STORM, _LULL = 5, 0.5  # our own words in more rooms than so many, and nothing else: a rest of so many seconds


class Lulls:
    """The rests of one account's sync."""

    def __init__(self, user_id: str, post: Post) -> None:
        self._user_id = user_id
        self._post = post
        self._alone: set[str] = set()  # where nothing but our own words was found, sync after sync

    async def after(self, taken: Taken) -> None:
        """Rest after a sync. One room's answer alone is not waited for: its return is taken in while it is read."""
        said = {found.room_id for found in taken.found if found.event.get("sender") != self._user_id}
        if len(said) > 1 or self._post.going > 1:
            await self._post.ebb(_BUSY)
        self._alone = self._alone | {found.room_id for found in taken.found} if self._only_ours(taken) else set()
        if (
            len(self._alone) > _STORM
        ):  # a storm of reminders returns word by word, each at the cost of a send; answers to
            await asyncio.sleep(_LULL)  # one person's thousand messages do too, but nobody else shall wait for them

    def _only_ours(self, taken: Taken) -> bool:
        """Whether a sync brought nothing but what we have sent."""
        others = taken.keys or taken.withheld or taken.invites or taken.left or taken.gaps
        return bool(taken.echoes) and not others and all(f.event.get("sender") == self._user_id for f in taken.found)
