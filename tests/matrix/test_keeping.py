"""Who holds a device's folder: asked of the lock, which ends with its process, and not of what is written in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.matrix.errors import Locked
from bot.matrix.keeping import holder, lock

HOLD = "import sys; from pathlib import Path; from bot.matrix.keeping import lock; "
HOLD += "held = lock(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"


def test_nobody_holds_what_was_never_locked(tmp_path: Path) -> None:
    assert holder(tmp_path) is None


def test_the_holder_is_named_and_looking_takes_nothing(tmp_path: Path) -> None:
    held = lock(tmp_path)
    assert holder(tmp_path) == os.getpid()
    with pytest.raises(Locked):
        lock(tmp_path)
    held.close()
    assert holder(tmp_path) is None
    lock(tmp_path).close()


def test_a_holder_that_could_not_write_its_id_holds_all_the_same(tmp_path: Path) -> None:
    with lock(tmp_path):
        (tmp_path / "lock").write_text("")
        assert holder(tmp_path) == 0


def test_the_id_of_another_process_in_a_file_left_behind_is_nobody(tmp_path: Path) -> None:
    """After a power cut the id belongs to whatever got it next."""
    (tmp_path / "lock").write_text(f"{os.getppid()}\n")
    assert holder(tmp_path) is None


def test_a_killed_process_that_nobody_has_waited_for_holds_nothing(tmp_path: Path) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert holder(tmp_path) == process.pid
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it stays what it is: dead and not reaped
        os.kill(process.pid, 0)
        assert holder(tmp_path) is None
