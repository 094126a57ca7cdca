"""Where topics, places and names stand in a sentence, as learned from labelled messages (tests/accuracy/training)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.understanding.tagger_input import Mark
from bot.understanding.tagger_net import Floats, likely

# What is tagged, by slot; a topic by whose it is: a meeting's, a lecture's, or that of a day or another activity; of
# counts the number alone, both: as many came as ought to.
LETTERS = {
    "topic:m": "M", "topic:l": "L", "topic:d": "D", "place": "P", "speaker": "S", "host": "H",
    "expected": "E", "present": "N", "leave": "V", "absent": "A", "guests": "G", "both": "B",
}  # fmt: skip
TAGS = ("O", *(f"{place}{letter}" for letter in LETTERS.values() for place in "BI"))
# 强调瓦斯检测七|个人: the number is no topic's
_COUNT_AT_END = re.compile(r"(?<=.)[\d一二两三四五六七八九十]{1,3}$")
_COUNTER = re.compile(r"共[\d一二三四五六七八九十]|个人|[个名位]?(?:党员|同志|支委)|人(?![\u4e00-\u9fff])")
_NEVER = 1e-9  # keeps what cannot be from being nothing
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


def tagged(flat: str, marks: Sequence[Mark], kind: str) -> list[Tagged]:
    """The values of a text, in order. marks: dates, counts and the like that were found; kind: the first one named."""
    return list(_tagged(flat, tuple(marks), kind)) if flat else []


@lru_cache(maxsize=8)  # a message is read two or three times over: with a form open and without
def _tagged(flat: str, marks: tuple[Mark, ...], kind: str) -> tuple[Tagged, ...]:
    chances = likely(flat, marks, kind)
    result = []
    for start, end, tag in _spans(chances):
        slot, _, whose = _SLOTS[TAGS[tag][1:]].partition(":")
        sure = float(chances[start:end, tag : tag + 2].sum(1).min())
        counted = _COUNT_AT_END.search(flat, start, end) if slot == "topic" else None
        cut = counted.start() if counted and _COUNTER.match(flat, end) else end
        result.append(Tagged(slot, start, cut, sure, whose))
    return tuple(result)


def _spans(chances: Floats) -> list[tuple[int, int, int]]:
    """Where values begin and end, and the tag that they begin with: the likeliest tags of all, an inner one only behind
    its own beginning (Viterbi)."""
    import numpy as np  # lazy: the bot is to start at once

    scores = np.log(chances + _NEVER)
    begin, inner = np.arange(1, len(TAGS), 2), np.arange(2, len(TAGS), 2)
    best = scores[0].copy()
    best[inner] = -np.inf
    came = np.zeros(scores.shape, np.int64)
    for at in range(1, len(scores)):
        first = int(best.argmax())
        came[at] = first
        came[at, inner] = np.where(best[begin] > best[inner], begin, inner)
        behind = np.maximum(best[begin], best[inner])
        best = scores[at] + best[first]
        best[inner] = scores[at, inner] + behind
    tags = [int(best.argmax())]
    for at in range(len(scores) - 1, 0, -1):
        tags.append(int(came[at, tags[-1]]))
    tags.reverse()
    starts = [i for i, tag in enumerate(tags) if tag % 2]
    ends = [next((i for i in range(start + 1, len(tags)) if tags[i] != tags[start] + 1), len(tags)) for start in starts]
    return [(start, end, tags[start]) for start, end in zip(starts, ends, strict=True)]
