"""The snapshot a turn is decided on, out of the record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.chained import as_activity
from bot.charges import as_charge, load
from bot.dialogue import stages
from bot.dialogue.context import Assessed, Context, Purgeable
from bot.dialogue.purging import number_meant
from bot.dialogue.seat import OWN
from bot.dialogue.session import Session
from bot.events import Inbound, Kind
from bot.house import House
from bot.papers import (
    askings_of,
    assessed_ids,
    bodies_over,
    decided_ids,
    names_of,
    noted_of,
    outcomes_of,
    sheets_of,
)
from bot.places import place_of
from bot.reminders.deadlines import Charge
from bot.understanding.commands import find_command
from bot.understanding.year_wishes import ABOUT_OUTCOMES
from storage import activities, drafts, inbox, outbox, papers, people, units
from storage.database import Connection
from storage.outbox import OutboxRow

MAY_REPORT = ("secretary", "reporter")
_NUMBER = re.compile(r"[#＃] ?(\d{1,9})")
MAY_PURGE = ("administrator",)


async def load_context(conn: Connection, account: str, person: str, house: House, now: datetime) -> Context:
    """All that words to a person may rest on: their own branches and nothing else.

    now: the message's own time, UTC.
    """
    day = now.astimezone(house.settings.zone).date()
    posts = await people.posts_of(conn, person, day)
    known = posts[0] if posts else await people.person(conn, person)
    ids = people.held_in(posts, MAY_REPORT)
    others = await assessed_ids(conn, person, day) if people.held_in(posts, ("assessor",)) else []
    rules = bool(people.held_in(posts, MAY_PURGE))
    if not ids and not others:
        here, who = now.astimezone(house.settings.zone), known.name if known else ""
        return Context(here, person, who, house.kinds, contact=house.settings.contact, administers=rules)
    charges, judged, names = await load(conn, house, ids, now, heard_by=account, others=others)
    above = {row.id: as_charge(row, settings, house, now) for row, settings in await units.in_force(conn, others)}
    first = next(iter((charges or above).values()))
    saved = [*await drafts.load(conn, ids, ""), *await drafts.load(conn, others, person)]
    saved += [draft for draft in await drafts.load(conn, others, "") if draft.side not in OWN]
    bodies = await bodies_over(conn, person, others, day) if others else {}
    return Context(
        now=now.astimezone(first.zone),
        person=person,
        name=known.name if known else "",
        kinds=house.kinds,
        units=tuple(charge.unit for charge in charges.values()),
        facts={unit: charge.facts for unit, charge in charges.items()},
        rubrics={unit: charge.rubrics for unit, charge in charges.items()},
        charges=charges,
        links=_links(charges),
        contact=house.settings.contact,
        language=first.settings.get("language") or "zh_CN",
        offices=frozenset(people.held_in(posts, ("secretary",))),
        heads={unit: charge.head for unit, charge in charges.items()},
        papers={unit: sheets_of(judged, unit, names) for unit in ids},
        drafts={(draft.unit_id, draft.rubric, draft.side): draft.body for draft in saved},
        assessed=tuple(
            Assessed(
                charge.unit,
                charge.rubrics,
                sheets_of(judged, unit, names),
                None,
                outcomes_of(judged, unit, names),
                noted_of(judged, unit, names),
                *bodies[unit],
                askings=askings_of(judged, unit, names),
            )
            for unit, charge in above.items()
        ),
        outcomes={unit: outcomes_of(judged, unit, names) for unit in ids},
        askings={unit: askings_of(judged, unit, names) for unit in ids},
        files={number: files for charge in charges.values() for number, files in charge.files.items()},
        limits=house.settings.attachments.limits,
        administers=rules,
    )


def _links(charges: Mapping[str, Charge]) -> dict[int, str]:
    return {number: address for charge in charges.values() for number, address in charge.links.items()}


async def with_opened(
    conn: Connection, account: str, house: House, message: Inbound, session: Session, context: Context
) -> Context:
    """The context with the records of the assessed units that a message is about, and of no other; of those decided on,
    when it is about outcomes."""
    context = await _with_decided(conn, house, message, session, context)
    if not context.assessed:
        return context
    ids = [one.unit.id for one in context.assessed]
    meant: set[str | None] = {*session.opened}
    meant |= {one.unit.id for one in context.assessed if one.unit.name in message.body}
    if _about_outcomes(message, session):
        meant |= {one.unit.id for one in context.assessed if stages.awaits_outcome(one, context)}
    for number in _NUMBER.findall(message.body):
        found = await activities.one(conn, int(number), ids)
        meant.add(found.unit_id if found else None)
    charges = (await load(conn, house, [one for one in ids if one in meant], context.now, heard_by=account)).charges
    reached = {unit: await place_of(conn, unit, context.now.date()) is not None for unit in charges}
    assessed = tuple(
        replace(one, facts=charges[unit].facts, charge=charges[unit], head=charges[unit].head,
                reached=reached[unit])
        if (unit := one.unit.id) in charges else one
        for one in context.assessed
    )  # fmt: skip
    return replace(context, assessed=assessed, links={**context.links, **_links(charges)})


def _about_outcomes(message: Inbound, session: Session) -> bool:
    """Whether a message is a wish about outcomes, or the answer to a question about one."""
    if message.kind is not Kind.TEXT:
        return False
    command = find_command(message.body)
    confirms = session.pending is not None and session.pending.what == "step"
    return confirms or (command is not None and command.name in ABOUT_OUTCOMES)


async def _with_decided(
    conn: Connection, house: House, message: Inbound, session: Session, context: Context
) -> Context:  # fmt: skip
    """The context with the units on whose outcomes an administrator decides, for a message about outcomes."""
    if not context.administers or not _about_outcomes(message, session):
        return context
    ids = await decided_ids(conn, context.person, context.now.astimezone(house.settings.zone).date())
    found = {row.id: as_charge(row, settings, house, context.now) for row, settings in await units.in_force(conn, ids)}
    ids = [unit for unit, charge in found.items() if charge.rubrics]
    judged = await papers.current(conn, ids)
    names = await names_of(conn, judged)
    decides = tuple(
        Assessed(found[unit].unit, found[unit].rubrics, sheets_of(judged, unit, names), None,
                 outcomes_of(judged, unit, names))
        for unit in ids
    )  # fmt: skip
    return replace(context, decides=decides)


async def with_reference(conn: Connection, account: str, message: Inbound, context: Context) -> Context:
    """The context with what the message points at: our message it answers, the records it made or a file is for."""
    answered = message.target if message.kind is Kind.REACTION else message.reply_to
    row = await outbox.by_event(conn, account, answered) if answered else None
    row = row if row is not None and row.room_id == message.room_id else None  # another room's is nobody's here
    if answered is None and message.kind is Kind.TEXT:  # words right after a reminder answer it
        row = await outbox.last_sent(conn, account, message.room_id)
        row = row if row is not None and {"remind", "asked"} & set(row.about or {}) else None
    own = await _own(conn, account, message)
    sourced = tuple(await activities.by_source(conn, message.target)) if own and message.target else ()
    if message.kind is Kind.FILE and message.reply_to is not None:
        sourced = await _records_behind(conn, account, message.reply_to, row)
    return replace(context, about=(row.about if row else None) or {}, sourced=sourced, own=own)


async def _own(conn: Connection, account: str, message: Inbound) -> bool:
    """Whether a message edits or deletes one by the same author, in the room it was said in."""
    if message.kind not in (Kind.EDIT, Kind.REDACTION) or message.target is None:
        return False
    told = await inbox.row(conn, account, message.target)
    return told is not None and (told.sender, told.room_id) == (message.sender, message.room_id)


async def with_purge(
    conn: Connection, session: Session, message: Inbound, house: House, context: Context
) -> Context:  # fmt: skip
    """The context with the record that a message wants purged, if its sender may: an administrator of its unit or of
    one above."""
    number = number_meant(session, message.body) if message.kind is Kind.TEXT else None
    if number is None:
        return context
    zone = house.settings.zone
    over = await people.units_of(conn, context.person, MAY_PURGE, context.now.astimezone(zone).date())
    below = await units.subtree_ids(conn, over)
    row = await activities.one(conn, number, below)
    if row is None:
        return context
    unit = await units.unit(conn, row.unit_id)
    assert unit is not None, "a record has a unit"
    return replace(context, purgeable=Purgeable(as_activity(row, zone), unit.name, len(row.files)))


async def _records_behind(conn: Connection, account: str, answered: str, ours: OutboxRow | None) -> tuple[int, ...]:
    """The records that a message answered by a file is about: those our message speaks of, those its card became, or
    those made from a person's message, whether it told them, changed them or said yes."""
    said = [ours] if ours is not None else await outbox.to_event(conn, account, answered)
    numbers: list[int] = await activities.by_source(conn, answered) if ours is None else []
    for row in said:
        about = row.about or {}
        numbers += about.get("records", ())
        if "card" in about:
            numbers += [n for became in await outbox.about(conn, "was", about["card"]) for n in _numbers(became)]
    return tuple(dict.fromkeys(numbers))


def _numbers(row: OutboxRow) -> list[int]:
    return list((row.about or {}).get("records", ()))
