"""Conditions: something that holds, doesn't hold, or isn't known yet."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from rubrics.activities import SLOTS
from rubrics.fields import Count, Flag, MonthDay, Share, Strict, Text, Whole
from rubrics.schema.select import Period, Scope, Select

Headcounts = Literal[
    "full", "probationary", "members", "floating", "on_leave", "committee", "groups", "activists"
]  # members: full and probationary


class Lead(Strict):
    """A date that a unit's attribute or a result holds, and how long before it something must have happened."""

    attribute: Text | None = None
    result: Text | None = None
    months: Count = 0
    days: Count = 0

    @model_validator(mode="after")
    def _one(self) -> Lead:
        if (self.attribute is None) == (self.result is None):
            raise ValueError("请写 attribute 或 result 中的一个：那一天记在哪里。")
        return self


class Trigger(Select):
    """Events that call for an answer within months or days of each (any time, without them; under: strictly earlier
    than that day); never happened: nothing is owed."""

    months: Count = 0
    days: Count = 0
    under: Flag = False


class ByClass(Strict):
    """A least figure that depends on the unit. attribute: which says the class; table: class to figure."""

    attribute: Text
    table: dict[str, Share]


_SELECT = frozenset(Select.model_fields)
_COMMON = frozenset({"title", "label", "measure", "weight", "scope", "of_units", "when", "owed"})
_BOUNDS = frozenset({"at_least", "at_least_by", "at_most", "between"})
_WORDS = frozenset({"is_", "one_of"})
# Form -> (keys that must be there besides the one that names it, keys that may be). The first whose key is set applies.
FORMS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "any": (frozenset(), frozenset()),
    "all": (frozenset(), frozenset()),
    "negated": (frozenset(), frozenset()),
    "attest": (frozenset(), frozenset()),
    "attribute": (frozenset(), _BOUNDS | _WORDS | {"per"}),
    "headcount": (frozenset(), _BOUNDS),
    "result": (frozenset(), _BOUNDS | _WORDS | {"per"}),
    "finding": (frozenset({"at_most"}), frozenset({"at_most"})),
    "average": (frozenset({"people"}), _BOUNDS | _SELECT | {"people"}),
    "people": (frozenset(), _BOUNDS | _SELECT | {"value", "times"}),
    "pairs": (frozenset({"kinds"}), _SELECT | {"times"}),
    "every": (frozenset(), _SELECT | {"times", "each_group", "fixed_day", "cover", "longest_gap"}),
    "by": (frozenset(), _SELECT | {"start", "times"}),
    "on": (frozenset(), _SELECT | {"within"}),
    "before": (frozenset(), _SELECT),
    "after": (frozenset(), _SELECT),
    "absentees": (frozenset(), _SELECT),
    "share": (frozenset(), _SELECT | _BOUNDS),
    "ratio": (frozenset(), _SELECT | _BOUNDS | {"over"}),
    "sum": (frozenset(), _SELECT | _BOUNDS),
    "slot": (frozenset(), _SELECT | _BOUNDS),
}
_COUNT = (frozenset[str](), _SELECT | _BOUNDS)
_NEEDS_KINDS = frozenset(
    {"every", "by", "on", "before", "after", "absentees", "share", "ratio", "sum", "slot", "count", "pairs"}
)
_NEEDS_BOUND = frozenset({"headcount", "average", "share", "ratio", "sum", "slot", "count"})
_PEOPLE = frozenset({"present", "expected", "leave", "absent"})
FIGURES = frozenset({"whole", "number", "share"})  # the sorts of slots that hold a figure
_SAID = {"negated": "not", "is_": "is", "when": "if", "start": "from"}


