"""How long it takes to plan a year of reminders for 5,000 units, no two thousand of them alike."""

from __future__ import annotations

import random
import time
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.reminders.deadlines import Charge
from bot.reminders.plan import plan
from rubrics import Facts, Headcount, Unit, load_catalog

UNITS = 5000
TODAY = date(2026, 11, 22)
BOOKS = (
    ("qianjiang-2017.example-points", "health-branches.example-points"),
    ("qianjiang-2017.example-points",),
    ("health-branches.example-points",),
)
PARTY_DAYS = (None, {"week": 1, "weekday": 5}, {"week": -1, "weekday": 5}, {"day": 10}, {"week": 2, "weekday": 3})
DEADLINES = (None, {"information_submitted": 25}, {"dues_collected": 20, "information_submitted": 25})


def charges(count: int = UNITS, seed: int = 1) -> list[Charge]:
    """Units of all sizes, rulebooks and habits; some founded or closed within the year."""
    draw = random.Random(seed)
    books = [tuple(load_catalog()[name] for name in names) for names in BOOKS]
    zone = ZoneInfo("Asia/Shanghai")
    made = []
    for n in range(count):
        full = draw.randint(3, 60)
        groups = (8,) * draw.choice((0, 0, 2, 3, 4, 5))
        heads = (
            Headcount(date(2025, 1, 1), full, draw.randint(0, 3), committee=min(full, draw.choice((0, 3, 5))),
                      groups=groups, activists=draw.randint(0, 9)),
            Headcount(date(2026, draw.randint(2, 9), 1), full + 1, 0, committee=min(full, 5), groups=groups),
        )  # fmt: skip
        founded = date(2026, draw.randint(1, 12), 1) if draw.random() < 0.03 else date(2019, 7, 1)
        term = date(2027, draw.randint(1, 12), draw.randint(1, 28)).isoformat()
        unit = Unit(f"u{n}", f"第{n}支部", "top", heads[: draw.choice((1, 2))], {"任期届满日": term}, founded)
        settings = {
            "party_day": draw.choice(PARTY_DAYS),
            "deadlines": draw.choice(DEADLINES),
            "holidays": draw.choice(("earlier", "later", "stay")),
        }
        closed = date(2027, draw.randint(1, 12), 1) if draw.random() < 0.02 else None
        made.append(Charge(Facts(unit), draw.choice(books), zone, settings, closed_on=closed))
    return made


def measure(count: int = UNITS) -> dict[str, float]:
    """Seconds for all of them, and how many messages that makes at most."""
    units = charges(count)
    begin, worked = time.perf_counter(), time.process_time()
    messages = sum(len(plan(charge, TODAY, TODAY + timedelta(days=365))) for charge in units)
    seconds, worked = time.perf_counter() - begin, time.process_time() - worked
    return {"units": count, "seconds": seconds, "worked": worked, "messages": messages}


def run() -> dict[str, float]:
    """Measure and print."""
    found = measure()
    print(
        f"planning: a year of {found['units']:.0f} units in {found['seconds']:.2f} s ({found['worked']:.2f} s of"
        f" one core; {found['messages']:.0f} days on which there may be something to say)"
    )
    return found


if __name__ == "__main__":
    run()
