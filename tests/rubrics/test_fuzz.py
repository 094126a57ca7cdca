"""Files with slips in them, made at random: each loads and scores, or says what is wrong; none breaks."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrics import Rubric, detail, duties, explain, load_catalog, load_overlay, load_rubric, score
from rubrics.factsfile import load_facts
from rubrics.lint import check
from rubrics.lint_facts import check_facts
from rubrics.passed_over import passed_over
from rubrics.rulebooks import CATALOG, lay_over
from rubrics.strict_yaml import FileError
from tests.rubrics import strategies
from tests.rubrics.cases import HERE

Thing = TypeVar("Thing")
BOOKS = sorted(path for folder in (CATALOG, HERE / "own" / "rulebooks") for path in folder.glob("*.yaml"))
FACTS = """\
unit: {id: u, name: 单位, founded_on: 2020-01-01, attributes: {类别: 县, 任期届满日: 2025-09-30, 考核日: 2025-12-20},
  headcounts: [{since: 2020-01-01, full: 12, probationary: 2, committee: 3, groups: [7, 7]}]}
subunits:
  - {id: b1, parent: u, attributes: {类型: 支部}}
  - {id: b2, parent: u}
facts:
  - {kind: committee_meeting, times: 11, per: month, topic: 议, expected: 3, present: 3}
  - {kind: 主题党日, on: 2025-03-05, unit: b1, number: 40, topic: 学, expected: 20, present: 19, hours: 2}
  - {kind: themed_party_day, on: 2025-06-05, unit: b2, expected: 20, present: 17, evidence: [platform]}
  - {kind: absentee_briefing, on: 2025-06-09, unit: b2, about: 14, count: 3, means: 电话}
  - {kind: dues_collected, on: 2025-04-05, months: [2025-03, 2025-04], amount: 12000}
  - {kind: commendation, on: 2025-01-05, level: 省委, project: 甲}
  - {kind: group_meeting, on: 2025-01-06, times: 20, per: two_weeks, group: 1, withdrawn_on: 2025-10-01}
  - {kind: party_staff_training, on: 2025-02-06, share: 1/3, people: [甲, 乙]}
judgements:
  - {clause: 学1.c, column: assessor, on: 2025-12-01, by: 王, points: 1, rubric: shaoxing-2018}
  - {clause: 设置-5, column: department, on: 2025-12-01, by: 王, met: true, rubric: jilin-hospitals}
findings:
  - {kind: criticism, clause: 学2.b, on: 2025-05-01, times: 2, rubric: shaoxing-2018}
  - {kind: falsification, clause: 规3.b.2, on: 2025-05-02, numbers: [40], rubric: shaoxing-2018}
results:
  - {name: 智慧党建APP安装率, value: 61%, on: 2025-11-01}
people:
  - {id: 甲, roles: [党员, 班子成员], values: {学时: 24}}
  - {id: 乙, roles: [党员]}
