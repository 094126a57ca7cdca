"""Every kind of clause, reading, cap, threshold and window of the five has a case on each side of it."""

from __future__ import annotations

from functools import cache

import pytest

from rubrics import State, load_catalog
from rubrics.reasons import REASONS
from tests.rubrics.cases import Loaded, cases, files
from tests.rubrics.coverage import owed, seen

ELSEWHERE = {
    "理解 publicity-days=three": "tests/rubrics/test_procedure.py: no points hang on it",
    "理解 publicity-days=seven": "tests/rubrics/test_procedure.py",
    "理解 still-in-force=only_2018": "tests/rubrics/test_commands.py: such a sheet is refused",
    "理解 still-in-force=only_2020": "tests/rubrics/test_commands.py: the same",
}
FIVE = sorted(key for key in load_catalog() if "." not in key)


@cache
def every_case() -> tuple[Loaded, ...]:
    return tuple(loaded for path in files() for loaded in cases(path))


@pytest.mark.parametrize("name", FIVE)
def test_a_case_on_each_side_of_everything(name: str) -> None:
    brought = {thing for loaded in every_case() if loaded.rubric.id == name for thing in seen(loaded)}
    missing = sorted(owed(load_catalog()[name]) - brought - set(ELSEWHERE))
    assert not missing, f"{name}：{len(missing)}处没有用例：\n" + "\n".join(missing)


def test_every_reason_to_refuse_has_a_case() -> None:
    told = {
        refused.reason
        for loaded in every_case()
        for line in loaded.sheet.lines
        if line.clause in loaded.case.expect
        for refused in line.refused
    }
    assert set(REASONS) - told == set()


def test_every_kind_of_line_and_every_state_has_an_explanation_word_for_word() -> None:
    lines = [(loaded, line) for loaded in every_case() for line in loaded.sheet.lines]
    shown = [line for loaded, line in lines if line.clause in loaded.case.explain]
    assert {line.kind for _, line in lines} - {line.kind for line in shown} == set()
    assert set(State) - {line.state for line in shown} == set()
