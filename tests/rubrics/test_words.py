"""What people read of a sheet, word for word: 积分, 等次, 还差什么, for a branch in November."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from rubrics import (
    Activity,
    Facts,
    Finding,
    Headcount,
    Judgement,
    ScoreSheet,
    Unit,
    grade,
    load_catalog,
    next_steps,
    score,
    summary,
)
from rubrics.steps import steps

UNIT = Unit("b", "机关第一支部", headcounts=(Headcount(date(2020, 1, 1), 6),))


def november(name: str, *more: Activity) -> ScoreSheet:
    """The sheet of a branch that met every month until October."""
    kept = [
        Activity(month, "b", "themed_party_day", date(2026, month, 20), {"topic": "学", "expected": 6, "present": 6})
        for month in range(1, 11)
    ]
    return score(load_catalog()[name], Facts(UNIT, (*kept, *more)), date(2026, 11, 22))


def test_points_in_short() -> None:
    assert summary(november("qianjiang-2017.example-points")).split("\n")[:3] == [
        "**量化考核** 示例分值（原附件未收录） 2026年：9～80.42/97分",
        "已得9，还可能得71.42，已失16.58",  # lost: 5 information, 1 talks, 35/6 meetings, 4.75 dues
        "待评审27条，待佐证2条",
    ]


def test_points_missing_say_so() -> None:
    text = summary(november("qianjiang-2017"))
    assert "原附件的分值表没有收录" in text
    assert "分/" not in text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("qianjiang-2017.example-points", "**量化考核** 示例分值（原附件未收录）：规则没有规定等次"),
        ("shaoxing-2018", "**五星双优**：规则没有规定等次"),
        (
            "health-branches",
            "**支部考核评价**：原附件的分值表没有收录，只列义务和佐证，不计总分。管理员补上分值表后即可计分。",
        ),
    ],
)
def test_grades_are_not_invented(name: str, words: str) -> None:
    assert grade(november(name)).startswith(words)


def test_a_grade_that_is_open_is_a_range() -> None:
    assert "还不能定，在较差～良好之间（0～88.89分）" in grade(november("health-branches.example-points"))


def test_next_steps_bring_most_for_each_thing_to_do_first() -> None:
    sheet = november("qianjiang-2017.example-points")
    found = steps(sheet)
    worth = [step.gain / step.times for step in found]
    assert worth == sorted(worth, reverse=True)
    text = next_steps(sheet)
    assert text.startswith("**量化考核还差** 示例分值（原附件未收录）\n1. （一）3 有计划、有阶段总结 +3分")
    assert "已拿不到：" in text
    assert "等考评员评：" in text


def test_false_entries_do_not_count_and_cost_twice_their_value() -> None:
    rubric = load_catalog()["shaoxing-2018"]
    nights = tuple(Activity(n, "b", "night_study", date(2018, n, 9), {"topic": "学"}) for n in range(1, 9))
    false = Finding("falsification", "学2.b", date(2018, 12, 1), numbers=(1, 2))
    sheet = score(rubric, Facts(UNIT, nights, findings=(false,)), date(2018, 12, 31))
    line = next(line for line in sheet.lines if line.clause == "学2.b")
    assert str(line.points) == "0.6"  # 6 x 0.3 - 2 x 2 x 0.3
    assert [refused.reason for refused in line.refused] == ["false_entry", "false_entry"]


def test_a_judgement_of_another_rulebook_is_not_taken() -> None:
    rubric = load_catalog()["health-branches.example-points"]
    for owner, points in (("qianjiang-2017", None), ("health-branches", "4"), (None, "4")):
        judged = Judgement("（一）1", "assessor", date(2026, 11, 1), "王", Decimal(4), rubric=owner)
        sheet = score(rubric, Facts(UNIT, judgements=(judged,)), date(2026, 11, 22))
        line = next(line for line in sheet.lines if line.clause == "（一）1")
        assert (None if line.points is None else str(line.points)) == points
