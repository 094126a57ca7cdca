"""Places, grades by place and points, and what follows over two years, on the rulebook that ranks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from rubrics import Facts, Judgement, Rubric, ScoreSheet, Unit, load_catalog, score
from rubrics.ranking import Standing, rank
from rubrics.rulebooks import lay_over
from rubrics.schema.rulebook import Overlay

ON = date(2020, 12, 31)
SHEET = {"组E3.2": "0.5", "组F": "32", "作": "20", "廉": "25", "改": "20", "严": "25"}


def whole() -> Rubric:
    """city-2020 with the points of the clauses whose text is missing, so that a total can be given."""
    overlay = Overlay.model_validate({"overlay": "city-2020", "title": "补全", "points": SHEET})
    return lay_over(load_catalog()["city-2020"], overlay)


def county(rubric: Rubric, name: str, points: str, *, kind: str = "县") -> tuple[Unit, ScoreSheet]:
    """A county whose sections add up to so many points, all of them judged; satisfaction in the same proportion."""
    unit = Unit(name, name, attributes={"类别": kind, "乡镇": "有", "有乡镇": True, "乡镇数": 10})
    left = Decimal(points)
    judgements = []
    for clause, full in (("重", 15), ("思", 35), ("组", 60), ("作", 20), ("廉", 25), ("改", 20), ("严", 25)):
        given = min(left, Decimal(full))
        left -= given
        judgements.append(Judgement(clause, "assessor", ON, "考核组", given))
    assert left == 0
    facts = Facts(unit, judgements=tuple(judgements))
    sheet = score(rubric, facts, ON)
    return unit, sheet


def ranked(totals: list[str], before: dict[str, list[str]] | None = None) -> dict[str, Standing]:
    """Counties c0, c1, ... with so many points of the sections, and full satisfaction's share left open for none."""
    rubric = whole()
    rubric = _without_mix(rubric)
    scored = [county(rubric, f"c{n}", points) for n, points in enumerate(totals)]
    return {s.unit: s for s in rank(rubric, scored, before)}


def _without_mix(rubric: Rubric) -> Rubric:
    return replace(rubric, book=rubric.book.model_copy(update={"mix": ()}))


def test_the_first_three_and_the_last_two_at_or_under_150() -> None:
    found = ranked(["190", "180", "170", "160", "150", "149"])
    assert [s.place for s in found.values()] == [1, 2, 3, 4, 5, 6]
    assert [s.grade for s in found.values()] == ["先进单位"] * 3 + ["达标单位"] + ["未达标单位"] * 2


def test_the_last_two_above_150_are_no_failures() -> None:
    found = ranked(["190", "180", "170", "160", "150.01", "150.02"])
    assert [s.grade for s in found.values()] == ["先进单位"] * 3 + ["达标单位"] * 3


def offices(totals: list[str]) -> list[Standing]:
    """Units of the city, o0, o1, ..., all of whose points are annex 2's."""
    overlay = Overlay.model_validate({"overlay": "city-2020", "title": "补全", "points": SHEET | {"附件2": "100"}})
    rubric = _without_mix(lay_over(load_catalog()["city-2020"], overlay))
    scored = []
    for n, points in enumerate(totals):
        unit = Unit(f"o{n}", f"o{n}", attributes={"类别": "市直单位"})
        judged = Judgement("附件2", "assessor", ON, "考核组", Decimal(points))
        scored.append((unit, score(rubric, Facts(unit, judgements=(judged,)), ON)))
    return list(rank(rubric, scored))


def test_of_the_citys_units_the_first_ten_and_the_last_five_at_or_under_75() -> None:
    low = ["75.01", "75", "74", "73", "72"]
    found = offices([str(99 - n) for n in range(12)] + low)
    assert [s.grade for s in found] == ["先进单位"] * 10 + ["达标单位"] * 3 + ["未达标单位"] * 4
    follows = [{clause for clause, _ in s.follows} for s in found]
    assert [("七(一).b" in f, "七(二).b" in f) for f in follows] == (
        [(False, False)] * 7 + [(True, False)] * 7 + [(True, True)] * 3
    )  # the last ten of seventeen, the last three
    found = offices([str(99 - n) for n in range(10)] + ["75", "74", "73", "72", "71", "70"])
    assert [s.grade for s in found[10:]] == ["达标单位"] + [
        "未达标单位"
    ] * 5  # the sixth from the end is not one of the last five


def test_units_that_tie_share_the_better_place() -> None:
    found = ranked(["190", "180", "170", "170", "140", "140"])
    assert [s.place for s in found.values()] == [1, 2, 3, 3, 5, 5]
    assert [s.grade for s in found.values()] == ["先进单位"] * 4 + ["未达标单位"] * 2


def test_what_follows_a_place_and_a_grade_and_two_years_of_it() -> None:
    found = ranked(["190", "180", "170", "160", "140", "130"], {"c5": ["未达标单位"], "c4": ["达标单位"]})
    follows = {unit: {clause for clause, _ in s.follows} for unit, s in found.items()}
    assert follows["c2"] == set()
    assert follows["c3"] == {"七(一).a"}  # the last three
    assert follows["c4"] == {"七(一).a", "七(三).a"}
    assert follows["c5"] == {"七(一).a", "七(二).a", "七(三).a", "七(三).b"}  # last, and failing for the second year


def test_while_totals_are_open_places_are_ranges() -> None:
    rubric = load_catalog()["city-2020"]
    units = [Unit(name, name, attributes={"类别": "县"}) for name in "abcde"]
    found = rank(rubric, [(unit, score(rubric, Facts(unit), ON)) for unit in units])
    assert [(s.best, s.worst, s.place, s.grade) for s in found] == [(1, 5, None, None)] * 5


def test_counties_and_city_units_are_ranked_apart() -> None:
    rubric = _without_mix(whole())
    pools = [county(rubric, "c", "160"), county(rubric, "d", "170")]
    office = Unit("o", "o", attributes={"类别": "市直单位"})
    pools.append((office, score(rubric, Facts(office), ON)))
    sizes = {s.unit: s.size for s in rank(rubric, pools)}
    assert sizes == {"c": 2, "d": 2, "o": 1}
