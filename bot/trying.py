"""A turn and its tries: undone and done again where it reaches further than it holds, or where the sheets it sends are
to be made first, which takes too long to keep others from the record."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.dialogue.turn import Effect, File, Sheet, Turn
from bot.reach import Wider
from bot.sheets.overview import Standing
from storage.database import Holding


class Unmade(Exception):
    """A turn sends sheets that are not made yet."""

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        super().__init__(f"{len(sheets)} sheets to be made")
        self.sheets = sheets


@dataclass(slots=True)
class Attempt:
    """One message's tries. holding: what the turn holds; survey: what was looked up before it; made: bytes of sheets. A
    sheet is found again by what is on it, so that the next try sends what it would have made itself."""

    holding: Holding
    survey: tuple[Standing, ...] | None = None
    made: list[tuple[Sheet, bytes]] = field(default_factory=list)

    def ready(self, turn: Turn) -> Turn:
        """The turn with bytes for its sheets. Raises Unmade while some are missing."""
        unmade: list[Sheet] = []
        effects: list[Effect] = []
        for effect in turn.effects:
            if isinstance(effect, File) and not isinstance(effect.data, bytes):
                sheet = effect.data
                data = next((data for made, data in self.made if made == sheet), None)
                unmade += [sheet] if data is None else []
                effect = replace(effect, data=data or b"")
            effects.append(effect)
        if unmade:
            raise Unmade(unmade)
        return replace(turn, effects=tuple(effects))


async def tried(attempt: Attempt, take: Callable[[Attempt], Awaitable[None]]) -> None:
    """Take a turn until it is kept. Raises what it fails with for another reason."""
    while True:
        try:
            await take(attempt)
            return
        except Wider:
            attempt.holding = None
        except Unmade as unmade:
            for sheet in unmade.sheets:
                attempt.made.append((sheet, await asyncio.to_thread(sheet.data)))
