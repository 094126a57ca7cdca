"""What every turn needs and no turn changes: settings, the rulebooks, the kinds of activity; and the memory of what was
read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.chained import Chains
from bot.settings import Settings
from rubrics import Activities, Rubric, load_activities, load_catalog


@dataclass(frozen=True, slots=True)
class House:
    """Read once at the start. rubrics: by id; with an overlay's points under (id, overlay name); chains: what was read
    last of the units' records."""

    settings: Settings
    kinds: Activities
    rubrics: Mapping[str, Rubric]
    chains: Chains = field(default_factory=Chains, compare=False)

    @classmethod
    def open(cls, settings: Settings) -> House:
        """Read the rulebooks shipped and the administrator's own. Raises FileError."""
        return cls(settings, load_activities(), load_catalog(settings.rulebooks))
