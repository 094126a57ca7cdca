"""The words of every line add up to its points: in every case, and whatever the facts."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from rubrics import ScoreSheet, score
from tests.rubrics import strategies
from tests.rubrics.cases import cases, files
from tests.rubrics.reckoning import worked_out
from tests.rubrics.test_properties import EACH, RUBRICS, TIMES

READ = {"parts", "section", "best_of", "count", "levels", "full", "met", "judge", "attest", "scale"}


def off(sheet: ScoreSheet) -> list[str]:
    """The lines whose words come to something else than their points."""
    found = []
    for line in sheet.lines:
        made = worked_out(sheet, line)
        if made is None or line.points is None or line.state == "not_applicable":
            continue
        if abs(made[0] - line.points) > made[1]:
            found.append(f"{line.clause} {line.points}: {line.arithmetic}")
    return found


def test_every_case_adds_up() -> None:
    read = set()
    for path in files():
        for loaded in cases(path):
            sheet = loaded.sheet
            assert off(sheet) == [], (path.name, loaded.case.name)
            read |= {line.kind for line in sheet.lines if line.points is not None and worked_out(sheet, line)}
    assert read >= READ


@EACH
@settings(**TIMES)
@given(data=st.data(), on=st.sampled_from([date(2025, 5, 10), date(2025, 12, 31)]))
def test_whatever_the_facts_the_words_add_up(name: str, data: st.DataObject, on: date) -> None:
    assert off(score(RUBRICS[name], data.draw(strategies.facts(RUBRICS[name])), on)) == []
