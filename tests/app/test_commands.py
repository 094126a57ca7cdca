"""The commands as a person at a terminal meets them: processes of their own, never a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

NOW = "2026-11-20T10:00:00+08:00"


def zhibu(*arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command; standard input is what is said."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments], input=said, capture_output=True, text=True, timeout=120, check=False
    )


def test_chat_reports_an_activity_without_a_homeserver() -> None:
    done = zhibu("chat", "--now", NOW, said="11月5日支委会，应到5人，实到5人，研究发展对象\n好\n")
    assert done.returncode == 0, done.stderr
    assert "已记下 #126：支委会（11月5日）" in done.stdout


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("今" * 60_000, "这条太长了"),
        ("", "这条消息是空的"),
        ("\u202e\u200b\x07", "这条消息是空的"),
        ("<script>alert(1)</script>", "没看懂"),
    ],
    ids=["60000 characters", "nothing", "only what can't be seen", "html"],
)
def test_odd_input_gets_one_clear_answer(said: str, answer: str) -> None:
    done = zhibu("chat", "--now", NOW, said=said + "\n")
    assert done.returncode == 0, done.stderr
    welcome, *answers = [block for block in done.stdout.split("\n\n") if block.strip()]
    assert welcome.startswith("您好")
    assert len(answers) == 1
    assert answer in answers[0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "--config", "missing.yaml"), "没有这个文件"),
        (("demo", "--say", "missing.txt"), "读不了这个文件"),
        (("chat", "--now", "gestern"), "不是时间"),
    ],
)
def test_a_mistake_is_answered_with_a_sentence(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    done = zhibu(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_run_says_what_to_do_when_the_homeserver_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "zhibu.yaml").write_text(
        'homeserver: http://127.0.0.1:9\nuser_id: "@a:b"\npassword_file: pw\n', encoding="utf-8"
    )
    (tmp_path / "pw").write_text("x", encoding="utf-8")
    (tmp_path / "pw").chmod(0o600)
    done = zhibu("run", "--config", str(tmp_path / "zhibu.yaml"))
    assert done.returncode == 1, "the service manager is to try again"
    assert "请检查地址和网络" in done.stderr
    assert "Traceback" not in done.stderr
