"""The README's demo, as a process: whole transcripts over a real Synapse, in an encrypted room."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TRANSCRIPTS = Path(__file__).parents[1] / "transcripts"


def demo(*arguments: str, timeout: int = 240) -> subprocess.CompletedProcess[str]:
    """Run zhibu demo with these arguments."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "demo", *arguments],
        capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "a_month",
        "odd_events",
        "edited_record",
        "deleted_draft",
        "restart",
        "file_by_reply",
        "file_refused",
        "year_files",
    ],
)
def test_a_transcript_goes_over_the_homeserver_as_it_does_without(name: str) -> None:
    done = demo("--say", str(TRANSCRIPTS / f"{name}.txt"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "句都有回应" in done.stderr


def test_an_answer_that_is_not_as_written_fails(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("> 你好\n< 再见\n", encoding="utf-8")
    done = demo("--say", str(wrong))
    assert done.returncode == 1
    assert "wrong.txt 第1行：应答不符" in done.stderr
    assert "\n  - 再见\n  + 在的。" in done.stderr


def test_a_plain_file_is_said_line_by_line(tmp_path: Path) -> None:
    plain = tmp_path / "plain.txt"
    plain.write_text("11月5日支委会，应到5人，实到5人，研究发展对象\n好\n现在多少分了\n", encoding="utf-8")
    done = demo("--say", str(plain), "--now", "2026-11-20T10:00:00+08:00")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("\n> ") == 3
    assert "已记下 #126：支委会（11月5日）" in done.stdout


def test_without_a_file_it_prints_how_to_sign_in_and_chats(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--folder", str(tmp_path / "world")],
        input="帮助\n", capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "服务器 http://127.0.0.1:" in done.stdout
    assert "@li:zhibu.localhost" in done.stdout
    assert "直接说做了什么" in done.stdout
