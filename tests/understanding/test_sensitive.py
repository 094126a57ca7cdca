"""What must not be recorded, and what only looks like it: sensitive/*.txt, one message a line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.understanding.sensitive import sensitive

HERE = Path(__file__).parent / "sensitive"
TUNED = Path(__file__).parents[1] / "accuracy" / "tune"


def lines(name: str) -> list[str]:
    return [line for line in (HERE / name).read_text("utf-8").split("\n") if line]


@pytest.mark.parametrize("line", lines("sensitive.txt"))
def test_it_is_sensitive(line: str) -> None:
    what, text = line.split("\t")
    found = sensitive(text)
    assert found is not None
    assert (found.what, bool(found.words)) == (what, True)


@pytest.mark.parametrize("text", lines("ordinary.txt"))
def test_it_is_not(text: str) -> None:
    assert sensitive(text) is None


def test_there_are_enough_of_both() -> None:
    assert len(lines("ordinary.txt")) >= 200
    assert len(lines("sensitive.txt")) >= 60


def test_no_labelled_report_is_taken_for_one() -> None:
    for path in TUNED.glob("messages*.jsonl"):
        for line in path.read_text("utf-8").split("\n"):
            if line:
                assert sensitive(json.loads(line)["text"]) is None, line
