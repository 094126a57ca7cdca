"""Every conversation in tests/transcripts, word for word, through the worker and a record on disk: the session is
written out and read back between every two messages."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

from bot.commands.chat import open_local
from bot.demo.play import play
from bot.demo.points import EXAMPLE, SETTLED
from bot.demo.transcript import read_transcript
from tests.settled import settled

FOLDER = Path(__file__).parent / "transcripts"
FILES = sorted(FOLDER.glob("*.txt"))
RULEBOOKS = Path(__file__).parent / "rubrics/own/rulebooks"
UNITS = re.compile(r"^# units: (\S+)$", re.MULTILINE)  # those of units/NAME.yaml instead of the demo's
SETTLED_TAG = re.compile(r"^# points: settled$", re.MULTILINE)  # the committee has the score sheets, no examples
START = datetime.fromisoformat("2026-11-20T10:00:00+08:00")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_the_conversation_goes_as_written(path: Path, tmp_path: Path) -> None:
    """The demo branch, with its ten months of records, unless the file's name says empty."""
    transcript = read_transcript(path)
    first = transcript.said[0].now
    start = datetime.fromisoformat(first) if first else START
    words = path.read_text(encoding="utf-8")
    other, has_points = UNITS.search(words), SETTLED_TAG.search(words)
    tree = FOLDER / f"units/{other[1]}.yaml" if other else None
    empty = path.stem.startswith("empty_")
    rulebooks = settled() if has_points else RULEBOOKS if tree else None
    points = SETTLED if has_points else EXAMPLE
    database, talk = await open_local(tmp_path, start, empty=empty, tree=tree, rulebooks=rulebooks, points=points)
    said: list[str] = []
    try:
        await talk.open()
        problems = await play(transcript, talk, said.append)
    finally:
        await database.close()
    assert not problems, "\n".join([*problems, "", *said])
    assert all(line.answers is not None for line in transcript.said), "a transcript says what is answered"
