"""Clauses: the tree of what is scored."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

from pydantic import Field, model_validator

from rubrics.fields import Count, Flag, Points, Strict, Text, matching
from rubrics.schema.condition import Condition
from rubrics.schema.reads import Reads, reads
from rubrics.schema.rule import Change, CountRule, JudgeRule, LevelRule, Partial, ScaleRule
from rubrics.schema.select import Scope

ClauseId = Annotated[str, matching(r"[^\s#,;，；]{1,40}", "条款编号不能有空格和标点，至多40字，如（三）4.a。")]
RULES = ("parts", "best_of", "met", "count", "judge", "attest", "full", "scale", "levels", "absent")


class PointsWhen(Strict):
    """Other points for units of which a condition holds."""

    when: Condition = Field(alias="if")
    points: Points


class Clause(Strict):
    """One clause, with exactly one rule.

    clause: its number in the rulebook; title: short words of one's own; line: of the source text; at: a few characters
    of that line where the clause begins, when several share the line; points: the most it yields, none where the
    source lacks them. Rules: parts (sum), best_of (highest), met (conditions, all of them), count, judge, attest (a
    document or fact), full (unless `less` takes away), scale, levels, absent (its text is missing in the source: why).
    less, plus: taken or added, then the sum is kept within 0 and the points. applies: otherwise the clause leaves the
    sheet; trigger: never happened, full marks (无此情形). exclusive: of those with the same name only one applies.
    duties: what must happen under this clause though no points hang on it.
    partial: what conditions met in part yield: assess (待评审), proportional, none. scope: whose activities.
    who: the body that assesses it and what it is made of (none: whoever assesses the rest).
    note: words for whoever reads the line; waive: why a person judges what the text counts.
    """

    clause: ClauseId
    title: Text
    line: Annotated[Count, Field(ge=1)]
    at: Text | None = None
    points: Points | None = None
    points_when: tuple[PointsWhen, ...] = ()

    parts: tuple[Clause, ...] = ()
    best_of: tuple[Clause, ...] = ()
    met: tuple[Condition, ...] = ()
    count: CountRule | None = None
    judge: JudgeRule | None = None
    attest: Text | None = None
    full: Flag = False
    scale: ScaleRule | None = None
    levels: LevelRule | None = None
    absent: Text | None = None

    less: tuple[Change, ...] = ()
    plus: tuple[Change, ...] = ()
    applies: Condition | None = None
    trigger: Condition | None = None
    exclusive: Text | None = None
    partial: Partial | None = None
    scope: Scope | None = None
    of_units: Text | None = None
    duties: tuple[Condition, ...] = ()
    who: Text | None = None
    note: Text | None = None
    waive: Text | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> Clause:
        rules = [name for name in RULES if getattr(self, name)]
        if len(rules) != 1:
            said = "写了 " + "、".join(rules) if rules else "一个也没有写"
            raise ValueError(f"条款 {self.clause} 要有且只有一种计分办法（{'、'.join(RULES)}），现在{said}。")
        if self.trigger is not None and self.children:
            raise ValueError(f"条款 {self.clause}：trigger 请写在各项上，不写在有 {rules[0]} 的条款上。")
        if self.full and not self.less:
            raise ValueError(f"条款 {self.clause} 写了 full（满分起扣），请在 less 里写扣什么。")
        return self

    @cached_property
    def rule(self) -> str:
        """The name of its rule, one of RULES."""
        return next(name for name in RULES if getattr(self, name))

    @cached_property
    def reads(self) -> Reads:
        """What of the facts can make a difference to it."""
        return reads(self)

    @property
    def children(self) -> tuple[Clause, ...]:
        """The clauses it is made of."""
        return self.parts or self.best_of
