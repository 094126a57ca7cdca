"""The year's script: scenes of a time and what is said in them, read from script.txt.

A scene begins with "# now: ISO time" and goes on as a transcript (bot/demo/transcript.py) with "# as: name" before what
somebody says. Besides:

    # title: words        what the scene is about
    # reports: 3          the branches report this month, all at once, before anything else is said
    # down                the bot is stopped before the scene, and what is said then waits
    # up                  it is started again; what waited is answered
    # hears: name         the "<" lines that follow are said to them unasked, each once, in any order

{first/committee_meeting/3} in a line stands for the number of that branch's record of a kind in a month.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources

from bot.demo.transcript import Said, parse

_TAG = re.compile(r"^#\s*(now|title|reports|hears|down|up|points)\b\s*:?\s*(.*)$")


@dataclass(slots=True)
class Scene:
    """One time of the year. said: in order, each with its speaker; hears: by name, what must be heard unasked."""

    now: datetime
    title: str = ""
    reports: int | None = None
    down: bool = False
    up: bool = False
    points: bool = False
    said: list[Said] = field(default_factory=list)
    hears: dict[str, list[str]] = field(default_factory=dict)


def read_script() -> list[Scene]:
    """The whole year, in order."""
    text = resources.files(__package__).joinpath("script.txt").read_text(encoding="utf-8")
    return list(_scenes(text.splitlines()))


def _scenes(lines: list[str]) -> Iterator[Scene]:
    scene: Scene | None = None
    talk: list[str] = []
    hearing: list[str] | None = None
    for line in lines:
        tag = _TAG.match(line)
        if tag and tag[1] == "now":
            if scene is not None:
                yield _closed(scene, talk)
            scene, talk, hearing = Scene(datetime.fromisoformat(tag[2])), [], None
        elif scene is None:
            continue  # what the file is for
        elif tag:
            hearing = scene.hears.setdefault(tag[2], []) if tag[1] == "hears" else None
            _set(scene, tag[1], tag[2])
        elif hearing is not None and line.startswith("<"):
            hearing.append(line[1:].removeprefix(" "))
        elif hearing and line.startswith("  "):
            hearing[-1] += "\n" + line[2:]
        else:
            hearing = None
            talk.append(line)
    if scene is not None:
        yield _closed(scene, talk)


def _set(scene: Scene, name: str, words: str) -> None:
    if name == "title":
        scene.title = words
    elif name == "reports":
        scene.reports = int(words)
    elif name in ("down", "up", "points"):
        setattr(scene, name, True)


def _closed(scene: Scene, talk: list[str]) -> Scene:
    """The scene with what is said in it; whoever spoke goes on speaking until somebody else does."""
    speaker: str | None = None
    for said in parse("\n".join(talk), "script.txt").said:
        speaker = said.speaker or speaker
        said.speaker = speaker
        scene.said.append(said)
    return scene
