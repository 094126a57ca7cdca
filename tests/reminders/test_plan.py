"""When to speak of what: the plan, on an injected clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.locale import words
from bot.reminders.deadlines import Charge, Deadline, Waived, deadlines, unmet
from bot.reminders.plan import DAY, coming, may_speak, plan, stages
from bot.reminders.shape import shaped
from bot.reminders.telling import named
from rubrics import Activity, Facts, Headcount, Rubric, Unit, duties, load_catalog

SHANGHAI = ZoneInfo("Asia/Shanghai")
CATALOG = load_catalog()
QIANJIANG, HEALTH = CATALOG["qianjiang-2017.example-points"], CATALOG["health-branches.example-points"]
JILIN = CATALOG["jilin-hospitals"]
BRANCH = Unit("first", "机关第一支部", None, (Headcount(date(2025, 1, 1), 22, 2, committee=5, groups=(8, 8, 8)),))
say = words("zh_CN")


def charge(*books: Rubric, unit: Unit = BRANCH, done: tuple[Activity, ...] = (), **own: Any) -> Charge:
    """A branch with settings of its own."""
    return Charge(Facts(unit, done), books or (QIANJIANG,), SHANGHAI, own)


def due(of: Charge, first: date, last: date, label: str) -> list[Deadline]:
    """The deadlines of a name."""
    return [d for d in deadlines(of, first, last, first) if d.duty is not None and d.duty.label == label]


def spoken(of: Charge, today: date, until: date, label: str) -> list[str]:
    """The days on which a duty is spoken of, and in which stage."""
    return [
        f"{r.day:%m-%d} {stage}"
        for r in plan(of, today, until)
        for key, stage in r.items
        if key.endswith(f"/{label}")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("today", "days"),
    [
        (date(2026, 11, 20), ["11-23 week", "11-27 three", "11-30 day", "12-01 after"]),
        (date(2028, 2, 20), ["02-22 week", "02-26 three", "02-29 day", "03-01 after"]),  # a leap year
        (date(2027, 2, 20), ["02-21 week", "02-25 three", "02-28 day", "03-01 after"]),
        (date(2026, 12, 20), ["12-24 week", "12-28 three", "12-31 day", "01-01 after"]),  # over the year's end
    ],
)
def test_a_month_is_spoken_of_a_week_and_three_days_ahead_on_its_last_day_and_once_after(
    today: date, days: list[str]
) -> None:
    assert spoken(charge(), today, today + DAY * 13, "支委会") == days


def test_all_of_a_day_is_one_message_with_a_key_that_stays() -> None:
    early = plan(charge(QIANJIANG, HEALTH), date(2026, 11, 20), date(2027, 1, 20))
    late = plan(charge(QIANJIANG, HEALTH), date(2026, 11, 28), date(2027, 1, 20))
    assert len({r.key for r in early}) == len({r.day for r in early}) == len(early)
    assert {r.key: r.due_at for r in late}.items() <= {r.key: r.due_at for r in early}.items()
    assert early[0].due_at == datetime(2026, 11, 23, 1, tzinfo=UTC)


def test_quarters_half_years_and_years_end_in_their_last_month() -> None:
    year = charge(QIANJIANG, HEALTH)
    first, last = date(2026, 11, 22), date(2027, 11, 21)
    days = {name: [d.day for d in due(year, first, last, name)] for name in ("党费上缴", "谈心谈话", "民主评议党员")}
    assert days["党费上缴"] == [date(2026, 12, 31), date(2027, 3, 31), date(2027, 6, 30), date(2027, 9, 30)]
    assert days["谈心谈话"] == [date(2026, 12, 31), date(2027, 6, 30)]
    assert days["民主评议党员"] == [date(2026, 12, 31)]


def test_the_self_evaluations_are_those_of_the_rulebook() -> None:
    found = deadlines(charge(), date(2026, 11, 22), date(2027, 11, 21), date(2026, 11, 22))
    rated = [d for d in found if d.duty is not None and d.duty.kinds == ("self_evaluation",)]
    assert [(d.day, named(d, say)) for d in rated] == [
        (date(2026, 12, 31), "支部自评（量化考核）"),
        (date(2027, 6, 30), "支部自评（量化考核）"),
    ]


@pytest.mark.parametrize(
    ("rule", "holidays", "days"),
    [
        ({"week": 1, "weekday": 5}, "stay", ["01-02", "02-06", "03-06", "10-02"]),
        ({"week": 1, "weekday": 5}, "earlier", ["01-04", "02-06", "03-06", "10-08"]),  # never into the month before
        ({"week": -1, "weekday": 5}, "stay", ["01-30", "02-27", "03-27", "10-30"]),
        (
            {"week": 3, "weekday": 5},
            "earlier",
            ["01-16", "02-14", "03-20", "10-16"],
        ),  # the Spring Festival begins 02-15
        ({"week": 3, "weekday": 5}, "later", ["01-16", "02-24", "03-20", "10-16"]),
        ({"day": 31}, "stay", ["01-31", "02-28", "03-31", "10-31"]),
        ({"day": 31}, "earlier", ["01-30", "02-28", "03-31", "10-30"]),  # 02-28 is worked to make up
        ({"day": 1}, "later", ["01-04", "02-02", "03-02", "10-08"]),
    ],
)
def test_the_party_day_moves_off_holidays_as_the_branch_chose(
    rule: dict[str, int], holidays: str, days: list[str]
) -> None:
    of = charge(party_day=rule, holidays=holidays)
    found = due(of, date(2026, 1, 1), date(2026, 12, 31), "主题党日")
    assert [f"{d.day:%m-%d}" for d in found if d.last.month in (1, 2, 3, 10)] == days
    assert all(d.day <= d.last for d in found)


def test_what_may_be_done_until_the_months_last_day_is_not_called_for_earlier_by_later() -> None:
    for choice, day in (("later", 31), ("stay", 31), ("earlier", 30)):  # 2026-01-31 is a Saturday
        (found,) = due(charge(holidays=choice), date(2026, 1, 20), date(2026, 1, 31), "支委会")
        assert (found.day, found.last) == (date(2026, 1, day), date(2026, 1, 31))


@pytest.mark.parametrize(
    ("month", "holidays", "day"),
    [
        ((2026, 11), "stay", 30), ((2026, 2), "stay", 28), ((2028, 2), "stay", 29), ((2026, 12), "stay", 31),
        ((2026, 5), "earlier", 29), ((2026, 5), "later", 31),  # 31 May is a Sunday and the month's last day
        ((2028, 4), "earlier", 28), ((2028, 4), "later", 30),  # so is 30 April
    ],
)  # fmt: skip
def test_a_deadline_on_the_31st_is_the_last_day_of_a_month_that_has_none(
    month: tuple[int, int], holidays: str, day: int
) -> None:
    of, first = charge(deadlines={"dues_collected": 31}, holidays=holidays), date(*month, 1)
    all_due = due(of, first, first + DAY * 31, "党费收缴")
    (found,) = [d for d in all_due if d.duty is not None and d.duty.period[0] == first]
    assert found.day == date(*month, day)
    assert found.last.month == month[1]


@pytest.mark.parametrize(("holidays", "day"), [("earlier", "02-14"), ("later", "02-24"), ("stay", "02-18")])
def test_an_own_deadline_in_the_spring_festival_moves_the_way_the_branch_chose(holidays: str, day: str) -> None:
    """2026-02-14 is a Saturday worked to make up, 15 to 23 are off."""
    of = charge(deadlines={"information_submitted": 18}, holidays=holidays)
    (found,) = due(of, date(2026, 2, 1), date(2026, 2, 28), "党建信息")
    assert f"{found.day:%m-%d}" == day
    spoken_on = spoken(of, date(2026, 2, 1), date(2026, 3, 1), "党建信息")
    assert f"{day} day" in spoken_on
    assert "02-28 day" in spoken_on, "the last day on which it counts"


@pytest.mark.parametrize(
    "zone", ["Asia/Kathmandu", "Asia/Urumqi", "America/New_York", "Pacific/Auckland", "Pacific/Kiritimati"]
)
def test_every_zone_is_spoken_to_at_nine_of_its_own_morning_on_its_own_days(zone: str) -> None:
    """Also across a change of its clocks: New York's in November, Auckland's in April."""
    there = ZoneInfo(zone)
    of = replace(charge(), zone=there)
    for first in (date(2026, 10, 20), date(2027, 3, 25)):
        found = plan(of, first, first + DAY * 20)
        assert found
        assert {r.due_at.astimezone(there).time() for r in found} == {time(9)}
        assert all(r.due_at.astimezone(there).date() == r.day for r in found)
        assert [(r.day, r.items) for r in found] == [(r.day, r.items) for r in plan(charge(), first, first + DAY * 20)]


def test_own_deadlines_come_first_and_the_last_day_is_not_forgotten() -> None:
    of = charge(deadlines={"information_submitted": 25}, holidays="stay")
    assert spoken(of, date(2026, 11, 10), date(2026, 12, 2), "党建信息") == [
        "11-18 week", "11-22 three", "11-25 day", "11-26 after", "11-30 day",
    ]  # fmt: skip


def test_a_named_day_is_announced_before_it_not_before_the_end_of_its_days() -> None:
    found = [
        d for d in deadlines(charge(JILIN), date(2027, 6, 1), date(2027, 12, 1), date(2027, 6, 1))
        if d.duty is not None and d.duty.on is not None
    ]  # fmt: skip
    assert [(d.day, d.last) for d in found] == [
        (date(2027, 7, 1), date(2027, 7, 8)), (date(2027, 10, 1), date(2027, 10, 8)),
    ]  # fmt: skip


def test_a_terms_end_is_spoken_of_six_and_four_months_ahead() -> None:
    unit = replace(BRANCH, attributes={"任期届满日": "2027-08-31"})
    found = [d for d in deadlines(charge(unit=unit), date(2027, 1, 1), date(2027, 8, 31), date(2027, 1, 1))
             if d.about is not None]  # fmt: skip
    assert [(d.kind, d.day) for d in found] == [
        ("election_reminder", date(2027, 2, 28)), ("election_request", date(2027, 4, 30)),
    ]  # fmt: skip
    assert named(found[1], say) == "换届请示（任期至2027年8月31日）"
    asked = Activity(1, "first", "election_request", date(2027, 2, 1))
    after = charge(unit=unit, done=(asked,))
    assert not [
        d for d in deadlines(after, date(2027, 1, 1), date(2027, 8, 31), date(2027, 2, 2)) if d.about and d.open
    ]
    days = [r.day for r in plan(charge(unit=unit), date(2027, 4, 1), date(2027, 5, 2))
            for key, _ in r.items if key.startswith("election_request")]  # fmt: skip
    assert days == [date(2027, 4, 23), date(2027, 4, 27), date(2027, 4, 30), date(2027, 5, 1)]


def test_a_term_that_is_no_day_is_no_term() -> None:
    unit = replace(BRANCH, attributes={"任期届满日": "三年"})
    assert plan(charge(unit=unit), date(2026, 11, 1), date(2026, 12, 1)) == plan(
        charge(), date(2026, 11, 1), date(2026, 12, 1)
    )


def test_days_of_a_year_without_a_calendar_are_provisional() -> None:
    first = date(2050, 1, 1)
    moving = due(charge(party_day={"day": 10}, holidays="later"), first, date(2050, 2, 28), "主题党日")
    assert all(d.provisional for d in moving)
    fixed = due(charge(party_day={"day": 10}, holidays="stay"), first, date(2050, 2, 28), "主题党日")
    assert not any(d.provisional for d in fixed)


def test_a_branch_owes_from_its_founding_to_the_day_before_its_end() -> None:
    young = charge(unit=replace(BRANCH, founded_on=date(2026, 12, 10)))
    days = [r.day for r in plan(young, date(2026, 11, 1), date(2026, 12, 31))]
    assert days == [date(2026, 12, 24), date(2026, 12, 28), date(2026, 12, 31)]
    gone = replace(charge(), closed_on=date(2026, 12, 15))
    assert max(r.day for r in plan(gone, date(2026, 11, 1), date(2027, 1, 31))) == date(2026, 12, 1)
    assert {d.last for d in coming(gone, date(2026, 11, 1), 90)} == {date(2026, 11, 30)}


def test_a_waived_duty_is_not_planned() -> None:
    (found,) = due(charge(), date(2026, 11, 20), date(2026, 11, 30), "支委会")
    waived = replace(charge(), waived={found.key: Waived(1, found.key, "支委会", "外出")})
    assert spoken(waived, date(2026, 11, 20), date(2026, 12, 2), "支委会") == []


def test_stages_turned_off_are_not_planned() -> None:
    of = charge(stages_off=["week", "after"])
    assert spoken(of, date(2026, 11, 20), date(2026, 12, 2), "支委会") == ["11-27 three", "11-30 day"]


@pytest.mark.parametrize(
    ("quiet", "at", "allowed"),
    [
        (None, "07:59", False), (None, "08:00", True), (None, "19:59", True), (None, "20:00", False),
        (None, "23:59", False), (None, "00:00", False),
        ({"from": "12:00", "to": "14:00"}, "13:00", False), ({"from": "12:00", "to": "14:00"}, "14:00", True),
        ({"from": "12:00", "to": "14:00"}, "03:00", True),
    ],
)  # fmt: skip
def test_quiet_hours(quiet: dict[str, str] | None, at: str, allowed: bool) -> None:
    local = datetime.combine(date(2026, 11, 23), time.fromisoformat(at), SHANGHAI)
    assert may_speak({"quiet_hours": quiet}, local) is allowed


def test_who_keeps_the_morning_quiet_is_spoken_to_when_it_ends() -> None:
    first = plan(charge(quiet_hours={"from": "21:00", "to": "10:30"}), date(2026, 11, 20), date(2026, 11, 30))[0]
    assert first.due_at.astimezone(SHANGHAI).time() == time(10, 30)


def test_a_stage_is_always_before_what_follows_it() -> None:
    for deadline in deadlines(charge(QIANJIANG, HEALTH), date(2026, 1, 1), date(2026, 12, 31), date(2026, 1, 1)):
        days = [day for day, _ in stages(deadline)]
        assert days[:4] == sorted(days[:4])


heads = st.builds(
    Headcount,
    st.dates(date(2023, 1, 1), date(2026, 11, 1)),
    full=st.integers(0, 60), probationary=st.integers(0, 3), committee=st.integers(0, 7),
    groups=st.lists(st.just(8), max_size=4).map(tuple), activists=st.integers(0, 9),
)  # fmt: skip

units = st.builds(
    Unit, st.sampled_from(["a", "b"]), st.just("支部"), st.none(),
    st.lists(heads, max_size=3, unique_by=lambda h: h.since).map(tuple),
    st.dictionaries(st.sampled_from(["类型", "医院等级", "任期届满日"]), st.sampled_from(["支部", "2027-06-30"])),
    st.none() | st.dates(date(2018, 1, 1), date(2027, 6, 1)),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(units, min_size=2, max_size=4), st.sampled_from([(QIANJIANG,), (HEALTH,), (QIANJIANG, HEALTH)]))
def test_units_of_one_shape_owe_the_same(several: list[Unit], books: tuple[Rubric, ...]) -> None:
    """What is worked out for one unit and used for all of its shape is what each of them would have got."""
    first, last = date(2026, 11, 22), date(2027, 3, 31)
    for unit in several:
        own = [
            d
            for d in duties(books, Facts(unit), (first, last), first)
            if not unit.founded_on or d.due >= unit.founded_on
        ]
        shared = unmet(shaped(unit, books, first), "{\"holidays\": null, \"deadlines\": null, \"party_day\": null}",
                       first, last - timedelta(days=31), first)  # fmt: skip
        wanted = sorted((d.period, d.label, d.needed) for d in own if d.due <= last - timedelta(days=31))
        assert sorted((d.duty.period, d.duty.label, d.duty.needed) for d in shared if d.duty) == wanted
