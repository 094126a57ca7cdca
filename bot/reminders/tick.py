"""The tick: plans ahead, and puts what fell due into the outbox. APScheduler only calls it; reminders are rows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import utc_now
from bot.house import House
from bot.keeping import transaction_id
from bot.loading import load_charges
from bot.locale import words
from bot.moving import move_due
from bot.patience import passing
from bot.reminders import telling
from bot.reminders.deadlines import Charge, Deadline
from bot.reminders.plan import DAY, ends, may_speak, needs_record, overdue, plan, speak_hour, still
from bot.reminders.town import Town
from bot.rendering import message
from storage import audit, outbox, rooms, timers
from storage.database import Connection, Database
from storage.outbox import OutboxRow
from storage.timers import Timer

EVERY_SECONDS = 60
AHEAD = timedelta(days=45)
PLANNED_AT_ONCE, SPOKEN_AT_ONCE = 200, 20  # units in one transaction: others wait for it
PLANNED, AGAIN, DIGEST = "day", "again", "digest"  # kinds of timers
TO_UNITS = (PLANNED, AGAIN)


def schedule(work: Callable[[], Coroutine[None, None, None]]) -> AsyncIOScheduler:
    """A scheduler, not yet started, that does the work now and every minute; late or missed calls are made up for
    once."""
    scheduler = AsyncIOScheduler()
    scheduler.add_job(
        work, "interval", seconds=EVERY_SECONDS, misfire_grace_time=None, coalesce=True, max_instances=1,
        next_run_time=utc_now(),
    )  # fmt: skip
    return scheduler


class Reminders:
    """What one account says on its own. It remembers only for which state of the record it has planned."""

    def __init__(self, database: Database, account: str, house: House) -> None:
        self._database = database
        self._account = account
        self._house = house
        self._planned: object = None

    async def tick(self, now: datetime, at: datetime) -> int:
        """Plan ahead where something has changed, and speak of what fell due. now: the time people live in, UTC
        (shifted in demo and tests); at: the machine's, for the rows. Returns how many messages were put into the
        outbox."""
        with passing():
            await move_due(self._database, self._house, now, at)
            await self._plan(now)
            return await self._remind(now, at) + await self._digests(now, at)
        return 0

    # Planning.

    async def _plan(self, now: datetime) -> None:
        """Once a day, and whenever units, settings, people or rooms have changed."""
        async with self._database.look() as conn:
            day = now.astimezone(self._house.settings.zone).date()
            state = (day, await audit.last(conn), await rooms.joined(conn))
            if state == self._planned:
                return
            town = await Town.look(conn, self._house, now)
        wanted: dict[str, list[Timer]] = {}
        digests: dict[str, set[date]] = {}
        for unit in town.held:
            charge = town.charge(unit)
            if needs_record(charge):
                async with self._database.look() as conn:
                    charge = (await load_charges(conn, self._house, [unit], now))[unit]
            today = now.astimezone(charge.zone).date()
            where = town.where(charge)
            if where is not None and where[0] == self._account:
                wanted[unit] = [self._timer(r.key, PLANNED, r.due_at, unit, {"items": [list(i) for i in r.items]})
                                for r in plan(charge, today, today + AHEAD)]  # fmt: skip
            if assessors := {p for above in town.above(unit) for p in town.assessors.get(above, ())}:
                days = {last + DAY for last in ends(charge, today - DAY, today + AHEAD)}
                for person in assessors:
                    digests.setdefault(person, set()).update(days)
            await asyncio.sleep(0)  # thousands of units: others have their turn in between
        async with self._database.look() as conn:
            known = set(await timers.due_units(conn, self._account, now + AHEAD * 2, TO_UNITS))
        for some in _chunks(sorted(known | set(wanted)), PLANNED_AT_ONCE):
            async with self._database.turn(holding=some) as conn:
                found = await timers.of_units(conn, self._account, some, now + AHEAD * 2, TO_UNITS)
                gone = {t.key for t in found if t.unit_id not in wanted}  # nobody is there to be told
                before = {t.key: t for t in found if t.kind == PLANNED}
                await self._set(conn, [row for unit in some for row in wanted.get(unit, ())], before, gone, now)
        async with self._database.turn() as conn:
            rows = [row for person, days in digests.items() for row in self._digest_timers(town, person, days, now)]
            await self._set(conn, rows, await timers.set_for(conn, self._account, DIGEST), set(), now)
        self._planned = state

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

    # Speaking to units.

    async def _remind(self, now: datetime, at: datetime) -> int:
        async with self._database.look() as conn:
            due = await timers.due_units(conn, self._account, now, TO_UNITS)
            if not due:
                return 0
            town = await Town.look(conn, self._house, now)
            heard = await timers.claimed(conn, [_said(u, town.charge(u), now) for u in due if u in town.units])
        where: dict[str, str] = {}
        for unit in due:
            charge = town.charge(unit) if unit in town.units else None
            place = town.where(charge) if charge is not None else None
            if charge is None or place is None or place[0] != self._account or _said(unit, charge, now) in heard:
                continue  # nobody to tell yet, or told today already; it stays due
            if may_speak(charge.settings, now.astimezone(charge.zone)):
                where[unit] = place[1]
        said = 0
        for some in _chunks(list(where), SPOKEN_AT_ONCE):
            async with self._database.turn(holding=some) as conn:
                charges = await load_charges(conn, self._house, some, now)
                tomorrow = max(_midnight(now, charge) for charge in charges.values())
                found = await timers.of_units(conn, self._account, some, tomorrow, TO_UNITS)
                for unit, charge in charges.items():
                    mine = [t for t in found if t.unit_id == unit and t.due_at < _midnight(now, charge)]
                    said += await self._speak(conn, charge, mine, where[unit], now, at)
        return said

    async def _speak(
        self, conn: Connection, charge: Charge, due: Sequence[Timer], room: str, now: datetime, at: datetime
    ) -> int:
        """All that is due for one unit until the day ends, as one message; what has lost its reason is dropped."""
        claimed = [timer for timer in due if await timers.claim(conn, timer.key, self._account, at)]
        items = [(str(key), str(stage)) for timer in claimed for key, stage in (timer.content or {}).get("items", ())]
        today = now.astimezone(charge.zone).date()
        found = still(charge, items, today)
        said = _said(charge.unit.id, charge, now)
        if not found or not await timers.claim(conn, said, self._account, at):
            return 0
        text = telling.reminder(charge.unit.name, found, today, words(_language(charge)))
        about = {"remind": charge.unit.id, "keys": [deadline.key for deadline in found]}
        return await self._put(conn, said, room, text, about, at)

    # Speaking to assessors.

    async def _digests(self, now: datetime, at: datetime) -> int:
        async with self._database.look() as conn:
            due = await timers.due(conn, self._account, now, [DIGEST])
            if not due:
                return 0
            town = await Town.look(conn, self._house, now)
        said = 0
        for person in sorted({str((timer.content or {}).get("person")) for timer in due}):
            mine = [timer for timer in due if (timer.content or {}).get("person") == person]
            said += await self._digest(town, person, mine, now, at)
        return said

    async def _digest(self, town: Town, person: str, due: Sequence[Timer], now: datetime, at: datetime) -> int:
        own = [unit for unit in town.units if person in town.assessors.get(unit, ())]
        place = town.rooms.get(person)
        if own and place is not None and not may_speak(
            town.settings[own[0]], now.astimezone(town.charge(own[0]).zone)
        ):  # fmt: skip
            return 0
        first = min(date.fromisoformat(str((timer.content or {})["day"])) for timer in due) - DAY
        late = []
        below = [unit for unit in town.held if any(above in own for above in town.above(unit))]
        for some in _chunks(below, SPOKEN_AT_ONCE):
            async with self._database.look() as conn:
                charges = await load_charges(conn, self._house, some, now)
            late += [(c.unit.name, found) for c in charges.values() if (found := _late(c, first, now))]
            await asyncio.sleep(0)
        async with self._database.turn() as conn:
            claimed = [timer for timer in due if await timers.claim(conn, timer.key, self._account, at)]
            if not claimed or not late or place is None or place[0] != self._account:
                return 0
            charge = town.charge(own[0])
            today = now.astimezone(charge.zone).date()
            text = telling.digest(late, today, words(_language(charge)))
            return await self._put(conn, claimed[-1].key, place[1], text, {"digest": person}, at)

    async def _put(
        self, conn: Connection, cause: str, room: str, text: str, about: Mapping[str, Any], at: datetime
    ) -> int:
        rows = [
            OutboxRow(transaction_id(cause, index), room, "m.room.message", content, about, cause)
            for index, content in enumerate(message(text, {}, rings=True))
        ]
        await outbox.put(conn, self._account, rows, at)
        return len(rows)


def _late(charge: Charge, first: date, now: datetime) -> tuple[Deadline, ...]:
    """What a unit owed from a day until yesterday; nothing to tell when it was only said not to apply long ago."""
    today = now.astimezone(charge.zone).date()
    return overdue(charge, first, today - DAY, today)


def _said(unit: str, charge: Charge, now: datetime) -> str:
    """The key under which a unit is spoken to once a day."""
    return f"said/{unit}/{now.astimezone(charge.zone).date()}"


def _midnight(now: datetime, charge: Charge) -> datetime:
    """When the unit's day ends, UTC."""
    return datetime.combine(now.astimezone(charge.zone).date() + DAY, time(), charge.zone).astimezone(UTC)


def _language(charge: Charge) -> str:
    return charge.settings.get("language") or "zh_CN"


def _chunks(ids: Sequence[str], size: int) -> Iterator[list[str]]:
    rest = iter(ids)
    while some := list(islice(rest, size)):
        yield some
