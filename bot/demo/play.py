"""Plays a transcript against a stage, prints the conversation, and says what did not come as written."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from datetime import datetime
from itertools import zip_longest
from typing import Protocol

from bot.demo.transcript import SILENCE, Said, Transcript, matches

QUIET = frozenset({"贴纸", "删"})  # what may well go unanswered


class Stage(Protocol):
    """Where a conversation takes place: without a homeserver, or over a real one."""

    async def say(self, said: Said) -> list[str]:
        """Do one thing as the person; every answer to it, none when it stays unanswered."""

    async def set_now(self, now: datetime) -> None:
        """Move the clock that messages are read by."""

    async def speak_as(self, name: str) -> None:
        """Go on as another of the demo's people."""

    async def restart(self) -> None:
        """Stop the bot and start it again."""


async def play(transcript: Transcript, stage: Stage, show: Callable[[str], None]) -> list[str]:
    """Play all of it. Returns one sentence for every line that went unanswered or was answered otherwise."""
    problems = []
    for said in transcript.said:
        if said.now:
            await stage.set_now(datetime.fromisoformat(said.now))
        if said.speaker:
            await stage.speak_as(said.speaker)
        if said.restart:
            await stage.restart()
        show("> " + said.typed.replace("\n", "\n  "))
        answers = await stage.say(said)
        for answer in answers:
            show("< " + answer.replace("\n", "\n  "))
        problems += [f"{transcript.name} 第{said.line}行：{problem}" for problem in judge(said, answers)]
    return problems


def judge(said: Said, answers: list[str]) -> list[str]:
    """One sentence for every answer that is not as the transcript has it."""
    if said.answers is None:
        return [] if answers or said.mark in QUIET else [f"没有回应：{said.typed}"]
    if [line.strip() for line in said.answers] == [SILENCE]:
        return [f"本不该回应，却回了：{answer}" for answer in answers]
    return [
        _difference(wanted, got)
        for wanted, got in zip_longest(said.answers, answers)
        if wanted is None or got is None or not matches(wanted, got)
    ]


def _difference(wanted: str | None, got: str | None) -> str:
    """What should have been answered and what was, line by line: - is missing, + is too much."""
    if got is None:
        return "没有这句应答：" + _indented("- ", wanted or "")
    if wanted is None:
        return "多了这句应答：" + _indented("+ ", got)
    lines = difflib.ndiff(wanted.splitlines(), got.splitlines())
    return "应答不符（- 应有而没有，+ 不该有）：" + "".join(f"\n  {line}" for line in lines if line[0] != "?")


def _indented(mark: str, text: str) -> str:
    return "".join(f"\n  {mark}{line}" for line in text.splitlines())
