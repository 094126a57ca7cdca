"""All that was found in a text, by sort, before it is known which activity it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.understanding.date_found import Found
from bot.understanding.kinds import Mention
from bot.understanding.pieces import Piece
from bot.understanding.tagger import Tagged
from bot.understanding.text import Text


@dataclass(frozen=True, slots=True)
class Facts:
    """All that was found in a text, by sort. masked: flat with quotations blanked; the rest: pieces in order."""

    text: Text
    masked: str
    now: datetime
    dates: list[Found]
    times: list[Piece]
    hours: list[Piece]
    counts: list[Piece]
    mentions: list[Mention]
    sums: list[Piece]
    months: list[Piece]
    heads: list[Piece]
    pieces: list[Piece]
    people: list[Piece]
    places: list[Piece]
    denied: list[tuple[int, int]]
    tagged: list[Tagged] = field(default_factory=list)
    all_dates: list[Found] = field(default_factory=list)  # also those of topics
