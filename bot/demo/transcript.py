"""Conversations as text: what a person says behind >, what the bot answers behind <.

A line that continues an answer is indented by two spaces. In an answer … stands for any words within a line, and a line
that is only … for any lines. What is not words stands in brackets:

    > [👍]                a reaction to the bot's last card
    > [改 1] new words     an edit of the person's message before the last n-1 (1: the last one)
    > [删 1]               its deletion
    > [文件 photo.jpg 30MB 回复卡] words   a file, with words beside it; what may follow its name: bot/demo/samples.py
    > [贴纸]  [语音]  [投票]  [位置]  [解不开]   a sticker, a voice message, a poll, a location, an undecryptable one
    < [不答]               silence

〈码〉 stands for the last enrolment code that the bot gave out.

Lines that begin with # are comments; "# now: ISO time" sets the clock, "# as: name" the speaker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_MARK = re.compile(r"^\[(?P<mark>[^\s\]]+)(?:\s+(?P<argument>[^\]]+))?\]\s*(?P<rest>.*)$", re.DOTALL)
_SETTING = re.compile(r"^#\s*(now|as|restart)\s*:?\s*(.*)$")
SILENCE = "[不答]"


@dataclass(slots=True)
class Said:
    """One thing the person does. line: where in the file; text; mark and argument: what stood in brackets; answers:
    what is to come, None when the file doesn't say; now, speaker: set before it."""

    line: int
    text: str
    mark: str = ""
    argument: str = ""
    answers: list[str] | None = None
    now: str | None = None
    speaker: str | None = None
    restart: bool = False

    @property
    def typed(self) -> str:
        """The line as it stands in the file."""
        return f"[{f'{self.mark} {self.argument}'.strip()}] {self.text}".rstrip() if self.mark else self.text


@dataclass(frozen=True, slots=True)
class Transcript:
    """A file of things said, in order."""

    name: str
    said: tuple[Said, ...] = field(default_factory=tuple)


def read_transcript(path: Path) -> Transcript:
    """A transcript, or a plain file, whose every line that isn't empty is said. Raises OSError, UnicodeDecodeError."""
    return parse(path.read_text(encoding="utf-8"), path.name)


def parse(text: str, name: str) -> Transcript:
    """A transcript from its text. A file without any line that begins with "> " is a plain one."""
    lines = text.splitlines()
    if not any(line.startswith("> ") for line in lines):
        return Transcript(name, tuple(Said(i, line) for i, line in enumerate(lines, 1) if line.strip()))
    return Transcript(name, tuple(_said(lines)))


def _said(lines: Sequence[str]) -> Iterator[Said]:
    current: Said | None = None
    waiting: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if setting := _SETTING.match(line):
            waiting[setting[1]] = setting[2].strip()
        elif line.startswith(">"):
            if current:
                yield current
            current = _one(number, line[1:].removeprefix(" "), waiting)
            waiting = {}
        elif current is not None and line.startswith("<"):
            current.answers = [*(current.answers or []), line[1:].removeprefix(" ")]
        elif current is not None and line.startswith("  "):
            if current.answers:
                current.answers[-1] += "\n" + line[2:]
            else:
                current.text += "\n" + line[2:]
    if current:
        yield current


def _one(number: int, text: str, waiting: dict[str, str]) -> Said:
    said = Said(number, text, now=waiting.get("now"), speaker=waiting.get("as"), restart="restart" in waiting)
    if match := _MARK.match(text):
        said.mark, said.argument, said.text = match["mark"], match["argument"] or "", match["rest"]
    return said


def matches(expected: str, answer: str) -> bool:
    """Whether an answer is what the transcript says, … standing for anything."""
    lines = [".*" if line.strip() == "…" else _line(line) for line in expected.rstrip("\n").split("\n")]
    return re.fullmatch("\n".join(lines), answer.rstrip("\n"), re.DOTALL) is not None


def _line(line: str) -> str:
    return "[^\n]*".join(re.escape(piece) for piece in line.rstrip().split("…"))
