"""What must hold of reminders whatever a unit has chosen and whenever the weeks begin: the tick, over a record on disk,
on an injected clock that goes through weeks of ticks."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.charges import load_charges
from bot.house import House
from bot.reminders.deadlines import deadlines
from bot.reminders.plan import may_speak
from bot.reminders.tick import Reminders
from bot.settings import Settings
from storage import activities, outbox, rooms
from storage.database import Database
from storage.people import Person
from storage.rooms import RoomRow
from storage.unit_import import UnitEntry, import_units
from storage.units import Headcount

BOT, LI = "@bot:x", "@li:x"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WEEKS, EVERY = 19 * DAY, 4 * HOUR
BOOKS = [{"id": "qianjiang-2017", "points": "example-points"}]
ZONES = ("Asia/Shanghai", "Asia/Urumqi", "Asia/Kathmandu", "America/New_York", "Pacific/Auckland", "UTC")
SLOTS: Mapping[str, Mapping[str, Any]] = {
    "committee_meeting": {"topic": "方案", "expected": 5, "present": 5},
    "themed_party_day": {"topic": "植树", "expected": 24, "present": 24},
    "information_submitted": {"count": 2, "titles": ["甲", "乙"]},
}


@dataclass(frozen=True)
class Choice:
    """What a unit has chosen, when its weeks begin, and what it does on which day of them."""

    begin: date
    zone: str
    quiet: tuple[int, int] | None
    holidays: str
    party_day: dict[str, int] | None
    deadline: int | None
    does: tuple[tuple[str, int], ...]
    down: tuple[int, int]

    @property
    def settings(self) -> dict[str, Any]:
        """As the units file has it."""
        found: dict[str, Any] = {"rulebooks": BOOKS, "time_zone": self.zone, "holidays": self.holidays}
        if self.quiet is not None:
            found["quiet_hours"] = dict(zip(("from", "to"), (f"{hour:02}:00" for hour in self.quiet), strict=True))
        if self.party_day is not None:
            found["party_day"] = self.party_day
        if self.deadline is not None:
            found["deadlines"] = {"information_submitted": self.deadline}
        return found


rules = st.one_of(
    st.none(),
    st.builds(lambda day: {"day": day}, st.integers(1, 31)),
    st.builds(lambda w, d: {"week": w, "weekday": d}, st.sampled_from([1, 2, 3, 4, -1]), st.integers(1, 7)),
)
choices = st.builds(
    Choice,
    begin=st.one_of(
        st.dates(date(2026, 1, 1), date(2028, 3, 1)),
        st.sampled_from([date(2026, 2, 8), date(2027, 1, 30), date(2028, 2, 14), date(2026, 3, 1), date(2026, 10, 25)]),
    ),
    zone=st.sampled_from(ZONES),
    quiet=st.sampled_from([None, (20, 8), (22, 11), (12, 14), (18, 12)]),
    holidays=st.sampled_from(["earlier", "later", "stay"]),
    party_day=rules,
    deadline=st.none() | st.integers(1, 31),
    does=st.lists(st.tuples(st.sampled_from(sorted(SLOTS)), st.integers(0, 18)), max_size=4).map(tuple),
    down=st.tuples(st.integers(0, 18), st.integers(0, 8)),
)


# An example takes a second: few of them, and none is made smaller, which would take minutes.
FEW = settings(
    max_examples=7, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)  # fmt: skip


@cache
def _house() -> House:
    return House.open(Settings(homeserver="http://x", user_id=BOT, data=Path("/nowhere")))


@cache
def _template() -> Path:
    """A record with its tables made, to be copied."""
    path = Path(tempfile.mkdtemp(prefix="zhibu-weeks-")) / "empty.db"

    async def make() -> None:
        await (await Database.open(f"sqlite+aiosqlite:///{path}")).close()

    asyncio.run(make())
    return path


@dataclass(frozen=True)
class Heard:
    """One message. keys: of the deadlines it is about; done: of those that were done when it was said."""

    at: datetime
    keys: tuple[str, ...]
    done: frozenset[str]


async def _weeks(database: Database, choice: Choice, up: bool) -> tuple[list[Heard], dict[str, date]]:
    """All that is said in the weeks, and the last days of what was never done, by key. up: the bot never stops."""
    zone, house = ZoneInfo(choice.zone), _house()
    begin = datetime.combine(choice.begin, time(), zone).astimezone(UTC)
    counts = (Headcount(date(2020, 1, 1), 22, 2, committee=5, groups=(8, 8, 8)),)
    entry = UnitEntry("b", "支部", headcounts=counts, settings=choice.settings, founded_on=choice.begin - DAY * 70,
                      people=((Person(LI, "李"), ("secretary",)),))  # fmt: skip
    async with database.turn() as conn:
        await import_units(conn, [entry], at=begin - DAY * 80, by="test")
        await rooms.saw(conn, BOT, [RoomRow("!li", True, True, (LI,))], begin)
    reminders, heard, now = Reminders(database, BOT, house), [], begin
    todo = sorted(choice.does, key=lambda one: one[1])
    while now < begin + WEEKS:
        day = (now - begin).days
        while todo and todo[0][1] <= day:
            kind, _ = todo.pop(0)
            async with database.turn() as conn:
                await activities.record(conn, "b", kind=kind, occurred_on=now.astimezone(zone).date(),
                                        slots=SLOTS[kind], by=LI, source_event=None, at=now)  # fmt: skip
        if up or not choice.down[0] <= day < sum(choice.down):
            await reminders.tick(now, now)
            heard += await _heard(database, now, zone)
        elif (now - begin) % DAY == timedelta():
            reminders = Reminders(database, BOT, house)  # a new process, when it is back
        now += EVERY
    async with database.look() as conn:
        charge = (await load_charges(conn, house, ["b"], now))["b"]
    found = deadlines(charge, choice.begin, (now + DAY * 2).astimezone(zone).date(), now.astimezone(zone).date())
    return heard, {d.key: d.last for d in found if d.open}


async def _heard(database: Database, now: datetime, zone: ZoneInfo) -> list[Heard]:
    async with database.turn() as conn:
        charge = (await load_charges(conn, _house(), ["b"], now))["b"]
        rows = await outbox.unsent(conn, BOT)
        for row in rows:
            await outbox.sent(conn, BOT, row.transaction_id, f"${row.transaction_id}", now)
    today = now.astimezone(zone).date()
    done = {d.key for d in deadlines(charge, today - DAY * 40, today + DAY * 40, today) if not d.open} if rows else ()
    assert all(may_speak(charge.settings, now.astimezone(zone)) for _ in rows)
    return [Heard(now, tuple((row.about or {})["keys"]), frozenset(done)) for row in rows]


def _played(choice: Choice, *, up: bool) -> tuple[list[Heard], dict[str, date]]:
    empty = _template()

    async def play() -> tuple[list[Heard], dict[str, date]]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "weeks.db"
            shutil.copy(empty, path)
            database = await Database.open(f"sqlite+aiosqlite:///{path}")
            try:
                return await _weeks(database, choice, up)
            finally:
                await database.close()

    return asyncio.run(play())


@pytest.mark.sqlite("many short records, one for each example")
@FEW
@given(choices)
def test_once_a_day_at_most_in_its_hours_and_never_of_what_is_done(choice: Choice) -> None:
    """Also when the bot is away for days and comes back."""
    heard, _ = _played(choice, up=False)
    zone = ZoneInfo(choice.zone)
    days = [one.at.astimezone(zone).date() for one in heard]
    assert len(days) == len(set(days))
    assert not [key for one in heard for key in one.keys if key in one.done]


@pytest.mark.sqlite("many short records, one for each example")
@FEW
@given(choices)
def test_whatever_is_not_done_was_spoken_of_before_it_was_due_while_the_bot_is_up(choice: Choice) -> None:
    heard, left = _played(choice, up=True)
    zone = ZoneInfo(choice.zone)
    first = {key: one.at.astimezone(zone).date() for one in reversed(heard) for key in one.keys}
    end = (datetime.combine(choice.begin, time(), zone).astimezone(UTC) + WEEKS - EVERY).astimezone(zone).date()
    owed = {key: last for key, last in left.items() if choice.begin < last < end}
    assert {key for key, last in owed.items() if first.get(key, date.max) > last} == set()
