"""The facts file: what tests, the command line and the export share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from rubrics.activities import load_activities
from rubrics.fields import Count, Day, Flag, Number, Points, ShareText, Strict, Text, Whole, matching, parse_share
from rubrics.headcounts import refuse_impossible
from rubrics.schema.rulebook import Column
from rubrics.schema.select import Evidence, Period

Month = Annotated[str, matching(r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])", "应为月份，如 2026-03。")]


class HeadcountEntry(Strict):
    """How many from a day on; groups: the size of each party group."""

    since: Day
    full: Count
    probationary: Count = 0
    floating: Count = 0
    on_leave: Count = 0
    committee: Count = 0
    groups: tuple[Count, ...] = ()
    activists: Count = 0

    @model_validator(mode="after")
    def _possible(self) -> HeadcountEntry:
        refuse_impossible(self)
        return self


class UnitEntry(Strict):
    """A unit (name: its id unless said); attributes by the names that rulebooks ask for."""

    id: Text = "支部"
    name: Text | None = None
    parent: Text | None = None
    founded_on: Day | None = None
    attributes: dict[str, Text] = Field(default_factory=dict)
    headcounts: tuple[HeadcountEntry, ...] = ()

    @model_validator(mode="after")
    def _one_a_day(self) -> UnitEntry:
        days = [count.since for count in self.headcounts]
        if twice := sorted({day.isoformat() for day in days if days.count(day) > 1}):
            raise ValueError(f"{twice[0]} 起的人数写了两次。请留一个。")
        return self


class SlotEntry(Strict):
    """The slots of a report, as in activities.yaml."""

    date_end: Day | None = None
    time: Text | None = None
    place: Text | None = None
    topic: Text | None = None
    speaker: Text | None = None
    host: Text | None = None
    means: Text | None = None
    level: Text | None = None
    project: Text | None = None
    channel: Text | None = None
    expected: Count | None = None
    present: Count | None = None
    leave: Count | None = None
    absent: Count | None = None
    guests: Count | None = None
    count: Count | None = None
    group: Count | None = None
    about: Whole | None = None
    amount: Count | None = None
    hours: Number | None = None
    share: ShareText | None = None
    titles: tuple[Text, ...] | None = None
    months: tuple[Month, ...] | None = None
    people: tuple[Text, ...] | None = None


class FactEntry(SlotEntry):
    """An activity, or several alike. kind: its id or name; on: the day; times and per: so many, one in each period from
    `on` or from the year's first (times alone: all on that day)."""

    kind: Text
    on: Day | None = None
    number: Whole | None = None
    unit: Text | None = None
    period: Month | None = None
    gathering: Text | None = None
    recorded_on: Day | None = None
    withdrawn_on: Day | None = None
    returned_on: Day | None = None
    evidence: tuple[Evidence, ...] = ()
    times: Annotated[Whole, Field(ge=1, le=1000)] = 1
    per: Period | None = None

    @model_validator(mode="after")
    def _sensible(self) -> FactEntry:
        if load_activities().named(self.kind) is None:
            raise ValueError(f"没有活动类别“{self.kind}”。{load_activities().near(self.kind)}")
        if self.on is None and self.per is None:
            raise ValueError(f"“{self.kind}”请写 on（哪一天），或写 times 和 per（每个周期一次）。")
        if self.times > 1 and self.number is not None:
            raise ValueError("写了 times 就不能写 number：每条各有编号。")
        if self.date_end is not None and self.on is not None and self.date_end < self.on:
            raise ValueError(f"date_end {self.date_end} 早于 on {self.on}。请核对两天。")
        if self.present is not None and self.expected is not None and self.present > self.expected:
            raise ValueError(f"实到{self.present}人多于应到{self.expected}人。列席的写在 guests。")
        if self.share is not None and (parse_share(self.share) or 0) > 1:
            raise ValueError(f"share（占比）写的是 {self.share}，多于全部。请写 {self.share}%，或 1/3 这样的分数。")
        return self


class JudgementEntry(Strict):
    """Points (or met: an attestation) by a person for a clause."""

    clause: Text
    column: Column
    on: Day
    by: Text
    points: Annotated[Number, Field(ge=-1000, le=100000)] | None = None
    met: Flag | None = None
    note: str = ""
    year: Whole | None = None
    rubric: Text | None = None

    @model_validator(mode="after")
    def _one(self) -> JudgementEntry:
        if (self.points is None) == (self.met is None):
            raise ValueError("请写 points（几分）或 met（true 达到、false 没达到）中的一个。")
        return self


class FindingEntry(Strict):
    """Something found, under a clause's number."""

    kind: Text
    clause: Text
    on: Day
    times: Annotated[Whole, Field(ge=1, le=1000)] = 1
    points: Points | None = None
    numbers: tuple[Whole, ...] = ()
    note: str = ""
    year: Whole | None = None
    rubric: Text | None = None


class ResultEntry(Strict):
    """A result from outside: a figure, a percentage or a word."""

    name: Text
    value: Text
    on: Day
    note: str = ""
    year: Whole | None = None


class PersonEntry(Strict):
    """Someone whom clauses about each person speak of."""

    id: Text
    roles: tuple[Text, ...] = ()
    values: dict[str, Annotated[Number, Field(ge=0)]] = Field(default_factory=dict)


class FactsFile(Strict):
    """The file. facts: the activities; before: the unit's grades of the years before, the newest first; leave out what
    there is none of."""

    version: Literal["1"] = "1"
    unit: UnitEntry = UnitEntry()
    subunits: tuple[UnitEntry, ...] = ()
    facts: tuple[FactEntry, ...] = ()
    judgements: tuple[JudgementEntry, ...] = ()
    findings: tuple[FindingEntry, ...] = ()
    results: tuple[ResultEntry, ...] = ()
    people: tuple[PersonEntry, ...] = ()
    before: tuple[Text, ...] = ()
