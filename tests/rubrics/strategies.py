"""Facts at random, for properties: any unit, activities of any kind and slot, judgements, findings, results."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from rubrics import Activity, Facts, Finding, Headcount, Judgement, Person, Result, Rubric, Unit, load_activities
from rubrics.lint_facts import known_clauses
from rubrics.schema.rule import CountRule

YEAR = date(2025, 1, 1)
KINDS = tuple(load_activities().kinds)
BRANCHES = ("b1", "b2", "b3")

days = st.integers(-60, 425).map(lambda n: YEAR + timedelta(n))
points = st.integers(0, 2000).map(lambda n: Decimal(n) / 100)
counts = st.integers(0, 30)


def slots() -> st.SearchStrategy[dict[str, object]]:
    """Some slots of a report."""
    return st.fixed_dictionaries({}, optional={
        "topic": st.sampled_from(["学", ""]), "speaker": st.sampled_from(["甲", "乙"]), "expected": counts,
        "present": counts, "count": st.integers(0, 5), "group": st.integers(1, 4), "hours": points,
        "means": st.just("电话"), "level": st.sampled_from(["中央", "省委", "市委", "县委"]),
        "project": st.sampled_from(["A", "B"]), "channel": st.sampled_from(["会议交流", "刊物发表"]),
        "share": st.sampled_from(["1/3", "40%", "0.1"]), "people": st.just(("甲", "乙")), "about": st.integers(1, 20),
        "months": st.lists(st.integers(1, 12).map(lambda m: f"2025-{m:02d}"), max_size=3).map(tuple),
    })  # fmt: skip


def activities(
    units: tuple[str, ...] = ("u", *BRANCHES), size: int = 25, kinds: tuple[str, ...] = KINDS, least: int = 0
) -> st.SearchStrategy[tuple[Activity, ...]]:
    """Activities with numbers of their own."""
    one = st.builds(
        Activity, number=st.just(0), unit=st.sampled_from(units), kind=st.sampled_from(kinds), occurred_on=days,
        slots=slots(), period=st.none() | st.integers(1, 12).map(lambda m: f"2025-{m:02d}"),
        withdrawn_on=st.none() | st.none() | days, evidence=st.just(()) | st.just(("platform", "document")),
    )  # fmt: skip
    return st.lists(one, min_size=least, max_size=size).map(
        lambda found: tuple(
            Activity(n, a.unit, a.kind, a.occurred_on, a.slots, a.period, withdrawn_on=a.withdrawn_on,
                     evidence=a.evidence)
            for n, a in enumerate(found, 1)
        )
    )  # fmt: skip


def counted_kinds(rubric: Rubric) -> tuple[str, ...]:
    """The kinds that clauses count by occurrence; any where there is none."""
    rules = [rule for clause, _ in rubric.clauses() for rule in (clause.count, clause.levels) if rule is not None]
    picks = [pick for rule in rules for pick in (rule.picks if isinstance(rule, CountRule) else (rule,))]
    return tuple(dict.fromkeys(kind for pick in picks for kind in pick.selected)) or KINDS


def crowded(rubric: Rubric) -> st.SearchStrategy[tuple[Activity, ...]]:
    """Many activities of few kinds that clauses count, so that caps and limits are reached."""
    few = st.lists(st.sampled_from(counted_kinds(rubric)), min_size=1, max_size=2).map(tuple)
    return few.flatmap(lambda kinds: activities(("u",), 16, kinds, least=12))


def units() -> st.SearchStrategy[Unit]:
    """The unit that is scored."""
    attributes = st.fixed_dictionaries({}, optional={
        "类别": st.sampled_from(["县", "城市区", "市直单位", "县级市"]), "党员人数": st.integers(0, 300),
        "委员人数": st.integers(0, 12), "户数": st.integers(0, 10), "任期届满日": st.sampled_from(["2025-09-30", "x"]),
    })  # fmt: skip
    counted = st.builds(
        Headcount, since=st.just(date(2020, 1, 1)), full=counts, probationary=counts, committee=st.integers(0, 7),
        groups=st.lists(counts, max_size=3).map(tuple),
    )  # fmt: skip
    return st.builds(
        Unit, id=st.just("u"), name=st.just("单位"), headcounts=st.lists(counted, max_size=1).map(tuple),
        attributes=attributes, founded_on=st.none() | days,
    )  # fmt: skip


def facts(rubric: Rubric) -> st.SearchStrategy[Facts]:
    """Facts for a rulebook: half of the clauses judged are its own."""
    clauses = st.sampled_from([*sorted(known_clauses(rubric.book)), "没有"])
    judgements = st.builds(
        Judgement, clause=clauses, column=st.sampled_from(["self", "assessor", "acceptance", "department"]), on=days,
        by=st.sampled_from(["甲", "乙"]), points=points | st.none(), met=st.booleans(),
    )  # fmt: skip
    findings = st.builds(
        Finding, kind=st.sampled_from(["criticism", "falsification", "violation"]), clause=clauses, on=days,
        times=st.integers(1, 3), points=st.none() | points, numbers=st.lists(st.integers(1, 25), max_size=3).map(tuple),
    )  # fmt: skip
    results = st.builds(
        Result, name=st.sampled_from(["满意度", "来信来访处结率", "一季一督查", "行风评议名次"]),
        value=points | st.sampled_from(["优秀", "良好", "99%", "x"]), on=days,
    )  # fmt: skip
    people = st.builds(
        Person, id=st.sampled_from(["甲", "乙", "丙"]), roles=st.just(("党员", "班子成员", "党委委员")),
        values=st.fixed_dictionaries({}, optional={"学时": points}),
    )  # fmt: skip
    return st.builds(
        Facts, unit=units(), activities=activities() | crowded(rubric),
        subunits=st.sampled_from([(), tuple(Unit(b, b, "u", attributes={"类型": "支部"}) for b in BRANCHES)]),
        judgements=st.lists(judgements, max_size=8).map(tuple), findings=st.lists(findings, max_size=4).map(tuple),
        results=st.lists(results, max_size=3).map(tuple), people=st.lists(people, max_size=3).map(tuple),
    )  # fmt: skip
