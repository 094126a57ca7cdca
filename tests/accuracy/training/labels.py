"""What the tagger learns: labels that may be looked at, the same with other values in them, made-up messages."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.understanding.numbers import WHOLE, integer
from bot.understanding.read import facts_of, marks_of
from bot.understanding.tagger import LETTERS, TAGS
from bot.understanding.tagger_input import Mark
from bot.understanding.text import Text, clean
from rubrics.activities import load_activities
from tests.accuracy.perturb import no_punctuation, shuffled
from tests.accuracy.training.compose import compose, letters
from tests.accuracy.training.swap import SWAPS, swapped, values_of

HERE = Path(__file__).parent
SEED = 7
MADE_UP = 3000
MADE_UP_WEIGHT = 0.5
LONGEST = 400  # characters; of longer ones there are too few to learn from
NOW = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
# Every labelled message is learned as it was written, as the voice input and the hurried write it, and SWAPS times with
# other values in it.
CHANGES: tuple[Callable[[str], str], ...] = (str, no_punctuation, shuffled)
COUNTS = ("expected", "present", "leave", "absent", "guests")
WHOSE = {
    "committee_meeting": "m", "member_assembly": "m", "group_meeting": "m", "organizational_life_meeting": "m",
    "collective_study": "m", "democratic_appraisal": "m", "party_lecture": "l",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Learned:
    """A text with what was found in it, as the tagger sees it, and the tag of each character. weight: how much it
    says beside the others."""

    flat: str
    marks: list[Mark]
    kind: str
    tags: list[int]
    weight: float = 1.0


def labelled(label: dict[str, Any]) -> Learned | None:
    """A labelled message as the tagger learns it; None when a value isn't in its words as it stands."""
    text = clean(label["text"])
    kept, plain = _plain(text)
    tags = ["O"] * len(text.shown)
    for activity in label["expect"]["activities"]:
        whose = WHOSE.get(activity["kind"] or "", "d")
        for slot in ("topic", "place", "speaker", "host"):
            value = activity["slots"].get(slot)
            letter = LETTERS[f"topic:{whose}" if slot == "topic" else slot]
            if not value:
                continue
            words = letters(clean(str(value)).shown).lower()
            at = _find(plain, words, kept, tags)
            if at is None:
                if words not in plain:
                    return None
                continue
            _put(tags, kept, at, len(words), letter)
    _count(label["expect"]["activities"], text, datetime.fromisoformat(label["now"]), tags)
    return _sequence(text, datetime.fromisoformat(label["now"]), tags)


def _find(plain: str, words: str, kept: list[int], tags: list[str]) -> int | None:
    """Where a value stands that no other has taken."""
    at = plain.find(words)
    while at >= 0:
        if all(tags[i] == "O" for i in kept[at : at + len(words)]):
            return at
        at = plain.find(words, at + 1)
    return None


def _count(activities: list[dict[str, Any]], text: Text, now: datetime, tags: list[str]) -> None:
    """Tag the numbers that were counted: where the patterns see the same value, else where it stands but once."""
    facts = facts_of(text, now, load_activities())
    dated = [(one.start, one.end) for several in (facts.dates, facts.times, facts.sums) for one in several]
    numbers = [
        (m.start(), m.end(), integer(m[0]))
        for m in re.finditer(WHOLE, text.flat)
        if not any(a <= m.start() < b for a, b in dated)
    ]
    told: set[tuple[str, int]] = set()
    for activity in activities:
        slots = {slot: activity["slots"][slot] for slot in COUNTS if isinstance(activity["slots"].get(slot), int)}
        for slot, value in slots.items():
            free = [n for n in numbers if n[2] == value and tags[n[0]] == "O"]
            told_here = [p for p in facts.counts if p.slot == slot and p.value == value]
            fit = [n for n in free if any(p.start <= n[0] < p.end for p in told_here)] or free
            if not fit or (not free and (slot, value) in told):
                continue
            both = slot == "expected" and slots.get("present") == value and len(free) == 1
            told |= {(slot, value), ("present", value)} if both else {(slot, value)}
            start, end, _ = fit[0]
            letter = LETTERS["both" if both else slot]
            tags[start:end] = [f"B{letter}"] + [f"I{letter}"] * (end - start - 1)


def made_up(text: str, values: list[tuple[str, str, int]]) -> Learned:
    cleaned = clean(text)
    kept, _ = _plain(cleaned)
    tags = ["O"] * len(cleaned.shown)
    for slot, words, at in values:
        if slot in LETTERS and at + len(letters(words)) <= len(kept):
            _put(tags, kept, at, len(letters(words)), LETTERS[slot])
    return _sequence(cleaned, NOW, tags, weight=MADE_UP_WEIGHT)


def _plain(text: Text) -> tuple[list[int], str]:
    kept = [i for i, c in enumerate(text.shown) if c.isalnum()]
    return kept, "".join(text.shown[i] for i in kept).lower()


def _put(tags: list[str], kept: list[int], at: int, length: int, letter: str) -> None:
    start, end = kept[at], kept[at + length - 1] + 1
    tags[start:end] = [f"B{letter}"] + [f"I{letter}"] * (end - start - 1)


def _sequence(text: Text, now: datetime, tags: list[str], weight: float = 1.0) -> Learned:
    marks, kind = marks_of(facts_of(text, now, load_activities()))
    return Learned(text.flat, marks, kind, [TAGS.index(tag) for tag in tags], weight)


def learned(without: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """The labels that the tagger learns from: all that may be looked at."""
    for path in sorted(path for half in ("tune", "next") for path in (HERE.parent / half).glob("messages*.jsonl")):
        if path.name not in without:
            yield from (json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip())


def changed(labels: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The labels, and what is made of them. The seed is the same each time."""
    pick = random.Random(SEED)
    values = values_of(labels)
    for label in labels:
        yield from ({**label, "text": change(label["text"])} for change in CHANGES)
        for i in range(SWAPS):
            other = swapped(label, values, pick)
            if other is not None:
                yield {**other, "text": CHANGES[i % 2](other["text"])}


def sequences(without: Sequence[str], made: int) -> list[Learned]:
    """All that is learned, in the same order each time. without: files to leave out; made: how many made-up ones."""
    told = [labelled(label) for label in changed(list(learned(without)))]
    told += [made_up(text, values) for text, values in compose(made, SEED)]
    return [one for one in told if one and 0 < len(one.flat) <= LONGEST]
