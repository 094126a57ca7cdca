"""A whole rulebook: its source, its clauses, and what happens to their sum."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from rubrics.fields import Count, Day, Flag, MonthDay, Points, Share, Strict, Text, Whole, matching
from rubrics.schema.clause import Clause, ClauseId, PointsWhen
from rubrics.schema.condition import Condition
from rubrics.schema.rule import Partial

Column = Literal["self", "assessor", "acceptance", "department"]
FormColumn = Literal["points", "self", "assessor", "acceptance", "department", "by", "result", "state", "why"]
RubricId = Annotated[
    str, matching(r"[a-z0-9][a-z0-9-]{1,60}", "编号用小写字母、数字和短横线，至少两个字符，如 village-branches。")
]


class Source(Strict):
    """The text as received. file: its name; sha256 and lines prove that line numbers mean the same text."""

    file: Text
    sha256: Annotated[str, matching(r"[0-9a-f]{64}", "应为64位十六进制数，用 sha256sum 算出。")]
    lines: Count


class Effective(Strict):
    """The days a version is in force. start (from): the first; until: the last, open when missing."""

    start: Day = Field(alias="from")
    until: Day | None = None


class Window(Strict):
    """The part of a year that is scored. start, end: month and day; years_back: 1 when it starts in the year before;
    closes: the unit's attribute that says when the assessment was held, after which nothing counts."""

    start: MonthDay = Field(default="01-01", alias="from")
    end: MonthDay = Field(default="12-31", alias="to")
    years_back: Annotated[Whole, Field(ge=0, le=2)] = 0
    closes: Text | None = None


class Term(Strict):
    """One term of the weighted mix: what people put in a column, all clauses' points, or a result scaled to the full
    mark (out_of: its own full mark; of_full: it is the unit's). months: only judgements of these months count (the
    others are shown)."""

    weight: Share
    column: Column | None = None
    clauses: Flag = False
    result: Text | None = None
    out_of: Points | None = None
    of_full: Flag = False
    months: tuple[Annotated[Whole, Field(ge=1, le=12)], ...] = ()

    @model_validator(mode="after")
    def _one(self) -> Term:
        if [bool(self.column), self.clauses, bool(self.result)].count(True) != 1:
            raise ValueError("请写 column、clauses: true、result 中的一个。")
        if self.result and bool(self.out_of) == self.of_full:
            raise ValueError("result 要写 out_of（它的满分是多少），或 of_full: true（就是考核的满分）。")
        return self


class Bonus(Strict):
    """Points on top. cap: of them all; window: when it isn't the rulebook's."""

    cap: Points | None = None
    window: Window | None = None
    items: tuple[Clause, ...]


class Deduction(Strict):
    """Points off the total. range: what an assessor may pick for one finding (equal: no choice; open upwards: an
    external scale, second value missing); when: found by the facts themselves; within: the section whose points it can
    use up, the total otherwise; once: however many findings, the gravest one counts."""

    clause: ClauseId
    title: Text
    line: Annotated[Count, Field(ge=1)]
    range: tuple[Points, Points] | tuple[Points]
    when: Condition | None = None
    within: ClauseId | None = None
    once: Flag = False
    note: Text | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Deduction:
        if len(self.range) == 2 and self.range[0] > self.range[1]:
            raise ValueError("range 的第一个数不能大于第二个数。")
        return self


class Falsification(Strict):
    """What false entries cost. times: their face value, so often, within their clause (the entries themselves don't
    count); range: or so much off the total, as an assessor picks."""

    clause: ClauseId
    title: Text
    line: Annotated[Count, Field(ge=1)]
    times: Count = 0
    range: tuple[Points, Points] | None = None
    once: Flag = False


class Named(Strict):
    """A rule with words and no points. when: found by the facts; else by a finding or attestation under its number."""

    clause: ClauseId
    title: Text
    line: Annotated[Count, Field(ge=1)]
    when: Condition | None = None
    note: Text | None = None


class Veto(Named):
    """What undoes everything. grade: what is said instead of a grade."""

    grade: Text


class Band(Strict):
    """A grade: by points (of the percentage of what remains, where clauses left), by place in the pool, or the rest."""

    name: Text
    at_least: Points | None = None
    at_most: Points | None = None
    top: Count | None = None
    bottom: Count | None = None


class Pool(Strict):
    """The grades of units of which a condition holds, best first. clause, line: where the text says so."""

    when: Condition | None = Field(default=None, alias="if")
    bands: tuple[Band, ...]
    clause: ClauseId | None = None
    line: Count | None = None


class Consequence(Strict):
    """What follows a grade or a place. grade: for these; years: in so many years running; bottom: the last so many of
    the pool (if)."""

    clause: ClauseId
    title: Text
    line: Annotated[Count, Field(ge=1)]
    grade: tuple[Text, ...] = ()
    years: Annotated[Whole, Field(ge=1, le=5)] = 1
    top: Count | None = None
    bottom: Count | None = None
    when: Condition | None = Field(default=None, alias="if")


