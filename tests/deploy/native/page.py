"""A page as an administrator follows it: the commands of a section, a line each, in order."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[3] / "docs"
_SECTION = re.compile(r"^#{2,3} (.+)$")


def commands(page: str, section: str) -> list[str]:
    """What stands in the sh blocks of a page of docs/ under a heading, up to the next heading."""
    found: list[str] = []
    here, fence = "", ""
    for line in (DOCS / page).read_text("utf-8").splitlines():
        if line.startswith("```"):
            fence = "" if fence else line
        elif not fence and (heading := _SECTION.match(line)):
            here = heading[1]
        elif fence == "```sh" and here == section:
            found.append(line)
    assert found, f"{page} has no commands under {section}"
    return found
