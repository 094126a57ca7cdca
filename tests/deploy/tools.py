"""Where the tools lie that read what deploy/ describes: on the PATH, or where make tools has unpacked them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

_UNPACKED = Path(__file__).parents[2] / ".tools" / "usr"


def tool(name: str) -> Path:
    """A tool's path; the test is skipped, with the reason, when it is nowhere."""
    places = [_UNPACKED / "bin" / name, _UNPACKED / "sbin" / name]
    found = next((place for place in places if place.exists()), None) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not on this machine: make tools, as root on Debian, brings it")
    return Path(found)
