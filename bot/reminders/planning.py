"""Plans ahead: sets the timers of the units and assessors that one bot tells, of several on one record."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from bot.charges import load_charges
from bot.house import House
from bot.reminders.plan import DAY, ends, needs_record, plan, speak_hour
from bot.reminders.town import Place, Town
from storage import audit, rooms, timers
from storage.database import Connection, Database
from storage.timers import Timer

AHEAD = timedelta(days=45)
AT_ONCE = 200  # units in one transaction: others wait for it
PLANNED, AGAIN, DIGEST = "day", "again", "digest"  # kinds of timers
TO_UNITS = (PLANNED, AGAIN)


class Planning:
    """The timers of one account. It remembers only what it has planned for: the state of the record, where each unit
    was told, and the days of each assessor's digests."""

    def __init__(self, database: Database, account: str, house: House) -> None:
        self._database = database
        self._account = account
        self._house = house
        self._planned: object = None
        self._joined: object = None
        self._places: dict[str, Place | None] = {}
        self._digests: dict[str, set[date]] = {}

    async def plan(self, now: datetime) -> None:
        """Once a day and whenever units, settings or people have changed; when only rooms have, for the units that are
        now told elsewhere. now: the time people live in, UTC."""
        async with self._database.look() as conn:
            state = (now.astimezone(self._house.settings.zone).date(), await audit.last(conn))
            joined = await rooms.joined(conn)
            if (state, joined) == (self._planned, self._joined):
                return
            town = await Town.look(conn, self._house, now)
        places = {unit: town.where(town.charge(unit)) for unit in town.held}
        anew = state != self._planned
        if anew:
            self._digests = {}
        changed = [unit for unit in town.held if anew or places[unit] != self._places.get(unit)]
        wanted = await self._wanted(town, places, changed, now, anew=anew)
        await self._set_units(places, wanted, changed, now, anew=anew)
        await self._set_digests(town, now)
        self._planned, self._joined, self._places = state, joined, places

    async def _wanted(
        self, town: Town, places: Mapping[str, Place | None], units: Sequence[str], now: datetime, *, anew: bool
    ) -> dict[str, list[Timer]]:
        """The timers of those of the units that are ours; of all of them the days of digests, if planned anew."""
        wanted: dict[str, list[Timer]] = {}
        for unit in units:
            charge = town.charge(unit)
            if needs_record(charge):
                async with self._database.look() as conn:
                    charge = (await load_charges(conn, self._house, [unit], now))[unit]
            today = now.astimezone(charge.zone).date()
            if (place := places[unit]) is not None and place[0] == self._account:
                wanted[unit] = [self._timer(r.key, PLANNED, r.due_at, unit, {"items": [list(i) for i in r.items]})
                                for r in plan(charge, today, today + AHEAD)]  # fmt: skip
            assessors = {p for above in town.above(unit) for p in town.assessors.get(above, ())} if anew else ()
            if assessors:
                days = {last + DAY for last in ends(charge, today - DAY, today + AHEAD)}
                for person in assessors:
                    self._digests.setdefault(person, set()).update(days)
            await asyncio.sleep(0)  # thousands of units: others have their turn in between
        return wanted

    async def _set_units(
        self,
        places: Mapping[str, Place | None],
        wanted: Mapping[str, list[Timer]],
        changed: Sequence[str],
        now: datetime,
        *,
        anew: bool,
    ) -> None:
        """A unit's timers go with its room from bot to bot; they go for good when nobody is there to be told."""
        async with self._database.look() as conn:
            known = set(await timers.due_units(conn, self._account, now + AHEAD * 2, TO_UNITS))
        concerned = known | set(wanted) if anew else (known & set(changed)) | set(wanted)
        for some in chunks(sorted(concerned), AT_ONCE):
            async with self._database.turn(holding=some) as conn:
                await timers.take_over(conn, self._account, [unit for unit in some if unit in wanted], TO_UNITS)
                found = await timers.of_units(conn, self._account, some, now + AHEAD * 2, TO_UNITS)
                gone = {t.key for t in found if places.get(t.unit_id or "") is None}
                before = {t.key: t for t in found if t.kind == PLANNED and t.unit_id in wanted}
                await self._set(conn, [row for unit in some for row in wanted.get(unit, ())], before, gone, now)

    async def _set_digests(self, town: Town, now: datetime) -> None:
        async with self._database.turn() as conn:
            rows = [row for p, days in self._digests.items() for row in self._digest_timers(town, p, days, now)]
            await self._set(conn, rows, await timers.set_for(conn, self._account, DIGEST), set(), now)

    def _timer(self, key: str, kind: str, due_at: datetime, unit: str | None, content: Mapping[str, Any]) -> Timer:
        return Timer(key, kind, due_at, self._account, unit, dict(content))

    async def _set(
        self, conn: Connection, rows: Sequence[Timer], before: Mapping[str, Timer], gone: set[str], now: datetime
    ) -> None:
        """Rows as they are to be: what changed is put, what is no longer planned goes, what fell due stays."""
        new = [row for row in rows if before.get(row.key) != row]
        done = await timers.claimed(conn, [row.key for row in new])
        await timers.plan(conn, [row for row in new if row.key not in done])
        kept = {row.key for row in rows}
        await timers.drop(conn, gone | {k for k, t in before.items() if k not in kept and t.due_at > now})

    def _digest_timers(self, town: Town, person: str, days: set[date], now: datetime) -> Iterator[Timer]:
        """One a day on which something may be overdue, at nine in the zone of the assessor's unit."""
        if town.rooms.get(person, ("",))[0] != self._account:
            return
        charge = town.charge(next(unit for unit, persons in town.assessors.items() if person in persons))
        today = now.astimezone(charge.zone).date()
        for day in sorted(day for day in days if today <= day <= today + AHEAD):
            content = {"person": person, "day": day.isoformat()}
            yield self._timer(f"digest/{person}/{day}", DIGEST, speak_hour(charge, day), None, content)


def chunks(ids: Sequence[str], size: int) -> Iterator[list[str]]:
    """Ids in lots of a size."""
    rest = iter(ids)
    while some := list(islice(rest, size)):
        yield some
