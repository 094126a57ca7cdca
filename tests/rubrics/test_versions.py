"""A year is scored by the version that held in it, never by the newest; a score sheet goes with each."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from rubrics import (
    Activity,
    Facts,
    Headcount,
    Unit,
    column_sheet,
    duties,
    load_catalog,
    rubric_in_force,
    score,
)
from rubrics.rulebooks import CATALOG
from rubrics.tally import tally
from tests.rubrics.cases import HERE

BOOK = (HERE / "own" / "rulebooks" / "village-branches.yaml").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two versions of one rulebook: from 2027 on assemblies cost 5, not 3."""
    old = BOOK.replace("effective: {from: 2025-01-01}", "effective: {from: 2025-01-01, until: 2026-12-31}")
    new = BOOK.replace('version: "2025"', 'version: "2027"').replace("from: 2025-01-01", "from: 2027-01-01")
    new = new.replace("each: 3, most: 9", "each: 5, most: 9")
    (tmp_path / "village-2025.yaml").write_text(old, encoding="utf-8")
    (tmp_path / "village-2027.yaml").write_text(new, encoding="utf-8")
    return tmp_path


def test_the_version_of_the_scored_year(folder: Path) -> None:
    days = (date(2024, 6, 1), date(2026, 6, 1), date(2027, 1, 1), date(2030, 1, 1))
    versions = {day.year: rubric_in_force("village-branches", day, folder) for day in days}
    named = {year: rubric and rubric.version for year, rubric in versions.items()}
    assert named == {2024: None, 2026: "2025", 2027: "2027", 2030: "2027"}
    assert load_catalog(folder)["village-branches"].version == "2027"
    assert versions[2026] != versions[2027]
    assert versions[2026] is not None
    assert versions[2027] is not None
    assert versions[2026].hash != versions[2027].hash


def test_each_year_is_scored_by_the_version_of_its_own(folder: Path) -> None:
    newest = load_catalog(folder)["village-branches"]
    unit = Unit("u", "u", None, (Headcount(date(2025, 1, 1), 20),))
    done = tuple(
        Activity(n, "u", "member_assembly", date(year, 3, 1)) for n, year in enumerate((2026, 2027), 1)
    )  # fmt: skip
    for year in (2026, 2027):
        facts = Facts(unit, done)
        sheet = score(newest, facts, date(year, 12, 31))
        assert sheet.version == {2026: "2025", 2027: "2027"}[year]
        assert score(newest, facts, date(2027, 12, 31), year=year).version == sheet.version
        assert column_sheet(newest, facts, "assessor", date(2027, 12, 31), year).version == sheet.version
        assert tally(newest, facts, date(2027, 12, 31), year).sheet.version == sheet.version
        assert newest.of_year(on=date(year, 6, 1)).version == sheet.version
        assert newest.of_year(year).of_year(2026).version == "2025"  # every version knows the others
    assert newest.of_year(2019) == newest  # none held then


def test_duties_are_those_of_the_version_of_their_year(tmp_path: Path) -> None:
    text = (CATALOG / "health-branches.yaml").read_text(encoding="utf-8").replace("id: health-branches", "id: mine")
    old = text.replace("effective: {from: 2020-01-01}", "effective: {from: 2020-01-01, until: 2026-12-31}")
    new = text.replace("effective: {from: 2020-01-01}", "effective: {from: 2027-01-01}")
    for name, one in (("旧办法", old), ("新办法", new)):
        changed = re.sub("^short: .*$", f"short: {name}", one, flags=re.MULTILINE)
        (tmp_path / f"{name}.yaml").write_text(changed, encoding="utf-8")
    book = load_catalog(tmp_path)["mine"]
    facts = Facts(Unit("u", "u", None, (Headcount(date(2025, 1, 1), 20, committee=5),)))
    found = duties((book,), facts, (date(2026, 12, 1), date(2027, 3, 31)), date(2026, 12, 1))
    assert {(d.due.year, d.rubric_title) for d in found} == {(2026, "旧办法"), (2027, "新办法")}


def test_after_its_last_day_a_rulebook_gives_no_total(tmp_path: Path) -> None:
    text = BOOK.replace("effective: {from: 2025-01-01}", "effective: {from: 2025-01-01, until: 2026-12-31}")
    (tmp_path / "village.yaml").write_text(text, encoding="utf-8")
    book = load_catalog(tmp_path)["village-branches"]
    facts = Facts(Unit("u", "u"))
    assert score(book, facts, date(2026, 12, 31)).refusal == ""
    assert "只到2026-12-31为止，2027年的还没有" in score(book, facts, date(2027, 1, 1)).refusal


def test_a_score_sheet_made_for_the_newest_version_leaves_an_older_one_without_points(folder: Path) -> None:
    new = folder / "village-2027.yaml"
    new.write_text(new.read_text(encoding="utf-8").replace("clause: 一3", "clause: 一9"), encoding="utf-8")
    sheet = "overlay: village-branches\ntitle: 试\npoints: {一9: 5}\n"
    (folder / "village-branches.mine.yaml").write_text(sheet, encoding="utf-8")
    laid = load_catalog(folder)["village-branches.mine"]
    assert {edition.key for edition in laid.editions} == {"village-branches.mine"}
    assert [edition.overlay is not None for edition in laid.editions] == [False, True]
    assert laid.of_year(2026).version == "2025"


def test_a_sheet_names_its_version_and_hash() -> None:
    catalog = load_catalog()
    for rubric in catalog.values():
        sheet = score(rubric, Facts(Unit("u", "u")), date(2026, 12, 31))
        assert (sheet.rubric, sheet.version, sheet.rubric_hash) == (rubric.id, rubric.version, rubric.hash)
    hashes = {rubric.hash for rubric in catalog.values()}
    assert len(hashes) == len(catalog)


def test_a_switched_reading_is_another_hash_and_survives_the_score_sheet() -> None:
    rubric = load_catalog()["qianjiang-2017.example-points"]
    assert rubric.choices["partly-met"] == "proportional"
    switched = rubric.with_readings({"partly-met": "assess"})
    assert switched.choices["partly-met"] == "assess"
    assert switched.choices["meetings-frequency"] == "as_health"
    assert switched.hash != rubric.hash
    assert switched.with_readings({"raters": "mean"}).choices["partly-met"] == "assess"
    assert switched.with_readings({"partly-met": "proportional"}).hash == rubric.hash
