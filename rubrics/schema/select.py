"""Which activities a rule speaks of."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from rubrics.activities import SLOTS, load_activities
from rubrics.fields import Number, Share, Strict, Text, Whole

Period = Literal["week", "two_weeks", "month", "quarter", "half_year", "year"]
Scope = Literal["own", "sum", "mean_of_branches", "every_branch"]
Evidence = Literal["record", "attendance", "document", "platform"]


class Select(Strict):
    """Activities of some kinds, as one rule counts them.

    kinds, family: any of these; where: slot values wanted, by slot; has: slots that must be filled; evidence: what must
    lie with each (record: a topic, attendance: 应到 and 实到, or the file itself; document and platform only as such);
    turnout: least present/expected for one to count; longest/shortest hours of one; weigh: the slot that says how many
    occurrences one report is; spread: "months", one report counts in each month that its months slot names.
    """

    kinds: tuple[Text, ...] = ()
    family: Text | None = None
    where: dict[str, tuple[Text, ...]] = Field(default_factory=dict)
    has: tuple[Text, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    turnout: Share | None = None
    least_hours: Number | None = None
    weigh: Literal["count"] | None = None
    spread: Literal["months"] | None = None

    @model_validator(mode="after")
    def _known(self) -> Select:
        known = load_activities().kinds
        for kind in self.kinds:
            if kind not in known:
                raise ValueError(f"没有活动类别“{kind}”。{_meant(kind)}")
        if self.family is not None and all(kind.family != self.family for kind in known.values()):
            raise ValueError(f"activities.yaml 里没有活动大类“{self.family}”。")
        if self.family is not None and self.kinds:
            raise ValueError("kinds 和 family 只写一个。")
        for slot in (*self.where, *self.has):
            if slot not in SLOTS:
                raise ValueError(f"不认识的栏目“{slot}”，只能用：{'、'.join(SLOTS)}。")
        return self

    @cached_property
    def selected(self) -> tuple[str, ...]:
        """The kinds selected, a family written out."""
        if self.family is None:
            return self.kinds
        return tuple(kind.id for kind in load_activities().kinds.values() if kind.family == self.family)


def _meant(kind: str) -> str:
    """What to write for a kind that there isn't: its id where the name is known, else ids that look like it."""
    activities = load_activities()
    if named := activities.named(kind):
        return f"请写它的编号 {named.id}。"
    near = get_close_matches(kind, activities.kinds, 1)
    return f"是不是 {near[0]}？" if near else "有哪些，请看 zhibu rubric kinds。"


class Pick(Select):
    """Activities with a limit on how many count. at_most: in each per (in the whole window without one); title: how
    the arithmetic names them; each: points of one, where it differs from the rule's."""

    at_most: Annotated[Whole, Field(ge=1)] | None = None
    per: Period | None = None
    title: Text | None = None
    each: Number | None = None

    @model_validator(mode="after")
    def _limit(self) -> Pick:
        if self.per is not None and self.at_most is None:
            raise ValueError("写了 per（周期）就要写 at_most（每个周期最多计几次）。")
        return self
