"""The facts as a file: it says what it stands for, and reads back as the same facts, to the last digit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from bot.sheets.facts_file import FactsSheet
from bot.sheets.pages import PAPER
from rubrics import Facts, Judgement, Unit
from rubrics.factsfile import load_facts


def test_points_that_do_not_end_read_back_as_they_were(tmp_path: Path) -> None:
    points = Decimal(20) / 3  # as the record computes them, of a mark met in part
    given = Judgement("（二）4", "self", date(2026, 12, 28), "李明", points=points, year=2026, rubric="health-branches")
    facts = Facts(Unit("b", "支部"), judgements=(given,))
    path = tmp_path / "facts.yaml"
    path.write_bytes(FactsSheet(facts, "第9条 " + "a" * 64).data())
    assert load_facts(path) == facts
    head = path.read_text(encoding="utf-8").splitlines()[:2]
    assert head == [f"# 记录链：第9条 {'a' * 64}", f"# {PAPER}。"]
