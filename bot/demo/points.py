"""Points that the demo's committee has settled itself: it takes over those of our examples as its own score sheets, as
an administrator would who has the missing annexes."""

from __future__ import annotations

import re
from pathlib import Path

from rubrics.rulebooks import CATALOG

EXAMPLE, SETTLED = "example-points", "settled-points"
TITLE = "机关党委评分表（演示）"


def settle(folder: Path) -> Path:
    """Write a score sheet for each example into a folder of rulebooks of one's own; the folder."""
    folder.mkdir(exist_ok=True)
    for path in sorted(CATALOG.glob(f"*.{EXAMPLE}.yaml")):
        text = re.sub(r"^(#|example:).*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        text = re.sub(r"^title:.*$", f"title: {TITLE}", text, count=1, flags=re.MULTILINE)
        (folder / path.name.replace(EXAMPLE, SETTLED)).write_text(text, encoding="utf-8")
    return folder
