"""A program that stands for docker: `docker compose exec` and `run` go into the service's root, as its account."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_COMPOSE = ["compose", "-f", "deploy/compose.yaml"]


class Entry(NamedTuple):
    """How a service is entered. root: its place; begin: the words that run a command there; entrypoint: its image's."""

    root: str
    begin: Sequence[str]
    entrypoint: Sequence[str]


def install(place: Path, entries: Mapping[str, Entry]) -> None:
    """Write the program."""
    text = Path(__file__).read_text("utf-8")
    end = f"\nenter(sys.argv[1:], {{k: Entry(*v) for k, v in json.loads({json.dumps(entries)!r}).items()}})\n"
    place.write_text(f"#!{sys.base_prefix}/bin/python3\n{text}{end}", "utf-8")
    place.chmod(0o755)


def enter(words: list[str], entries: Mapping[str, Entry]) -> None:
    """Become the command that is meant; it doesn't return."""
    if words[:3] != _COMPOSE or words[3] not in ("exec", "run"):
        sys.exit(f"docker {' '.join(words)}: not known here")
    runs, words = words[3] == "run", words[4:]
    volume = entrypoint = None
    while words[0].startswith("-"):
        option = words.pop(0)
        if option == "--volume":
            volume = words.pop(0)
        elif option == "--entrypoint":
            entrypoint = [words.pop(0)]
        elif option not in ("-T", "--rm", "--no-deps"):
            sys.exit(f"docker compose {option}: not known here")
    entry = entries[words.pop(0)]
    if volume is not None:
        source, target, mode = volume.split(":")
        mounted = os.spawnvp(os.P_WAIT, "mount", ["mount", "--bind", "-o", mode, source, entry.root + target])
        if mounted != 0:
            sys.exit(mounted)
    first = (entrypoint or entry.entrypoint) if runs else ()
    whole = [*entry.begin, *first, *words]
    os.execvp(whole[0], whole)
