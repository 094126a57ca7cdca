"""Scoring: rulebooks as data, facts in, an explained score sheet out. Pure: no clock, no I/O but its own YAML."""

from rubrics.activities import Activities, ActivityKind, load_activities
from rubrics.demands import Demand, counting, demands
from rubrics.duties import duties
from rubrics.explain import explain
from rubrics.explain_beside import explain_beside
from rubrics.facts import Activity, Facts, Finding, Headcount, Judgement, Person, Result, Unit
from rubrics.rating import Item, column_sheet, items
from rubrics.rulebooks import Rubric, lay_over, load_catalog, load_overlay, load_rubric, rubric_in_force
from rubrics.scoring import score
from rubrics.sheet import Counted, Duty, Line, Refused, ScoreSheet, State
from rubrics.steps import Step, next_steps, steps
from rubrics.tally import Tally, placed, tally
from rubrics.words import detail, grade, summary

__all__ = [
    "Activities",
    "Activity",
    "ActivityKind",
    "Counted",
    "Demand",
    "Duty",
    "Facts",
    "Finding",
    "Headcount",
    "Item",
    "Judgement",
    "Line",
    "Person",
    "Refused",
    "Result",
    "Rubric",
    "ScoreSheet",
    "State",
    "Step",
    "Tally",
    "Unit",
    "column_sheet",
    "counting",
    "demands",
    "detail",
    "duties",
    "explain",
    "explain_beside",
    "grade",
    "items",
    "lay_over",
    "load_activities",
    "load_catalog",
    "load_overlay",
    "load_rubric",
    "next_steps",
    "placed",
    "rubric_in_force",
    "score",
    "steps",
    "summary",
    "tally",
]
