"""Cases as data: tests/rubrics/<rulebook>/*.yaml, facts in, lines out.

A file is a list of cases. A case has the keys of a facts file, and: name; as_of; rubric (the folder's by default, an id
with .NAME of its score sheet, or a file beside the case); readings; year; expect (by clause, or a figure of the whole
sheet); explain (by clause or words, the explanation word for word).
Figures are compared half up at two places, since thirds can't be written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from pydantic import Field

from rubrics import Facts, Rubric, ScoreSheet, load_catalog, load_rubric, score
from rubrics.factsfile import facts_of
from rubrics.fields import Count, Day, Number, Strict, Text, Whole
from rubrics.reasons import REASONS
from rubrics.schema.factsfile import FactsFile
from rubrics.strict_yaml import Document, fit, load

HERE = Path(__file__).parent
SHEET = ("total", "floor", "ceiling", "full", "earned", "reachable", "lost")


class Expected(Strict):
    """What a line must be; what isn't named isn't compared. points: a number, or none."""

    maximum: Text | None = None
    points: Text | None = None
    floor: Number | None = None
    ceiling: Number | None = None
    suggested: Number | None = None
    earned: Number | None = None
    reachable: Number | None = None
    lost: Number | None = None
    state: Text | None = None
    counted: Count | None = None
    not_counted: dict[str, Count] | None = None
    arithmetic: Text | None = None
    missing: str | None = None
    readings: tuple[Text, ...] | None = None


class Case(FactsFile):
    """One case."""

    name: Text
    rubric: Text | None = None
    as_of: Day = date(2025, 12, 31)
    year: Whole | None = None
    readings: dict[str, Text] = Field(default_factory=dict)
    expect: dict[str, Expected | Text] = Field(default_factory=dict)
    explain: dict[str, str] = Field(default_factory=dict)


class Cases(Strict):
    """A file of cases."""

    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Loaded:
    """A case ready to run."""

    case: Case
    facts: Facts
    rubric: Rubric

    @property
    def sheet(self) -> ScoreSheet:
        """The case scored."""
        return score(self.rubric, self.facts, self.case.as_of, year=self.case.year)


def files() -> list[Path]:
    """Every file of cases."""
    return sorted(path for path in HERE.glob("*/*.yaml") if path.parent.name != "rulebooks")


def cases(path: Path) -> Iterator[Loaded]:
    """The cases of a file. Raises FileError."""
    written = load(path)
    lines = {("cases", *key): line for key, line in written.lines.items()}
    document = Document(written.name, {"cases": written.data}, lines)
    for index, case in enumerate(fit(document, Cases).cases):
        facts = facts_of(case, document, case.year or case.as_of.year, ("cases", index))
        yield Loaded(
            case, facts, replace(_rubric(case, path).with_readings(case.readings))
        )  # nothing kept of other sheets


def _rubric(case: Case, path: Path) -> Rubric:
    name = case.rubric or path.parent.name
    if name.endswith(".yaml"):
        return load_rubric(path.parent / name)
    return load_catalog()[name]


def differences(loaded: Loaded) -> list[str]:
    """What came out otherwise than expected."""
    sheet = loaded.sheet
    lines = {line.clause: line for line in sheet.lines}
    found: list[str] = []
    for name, expected in loaded.case.expect.items():
        if isinstance(expected, str):
            found += _differs(name, expected, getattr(sheet, name))
        elif name not in lines:
            found.append(f"{name}: no such line")
        else:
            line = lines[name]
            for key in expected.model_fields_set:
                found += _differs(f"{name}.{key}", getattr(expected, key), _got(line, key))
    return found


def _got(line: Any, key: str) -> Any:
    if key == "counted":
        return len(line.counted)
    if key == "not_counted":
        words = [REASONS[refused.reason] for refused in line.refused]
        return {word: words.count(word) for word in words}
    return str(line.state) if key == "state" else getattr(line, key)


def _differs(name: str, expected: Any, got: Any) -> list[str]:
    if isinstance(got, Decimal):
        got = got.quantize(Decimal("0.01"), ROUND_HALF_UP)
        if expected not in (None, "none"):
            expected = Decimal(str(expected)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if expected == "none" or expected is None:
        expected = None
    return [] if expected == got else [f"{name}: expected {expected!r}, got {got!r}"]
