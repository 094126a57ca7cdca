"""Files that belong to somebody else: one Chinese sentence each from every command, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SETTINGS = 'homeserver: http://localhost:1\nuser_id: "@zhibu:example.org"\n'
# root may read everything until it gives that up
BEGIN = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
CASES = [
    ("units.yaml", "units import units.yaml", "units.yaml：没有权限，读不了。请检查路径和权限。"),
    ("zhibu.yaml", "doctor", "zhibu.yaml：没有权限，读不了。请检查路径和权限。"),
    ("data/zhibu.db", "units list", "打不开数据库文件 data/zhibu.db：没有权限。请检查路径和权限。"),
    ("data/zhibu.db", "backup --to kept", "打不开数据库文件 data/zhibu.db：没有权限。请检查路径和权限。"),
    ("data", "run", "data/.restoring：没有权限。请检查路径、权限和磁盘。"),
    ("data", "doctor", "data/.restoring：没有权限。请检查路径、权限和磁盘。"),
]


@pytest.mark.sqlite  # the record is a file here
@pytest.mark.parametrize(("path", "words", "answer"), CASES)
def test_what_may_not_be_read_is_named(path: str, words: str, answer: str, tmp_path: Path) -> None:
    (tmp_path / "zhibu.yaml").write_text(SETTINGS, "utf-8")
    (tmp_path / "units.yaml").touch()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "zhibu.db").touch()
    (tmp_path / path).chmod(0)
    try:
        command = [*BEGIN, sys.executable, "-m", "bot", *words.split()]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    finally:
        (tmp_path / path).chmod(0o700)
    said = done.stderr.replace(f"{tmp_path}/", "")
    assert (done.returncode in (1, 2), said) == (True, f"{answer}\n")
