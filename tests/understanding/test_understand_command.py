"""zhibu understand: JSON as promised, and one clear sentence for what can't be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import cli

AT = "2026-11-22T10:00:00+08:00"


def run(*args: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, ["understand", *args])
    return result.exit_code, result.stdout, result.stderr


def test_json_of_one_message():
    code, out, _ = run("11月5日收10月党费24人1230.5元，2月30日报", "--now", AT, "--json")
    assert code == 0
    code, out, _ = run("11月5日收9月、10月党费24人1230.5元", "--now", AT, "--json")
    answer = json.loads(out)
    assert answer["intent"] == "report"
    assert answer["activities"] == [
        {"kind": "dues_collected", "name": "党费收缴",
         "slots": {"date": "2026-11-05", "period": "2026-09/2026-10", "amount": 1230.5, "count": 24}}
    ]  # fmt: skip
    assert answer["ask"] == []
    assert answer["dates"] == [{"from": "2026-11-05", "to": "2026-11-05", "text": "11月5日"}]


def test_what_would_be_asked():
    _, out, _ = run("2月30日开了支委会，5人参加", "--now", AT, "--json")
    asked = json.loads(out)["ask"]
    assert {"slot": "date", "why": "impossible_date"} in asked
    assert {"slot": "topic", "why": "missing"} in asked


def test_only_dates():
    _, out, _ = run("上个月最后一个周五我们去植树", "--dates", "--now", AT, "--json")
    assert json.loads(out) == {"dates": [{"from": "2026-10-30", "to": "2026-10-30", "text": "上个月最后一个周五"}]}


def test_for_people(capsys: pytest.CaptureFixture[str]):
    _, out, _ = run("昨天开了支委会，应到5人实到5人，研究经费", "--now", AT)
    assert "意图：报告" in out
    assert "支委会：" in out


def test_a_batch(tmp_path: Path):
    file = tmp_path / "said.jsonl"
    file.write_text(
        json.dumps({"text": "昨天开了支委会", "now": "2026-03-06T20:00:00+08:00"})
        + "\n\n"
        + json.dumps({"text": "你好"})
        + "\n",
        "utf-8",
    )
    code, out, _ = run("--batch", str(file), "--now", AT)
    first, second = (json.loads(line) for line in out.splitlines())
    assert code == 0
    assert first["activities"][0]["slots"]["date"] == "2026-03-05"
    assert second["intent"] == "small_talk"


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["x", "--now", "abc"], "--now：“abc”不是时间，应如 2026-11-20T10:00:00+08:00。"),
        (["--batch", "/no/such/file"], "/no/such/file：没有这个文件。请检查路径。"),
        ([], "请给出一条消息，或用 --batch 给出一个 JSON Lines 文件（二者取一）。"),
    ],
)
def test_a_clear_sentence(args: list[str], sentence: str):
    code, _, err = run(*args)
    assert (code, err.strip()) == (2, sentence)


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"now": "2026-11-22"}', '{"text": "a", "now": 5}', '{"text": "a", "now": "x"}']
)
def test_a_bad_line_is_named(line: str, tmp_path: Path):
    file = tmp_path / "said.jsonl"
    file.write_text('{"text": "你好"}\n' + line + "\n", "utf-8")
    code, _, err = run("--batch", str(file))
    assert code == 2
    assert "第2行" in err
