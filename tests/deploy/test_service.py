"""The units of deploy/systemd, read by the tool that will run them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.tools import tool

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))


def test_systemd_finds_nothing_wrong_with_them(tmp_path: Path) -> None:
    for unit in UNITS.iterdir():
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text("utf-8"), flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(
            re.sub(r"^(User|Group)=(synapse|zhibu)$", r"\1=daemon", text, flags=re.MULTILINE)
        )
    done = subprocess.run(
        [tool("systemd-analyze"), "verify", *tmp_path.iterdir()], capture_output=True, text=True, check=False
    )
    said = [line for line in (done.stdout + done.stderr).splitlines() if str(tmp_path) in line or "zhibu" in line]
    assert said == []
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("service", SERVICES)
def test_they_are_exposed_little(service: str) -> None:
    done = subprocess.run(
        [tool("systemd-analyze"), "security", "--offline=true", UNITS / service],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    level = re.search(r"Overall exposure level[^:]*: ([\d.]+)", done.stdout)
    assert level is not None, done.stdout + done.stderr
    assert float(level[1]) < 1.5


def test_the_bot_needs_no_memory_that_is_written_and_run() -> None:
    """MemoryDenyWriteExecute=yes, by the kernel's own switch for it: the libraries load and draw all the same."""
    script = (
        "import ctypes, sys\n"
        "refused = ctypes.CDLL(None).prctl(65, 1, 0, 0, 0)  # PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN\n"
        "import asyncpg, nio, openpyxl, vodozemac, PIL.Image, bot.app, matplotlib\n"
        "from Crypto.PublicKey import ECC\n"
        "ECC.generate(curve='Ed25519')\n"
        "matplotlib.use('agg')\n"
        "import matplotlib.pyplot as plot\n"
        "plot.plot([1, 2]); plot.savefig(sys.argv[1])\n"
        "print(refused)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, "/dev/null"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    if done.stdout.strip() != "0":
        pytest.skip("this kernel is older than 6.3 and has no such switch")
