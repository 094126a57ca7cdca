"""docs/faults.md: every fault has a test that is there, and an outcome in every column."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "faults.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("|") and not line.startswith(("| 故障", "|---"))
]


def test_every_fault_has_an_outcome_in_every_column_and_a_test() -> None:
    assert len(ROWS) >= 20
    for row in ROWS:
        assert len(row) == 5, row[0]
        assert all(row), row[0]
        assert "::test_" in row[4], row[0]


def test_every_test_that_it_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
    assert len(named) >= len(ROWS)
    for path, test in named:
        code = (ROOT / path).read_text("utf-8")
        assert re.search(rf"^(?:async )?def {test}\(", code, re.MULTILINE), f"{path}::{test}"


def test_what_it_says_of_the_log_and_the_metrics_is_there() -> None:
    """The events that it names are logged somewhere; the metrics are served."""
    code = "".join(path.read_text("utf-8") for path in (ROOT / "bot").rglob("*.py"))
    events = {name for row in ROWS for name in re.findall(r"`([a-z]+_[a-z_]+)`", row[2])}
    assert events
    for event in events - {"max_upload_size"}:
        assert f'"{event}' in code, event
