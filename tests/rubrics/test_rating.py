"""What can be rated: the record's own points first, bounds and steps kept, and a sheet rated whole has a total."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrics import Activity, Facts, Headcount, Item, Judgement, Unit, column_sheet, items, load_catalog, score

TODAY = date(2026, 12, 5)
BRANCH = Unit("first", "一支部", None, (Headcount(date(2025, 1, 1), 22, 2, committee=5, groups=(8, 8, 8)),))
CATALOG = load_catalog()
RATEABLE = sorted(key for key, rubric in CATALOG.items() if not rubric.points_missing)


def rateable(key: str, *activities: Activity) -> tuple[Item, ...]:
    """The clauses of a rulebook that the branch rates."""
    return items(CATALOG[key], Facts(BRANCH, activities), TODAY, 2026)


def test_every_clause_of_the_branch_rulebooks_is_rated_once_and_they_sum_to_the_full_mark() -> None:
    for key, clauses in (("qianjiang-2017.example-points", 28), ("health-branches.example-points", 30)):
        found = rateable(key)
        assert len(found) == clauses
        assert sum(item.maximum for item in found) == 100


def test_a_rulebook_without_points_has_nothing_to_rate() -> None:
    assert rateable("qianjiang-2017") == ()


def test_a_clause_is_as_wide_as_the_record_can_compute_it() -> None:
    found = {item.id: item for item in rateable("qianjiang-2017.example-points")}
    assert found["（三）4"].kind == "computed"
    assert "（三）4.a" not in found
    assert found["（一）1"].kind == "judged"
    assert (found["（一）3"].kind, found["（一）3"].met, found["（一）3"].unmet) == ("attested", 3, 0)


def test_a_fact_within_a_condition_is_asked_with_what_it_would_bring() -> None:
    done = Activity(1, "first", "democratic_appraisal", date(2026, 11, 3))
    item = next(i for i in rateable("qianjiang-2017.example-points", done) if i.id == "（三）3")
    assert (item.kind, item.plain, item.met, item.unmet) == ("attested", False, 3, Decimal("1.5"))


@pytest.mark.parametrize("key", RATEABLE)
@given(data=st.data())
@settings(deadline=None)
def test_what_an_item_takes_the_scoring_takes_too(key: str, data: st.DataObject) -> None:
    """Whatever points an item does not refuse lie within the clause and count; what it refuses would not have."""
    item = data.draw(st.sampled_from(rateable(key)))
    points = data.draw(st.decimals(-3, 12, places=2) | st.integers(-1, 12).map(Decimal))
    rating = Judgement(item.id, "assessor", TODAY, "王", points=points, rubric=CATALOG[key].id, year=2026)
    sheet = column_sheet(CATALOG[key], Facts(BRANCH, judgements=(rating,)), "assessor", TODAY, 2026)
    line = next(line for line in sheet.lines if line.clause == item.id)
    reasons = {refused.reason for refused in line.refused}
    if item.refuses(points):
        assert not 0 <= points <= item.maximum or reasons & {"out_of_range", "wrong_step"}
    else:
        assert line.points == points
        assert 0 <= points <= item.maximum


def test_a_sheet_that_both_columns_rated_whole_has_a_total_by_their_weights() -> None:
    """Also where a clause was rated as a whole whose parts the record computes."""
    rubric = CATALOG["qianjiang-2017.example-points"]
    given = tuple(
        Judgement(i.id, column, TODAY, column, points=i.maximum if column == "self" else Decimal(0))
        for i in rateable("qianjiang-2017.example-points") for column in ("self", "assessor")
    )  # fmt: skip
    sheet = score(rubric, Facts(BRANCH, judgements=given), TODAY)
    assert sheet.total == 30
    assert {line.state for line in sheet.lines} == {"certain"}


def test_a_record_sent_back_is_listed_and_does_not_count() -> None:
    rubric = CATALOG["qianjiang-2017.example-points"]
    done = Activity(7, "first", "heart_to_heart_talk", date(2026, 11, 3), returned_on=TODAY)
    line = next(x for x in score(rubric, Facts(BRANCH, (done,)), TODAY).lines if x.clause == "（二）4")
    assert line.points == 0
    assert [(r.number, r.reason) for r in line.refused] == [(7, "returned")]
