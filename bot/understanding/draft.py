"""One activity's slots and doubts as they are gathered, from its stretch of the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.understanding.facts import Facts
from bot.understanding.pieces import Piece
from bot.understanding.reading import Doubt, Slot, Value
from bot.understanding.split import Part


@dataclass(slots=True)
class Draft:
    """Slots and doubts as they are gathered, from one stretch of the text."""

    facts: Facts
    part: Part
    slots: dict[str, Slot]
    doubts: list[Doubt]

    def of(self, pieces: Sequence[Piece]) -> list[Piece]:
        return [p for p in pieces if self.holds(p.start)]

    def holds(self, place: int) -> bool:
        """Whether something told at a place is told of this activity."""
        part = self.part
        return any(a <= place < b for a, b in ((part.start, part.end), part.common, part.listed))

    def put(self, slot: str, value: Value, start: int, end: int) -> None:
        self.slots.setdefault(slot, Slot(value, self.facts.text.words(start, end)))

    def doubt(self, slot: str, why: str, words: str, options: tuple[Value, ...] = ()) -> None:
        if all(d.slot != slot for d in self.doubts):
            self.doubts.append(Doubt(slot, why, words, options))

    def take(self, piece: Piece) -> None:
        words = self.facts.text.words(piece.start, piece.end)
        if piece.value is not None:
            self.slots.setdefault(piece.slot, Slot(piece.value, words))
        elif piece.why:
            self.doubt(piece.slot, piece.why, words, piece.options)

    def whole(self, slot: str) -> int | None:
        value = self.slots[slot].value if slot in self.slots else None
        return value if isinstance(value, int) else None
