"""What README shows is what the project does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
both = pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
_PATH = re.compile(r"""(?:\]\(|src=")([^)"#:]+)[)"#]|`((?:deploy|tests|docs)/[\w./-]+)`""")


@both
def test_the_conversation_shown_is_the_transcript_that_is_tested(name: str) -> None:
    readme = (ROOT / name).read_text(encoding="utf-8")
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


@both
def test_every_command_and_document_it_names_is_there(name: str) -> None:
    readme = (ROOT / name).read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in _targets(readme):
        assert f"\n{target}:" in makefile, f"make {target}"
    for path in _paths(readme):
        assert (ROOT / path).exists(), path


def test_both_languages_name_the_same_commands_documents_and_pictures() -> None:
    """The figures stand in the English one alone, and so do the commands that bring them."""
    english, chinese = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md"))
    english = re.sub(r"^## Figures\n.*?^(?=## )", "", english, flags=re.DOTALL | re.MULTILINE)
    assert _targets(english) == _targets(chinese)
    assert _paths(english) - {"README.zh-CN.md"} == _paths(chinese) - {"README.md"}
    assert _commands(english) == _commands(chinese)


def _targets(readme: str) -> set[str]:
    return set(re.findall(r"(?:^|`)make ([a-z-]+)", readme, re.MULTILINE))


def _paths(readme: str) -> set[str]:
    return {next(part for part in found if part) for found in _PATH.findall(readme)}


def _commands(readme: str) -> set[str]:
    """Everything between backticks in the table of commands, and every line of a shell block without its comment."""
    table = {
        code for row in re.findall(r"^\| (`zhibu .*?) \|", readme, re.MULTILINE) for code in re.findall(r"`.*?`", row)
    }
    blocks = re.findall(r"^```sh\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    return table | {line.partition("#")[0].strip() for block in blocks for line in block.splitlines()}