class Condition(Select):
    """One condition. What it measures is one of:

    - every + kinds/family (+ times): so many in each period (each_group: in each party group of the unit; fixed_day:
      on the same day each time; cover: the months slots must cover the whole period)
    - kinds/family + at_least/at_most/between: how many in the window; with sum: the total of a slot; with ratio: one
      slot over another (over: each event, mean of the events, or total); with slot: a slot of each event; with share:
      the share of those that carry what has and evidence ask
    - kinds + by (+ from): at least `times` between two days of the window
    - kinds + on (+ within): once near each named day
    - kinds + before: long enough before a date; kinds + after: an answer to each of some other events
    - kinds + absentees: those who were absent were told afterwards, by activities of these kinds
    - attribute, headcount, result: a number or a word (per: divided by another attribute), with is/one_of or bounds
    - people: each person of a role, by a value of theirs or by activities they took part in; pairs: each two of a role
    - average: the mean of a value over people
    - finding: how many of a kind (at_most)
    - attest: something that only a person can confirm
    - any, all, not: of other conditions
    Bounds include the figure itself. if: the condition is asked only where (per period, when every) this holds.
    weight: its part in the progress of a clause. label, measure: how people name one (第二党小组会 is made of 党小组会)
    and count them. owed: false when it is no duty to be reminded of.
    """

    title: Text | None = None
    label: Text | None = None
    measure: Text = "次"
    weight: Annotated[Whole, Field(ge=1, le=100)] = 1
    scope: Scope | None = None
    of_units: Text | None = None
    when: Condition | None = Field(default=None, alias="if")
    owed: bool | None = None

    every: Period | None = None
    times: Annotated[Whole, Field(ge=1, le=400)] | None = None
    each_group: Flag = False
    fixed_day: Flag = False
    cover: Flag = False
    longest_gap: Count | None = None

    share: Flag = False
    sum: Text | None = None
    ratio: tuple[Text, Text] | None = None
    slot: Text | None = None
    over: Literal["each", "mean", "total"] = "each"

    by: MonthDay | None = None
    start: MonthDay | None = Field(default=None, alias="from")
    on: tuple[MonthDay, ...] = ()
    within: Count = 0
    before: Lead | None = None
    after: Trigger | None = None
    absentees: tuple[Text, ...] = ()

    attribute: Text | None = None
    headcount: Headcounts | None = None
    result: Text | None = None
    per: Text | None = None
    people: Text | None = None
    value: Text | None = None
    pairs: Text | None = None
    average: Text | None = None
    finding: Text | None = None
    attest: Text | None = None

    any: tuple[Condition, ...] = ()
    all: tuple[Condition, ...] = ()
    negated: Condition | None = Field(default=None, alias="not")

    at_least: Share | None = None
    at_least_by: ByClass | None = None
    at_most: Share | None = None
    between: tuple[Share, Share] | None = None
    is_: Text | None = Field(default=None, alias="is")
    one_of: tuple[Text, ...] = ()

    @cached_property
    def form(self) -> str:
        """What it measures: a key of FORMS, or count."""
        return next((name for name in FORMS if name in self.model_fields_set), "count")

    @model_validator(mode="after")
    def _written(self) -> Condition:
        if self.form in FORMS and not getattr(self, self.form):
            raise ValueError(f"“{_SAID.get(self.form, self.form)}”后面没有写值。请写上，或删去这个键。")
        return self

    @model_validator(mode="after")
    def _rate(self) -> Condition:
        if self.ratio is not None and self.ratio[0] == "expected" and self.ratio[1] in _PEOPLE:
            raise ValueError(f"ratio 写反了：应到写在后面，如 [{self.ratio[1]}, expected]。")
        least = self.between[1] if self.between is not None else self.at_least
        rate = self.share or (self.ratio is not None and set(self.ratio) <= _PEOPLE)
        if rate and least is not None and least > 1:
            raise ValueError(f"比例不会大于1，写的是{least}。请写百分数，如 {least}%，或 0.9 这样的小数。")
        return self

    @model_validator(mode="after")
    def _one_form(self) -> Condition:
        form = self.form
        said = _SAID.get(form, form)
        needed, allowed = FORMS.get(form, _COUNT)
        for key in sorted(self.model_fields_set - _COMMON - allowed - needed - {form}):
            raise ValueError(f"“{said}”条件里不能写“{_SAID.get(key, key)}”。")
        for key in sorted(needed - self.model_fields_set):
            raise ValueError(f"“{said}”条件还要写“{key}”。")
        if form in _NEEDS_KINDS and not self.selected:
            raise ValueError("请写 kinds（哪些活动类别）或 family（哪一大类）。")
        bounds = {name for name in _BOUNDS | _WORDS if getattr(self, name) not in (None, ())}
        if form in _NEEDS_BOUND and not bounds:
            raise ValueError("请写 at_least（至少）、at_most（至多）或 between（区间）。")
        if form == "people" and not bounds and not self.selected:
            raise ValueError("请写 value 和 at_least（每人至少多少），或 kinds（每人参加哪些活动）。")
        if self.between is not None and self.between[0] > self.between[1]:
            raise ValueError("between 的第一个数不能大于第二个数。")
        for slot in filter(None, (self.sum, self.slot, *(self.ratio or ()))):
            if SLOTS.get(slot) not in FIGURES:
                figures = "、".join(name for name, sort in SLOTS.items() if sort in FIGURES)
                raise ValueError(f"“{slot}”不是有数的栏目，只能用：{figures}。")
        if form == "share" and not (self.has or self.evidence):
            raise ValueError("share 要写 has 或 evidence：每次应有什么。")
        if form == "after" and self.after and not self.after.selected:
            raise ValueError("after 要写 kinds：哪些事情发生后。")
        return self
