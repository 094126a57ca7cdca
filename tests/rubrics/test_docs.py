"""The worked example of docs/rubrics.md, run as it is written: what the page shows is what comes out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rubrics.strict_yaml import FileError
from tests.rubrics.test_commands import cli, say

PAGE = Path(__file__).parents[2] / "docs" / "rubrics.md"


def blocks(kind: str) -> list[str]:
    """The code blocks of one kind in the worked example."""
    text = PAGE.read_text(encoding="utf-8").split("## 从空文件到得分")[1]
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def notice() -> str:
    """The text that the example encodes, as it is quoted."""
    text = PAGE.read_text(encoding="utf-8").split("## 从空文件到得分")[1]
    return "".join(f"{row[2:]}\n" for row in text.splitlines() if row.startswith("> "))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    book, facts = blocks("yaml")[:2]
    (tmp_path / "township-2026.yaml").write_text(book, encoding="utf-8")
    (tmp_path / "facts.yaml").write_text(facts, encoding="utf-8")
    (tmp_path / "notice.txt").write_text(notice(), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_example_comes_out_as_shown(desk: Path) -> None:
    shown = "".join(blocks("console")[:3])
    commands = re.findall(r"^\$ zhibu (.*)$", shown, re.MULTILINE)
    came = "".join(f"$ zhibu {command}\n{say(*command.split())}" for command in commands)
    assert came == shown


def test_the_example_agrees_with_its_source_once_the_digest_is_copied(desk: Path) -> None:
    digest = re.findall(r"sha256: ([0-9a-f]{64})$", blocks("console")[1], re.MULTILINE)[0]
    path = desk / "township-2026.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("0" * 64, digest), encoding="utf-8")
    assert say("rubric", "check", "township-2026.yaml", "--sources", ".").startswith("township-2026：通过")


def test_the_mistake_is_answered_as_shown(desk: Path) -> None:
    path = desk / "township-2026.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("points: 6\n", "points: 6分\n", 1), encoding="utf-8")
    result = CliRunner().invoke(cli, ["rubric", "check", "township-2026.yaml"])
    assert isinstance(result.exception, FileError)
    assert str(result.exception) == blocks("console")[3].split("\n")[1]
