"""What the tagger's network is given of each character: itself, what was found there, its word's part of speech."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

Mark = tuple[int, int, str]  # a place where something was found: start, end, a letter for what

MARKS = "-DMUNYmdlsvfik"  # the letters of bot.understanding.read.marks_of; the first: nothing was found
PADDING, UNKNOWN = 0, 1  # characters by number; those that are known come after
KINDS = (
    "", "themed_party_day", "member_assembly", "committee_meeting", "group_meeting", "party_lecture",
    "collective_study", "volunteer_service", "organizational_life_meeting", "democratic_appraisal",
    "warning_education", "dues_collected", "information_submitted", "heart_to_heart_talk",
)  # fmt: skip
# Parts of speech as the segmenter names them, the rare ones as what they are most like.
SPEECH = ("n", "nr", "ns", "nt", "nz", "v", "vn", "a", "d", "m", "q", "r", "t", "f", "p", "c", "s", "i", "l", "j", "b",
          "zg", "z", "x", "u", "o")  # fmt: skip
_ALIKE = {
    "uj": "u", "ul": "u", "uz": "u", "ug": "u", "ud": "u", "uv": "u", "y": "u", "yg": "u", "e": "u", "k": "u",
    "h": "u", "nrt": "nr", "nrfg": "nr", "ng": "n", "vg": "v", "vi": "v", "vq": "v", "vd": "v", "ad": "a", "an": "a",
    "ag": "a", "mq": "m", "eng": "x", "tg": "t", "g": "zg", "dg": "d", "df": "d", "rr": "r", "rz": "r", "rg": "r",
}  # fmt: skip
_PART = {f"{speech}{place}": i + 1 for i, (speech, place) in enumerate((s, p) for s in SPEECH for p in "BMES")}
PARTS = len(_PART) + 1  # parts of speech, each at four places in a word; 0 for others


@dataclass(frozen=True, slots=True)
class Seen:
    """A text in numbers, one of each for every character; kind: the first activity named, one for the whole."""

    chars: Sequence[int]
    marks: Sequence[int]
    begins: Sequence[int]
    parts: Sequence[int]
    kind: int


def seen(flat: str, marks: Sequence[Mark], kind: str, numbers: Mapping[str, int]) -> Seen:
    """A text as the network sees it. marks: what was found; kind: the first activity named; numbers: of the known
    characters."""
    found, begins = [0] * len(flat), [0] * len(flat)
    for start, end, letter in marks:
        for i in range(max(start, 0), min(end, len(flat))):
            if not found[i]:
                found[i], begins[i] = MARKS.index(letter), int(i == start)
    chars = [numbers.get(char, UNKNOWN) for char in flat]
    return Seen(chars, found, begins, _parts(flat), KINDS.index(kind) if kind in KINDS else len(KINDS))


def _parts(flat: str) -> list[int]:
    """For each character the part of speech of its word, and where in the word it stands."""
    result = []
    for word, speech in _segmenter().tag(flat.encode("utf-8", "replace").decode("utf-8")):
        places = "S" if len(word) == 1 else f"B{'M' * (len(word) - 2)}E"
        result += [_PART.get(f"{_ALIKE.get(speech, speech)}{place}", 0) for place in places]
    return result


@cache
def _segmenter() -> Any:
    import rjieba  # lazy: the bot is to start at once

    return rjieba
