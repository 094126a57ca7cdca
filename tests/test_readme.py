"""What README shows is what the project does."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_conversation_shown_is_the_transcript_that_is_tested() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    transcript = (ROOT / "tests" / "transcripts" / "a_month.txt").read_text(encoding="utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    shown = next(block for block in blocks if block.startswith("> "))
    at = 0
    for line in shown.splitlines():
        if line.strip() == "…":
            continue
        found = transcript.find(f"{line}\n", at)
        assert found >= at, f"not in the transcript, or not there in this order: {line}"
        at = found


def test_every_command_and_document_it_names_is_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"(?:^|`)make ([a-z-]+)", readme, re.MULTILINE)):
        assert f"\n{target}:" in makefile, f"make {target}"
    for path in set(re.findall(r"""(?:\]\(|src=")([^)"#:]+)[)"#]|`((?:deploy|tests|docs)/[\w./-]+)`""", readme)):
        name = next(part for part in path if part)
        assert (ROOT / name).exists(), name
