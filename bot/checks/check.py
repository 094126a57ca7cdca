"""One line of the doctor's report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report. said: what was found; cure: what to do, empty when there is nothing to do."""

    name: str
    well: bool
    said: str
    cure: str = ""


def some(found: Sequence[str], between: str = "；") -> str:
    """The first few of what was found, and how many there are."""
    return between.join(found[:SHOWN]) + (f"{between}等{len(found)}处" if len(found) > SHOWN else "")
