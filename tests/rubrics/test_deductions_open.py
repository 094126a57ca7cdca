"""Points off for each that is missing, while the year still runs: what can still be missed is not earned yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from rubrics import Activity, Facts, Line, Person, ScoreSheet, Unit, duties, load_catalog, load_rubric, score
from rubrics.steps import steps
from tests.rubrics.cases import HERE

VILLAGE = load_rubric(HERE / "own" / "rulebooks" / "village-branches.yaml")
UNIT = Unit("b", "东村支部")
MAY = date(2025, 5, 31)
HELD = Facts(
    UNIT, tuple(Activity(m, "b", "committee_meeting", date(2025, m, 5), {"topic": "议"}) for m in (1, 2, 4, 5))
)


def line(sheet: ScoreSheet, clause: str) -> Line:
    return next(line for line in sheet.lines if line.clause == clause)


def test_what_can_still_be_missed_is_not_earned() -> None:
    """30: one committee meeting and one assembly missed (2 + 3), seven and three to come (7 x 2, 9 - 3 at most)."""
    found = line(score(VILLAGE, HELD, MAY), "一1")
    assert (found.points, found.floor, found.ceiling) == (None, 5, 25)
    assert (found.earned, found.reachable, found.lost) == (5, 20, 5)
    assert found.arithmetic == "满分30 - 少开支委会1次 × 2 - 少开党员大会1次 × 3"
    assert found.missing == (
        "少开支委会：3月没有，还要7次，少一次扣2分；少开党员大会：第1季度没有，还要3次，少一次扣3分，至多扣9分"
    )


def test_it_is_among_what_is_still_to_do_and_in_the_duties() -> None:
    [step] = [step for step in steps(score(VILLAGE, HELD, MAY)) if step.clause == "一1"]
    assert (step.gain, step.times) == (20, 10)
    june = (date(2025, 6, 1), date(2025, 6, 30))
    owed = {duty.label: (duty.clause, duty.needed, duty.due) for duty in duties([VILLAGE], HELD, june, MAY)}
    assert owed == {"支委会": ("一1", 1, june[1]), "支部党员大会": ("一1", 1, june[1])}


def test_over_the_year_it_comes_to_what_it_came_to() -> None:
    found = line(score(VILLAGE, HELD, date(2025, 12, 31)), "一1")
    assert (found.points, found.floor, found.ceiling, found.todo) == (5, 5, 5, 0)  # 30 - 8 x 2 - 9 at most


def test_who_can_still_take_part_is_not_lost() -> None:
    """规3.c by the reading that each leader counts: nobody has taken part by May, and nothing is lost for it."""
    rubric = load_catalog()["shaoxing-2018"].with_readings({"leaders-coverage": "each_person"})
    people = (Person("甲", roles=("领导干部",)), Person("乙", roles=("领导干部",)))
    lecture = Activity(1, "b", "leader_lecture", date(2025, 3, 5), {"people": ("甲",)})
    found = line(score(rubric, Facts(UNIT, (lecture,), people=people), MAY), "规3.c")
    assert (found.floor, found.ceiling) == (0, 1)  # 0.2 - 0.2 for 乙
    closed = line(score(rubric, replace(Facts(UNIT, (lecture,)), people=people), date(2025, 12, 31)), "规3.c")
    assert (closed.points, closed.ceiling) == (0, 0)
