"""A year is scored by the version that held in it, never by the newest; a score sheet goes with each."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rubrics import Facts, Unit, load_catalog, rubric_in_force, score
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