"""
WORDS = (
    "[]", "{}", "", "0", "-1", "99999999", "1/0", "month", "true", "~", "[1, 2]", "{a: 1}", "02-29", "12-31",
    "2024-02-29", "100%", "own", "every_branch", "二", "“", "x" * 3000,
    "{by_reading: partly-met, assess: 1, proportional: 2, none: 3}",
)  # fmt: skip


def slipped(text: str, rng: random.Random) -> str:
    """A few small mistakes such as people make: a line doubled, lost, moved or pushed in, a key or a value that stands
    elsewhere, a word or a figure that makes no sense there."""
    rows = text.split("\n")
    for _ in range(rng.randint(1, 3)):
        index, other = rng.randrange(len(rows)), rng.choice(rows)
        row = rows[index]
        match rng.randrange(7):
            case 0:
                rows.insert(index, row)
            case 1:
                rows[index] = ""
            case 2:
                rows[index] = "  " + row
            case 3:
                rows[index] = other
            case 4:
                rows[index] = _swapped(row, other, r"\w+(?=:)", rng)
            case 5:
                rows[index] = _swapped(row, other, r"\{[^{}]*\}", rng)
            case _:
                rows[index] = row.replace(rng.choice(re.findall(r"[\w.%-]+", row) or [""]), rng.choice(WORDS), 1)
    return "\n".join(rows)


def _swapped(row: str, other: str, pattern: str, rng: random.Random) -> str:
    mine, theirs = re.findall(pattern, row), re.findall(pattern, other)
    return row.replace(rng.choice(mine), rng.choice(theirs), 1) if mine and theirs else row


def used(rubric: Rubric, facts: strategies.Facts, on: date) -> None:
    """All that is made of a rulebook and facts; a day that an attribute doesn't hold is a mistake of the file."""
    try:
        sheet = score(rubric, facts, on)
    except FileError:
        return
    assert detail(sheet)
    for line in sheet.lines:
        assert explain(sheet, line.clause)
    passed_over(rubric, facts, sheet)
    duties([rubric], facts, (date(2025, 5, 1), date(2025, 5, 31)), on)


@settings(deadline=None, max_examples=150)
@given(seed=st.integers(0, 2**32), source=st.sampled_from(BOOKS), on=st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_rulebooks_with_slips_load_and_score_or_say_why(
    tmp_path_factory: pytest.TempPathFactory, seed: int, source: Path, on: date
) -> None:
    rng = random.Random(seed)
    path = tmp_path_factory.getbasetemp() / "fuzzed.yaml"
    path.write_text(slipped(source.read_text(encoding="utf-8"), rng), encoding="utf-8")
    rubric, problems = _read(lambda: _loaded(path, source))
    if rubric is None:
        assert problems
        assert all("fuzzed" in problem for problem in problems), problems
        return
    check(rubric)
    activities = tuple(
        strategies.Activity(n, "u", rng.choice(strategies.KINDS), date(2025, rng.randint(1, 12), rng.randint(1, 28)),
                            {"expected": rng.randint(0, 5), "present": rng.randint(0, 5), "hours": rng.randint(0, 9)})
        for n in range(30)
    )  # fmt: skip
    facts = strategies.Facts(strategies.Unit("u", "u", attributes={"类别": "县"}), activities)
    for day in (on, date(2025, 12, 31)):
        used(rubric, facts, day)


def _read(load: Callable[[], Thing]) -> tuple[Thing | None, tuple[str, ...]]:
    """What is loaded, or why it isn't."""
    try:
        return load(), ()
    except FileError as error:
        return None, error.problems


def _loaded(path: Path, source: Path) -> Rubric:
    """A rulebook, or a score sheet laid over the rulebook it is for."""
    if "." not in source.stem:
        return load_rubric(path)
    overlay = load_overlay(path)
    known = load_catalog()
    return lay_over(known.get(overlay.overlay, known[source.stem.partition(".")[0]]), overlay, "fuzzed")


@settings(deadline=None, max_examples=150)
@given(seed=st.integers(0, 2**32), name=st.sampled_from(sorted(load_catalog())))
def test_facts_with_slips_score_or_say_why(tmp_path_factory: pytest.TempPathFactory, seed: int, name: str) -> None:
    rubric = load_catalog()[name]
    path = tmp_path_factory.getbasetemp() / "facts.yaml"
    path.write_text(slipped(FACTS, random.Random(seed)), encoding="utf-8")
    facts, problems = _read(lambda: load_facts(path, 2025))
    if facts is None:
        assert problems
        assert all("facts.yaml" in problem for problem in problems), problems
        return
    assert all(words for _, words in check_facts(rubric, facts))
    used(rubric, facts, date(2025, 12, 31))


def test_the_facts_without_slips_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(FACTS, encoding="utf-8")
    problems = check_facts(load_catalog()["shaoxing-2018"], load_facts(path, 2025))
    assert problems == ()
