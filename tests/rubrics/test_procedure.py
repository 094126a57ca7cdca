"""What the five procedures say of columns, bodies, publicity and approval; and the mistakes a procedure can hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from rubrics import load_catalog, load_rubric
from rubrics.procedure import (
    approval,
    assessed_by,
    columns,
    publicity,
    ranks,
    self_rating_months,
    side_by_side,
)
from rubrics.strict_yaml import FileError

CATALOG = load_catalog()


@pytest.mark.parametrize(
    ("key", "months", "rated", "apart", "days", "decided", "ranked"),
    [
        ("qianjiang-2017", {6, 12}, ["assessor"], False, 5, "市社党组", False),
        ("health-branches", {12}, ["assessor"], False, None, None, False),
        ("city-2020", {12}, ["assessor"], False, None, "市委党的建设工作领导小组", True),
        ("jilin-hospitals", set(), ["acceptance", "department"], True, None, None, False),
        ("shaoxing-2018", None, ["assessor"], False, None, None, False),
    ],
)
def test_each_procedure(
    key: str,
    months: set[int] | None,
    rated: list[str],
    apart: bool,
    days: int | None,
    decided: str | None,
    ranked: bool,
) -> None:
    rubric = CATALOG[key]
    assert self_rating_months(rubric) == (None if months is None else frozenset(months))
    assert [column for column, _ in columns(rubric)] == rated
    assert side_by_side(rubric) is apart
    step, last = publicity(rubric), approval(rubric)
    assert (step.workdays if step else None) == days
    assert (last.who if last else None) == decided
    assert ranks(rubric) is ranked


@pytest.mark.parametrize(("choice", "days"), [("five", 5), ("three", 3), ("seven", 7)])
def test_how_long_a_result_is_made_known_is_a_reading(choice: str, days: int) -> None:
    step = publicity(CATALOG["qianjiang-2017"].with_readings({"publicity-days": choice}))
    assert step is not None
    assert step.workdays == days


def test_the_bodies_of_the_city_are_those_of_its_table() -> None:
    who = assessed_by(CATALOG["city-2020"])
    assert (who["重A1.1"], who["思E4.2"], who["组E3.1"], who["五(一)"]) == ("组织部", "市委宣传部", "组织部", "")
    assert {who[f"思B3.{n}"] for n in (1, 2, 3)} == {"市委党史研究室"}  # lines 257 and 259, over a line's end
    assert (who["思B2"], who["思B4.1"]) == ("市委宣传部", "市委宣传部")


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("{clause: 步1, title: 公示, line: 2, workdays: 5}", "publicity"),
        ("{clause: 步1, title: 自评, line: 2, column: self}", "self_rating"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused(step: str, words: str, tmp_path: Path) -> None:
    text = (Path(__file__).parent / "own/rulebooks/village-branches.yaml").read_text(encoding="utf-8")
    path = tmp_path / "village-branches.yaml"
    path.write_text(f"{text}procedure:\n  - {step}\n", encoding="utf-8")
    with pytest.raises(FileError) as error:
        load_rubric(path)
    assert words in str(error.value)
