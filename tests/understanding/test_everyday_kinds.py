"""Every kind of activities.yaml is known by what people call it: everyday_kinds.tsv, kind and message."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.understanding.read import read
from rubrics.activities import load_activities

NOW = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
LINES = [line.split("\t") for line in Path(__file__).with_name("everyday_kinds.tsv").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("kind", "text"), LINES)
def test_the_kind_is_known_by_its_everyday_name(kind: str, text: str) -> None:
    assert [a.kind for a in read(text, NOW, kinds=load_activities()).activities] == [kind]


def test_no_kind_is_left_out() -> None:
    assert {kind for kind, _ in LINES} == set(load_activities().kinds)


@pytest.mark.parametrize("kind", sorted(load_activities().kinds))
def test_every_name_in_the_file_is_understood(kind: str) -> None:
    known = load_activities().kinds[kind]
    for name in (known.name, *known.names):
        found = [a.kind for a in read(f"{name}，11月5日", NOW, kinds=load_activities()).activities]
        assert found == [kind], name
