"""Reads a Dockerfile into its stages, as far as ours go: steps in order, in exec or shell form."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Step:
    """One instruction. words: what follows the keyword; shell: whether RUN and the like stood in shell form."""

    keyword: str
    words: tuple[str, ...]
    shell: str = ""


@dataclass
class Stage:
    """What begins with FROM. base: another stage's name, or an image's."""

    name: str
    base: str
    steps: list[Step] = field(default_factory=list)

    def last(self, keyword: str) -> tuple[str, ...]:
        """The words of the last such instruction, () without one."""
        return next((step.words for step in reversed(self.steps) if step.keyword == keyword), ())

    def environment(self) -> dict[str, str]:
        """What ENV sets."""
        pairs = [word.partition("=") for step in self.steps if step.keyword == "ENV" for word in step.words]
        return {name: value for name, _, value in pairs}


def read(path: Path) -> dict[str, Stage]:
    """The stages by name, in order."""
    text = re.sub(r"^#.*\n", "", path.read_text("utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    stages: dict[str, Stage] = {}
    stage = Stage("", "")
    for line in filter(str.strip, text.splitlines()):
        keyword, _, rest = line.strip().partition(" ")
        if keyword == "FROM":
            base, _, name = rest.partition(" AS ")
            stage = stages[name.strip()] = Stage(name.strip(), base.strip())
        elif rest.strip().startswith("["):
            stage.steps.append(Step(keyword, tuple(json.loads(rest))))
        else:
            stage.steps.append(Step(keyword, tuple(shlex.split(rest)), rest.strip()))
    return stages
