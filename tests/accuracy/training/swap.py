"""Labelled messages with other topics, places and names in them: the words around a value tell it, not its own."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Any

from tests.accuracy.judge import LEADING

SWAPS = 1  # times that each label is learned with other values
SWAPPED = ("topic", "place", "speaker", "host")
LONGEST = 30  # characters of a value that is put elsewhere
Values = dict[str, list[str]]  # by slot; topics by kind too: topic:party_lecture


def values_of(labels: Iterable[dict[str, Any]]) -> Values:
    """The values of labels, each once, in order."""
    found: dict[str, dict[str, None]] = {}
    for label in labels:
        for activity in label["expect"]["activities"]:
            for slot in SWAPPED:
                core = _core(slot, activity["slots"].get(slot))
                if core and len(core) <= LONGEST and "\n" not in core:
                    found.setdefault(_sort(slot, activity["kind"]), {})[core] = None
    return {sort: list(values) for sort, values in found.items()}


def swapped(label: dict[str, Any], values: Values, pick: random.Random) -> dict[str, Any] | None:
    """A label with another value for each that stands in its text as it is; None where none does."""
    text = label["text"]
    activities = [{**activity, "slots": dict(activity["slots"])} for activity in label["expect"]["activities"]]
    changed = False
    for activity in activities:
        for slot in SWAPPED:
            core = _core(slot, activity["slots"].get(slot))
            others = _fit(core, values.get(_sort(slot, activity["kind"]), ()))
            if not core or text.count(core) != 1 or not others:
                continue
            other = pick.choice(others)
            text = text.replace(core, other)
            for one in activities:  # one gathering of several kinds tells its place once
                told = one["slots"].get(slot)
                if told and core in told:
                    one["slots"][slot] = told.replace(core, other)
            changed = True
    return {**label, "text": text, "expect": {**label["expect"], "activities": activities}} if changed else None


def _core(slot: str, value: str | None) -> str:
    return LEADING.sub("", value) if slot == "topic" and value else value or ""


def _fit(core: str, values: Sequence[str]) -> list[str]:
    """Not with marks that the old one did without: they would be read as the sentence's."""
    marked = any(not c.isalnum() for c in core)
    return [v for v in values if v != core and (marked or all(c.isalnum() for c in v))]


def _sort(slot: str, kind: str | None) -> str:
    return f"topic:{kind}" if slot == "topic" else slot
