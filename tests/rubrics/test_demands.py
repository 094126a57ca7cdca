"""How often rulebooks ask for something: told as duties are reckoned, and of what is open named as such."""

from __future__ import annotations

from datetime import date

import pytest

from rubrics import Facts, Headcount, Unit, counting, demands, duties, load_activities, load_catalog

TODAY = date(2026, 12, 31)  # the last day of every period there is, so that each is due on it
MEMBERS = Headcount(since=date(2026, 1, 1), full=22, probationary=2, committee=5, groups=(8, 8, 8))
FACTS = Facts(unit=Unit("first", "机关第一支部", headcounts=(MEMBERS,)), activities=())


@pytest.mark.parametrize("key", sorted(load_catalog()))
def test_a_demand_of_the_present_period_is_a_duty_with_the_same_figures(key: str) -> None:
    rubric = load_catalog()[key]
    owed = {(d.label, d.period, d.needed, d.done) for d in duties([rubric], FACTS, (date(2026, 12, 1), TODAY), TODAY)}
    for kind in load_activities().kinds:
        for demand in demands([rubric], FACTS, TODAY, frozenset((kind,))):
            figures = {(label, e.span, e.needed, e.done) for label, e in demand.now}
            assert figures <= owed or demand.every == "week"  # a week may end in January


def test_what_the_unit_has_not_is_not_asked_of_it() -> None:
    small = Headcount(since=date(2026, 1, 1), full=6, probationary=0, committee=0, groups=())
    facts = Facts(unit=Unit("second", "机关第二支部", headcounts=(small,)), activities=())
    book = load_catalog()["health-branches"]
    [meeting] = demands([book], facts, TODAY, frozenset(("committee_meeting",)))
    [groups] = demands([book], facts, TODAY, frozenset(("group_meeting",)))
    assert (meeting.every, meeting.times, meeting.asked, meeting.now) == ("month", 1, False, ())
    assert not groups.asked


def test_a_frequency_that_the_source_leaves_open_says_so() -> None:
    book = load_catalog()["qianjiang-2017.example-points"]
    [meeting] = demands([book], FACTS, TODAY, frozenset(("committee_meeting",)))
    [life] = demands([book], FACTS, TODAY, frozenset(("organizational_life_meeting",)))
    assert ["三会一课多久一次" in reading for reading in meeting.readings] == [True]
    assert life.readings == ()


def test_what_is_only_counted_names_its_clauses() -> None:
    book = load_catalog()["shaoxing-2018"]
    kinds = frozenset(("member_assembly",))
    found = counting([book], TODAY, kinds)
    assert not demands([book], FACTS, TODAY, kinds)
    assert "三会一课" in [clause.title for _, clause in found]
