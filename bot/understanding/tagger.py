"""Where topics, places and names stand in a sentence, as learned from labelled messages (tests/accuracy/training)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.understanding.tagger_features import Mark, features

# What is tagged, by slot; a topic by whose it is: a meeting's, a lecture's, or that of a day or another activity; of
# counts the number alone, both: as many came as ought to.
LETTERS = {
    "topic:m": "M", "topic:l": "L", "topic:d": "D", "place": "P", "speaker": "S", "host": "H",
    "expected": "E", "present": "N", "leave": "V", "absent": "A", "guests": "G", "both": "B",
}  # fmt: skip
MODEL = Path(__file__).with_name("tagger.crfsuite")
# 强调瓦斯检测七|个人: the number is no topic's
_COUNT_AT_END = re.compile(r"(?<=.)[\d一二两三四五六七八九十]{1,3}$")
_COUNTER = re.compile(r"共[\d一二三四五六七八九十]|个人|[个名位]?(?:党员|同志|支委)|人(?![\u4e00-\u9fff])")
_SLOTS = {letter: slot for slot, letter in LETTERS.items()}


@dataclass(frozen=True, slots=True)
class Tagged:
    """A value's place in flat text. sure: how likely each of its characters is one of it, the least likely one (0..1);
    whose: a topic's letter, see LETTERS."""

    slot: str
    start: int
    end: int
    sure: float
    whose: str = ""


@cache
def _tagger() -> Any:
    import pycrfsuite  # lazy: the bot is to start at once

    tagger = pycrfsuite.Tagger()
    tagger.open(str(MODEL))
    return tagger


def tagged(flat: str, marks: Sequence[Mark], kind: str) -> list[Tagged]:
    """The values of a text, in order. marks: dates, counts and the like that were found; kind: the first one named."""
    if not flat:
        return []
    tagger = _tagger()
    labels = tagger.tag(features(flat, marks, kind))
    result = []
    start = 0
    while start < len(labels):
        letter = labels[start][1:]
        end = start + 1
        if letter:
            while end < len(labels) and labels[end] == f"I{letter}":
                end += 1
            sure = min(tagger.marginal(labels[i], i) for i in range(start, end))
            slot, _, whose = _SLOTS[letter].partition(":")
            counted = _COUNT_AT_END.search(flat, start, end) if slot == "topic" else None
            cut = counted.start() if counted and _COUNTER.match(flat, end) else end
            result.append(Tagged(slot, start, cut, sure, whose))
        start = end
    return result
