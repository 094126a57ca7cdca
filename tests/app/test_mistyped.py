"""Files that are none, places that can't be written, values out of bounds: one Chinese sentence each, no traceback."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from bot.cli import main

SETTINGS = 'homeserver: http://localhost:1\nuser_id: "@zhibu:example.org"\n'
CASES = [
    ("units import 目录.xlsx", "目录.xlsx：读不了（这是一个目录）。请检查路径和权限。"),
    ("units import 目录", "目录：这是一个目录，请给出文件。"),
    ("units import 空.yaml", "空.yaml 第1行 units：缺少这一项，请补上。"),
    ("units template --csv 没有/名册.csv", "没有/名册.csv：写不进去（没有这个文件或目录）。请换一个目录，或检查权限。"),
    ("units list --config 别处.yaml", "字：已经有同名的文件。请检查路径、权限和磁盘。"),
    ("units list --config 深处.yaml", "字/data：路径里有一段不是目录。请检查路径、权限和磁盘。"),
    ("units close a --on 昨天", "“昨天”不是日期，应如 2026-12-31。用法见 zhibu units close --help。"),
    ("units move a", "要写 --to 新上级，或者 --cancel。用法见 zhibu units move --help。"),
    ("enrol --unit a --role 书记 --days 0", "--days 写的不对，至少 1。用法见 zhibu enrol --help。"),
    ("enrol --unit a --role 书记 --days 999", "--days 写的不对，至多 90。用法见 zhibu enrol --help。"),
    ("backup --to 字", "字：已经有同名的文件。请检查路径、权限和磁盘。"),
    ("backup --to /proc", "/proc/.zhibu-backup.lock：没有这个文件或目录。请检查路径、权限和磁盘。"),
    ("restore 字", "字：不是备份文件，或已损坏。"),
    ("demo --say 没有", "没有：读不了这个文件（没有这个文件或目录）。请给出 UTF-8 文本文件。"),
    ("run --now 昨天", "“昨天”不是时间，应如 2026-11-20T10:00:00+08:00。用法见 zhibu run --help。"),
]


@pytest.mark.parametrize(("words", "answer"), CASES)
def test_a_mistake_is_answered_with_one_sentence(
    words: str, answer: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (("zhibu", SETTINGS), ("别处", f"{SETTINGS}data: 字\n"), ("深处", f"{SETTINGS}data: 字/data\n")):
        Path(f"{name}.yaml").write_text(text, "utf-8")
    Path("字").write_text("x")
    Path("空.yaml").touch()
    for name in ("目录", "目录.xlsx"):
        Path(name).mkdir()
    monkeypatch.setattr(sys, "argv", ["zhibu", *words.split()])
    with pytest.raises(SystemExit) as left:
        main()
    said = re.sub(rf"^{re.escape(str(tmp_path))}/", "", capsys.readouterr().err)
    assert (left.value.code in (1, 2), said) == (True, f"{answer}\n")
