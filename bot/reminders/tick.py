"""The tick: has it planned ahead, and puts what fell due into the outbox. APScheduler only calls it; reminders are
rows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.charges import load_charges
from bot.clock import utc_now
from bot.house import House
from bot.locale import words
from bot.moving import move_due
from bot.patience import passing
from bot.reminders import telling
from bot.reminders.closing import tell_ends
from bot.reminders.deadlines import Charge, Deadline
from bot.reminders.plan import DAY, may_speak, overdue, still
from bot.reminders.planning import DIGEST, TO_UNITS, Planning, chunks
from bot.reminders.town import Town
from bot.rendering import message
from storage import outbox, timers
from storage.database import Connection, Database
from storage.outbox import OutboxRow, transaction_id
from storage.timers import Timer

EVERY_SECONDS = 60
TICK = "tick"
AT_ONCE = 8  # units in one transaction: others wait for it, and so does the first to be sent


def schedule(work: Callable[[], Coroutine[None, None, None]]) -> AsyncIOScheduler:
    """A scheduler, not yet started, that does the work now and every minute; late or missed calls are made up for
    once."""
    scheduler = AsyncIOScheduler()
    scheduler.add_job(
        work, "interval", seconds=EVERY_SECONDS, misfire_grace_time=None, coalesce=True, max_instances=1,
        next_run_time=utc_now(), id=TICK,
    )  # fmt: skip
    return scheduler


def again(scheduler: AsyncIOScheduler) -> None:
    """The clock was set: set back by a day, the scheduler would wait for a day."""
    scheduler.modify_job(TICK, next_run_time=utc_now())


class Reminders:
    """What one account says on its own. wake: there is something in the outbox."""

    def __init__(self, database: Database, account: str, house: House, wake: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._account = account
        self._house = house
        self._wake = wake
        self._planning = Planning(database, account, house)

    async def tick(self, now: datetime, at: datetime) -> int:
        """Plan ahead where something has changed, and speak of what fell due. now: the time people live in, UTC
        (shifted in demo and tests); at: the machine's, for the rows. Returns how many messages were put into the
        outbox."""
        with passing():
            await move_due(self._database, self._house, now, at)
            await self._planning.plan(now)
            said = await self._remind(now, at) + await self._digests(now, at)
            said += await tell_ends(self._database, self._account, self._house, now, at)
            self._wake()
            return said
        return 0

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
        for some in chunks(list(where), AT_ONCE):
            async with self._database.turn(holding=some) as conn:
                charges = await load_charges(conn, self._house, some, now)
                tomorrow = max(_midnight(now, charge) for charge in charges.values())
                found = await timers.of_units(conn, self._account, some, tomorrow, TO_UNITS)
                for unit, charge in charges.items():
                    mine = [t for t in found if t.unit_id == unit and t.due_at < _midnight(now, charge)]
                    said += await self._speak(conn, charge, mine, where[unit], now, at)
                    await asyncio.sleep(0)  # sends go on meanwhile
            self._wake()
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
            self._wake()
        return said

    async def _digest(self, town: Town, person: str, due: Sequence[Timer], now: datetime, at: datetime) -> int:
        own = [unit for unit in town.units if person in town.assessors.get(unit, ())]
        place = town.rooms.get(person)
        if place is not None and place[0] != self._account:
            return 0  # another bot's by now, which takes the timers over when it plans
        if own and place is not None and not may_speak(
            town.settings[own[0]], now.astimezone(town.charge(own[0]).zone)
        ):  # fmt: skip
            return 0
        first = min(date.fromisoformat(str((timer.content or {})["day"])) for timer in due) - DAY
        late = []
        below = [unit for unit in town.held if any(above in own for above in town.above(unit))]
        for some in chunks(below, AT_ONCE):
            async with self._database.look() as conn:
                charges = await load_charges(conn, self._house, some, now)
            late += [(c.unit.name, found) for c in charges.values() if (found := _late(c, first, now))]
            await asyncio.sleep(0)
        async with self._database.turn() as conn:
            claimed = [timer for timer in due if await timers.claim(conn, timer.key, self._account, at)]
            if not claimed or not late or place is None:
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
