"""Activities as they are read back: the newest version of each, or all of one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, exists, select

from storage.tables import bodies, entries

SUBJECT = "activity"
_first = entries.alias("first")
_newer = entries.alias("newer")


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One activity. by, source_event, recorded_at: who reported it first, in which message, and when that was
    recorded; changed_by, changed_at: of this version; withdrawn_at, reason: set once withdrawn; returned_at, reason:
    while an assessor's return of it stands, until it is corrected; slots: as JSON holds them; period: YYYY-MM, where
    the entry belongs to another month than its day; files, evidence: what lies with it, as activities.attach() and
    mark() put it there."""

    number: int
    version: int
    unit_id: str
    kind: str
    occurred_on: date
    slots: Mapping[str, Any]
    period: str | None
    gathering: str | None
    by: str
    source_event: str | None
    recorded_at: datetime
    changed_by: str
    changed_at: datetime
    withdrawn_at: datetime | None = None
    reason: str | None = None
    returned_at: datetime | None = None
    files: tuple[Mapping[str, Any], ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One step of an activity's history. action: record | amend | return | withdraw | purge; kind, occurred_on, slots,
    period: None once purged; reason: of a return, withdrawal or purge."""

    number: int
    version: int
    action: str
    by: str
    at: datetime
    source_event: str | None
    reason: str | None
    kind: str | None
    occurred_on: date | None
    period: str | None
    slots: Mapping[str, Any] | None


_same = and_(
    entries.c.subject == bodies.c.subject,
    entries.c.number == bodies.c.number,
    entries.c.version == bodies.c.version,
)
_newer_than = and_(_newer.c.subject == SUBJECT, _newer.c.number == bodies.c.number, _newer.c.version > bodies.c.version)
_all_newest: Select[Any] = (
    select(
        entries.c.number,
        entries.c.version,
        entries.c.unit_id,
        entries.c.action,
        entries.c.by,
        entries.c.at,
        bodies.c.on_day,
        bodies.c.body,
        _first.c.by,
        _first.c.source_event,
        _first.c.at,
    )
    .select_from(bodies)
    .join(entries, and_(_same, entries.c.unit_id == bodies.c.unit_id))
    .join(_first, and_(_first.c.subject == SUBJECT, _first.c.number == entries.c.number, _first.c.version == 1))
    .where(bodies.c.subject == SUBJECT, bodies.c.unit_id.in_(bindparam("unit_ids", expanding=True)))
    .where(bodies.c.on_day.is_not(None), ~exists().where(_newer_than))  # a purged one has no day
)
NEWEST = _all_newest.where(bodies.c.on_day.between(bindparam("since"), bindparam("until"))).order_by(
    bodies.c.on_day, bodies.c.number
)
RECENT = _all_newest.order_by(bodies.c.number.desc()).limit(bindparam("limit"))
ONE = _all_newest.where(bodies.c.number == bindparam("number"))
VERSIONS = (
    select(entries, bodies.c.on_day, bodies.c.body)
    .select_from(entries)
    .outerjoin(bodies, _same)
    .where(entries.c.subject == SUBJECT, entries.c.number == bindparam("number"))
    .where(entries.c.unit_id.in_(bindparam("unit_ids", expanding=True)))
    .order_by(entries.c.version)
)


def read(rows: Sequence[Row[Any]]) -> list[ActivityRow]:
    """The rows of NEWEST, RECENT or ONE. Every turn reads a year of them, so their bodies are parsed as one text."""
    found = json.loads(f"[{','.join(row.body for row in rows)}]")
    return [_activity(row, body) for row, body in zip(rows, found, strict=True)]


def _activity(row: Row[Any], body: Mapping[str, Any]) -> ActivityRow:
    number, version, unit_id, action, by, at, day, _, first_by, event, first_at = tuple(row)
    changed_at = datetime.fromisoformat(at)
    return ActivityRow(
        number=number,
        version=version,
        unit_id=unit_id,
        kind=body["kind"],
        occurred_on=date.fromisoformat(day),
        slots=body["slots"],
        period=body["period"],
        gathering=body["gathering"],
        by=first_by,
        source_event=event,
        recorded_at=datetime.fromisoformat(first_at),
        changed_by=by,
        changed_at=changed_at,
        withdrawn_at=changed_at if action == "withdraw" else None,
        reason=body["reason"],
        returned_at=changed_at if action == "return" else _moment(body.get("returned")),
        files=tuple(body.get("files", ())),
        evidence=tuple(body.get("evidence", ())),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def read_version(row: Row[Any]) -> Version:
    """A row of VERSIONS."""
    body = json.loads(row.body) if row.body is not None else {}
    return Version(
        number=row.number,
        version=row.version,
        action=row.action,
        by=row.by,
        at=datetime.fromisoformat(row.at),
        source_event=row.source_event,
        reason=body.get("reason"),
        kind=body.get("kind"),
        occurred_on=date.fromisoformat(row.on_day) if row.on_day else None,
        period=body.get("period"),
        slots=body.get("slots"),
    )
