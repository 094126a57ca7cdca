"""What a leaf of the tree of clauses is evaluated in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rubrics.evaluate.conditions import Case
from rubrics.evaluate.ground import Ground
from rubrics.evaluate.value import NIL


@dataclass(frozen=True, slots=True)
class Setting:
    """What a leaf is evaluated in. maximum: of the clause for this unit, None where the source lacks it; partial: the
    mode in force; optional: nothing claimed is nothing, not open (bonus)."""

    ground: Ground
    case: Case
    maximum: Decimal | None
    partial: str
    optional: bool = False

    @property
    def cap(self) -> Decimal:
        """The maximum, nothing where it is missing."""
        return self.maximum if self.maximum is not None else NIL
