"""zhibu enrol as an administrator at a terminal meets it."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from bot.cli import cli
from rubrics.strict_yaml import FileError
from tests.command_line import run

UNITS = """
units:
  - id: top
    name: 机关党委
    children:
      - {id: b1, name: 第一支部, people: [{id: "@li:x", name: 李明, roles: [书记]}]}
      - {id: b2, name: "=第二支部"}
      - {id: b3, name: 第三支部, closed_on: 2020-01-01}
      - {id: b4, name: 第四支部}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "zhibu.yaml"
    path.write_text('homeserver: http://localhost\nuser_id: "@zhibu:example.org"\n', encoding="utf-8")
    units = tmp_path / "units.yaml"
    units.write_text(UNITS, encoding="utf-8")
    run("units", "import", units, "--config", path)
    return path


def everything(config: Path) -> str:
    """All that the record's files hold."""
    return "".join(path.read_bytes().decode("latin-1") for path in (config.parent / "data").glob("zhibu.db*"))


@pytest.mark.sqlite("looks into the file")
def test_a_code_is_shown_once_and_kept_as_a_hash(config: Path) -> None:
    said = run("enrol", "--unit", "b2", "--role", "书记", "--days", 3, "--config", config)
    found = re.search(r"登记 ([A-Z2-9]{4})-([A-Z2-9]{4})”", said)
    assert found is not None, said
    assert "@zhibu:example.org" in said
    kept = everything(config)
    assert "=第二支部".encode().decode("latin-1") in kept
    assert found[1] + found[2] not in kept
    assert f"{found[1]}-{found[2]}" not in kept
    listed = run("enrol", "--list", "--config", config)
    assert listed.startswith("1号：=第二支部（b2） 书记，")
    assert found[1] not in listed


def test_a_code_can_be_cancelled_once(config: Path) -> None:
    run("enrol", "--unit", "b2", "--role", "secretary", "--config", config)
    assert run("enrol", "--cancel", 1, "--config", config) == "1号登记码已作废。\n"
    assert run("enrol", "--list", "--config", config) == "没有还有效的登记码。\n"
    for number in (1, 7):
        with pytest.raises(FileError, match=f"没有还能作废的{number}号登记码"):
            run("enrol", "--cancel", number, "--config", config)


def test_every_branch_without_a_secretary_gets_one_in_a_private_file(config: Path, tmp_path: Path) -> None:
    out = tmp_path / "codes.xlsx"
    said = run("enrol", "--unit", "top", "--role", "书记", "--out", out, "--config", config)
    assert said.startswith("给2个单位各发了一个登记码")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    rows = list(load_workbook(out).active.iter_rows(min_row=2))
    assert [row[0].value for row in rows] == ["b2", "b4"]
    assert [row[1].data_type for row in rows] == ["s", "s"]
    assert all(re.search("发：登记 [A-Z2-9]{4}-[A-Z2-9]{4}\n", row[5].value) for row in rows)
    assert run("enrol", "--list", "--config", config).count("\n") == 2
    with pytest.raises(FileError, match="已经有这个文件"):
        run("enrol", "--unit", "top", "--role", "书记", "--out", out, "--config", config)
    assert run("enrol", "--list", "--config", config).count("\n") == 2  # what could not be written is not good either


def test_assessors_are_lacking_in_committees_not_in_branches(config: Path, tmp_path: Path) -> None:
    out = tmp_path / "codes.xlsx"
    run("enrol", "--unit", "top", "--role", "考评员", "--out", out, "--config", config)
    assert [row[0].value for row in load_workbook(out).active.iter_rows(min_row=2)] == ["top"]
    said = run("enrol", "--unit", "b1", "--role", "书记", "--out", tmp_path / "none.xlsx", "--config", config)
    assert "没有缺书记的单位" in said
    assert not (tmp_path / "none.xlsx").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "要写 --unit 和 --role"),
        (("--unit", "b1"), "要写 --unit 和 --role"),
        (("--unit", "b1", "--role", "会计"), "不认识职务“会计”"),
        (("--unit", "b1", "--role", "书记", "--days", "0"), "--days"),
    ],
)
def test_what_is_missing_or_wrong_is_said(config: Path, words: tuple[str, ...], said: str) -> None:
    done = CliRunner().invoke(cli, ["enrol", *words, "--config", str(config)])
    assert done.exit_code == 2
    assert said in done.output.replace("│", "").replace("\n", "")


def test_an_unknown_unit_is_said(config: Path) -> None:
    with pytest.raises(FileError, match="没有单位“x”"):
        run("enrol", "--unit", "x", "--role", "书记", "--config", config)
