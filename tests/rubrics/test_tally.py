"""What a year comes to: the mix, columns side by side, bonus and deductions, open lines, places only where ranked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from rubrics import Facts, Finding, Headcount, Judgement, Result, Tally, Unit, items, load_catalog, placed, tally

TODAY = date(2026, 12, 20)
OWN = load_catalog(Path(__file__).parent / "own/rulebooks")
CATALOG = load_catalog()
BRANCH = Unit("first", "一支部", None, (Headcount(date(2025, 1, 1), 22, 2, committee=5, groups=(8, 8, 8)),))


def rated(key: str, facts: Facts, **columns: str) -> Facts:
    """Every clause rated in the columns: full (全满分) or none (零分)."""
    rubric = CATALOG[key]
    given = tuple(
        Judgement(i.id, column, TODAY, column, i.maximum if how == "full" else Decimal(0), year=2026, rubric=rubric.id)
        for column, how in columns.items() for i in items(rubric, facts, TODAY, 2026)
    )  # fmt: skip
    return replace(facts, judgements=given)


def of_branch(key: str, **columns: str) -> Tally:
    """The branch's year, rated so."""
    return tally(CATALOG[key], rated(key, Facts(BRANCH), **columns), TODAY, 2026)


def test_qianjiang_weighs_self_and_assessor() -> None:
    made = of_branch("qianjiang-2017.example-points", self="full", assessor="none")
    assert made.total == 30
    assert made.columns == (("self", Decimal(100)), ("assessor", Decimal(0)))
    assert made.mixed == "自评100 × 30% + 考评0 × 70%"
    assert (made.open, made.refusal, made.grade, made.place) == ((), "", None, None)


def test_health_takes_the_assessors_column_and_gives_the_grade() -> None:
    made = of_branch("health-branches.example-points", self="none", assessor="full")
    assert (made.total, made.grade, made.mixed) == (100, "优秀", "")
    assert made.columns == (("self", Decimal(0)), ("assessor", Decimal(100)))


def test_what_is_not_rated_is_open_and_has_no_total() -> None:
    made = of_branch("health-branches.example-points", self="full")
    assert made.total is None
    assert len(made.open) > 10
    assert dict(made.columns)["assessor"] is None


def test_jilin_has_columns_side_by_side_and_no_total() -> None:
    hospital = Unit("h", "医院", None, (Headcount(date(2025, 1, 1), 120, committee=7),), {"医院等级": "三级"})
    facts = rated("jilin-hospitals", Facts(hospital), self="full", acceptance="none", department="full")
    made = tally(CATALOG["jilin-hospitals"], facts, TODAY, 2026)
    assert made.total is None
    assert made.columns == (("self", Decimal(100)), ("acceptance", Decimal(0)), ("department", Decimal(100)))
    assert "不另算总分" in made.refusal
    assert made.grade is None


def test_city_weighs_the_work_against_satisfaction_and_refuses_a_total_of_a_text_cut_off() -> None:
    county = Unit("c", "县", None, (), {"类别": "县"})
    facts = rated("city-2020", Facts(county), assessor="full")
    facts = replace(
        facts,
        results=(Result("满意度", Decimal("0.9"), TODAY, year=2026),),
        findings=(Finding("deduction", "五(二)", TODAY, points=Decimal(2), year=2026, rubric="city-2020"),),
    )
    made = tally(CATALOG["city-2020"], facts, TODAY, 2026)
    assert made.total is None
    assert "原文有缺失" in made.refusal
    assert (made.bonus, made.taken, made.open) == (3, 2, ())


def test_a_veto_stands_for_the_grade() -> None:
    hit = Finding("veto", "业底1", TODAY, year=2026, rubric="shaoxing-2018")
    organ = Unit("o", "机关", None, (Headcount(date(2025, 1, 1), 30, committee=5),))
    facts = replace(rated("shaoxing-2018", Facts(organ), assessor="full"), findings=(hit,))
    assert tally(CATALOG["shaoxing-2018"], facts, TODAY, 2026).grade == "一票否决"


def test_a_bottom_line_without_its_points_is_open() -> None:
    hit = Finding("bottom_line", "学底1", TODAY, year=2026, rubric="shaoxing-2018")
    organ = Unit("o", "机关", None, (Headcount(date(2025, 1, 1), 30, committee=5),))
    made = tally(CATALOG["shaoxing-2018"], replace(rated("shaoxing-2018", Facts(organ), assessor="full"),
                                                   findings=(hit,)), TODAY, 2026)  # fmt: skip
    assert made.total is None
    assert ("学底1", "上级精神传达不到位") in made.open


def test_places_and_what_follows_come_from_the_whole_pool_and_the_years_before() -> None:
    rubric = OWN["enterprise-committee"]
    units = [Unit(n, n, None, (), {"党建经费": "2000", "党员人数": "10"}) for n in ("甲厂", "乙厂", "丙厂")]
    points = {"甲厂": 30, "乙厂": 20, "丙厂": 0}
    found = []
    for unit in units:
        given = [
            Judgement(i.id, "assessor", TODAY, "王", min(i.maximum, Decimal(points[unit.id])), year=2026)
            for i in items(rubric, Facts(unit), TODAY, 2026)
        ]
        found.append((unit, tally(rubric, Facts(unit, judgements=tuple(given)), TODAY, 2026)))
    best, middle, last = placed(rubric, found, {"丙厂": ["后进"]})
    assert (best.place, middle.place, last.place) == (1, 1, 3)  # 30 and 20 both fill every clause: they tie
    assert (best.size, last.grade) == (3, "后进")
    assert last.follows == (("果1", "约谈"), ("果2", "调整"))


def test_where_the_rulebook_does_not_rank_there_is_no_place() -> None:
    made = of_branch("qianjiang-2017.example-points", self="full", assessor="full")
    other = replace(BRANCH, id="second")
    low = tally(CATALOG["qianjiang-2017.example-points"], Facts(other), TODAY, 2026)
    for one in placed(CATALOG["qianjiang-2017.example-points"], [(BRANCH, made), (other, low)]):
        assert (one.place, one.size) == (None, 0)
