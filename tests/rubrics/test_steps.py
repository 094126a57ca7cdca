"""还差什么: each thing to do by itself, the cheapest first, and what it really brings when it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rubrics import Activity, Facts, Headcount, Judgement, Rubric, Unit, load_catalog, next_steps, score
from rubrics.steps import steps

TODAY = date(2026, 11, 20)
BRANCH = Unit("b", "机关第一支部", headcounts=(Headcount(date(2020, 1, 1), 12, committee=3, groups=(6, 6)),))


def met(kind: str, *days: str, **slots: object) -> tuple[Activity, ...]:
    """Activities of a kind on days of 2026, all present."""
    told: dict[str, object] = {"topic": "议", "expected": 12, "present": 12, **slots}
    return tuple(Activity(0, "b", kind, date.fromisoformat(f"2026-{day}"), told) for day in days)


def facts(*groups: tuple[Activity, ...]) -> Facts:
    """Facts of the branch, the activities numbered."""
    told = (activity for group in groups for activity in group)
    return Facts(BRANCH, tuple(replace(activity, number=n) for n, activity in enumerate(told, 1)))


def health() -> Rubric:
    return load_catalog()["health-branches.example-points"]


def test_a_meeting_that_brings_much_comes_before_many_that_bring_little() -> None:
    """（二）4 is worth 15: the assembly, the lecture and the leader's lecture 3 each, one group meeting 3/48."""
    held = facts(met("committee_meeting", *(f"{m:02d}-05" for m in range(1, 12))))
    found = {step.words: step for step in steps(score(health(), held, TODAY)) if step.clause == "（二）4"}
    leader = found["领导党课或形势报告 还要1次"]
    assert (leader.gain, leader.times) == (Decimal(3), 1)  # 15 / 5
    group = next(step for words, step in found.items() if words.startswith("党小组会"))
    assert group.times == 8  # two groups, twice in November and in December
    assert group.gain == Decimal(15) / 5 * 8 / 48
    order = [step.words for step in steps(score(health(), held, TODAY)) if step.clause == "（二）4"]
    assert order.index("领导党课或形势报告 还要1次") < order.index(next(w for w in order if w.startswith("党小组会")))


def test_a_step_brings_what_it_says() -> None:
    """Done, every step of one kind raises the clause by its gain."""
    held = facts(met("committee_meeting", "01-05"), met("member_assembly", "02-05"))
    before = score(health(), held, TODAY)
    kinds = {"领导党课或形势报告": "situation_report", "党员大会": "member_assembly", "支委会": "committee_meeting"}
    days = {"situation_report": ["12-01"], "member_assembly": ["12-01"], "committee_meeting": ["11-21", "12-01"]}
    for step in steps(before):
        kind = kinds.get(step.words.split(" ")[0]) if step.clause == "（二）4" else None
        if kind is None:
            continue
        done = facts(held.activities, met(kind, *days[kind]))
        assert len(days[kind]) == step.times
        after = score(health(), done, date(2026, 12, 2))
        lines = [next(x for x in sheet.lines if x.clause == step.clause) for sheet in (before, after)]
        assert abs(lines[1].floor - lines[0].floor - step.gain) < Decimal("1E-9"), step


def test_what_comes_with_a_meeting_is_added_to_it() -> None:
    """组织生活会 of the second half-year brings half of its own point and the whole one that all took part."""
    rubric = load_catalog()["qianjiang-2017.example-points"]
    found = [step for step in steps(score(rubric, facts(), TODAY)) if step.clause == "（三）1"]
    life = next(step for step in found if step.words.startswith("组织生活会"))
    assert (life.gain, life.times) == (Decimal("1.5"), 1)  # 10 x (1/2 + 1) / 10


def test_steps_never_promise_more_than_a_clause_can_still_bring() -> None:
    for name, rubric in load_catalog().items():
        sheet = score(rubric, facts(met("member_assembly", "02-05")), TODAY)
        for line in sheet.lines:
            promised = sum((step.gain for step in steps(sheet) if step.clause == line.clause), Decimal(0))
            assert promised <= line.ceiling - line.floor + Decimal("1E-9"), (name, line)


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (("party_work_report", "party_work_report"), "群团再有1次即满分"),
        (("mass_work_report",), "机关党建再有2次即满分"),
        ((), "再有3次即满分（机关党建至多2次、群团至多1次）"),
    ],
)
def test_of_several_groups_those_that_still_bring_something_are_named(kinds: tuple[str, ...], words: str) -> None:
    held = facts(*(met(kind, f"0{n}-05") for n, kind in enumerate(kinds, 1)))
    sheet = score(load_catalog()["shaoxing-2018"], held, TODAY)
    assert next(line for line in sheet.lines if line.clause == "规1.a").missing == words


def test_a_limit_a_period_is_told_with_what_is_left() -> None:
    sheet = score(load_catalog()["shaoxing-2018"], facts(), date(2026, 3, 1))
    assert next(line for line in sheet.lines if line.clause == "学3.b").missing == "再有2次即满分（每半年至多计1次）"


def test_a_period_that_lacks_some_is_not_said_to_have_none() -> None:
    told = [f"{m:02d}-{d}" for m in range(1, 11) for d in ("05", "19") if (m, d) != (3, "19")]
    held = facts(*(met("group_meeting", *told, group=group) for group in (1, 2)))
    line = next(x for x in score(health(), held, TODAY).lines if x.clause == "（二）4")
    assert "党小组会 3月少2次，还要8次" in line.missing
    assert "党小组会 3月没有" not in next_steps(score(health(), held, TODAY))


def test_of_alternatives_only_what_is_better_than_the_best_so_far_is_gained() -> None:
    """创2.c: a standard place is worth 3, any place 2; who has the one gains nothing by the other."""
    rubric = load_catalog()["shaoxing-2018"]
    proved = Judgement("创2.c.1", "assessor", date(2026, 6, 1), "工委", met=True)
    found = {step.clause: step.gain for step in steps(score(rubric, Facts(BRANCH), TODAY))}
    assert (found["创2.c.1"], found["创2.c.2"]) == (3, 2)
    found = {step.clause: step.gain for step in steps(score(rubric, Facts(BRANCH, judgements=(proved,)), TODAY))}
    assert "创2.c.1" not in found
    assert "创2.c.2" not in found
    proved = replace(proved, clause="创2.c.2")
    found = {step.clause: step.gain for step in steps(score(rubric, Facts(BRANCH, judgements=(proved,)), TODAY))}
    assert found["创2.c.1"] == 1
