"""The facts a unit's points rest on as a YAML file, which scores again to the same points."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sheets.pages import PAPER
from rubrics import Facts
from rubrics.factsfile import dump_facts

MIMETYPE = "application/yaml"


@dataclass(frozen=True, slots=True)
class FactsSheet:
    """The file. head: the end of the unit's hash chain, in words."""

    facts: Facts
    head: str = ""

    @property
    def name(self) -> str:
        """What the file is called, without a folder."""
        return f"{self.facts.unit.id}-facts.yaml"

    def data(self) -> bytes:
        """The file, with the head of the chain in its first lines."""
        return f"# 记录链：{self.head or '还没有记录'}\n# {PAPER}。\n{dump_facts(self.facts)}".encode()
