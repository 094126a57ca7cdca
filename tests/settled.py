"""A folder with score sheets that the demo's committee has settled itself, the same for all tests: read once."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from bot.demo.points import settle


@cache
def settled() -> Path:
    """The folder; it goes with the process."""
    folder = Path(tempfile.mkdtemp(prefix="zhibu-settled-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return settle(folder)