class Procedure(Strict):
    """A step of the assessment. months: when; kinds: what is logged once it is done, which makes it a duty;
    self_rating: the unit rates itself then; column: the column that who rates then; publicity: the result is made
    known, for so many workdays (0: the text names none); approval: who decides on it; when: something else that must
    hold, shown and reminded of."""

    clause: ClauseId
    title: Text
    line: Annotated[Count, Field(ge=1)]
    who: Text | None = None
    months: tuple[Annotated[Whole, Field(ge=1, le=12)], ...] = ()
    kinds: tuple[Text, ...] = ()
    label: Text | None = None
    self_rating: Flag = False
    column: Column | None = None
    publicity: Flag = False
    workdays: Annotated[Whole, Field(ge=0, le=60)] = 0
    approval: Flag = False
    when: Condition | None = None

    @model_validator(mode="after")
    def _days_of_publicity(self) -> Procedure:
        if self.workdays and not self.publicity:
            raise ValueError("workdays 是公示几个工作日，请同时写 publicity: true。")
        if self.column == "self":
            raise ValueError("自评写 self_rating: true；column 写考评的那一栏：assessor、acceptance 或 department。")
        return self


class Interpretation(Strict):
    """A reading of what the text leaves open. choice: the one in force; choices: word to meaning, used by by_reading;
    fixed: why there is no switch, where there is only one."""

    id: RubricId
    clauses: tuple[ClauseId, ...] = ()
    question: Text
    choice: Text
    choices: dict[str, Text]
    confirmed: Flag = False
    fixed: Text | None = None

    @model_validator(mode="after")
    def _known_choice(self) -> Interpretation:
        if self.choice not in self.choices:
            raise ValueError(f"choice “{self.choice}”不在 choices 里，只能是：{'、'.join(self.choices)}。")
        return self


class Form(Strict):
    """How the rulebook's own score sheet looks. unit: what the unit is called at its head; levels: the heads of the
    columns for sections, clauses and what they are made of; columns: those beside them, in order, each with its head.
    """

    unit: Text = "单位"
    levels: Annotated[tuple[Text, ...], Field(min_length=1, max_length=6)] = ("内容",)
    columns: dict[FormColumn, Text] = Field(default_factory=dict)


class Fault(Strict):
    """A known fault of the text. sum_of: the clause (or `full`) whose parts don't add up; visible: what they give."""

    line: Count
    words: Text
    clause: ClauseId | None = None
    sum_of: ClauseId | None = None
    visible: Points | None = None


class Variant(Strict):
    """A sort of unit for which the sums must hold: the attributes that make it."""

    name: Text
    attributes: dict[str, Text]


class Rulebook(Strict):
    """The file.

    full: the full mark, none where the source names none (full_when: of some units); points: missing when the score
    sheet isn't in the source, incomplete when the text of some clauses isn't (absent); raters: how judgements of
    several people for one clause and column are joined; columns: whose points stand, last word first; form: of its
    score sheet; attributes: of the unit that conditions read, with the words they may have (none: any value).
    """

    id: RubricId
    version: Text
    title: Text
    short: Text
    assesses: Text
    source: Source
    effective: Effective
    window: Window = Window()
    full: Points | None = None
    full_when: tuple[PointsWhen, ...] = ()
    points: Literal["given", "missing", "incomplete"] = "given"
    partial: Partial = "assess"
    raters: Literal["last", "mean", "median"] = "last"
    columns: tuple[Column, ...] = ("department", "acceptance", "assessor")
    form: Form = Form()
    sections: tuple[Clause, ...]
    mix: tuple[Term, ...] = ()
    bonus: Bonus | None = None
    deductions: tuple[Deduction, ...] = ()
    bottom_lines: tuple[Deduction, ...] = ()
    falsification: Falsification | None = None
    veto: tuple[Veto, ...] = ()
    qualify: tuple[Named, ...] = ()
    grades: tuple[Pool, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    procedure: tuple[Procedure, ...] = ()
    interpret: tuple[Interpretation, ...] = ()
    faults: tuple[Fault, ...] = ()
    variants: tuple[Variant, ...] = ()
    attributes: dict[str, tuple[Text, ...] | None] = Field(default_factory=dict)


class Overlay(Strict):
    """A score sheet that an administrator adds. overlay: the rulebook; example: made up by us, said on every sheet;
    full: the full mark where the rulebook names none; points: by clause; readings: switched with it."""

    overlay: RubricId
    title: Text
    example: Flag = False
    full: Points | None = None
    points: dict[str, Points] = Field(default_factory=dict)
    readings: dict[str, Text] = Field(default_factory=dict)
