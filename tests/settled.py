"""A folder with score sheets that the demo's committee has settled itself, the same for all tests: read once."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from bot.demo.points import settle


@cache
def settled() -> Path:
    """The folder."""
    return settle(Path(tempfile.mkdtemp(prefix="zhibu-settled-")))
