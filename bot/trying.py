"""A turn and its tries: undone and done again where it reaches further than it holds, or where the sheets it sends are
to be made first, which takes too long to keep others from the record."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial

from bot.dialogue.turn import Effect, File, Say, Sheet, Turn
from bot.events import Kept
from bot.reach import Wider
from bot.sheets.overview import Standing
from storage.database import Holding


class Unmade(Exception):
    """A turn sends sheets that are not made yet, or files of the store that are not read yet."""

    def __init__(self, sheets: Sequence[Sheet | Kept]) -> None:
        super().__init__(f"{len(sheets)} sheets to be made")
        self.sheets = sheets


@dataclass(slots=True)
class Attempt:
    """One message's tries. holding: what the turn holds; survey: what was looked up before it; made: bytes of sheets
    and of files, None for a file that is gone. A sheet is found again by what is on it, so that the next try sends what
    it would have made itself."""

    holding: Holding
    survey: tuple[Standing, ...] | None = None
    made: list[tuple[Sheet | Kept, bytes | None]] = field(default_factory=list)

    def ready(self, turn: Turn) -> Turn:
        """The turn with bytes for its sheets. Raises Unmade while some are missing."""
        wanted = [e.data for e in turn.effects if isinstance(e, File) and not isinstance(e.data, bytes)]
        unmade = [sheet for sheet in wanted if not any(made == sheet for made, _ in self.made)]
        if unmade:
            raise Unmade(unmade)
        return replace(turn, effects=tuple(self._made(effect) for effect in turn.effects))

    def _made(self, effect: Effect) -> Effect:
        if not isinstance(effect, File) or isinstance(effect.data, bytes):
            return effect
        data = next(data for made, data in self.made if made == effect.data)
        return Say(effect.instead) if data is None else replace(effect, data=data)


async def tried(
    attempt: Attempt,
    take: Callable[[Attempt], Awaitable[None]],
    stored: Callable[[str], bytes | None],
    making: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> None:
    """Take a turn until it is kept. stored: a file's bytes by its sha256, None when it isn't there whole; making:
    stands around what takes long. Raises what it fails with for another reason."""
    while True:
        try:
            await take(attempt)
            return
        except Wider:
            attempt.holding = None
        except Unmade as unmade:
            with making():
                for sheet in unmade.sheets:
                    make = partial(stored, sheet.sha256) if isinstance(sheet, Kept) else sheet.data
                    attempt.made.append((sheet, await asyncio.to_thread(make)))
