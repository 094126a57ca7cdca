"""Rules: how a clause's points come about."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from rubrics.activities import SLOTS
from rubrics.fields import Flag, Number, Points, Share, Strict, Text
from rubrics.schema.condition import Condition
from rubrics.schema.select import Pick, Select

_OF_EACH = ("at_most", "per", "title", "where", "has", "turnout", "least_hours", "evidence", "weigh", "spread")


class CountRule(Pick):
    """So much per occurrence, up to the clause's points. each: points of one; of: several picks with limits of their
    own instead of one; coverage: a role, each of whose people should appear (shown, worth nothing by itself)."""

    of: tuple[Pick, ...] = ()
    coverage: Text | None = None

    @model_validator(mode="after")
    def _complete(self) -> CountRule:
        if bool(self.selected) == bool(self.of):
            raise ValueError("请写 kinds（哪些活动）或 of（几组活动，各有上限）中的一个。")
        passed_over = [key for key in _OF_EACH if self.of and key in self.model_fields_set]
        if passed_over:
            raise ValueError(f"写了 of（几组），{'、'.join(passed_over)} 请写在 of 的各组里。")
        picks = self.of or (self,)
        if any(not pick.selected for pick in picks):
            raise ValueError("of 的每一组都要写 kinds 或 family。")
        if any(pick.each is None and self.each is None for pick in picks):
            raise ValueError("请写 each（每次几分）。")
        return self

    @property
    def picks(self) -> tuple[Pick, ...]:
        """The picks, at least one."""
        return self.of or (self,)


class JudgeRule(Strict):
    """Judged by a person. what: what is looked at; least/most: the range, 0 to the clause's points unless set; step:
    points come in multiples of it; shows: activities listed for the person who judges, worth nothing by themselves."""

    what: Text | None = None
    least: Number | None = None
    most: Number | None = None
    step: Annotated[Points, Field(gt=0)] | None = None
    shows: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> JudgeRule:
        self.shown_with  # noqa: B018  a kind that doesn't exist is refused here, not while scoring
        return self

    @cached_property
    def shown_with(self) -> Select:
        """The activities listed for the person who judges."""
        return Select(kinds=self.shows)


class Step(Strict):
    """One row of a scale: from a figure up (at_least), up to a figure (at_most), or for a word (is); none: the rest."""

    points: Points
    at_least: Share | None = None
    at_most: Share | None = None
    is_: Text | None = Field(default=None, alias="is")


class ScaleRule(Strict):
    """Points read off a figure or word. Where it comes from: result, attribute, or a condition that measures (of);
    steps: the first row that fits; linear: the clause's points times (figure - from) / (to - from), within 0 and all
    of them."""

    result: Text | None = None
    attribute: Text | None = None
    of: Condition | None = None
    steps: tuple[Step, ...] = ()
    linear: tuple[Share, Share] | None = None

    @model_validator(mode="after")
    def _complete(self) -> ScaleRule:
        if [self.result, self.attribute, self.of].count(None) != 2:
            raise ValueError("请写 result、attribute、of 中的一个：数从哪里来。")
        if bool(self.steps) == (self.linear is not None):
            raise ValueError("请写 steps（分档）或 linear（按比例）中的一个。")
        if self.linear and self.linear[0] == self.linear[1]:
            raise ValueError("linear 的两个数不能相同。")
        return self


class LevelRule(Pick):
    """Points by a slot's word (the level of an award), the best one of each project.

    by: the slot; points: word to points; best_per: the slot that names the project; factors: slot to word to factor
    (half for talks and print).
    """

    by: Text = "level"
    points: dict[str, Points]
    best_per: Text | None = None
    factors: dict[str, dict[str, Share]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _slots(self) -> LevelRule:
        unused = [key for key in ("at_most", "per", "title", "each", "weigh") if key in self.model_fields_set]
        if unused:
            raise ValueError(
                f"levels 不用 {'、'.join(unused)}，请删去：各级几分写在 points 里，同一项目取最高写 best_per。"
            )
        for slot in filter(None, (self.by, self.best_per, *self.factors)):
            if slot not in SLOTS:
                raise ValueError(f"不认识的栏目“{slot}”，只能用：{'、'.join(SLOTS)}。")
        return self


class Change(Strict):
    """Points added to or taken from a clause besides its rule: each, for

    finding: every time of such findings (not older than the window); when: this holds; short_of: a condition, per
    occurrence or per `step` of the figure it falls short by (started: a part of a step is a whole one).
    most: no more than this in all.
    """

    title: Text | None = None
    each: Number
    finding: Text | None = None
    when: Condition | None = None
    short_of: Condition | None = None
    step: Share | None = None
    started: Flag = True
    most: Points | None = None

    @model_validator(mode="after")
    def _one(self) -> Change:
        if [self.finding, self.when, self.short_of].count(None) != 2:
            raise ValueError("请写 finding（查出的问题）、when（条件）、short_of（差多少）中的一个。")
        if self.each < 0:
            raise ValueError("each 写正数：less 里自动扣，plus 里自动加。")
        if self.step is not None and (self.short_of is None or self.step <= 0):
            raise ValueError("step 只和 short_of 一起写，且大于 0。")
        return self


Partial = Literal["assess", "proportional", "none"]
