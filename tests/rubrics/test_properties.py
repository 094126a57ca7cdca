"""What must hold of every sheet, whatever the facts."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrics import (
    Activity,
    Facts,
    Finding,
    Judgement,
    Line,
    Result,
    Rubric,
    detail,
    duties,
    explain,
    grade,
    load_catalog,
    load_rubric,
    next_steps,
    score,
    summary,
)  # fmt: skip
from rubrics.evaluate.judging import views
from rubrics.lint_facts import known_clauses
from rubrics.schema.clause import Clause
from rubrics.schema.condition import Condition
from rubrics.told import results
from tests.rubrics import strategies
from tests.rubrics.cases import HERE

RUBRICS = {**load_catalog(), **{r.id: r for r in map(load_rubric, (HERE / "own" / "rulebooks").glob("*.yaml"))}}
EACH = pytest.mark.parametrize("name", sorted(RUBRICS))
TIMES = {"deadline": None, "max_examples": 12}
EXACT = Decimal("1E-9")
scored_on = st.sampled_from([date(2025, 5, 10), date(2025, 11, 22), date(2025, 12, 31)])


def _clauses(rubric: Rubric) -> dict[str, Clause]:
    return {clause.clause: clause for clause, _ in rubric.clauses()}


@EACH
@settings(**TIMES)
@given(data=st.data(), on=scored_on)
def test_points_stay_within_their_clause(name: str, data: st.DataObject, on: date) -> None:
    rubric = RUBRICS[name]
    sheet = score(rubric, data.draw(strategies.facts(rubric)), on)
    for line in sheet.lines:
        assert line.floor <= line.ceiling, line
        if line.kind in ("deduction", "bottom_line", "falsification"):
            assert line.ceiling <= 0
            continue
        assert line.floor >= 0, line
        if line.maximum is not None:
            assert line.ceiling <= line.maximum, line
        if line.points is not None:
            assert line.floor - EXACT <= line.points <= line.ceiling + EXACT, line
    assert 0 <= sheet.floor <= sheet.ceiling
    if sheet.total is not None:
        assert sheet.total == sheet.floor == sheet.ceiling


@EACH
@settings(**TIMES)
@given(data=st.data(), on=scored_on)
def test_earned_reachable_and_lost_make_the_maximum(name: str, data: st.DataObject, on: date) -> None:
    rubric = RUBRICS[name]
    for line in score(rubric, data.draw(strategies.facts(rubric)), on).lines:
        if line.maximum and line.parent is not None:
            assert abs(line.earned + line.reachable + line.lost - line.maximum) < EXACT, line


@EACH
@settings(**TIMES)
@given(data=st.data(), on=scored_on, seed=st.integers())
def test_order_does_not_matter_and_same_facts_make_the_same_bytes(
    name: str, data: st.DataObject, on: date, seed: int
) -> None:
    rubric = RUBRICS[name]
    facts = data.draw(strategies.facts(rubric))
    mixed = list(facts.activities)
    random.Random(seed).shuffle(mixed)
    assert score(rubric, replace(facts, activities=tuple(mixed)), on) == score(rubric, facts, on)
    assert repr(score(rubric, facts, on)) == repr(score(rubric, facts, on))


@EACH
@settings(**TIMES)
@given(data=st.data(), on=scored_on)
def test_one_more_never_lowers_a_clause_that_counts(name: str, data: st.DataObject, on: date) -> None:
    rubric = RUBRICS[name]
    facts = replace(data.draw(strategies.facts(rubric)), judgements=(), findings=())
    more = data.draw(strategies.activities(size=3, kinds=_occurring(rubric)))
    more = tuple(replace(a, number=a.number + 100) for a in more)
    before = {line.clause: line for line in score(rubric, facts, on).lines}
    after = score(rubric, replace(facts, activities=(*facts.activities, *more)), on)
    counting = {key for key, clause in _clauses(rubric).items() if _counts_occurrences(clause)}
    assert counting
    for line in after.lines:
        if line.clause in counting:
            assert line.floor >= before[line.clause].floor - EXACT


def _occurring(rubric: Rubric) -> tuple[str, ...]:
    """The kinds that clauses which count occurrences look at."""
    asked = [kind for clause in _clauses(rubric).values() if _counts_occurrences(clause) for kind in clause.reads.kinds]
    return tuple(dict.fromkeys(asked))


def _counts_occurrences(clause: Clause) -> bool:
    """Whether all it asks, or takes off for, is how often something was done."""
    if clause.trigger is not None or clause.applies is not None or clause.plus:
        return False
    if not all(entry.short_of is not None and entry.step is None and _occurs(entry.short_of) for entry in clause.less):
        return False
    if clause.count is not None or clause.levels is not None or clause.full:
        return True
    return bool(clause.met) and all(_occurs(condition) for condition in clause.met)


def _occurs(condition: Condition) -> bool:
    """No ratio, share or average, no upper bound, no usual day or gap."""
    bounded = condition.at_most is not None or condition.between is not None
    spaced = condition.fixed_day or condition.longest_gap is not None
    return condition.form in ("every", "count", "sum", "by", "on", "attest") and not bounded and not spaced


@EACH
@settings(**TIMES)
@given(data=st.data(), on=scored_on, seed=st.integers())
def test_what_was_scored_before_and_the_order_of_people_make_no_difference(
    name: str, data: st.DataObject, on: date, seed: int
) -> None:
    rubric = RUBRICS[name]
    facts = data.draw(strategies.facts(rubric))
    fresh = replace(rubric)  # nothing kept of other sheets
    assert score(rubric, facts, on) == score(fresh, facts, on)
    draw = random.Random(seed)
    parts = {part: list(getattr(facts, part)) for part in ("subunits", "people", "findings")}
    for entries in parts.values():
        draw.shuffle(entries)
    mixed = score(rubric, replace(facts, **{part: tuple(entries) for part, entries in parts.items()}), on)
    assert [_figures(line) for line in mixed.lines] == [_figures(line) for line in score(rubric, facts, on).lines]


@EACH
@settings(**TIMES)
@given(data=st.data(), on=scored_on)
def test_clauses_that_nothing_was_told_of_are_as_if_worked_out_anew(name: str, data: st.DataObject, on: date) -> None:
    rubric = RUBRICS[name]
    told = data.draw(strategies.facts(rubric))
    few = data.draw(strategies.activities(("u",), 3))
    for facts in (replace(told, activities=few, findings=(), judgements=told.judgements[:1]), Facts(told.unit, few)):
        assert score(rubric, facts, on) == score(replace(rubric), facts, on)


@EACH
@settings(**TIMES)
@given(data=st.data(), on=scored_on)
def test_outside_the_window_nothing_changes(name: str, data: st.DataObject, on: date) -> None:
    rubric = RUBRICS[name]
    facts = data.draw(strategies.facts(rubric))
    kind = data.draw(st.sampled_from(strategies.counted_kinds(rubric)))
    clause = data.draw(st.sampled_from(sorted(known_clauses(rubric.book))))
    result = data.draw(st.sampled_from(results(rubric) or ("没有",)))
    long_ago = date(2023, 6, 1)
    old = replace(
        facts,
        activities=(
            *facts.activities, Activity(999, "u", kind, long_ago, {"topic": "学", "expected": 3, "present": 3})
        ),
        judgements=(*facts.judgements, Judgement(clause, "assessor", long_ago, "甲", Decimal(1))),
        findings=(*facts.findings, Finding("criticism", clause, long_ago)),
        results=(*facts.results, Result(result, Decimal(1), long_ago)),
    )  # fmt: skip
    before, after = score(rubric, facts, on), score(rubric, old, on)
    assert [_figures(line) for line in before.lines] == [_figures(line) for line in after.lines]
    assert (before.floor, before.ceiling, before.grade) == (after.floor, after.ceiling, after.grade)


def _figures(line: Line) -> tuple[object, ...]:
    return line.clause, line.maximum, line.points, line.floor, line.ceiling, line.state


@EACH
@settings(**TIMES)
@given(data=st.data(), on=scored_on)
def test_every_fact_is_counted_or_refused_once(name: str, data: st.DataObject, on: date) -> None:
    rubric = RUBRICS[name]
    facts = data.draw(strategies.facts(rubric))
    sheet = score(rubric, facts, on)
    clauses = _clauses(rubric)
    for line in sheet.lines:
        told = Counter(entry.number for entry in (*line.counted, *line.refused) if entry.number is not None)
        assert all(times == 1 for times in told.values()), line
        clause = clauses.get(line.clause)
        if clause is None or line.state == "not_applicable" or clause.children:
            continue
        asked = {a.number for a in facts.activities for kinds, owners in _selected(clause, rubric, facts)
                 if a.kind in kinds and a.unit in owners}  # fmt: skip
        assert asked <= set(told), (line.clause, asked - set(told))


@EACH
@settings(**TIMES)
@given(data=st.data(), on=scored_on)
def test_every_judgement_is_counted_or_refused(name: str, data: st.DataObject, on: date) -> None:
    rubric = RUBRICS[name]
    facts = data.draw(strategies.facts(rubric))
    sheet = score(rubric, facts, on)
    clauses = _clauses(rubric)
    first, last = sheet.window
    columns = {column for view in views(rubric.book) for column in view.columns}
    for line in sheet.lines:
        if line.clause not in clauses or line.state == "not_applicable" or clauses[line.clause].absent:
            continue
        told = [said.words for said in (*line.counted, *line.refused)]
        for entry in facts.judgements:
            ruled = entry.points is not None or clauses[line.clause].attest
            if entry.clause == line.clause and first <= entry.on <= last and ruled and entry.column in columns:
                day = f"{entry.by}，{entry.on.month}月{entry.on.day}日"
                assert any(day in words for words in told), (line, entry)


def _selected(clause: Clause, rubric: Rubric, facts: Facts) -> Iterator[tuple[set[str], set[str]]]:
    """Kinds that a leaf has to account for, and the units whose activities it means: counted, of levels, asked by
    conditions, or shown to whoever judges."""
    scope = _scope(rubric, clause.clause)
    picks = clause.count.picks if clause.count is not None else (clause.levels,) if clause.levels is not None else ()
    yield {kind for pick in picks for kind in pick.selected if not pick.where}, _owners(scope, None, facts)
    if clause.judge is not None:
        yield set(clause.judge.shows), _owners(scope if scope == "own" else "sum", None, facts)
    missed = [entry.short_of for entry in clause.less if entry.short_of is not None]
    conditions = [*clause.met, *missed, *([clause.scale.of] if clause.scale is not None and clause.scale.of else [])]
    while conditions:
        condition = conditions.pop()
        conditions += [*condition.any, *condition.all, *([condition.negated] if condition.negated else [])]
        if not condition.where:
            owners = _owners(condition.scope or scope, condition.of_units, facts)
            yield {*condition.selected, *(condition.after.selected if condition.after else ())}, owners


def _scope(rubric: Rubric, number: str) -> str:
    parents = {clause.clause: (clause, parent) for clause, parent in rubric.clauses()}
    key: str | None = number
    while key is not None:
        clause, key = parents[key]
        if clause.scope:
            return clause.scope
    return "own"


def _owners(scope: str, of_units: str | None, facts: Facts) -> set[str]:
    below = {unit.id for unit in facts.subunits if of_units is None or unit.attributes.get("类型") == of_units}
    if scope == "own" or not below:
        return {"u"} if of_units is None else set()
    return below | {"u"} if scope == "sum" else below


@EACH
@settings(**TIMES)
@given(data=st.data(), on=scored_on)
def test_explanations_add_up(name: str, data: st.DataObject, on: date) -> None:
    rubric = RUBRICS[name]
    facts = replace(data.draw(strategies.facts(rubric)), judgements=(), findings=())
    clauses = _clauses(rubric)
    for line in score(rubric, facts, on).lines:
        clause = clauses.get(line.clause)
        if clause is None or clause.count is None or clause.less or clause.plus or line.state == "not_applicable":
            continue
        worth = sum((entry.points for entry in line.counted if entry.points is not None), Decimal(0))
        if rubric.points_missing or line.points is None:
            continue
        assert abs(worth - line.points) < EXACT, line


@EACH
@settings(**TIMES)
@given(data=st.data(), on=scored_on)
def test_words_and_duties_never_break(name: str, data: st.DataObject, on: date) -> None:
    rubric = RUBRICS[name]
    facts = data.draw(strategies.facts(rubric))
    sheet = score(rubric, facts, on)
    for text in (summary(sheet), detail(sheet), grade(sheet)):
        assert text
    next_steps(sheet)
    for line in sheet.lines:
        assert explain(sheet, line.clause)
    for duty in duties([rubric], facts, (date(on.year, on.month, 1), on), on):
        assert duty.needed > 0
        assert duty.label
        assert duty.kinds


def test_a_branch_under_two_rulebooks_is_asked_once() -> None:
    pair = [RUBRICS["qianjiang-2017.example-points"], RUBRICS["health-branches.example-points"]]
    unit = strategies.Unit("u", "u", headcounts=(strategies.Headcount(date(2020, 1, 1), 20, groups=(10, 10)),))
    facts = Facts(unit, (Activity(-1, "u", "committee_meeting", date(2025, 11, 5), {"topic": "议"}),))
    found = duties(pair, facts, (date(2025, 11, 1), date(2025, 11, 30)), date(2025, 11, 22))
    labels = [duty.label for duty in found]
    assert labels == ["党建信息", "支委会", "第一党小组会", "第二党小组会", "主题党日", "党费收缴", "接待群众日"]
    meeting = found[1]
    assert (meeting.needed, meeting.done, meeting.numbers) == (1, 1, (-1,))
    assert meeting.also == (("支部考核评价", "（二）4", "三会一课"),)
