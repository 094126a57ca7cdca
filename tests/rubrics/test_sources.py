"""rubric check --sources: the encoding is held against the very lines it was made from."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from rubrics import Rubric, load_rubric
from rubrics.lint_sources import FIGURES, check_sources

TEXT = """\
一、学习（5分）
1.制定计划（1分）；组织夜学（3分，每次1分）；领导关心（1分）
2.每季度召开1次大会（2分）
"""
BOOK = """\
# A small rulebook for the check of sources.
id: small
version: "1"
title: 小
short: 小
assesses: 支部
source: {{file: small.txt, sha256: {sha}, lines: 3}}
effective: {{from: 2025-01-01}}
full: 7
sections:
  - clause: 一
    title: 学习
    line: 1
    points: 7
    parts:
      - {{clause: 一1.a, title: 计划, line: 2, at: 制定, points: 1, attest: 计划}}
      - {{clause: 一1.b, title: 夜学, line: 2, at: 组织, points: 3, count: {{kinds: [night_study], each: 1}}}}
      - {{clause: 一1.c, title: 关心, line: 2, at: 领导, points: 1, judge: {{what: 关心}}}}
      - {{clause: 一2, title: 大会, line: 3, points: 2, met: [{{every: quarter, kinds: [member_assembly]}}]}}
"""
MET = "met: [{every: quarter, kinds: [member_assembly]}]"


def encoded(folder: Path, old: str = "", new: str = "", text: str = TEXT) -> Rubric:
    """The small rulebook, with one thing changed, beside its source."""
    (folder / "small.txt").write_text(text, encoding="utf-8")
    book = BOOK.format(sha=hashlib.sha256(TEXT.encode()).hexdigest())
    assert old in book
    (folder / "book.yaml").write_text(book.replace(old, new, 1) if old else book, encoding="utf-8")
    return load_rubric(folder / "book.yaml")


def test_an_encoding_that_agrees(tmp_path: Path) -> None:
    assert check_sources(encoded(tmp_path), tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (MET, "judge: {what: 大会}", "条款 一2（原文第3行）：原文有每季度、1次，却只由人评"),
        (MET, "attest: 大会", "却只由人评"),
        ("points: 3, count", "points: 4, count", "没有“4分”"),
        ("at: 组织", "at: 参加", "第2行里没有“参加”"),
    ],
)
def test_an_encoding_that_does_not(tmp_path: Path, old: str, new: str, words: str) -> None:
    problems = check_sources(encoded(tmp_path, old, new), tmp_path)
    assert any(words in problem for problem in problems), problems


def test_a_reason_waives_it(tmp_path: Path) -> None:
    rubric = encoded(tmp_path, MET, "judge: {what: 大会}, waive: 由考评员数")
    assert check_sources(rubric, tmp_path) == []


def test_another_text(tmp_path: Path) -> None:
    rubric = encoded(tmp_path, text=TEXT + "3.补充\n")
    problems = check_sources(rubric, tmp_path)
    assert any("sha256 不符" in problem for problem in problems)
    assert any("有4行" in problem for problem in problems)
    assert "没有这个原文文件" in check_sources(rubric, tmp_path / "nowhere")[0]


@pytest.mark.parametrize("text", ["不少于12期", "每两周召开", "90%以上", "1/3以上", "每年至少", "一次自评", "12月底前"])
def test_figures_beyond_points_are_seen(text: str) -> None:
    assert FIGURES.search(text)


@pytest.mark.parametrize("text", ["（2分）", "十九大精神", "2018年度计划", "“四个合格”", "三会一课"])
def test_points_and_names_are_no_figures(text: str) -> None:
    assert not FIGURES.search(text)
