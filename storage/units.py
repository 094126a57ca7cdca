"""The tree of units: what they are called, how many they are, and the settings that pass down the tree."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import CTE, Row, Select, Text, bindparam, delete, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import audit, tables
from storage.tables import headcounts, settings
from storage.upsert import put_over

DEEPEST = 50  # levels; a tree of more is a circle
BY_KIND = frozenset({"deadlines"})  # settings that a unit has its own of, kind by kind; None takes the parent's away


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many a unit had from a day on: 正式, 预备, 流动, 长期请假, 支委, the sizes of its 党小组, 积极分子."""

    since: date
    full: int
    probationary: int = 0
    floating: int = 0
    on_leave: int = 0
    committee: int = 0
    groups: tuple[int, ...] = ()
    activists: int = 0


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit. founded_on, closed_on: it owes duties from the first to the day before the second; merged_into: the
    unit that goes on for it; headcounts: by day; settings: its own (inherited() has those in force)."""

    id: str
    name: str
    parent: str | None = None
    place: int = 0
    founded_on: date | None = None
    closed_on: date | None = None
    merged_into: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    headcounts: tuple[Headcount, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


class _Asked(NamedTuple):
    """One choice of units, as the three statements that load them."""

    units: Select[Any]
    headcounts: Select[Any]
    settings: Select[Any]


def _asked(which: Select[Any]) -> _Asked:
    ids = which.with_only_columns(_units.c.id).order_by(None)
    return _Asked(
        which,
        select(headcounts).where(headcounts.c.unit_id.in_(ids)).order_by(headcounts.c.since),
        select(settings).where(settings.c.unit_id.in_(ids)),
    )


def _tree(top: Any) -> CTE:
    tree = select(_units.c.id, literal(0).label("depth")).where(top).cte("tree", recursive=True)
    below = select(_units.c.id, tree.c.depth + 1).join(tree, _units.c.parent == tree.c.id)
    return tree.union_all(below.where(tree.c.depth < DEEPEST))


def _in_order(tree: CTE) -> Select[Any]:
    return select(_units).join(tree, tree.c.id == _units.c.id).order_by(tree.c.depth, _units.c.place, _units.c.id)


def _upwards() -> Select[Any]:
    own = select(_units.c.id.label("unit_id"), _units.c.id.label("above"), _units.c.parent, literal(0).label("depth"))
    up = own.where(_chosen).cte("up", recursive=True)
    further = select(up.c.unit_id, _units.c.id, _units.c.parent, up.c.depth + 1).where(up.c.depth < DEEPEST)
    whole = up.union_all(further.join(_units, _units.c.id == up.c.parent))
    named = select(whole.c.unit_id, whole.c.above, settings.c.name, settings.c.value)
    return named.join(settings, settings.c.unit_id == whole.c.above).order_by(whole.c.depth.desc())


_units = tables.units
_chosen = _units.c.id.in_(bindparam("ids", expanding=True))
_SEVERAL = _asked(select(_units).where(_chosen).order_by(_units.c.id))
_ALL = _asked(_in_order(_tree(_units.c.parent.is_(None))))
_SUBTREE = _asked(_in_order(_tree(_chosen)))
_SUBTREE_IDS = select(_units.c.id).where(_units.c.id.in_(select(_tree(_chosen).c.id))).order_by(_units.c.id)
_INHERITED = _upwards()
_MERGED = (
    select(_units.c.id, _units.c.merged_into)
    .where(_units.c.merged_into.in_(bindparam("ids", expanding=True)), _units.c.closed_on <= bindparam("day"))
    .order_by(_units.c.id)
)


async def unit(conn: AsyncConnection, unit_id: str) -> UnitRow | None:
    """One unit; None where there is none."""
    found = await units(conn, [unit_id])
    return found[0] if found else None


async def units(conn: AsyncConnection, unit_ids: Collection[str]) -> list[UnitRow]:
    """These units, in the order of their ids; unknown ids are left out."""
    return await _load(conn, _SEVERAL, {"ids": list(unit_ids)}) if unit_ids else []


async def all_units(conn: AsyncConnection) -> list[UnitRow]:
    """All units, parents before children, siblings in the file's order."""
    return await _load(conn, _ALL, {})


async def subtree(conn: AsyncConnection, unit_id: str) -> list[UnitRow]:
    """A unit and all below it, parents before children; none where there is no such unit."""
    return await _load(conn, _SUBTREE, {"ids": [unit_id]})


async def subtree_ids(conn: AsyncConnection, unit_ids: Collection[str]) -> list[str]:
    """The ids of units and of all below them."""
    return list(await conn.scalars(_SUBTREE_IDS, {"ids": list(unit_ids)}))


async def above(conn: AsyncConnection, unit_id: str) -> list[str]:
    """The ids of a unit and of all it belongs to, upwards."""
    found: list[str] = []
    current: str | None = unit_id
    while current is not None and current not in found and len(found) < DEEPEST:
        found.append(current)
        current = await conn.scalar(select(_units.c.parent).where(_units.c.id == current))
    return found


async def merged_into(conn: AsyncConnection, unit_ids: Collection[str], on: date) -> dict[str, list[str]]:
    """The ids of the units that were merged into each of some by a day, and of those that had been merged into these;
    units that nothing was merged into are left out."""
    found: dict[str, list[str]] = {}
    heirs = {unit_id: unit_id for unit_id in unit_ids}  # whose heritage each unit belongs to
    asked = set(unit_ids)
    while asked:
        rows = await conn.execute(_MERGED, {"ids": list(asked), "day": on})
        new = [(row.id, heirs[row.merged_into]) for row in rows if row.id not in heirs]
        for unit_id, heir in new:
            heirs[unit_id] = heir
            found.setdefault(heir, []).append(unit_id)
        asked = {unit_id for unit_id, _ in new}
    return found


async def named_in(conn: AsyncConnection, text: str) -> list[str]:
    """The ids of the units whose whole name a text holds."""
    if not text:
        return []
    held = bindparam("text", text, type_=Text).contains(_units.c.name)
    return list(await conn.scalars(select(_units.c.id).where(held).order_by(_units.c.id)))


async def inherited(conn: AsyncConnection, unit_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The settings in force for each unit: its own over its parent's, and so on up the tree."""
    return {unit_id: _in_force(rows) for unit_id, rows in (await _passed_down(conn, unit_ids)).items()}


async def in_force(conn: AsyncConnection, unit_ids: Collection[str]) -> list[tuple[UnitRow, dict[str, Any]]]:
    """These units as units() has them, each with the settings in force for it."""
    if not unit_ids:
        return []
    values = {"ids": list(unit_ids)}
    rows = (await conn.execute(_SEVERAL.units, values)).all()
    heads = await _grouped(conn, _SEVERAL.headcounts, values)
    passed = await _passed_down(conn, unit_ids)
    found = []
    for row in rows:
        own = {one.name: one.value for one in passed[row.id] if one.above == row.id}
        found.append((_unit(row, heads.get(row.id, ()), own), _in_force(passed[row.id])))
    return found


async def _passed_down(conn: AsyncConnection, unit_ids: Collection[str]) -> dict[str, list[Row[Any]]]:
    """Every setting that each unit or one above it has, from the top down."""
    found: dict[str, list[Row[Any]]] = {unit_id: [] for unit_id in unit_ids}
    for row in await conn.execute(_INHERITED, {"ids": list(unit_ids)}) if found else ():
        found[row.unit_id].append(row)
    return found


def _in_force(rows: Iterable[Row[Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in rows:
        found[row.name] = {**found.get(row.name, {}), **row.value} if row.name in BY_KIND else row.value
    for name in BY_KIND & found.keys():
        found[name] = {kind: value for kind, value in found[name].items() if value is not None}
    return found


async def sources(conn: AsyncConnection, unit_id: str) -> dict[str, list[tuple[str, Any]]]:
    """Every setting that a unit or one above it has: whose, and its value, from the top down; the last is in force."""
    found: dict[str, list[tuple[str, Any]]] = {}
    for row in await conn.execute(_INHERITED, {"ids": [unit_id]}):
        found.setdefault(row.name, []).append((row.above, row.value))
    return found


async def change_setting(conn: AsyncConnection, unit_id: str, name: str, value: Any, *, by: str, at: datetime) -> None:
    """Set one of a unit's own settings; None takes it away, so that the parent's is in force again."""
    if value is None:
        await conn.execute(delete(settings).where(settings.c.unit_id == unit_id, settings.c.name == name))
    else:
        await put_over(conn, settings, [{"unit_id": unit_id, "name": name, "value": value}])
    await audit.note(conn, by, "setting", unit_id, {"name": name, "value": value}, at)


async def set_headcount(conn: AsyncConnection, unit_id: str, count: Headcount, *, by: str, at: datetime) -> None:
    """How many a unit has from a day on; a count of that day gives way."""
    told = {**asdict(count), "groups": list(count.groups)}
    await put_over(conn, headcounts, [{"unit_id": unit_id, **told}])
    await audit.note(conn, by, "headcount", unit_id, {**told, "since": count.since.isoformat()}, at)


async def _load(conn: AsyncConnection, which: _Asked, values: Mapping[str, Any]) -> list[UnitRow]:
    rows = (await conn.execute(which.units, values)).all()
    heads = await _grouped(conn, which.headcounts, values)
    own = await _grouped(conn, which.settings, values)
    return [_unit(row, heads.get(row.id, ()), {s.name: s.value for s in own.get(row.id, ())}) for row in rows]


def _unit(row: Row[Any], heads: Iterable[Row[Any]], settings: Mapping[str, Any]) -> UnitRow:
    return UnitRow(
        id=row.id,
        name=row.name,
        parent=row.parent,
        place=row.place,
        founded_on=row.founded_on,
        closed_on=row.closed_on,
        merged_into=row.merged_into,
        attributes=row.attributes,
        headcounts=tuple(_headcount(head) for head in heads),
        settings=settings,
    )


async def _grouped(conn: AsyncConnection, asked: Select[Any], values: Mapping[str, Any]) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = {}
    for row in await conn.execute(asked, values):
        found.setdefault(row.unit_id, []).append(row)
    return found


def _headcount(row: Row[Any]) -> Headcount:
    return Headcount(
        since=row.since,
        full=row.full,
        probationary=row.probationary,
        floating=row.floating,
        on_leave=row.on_leave,
        committee=row.committee,
        groups=tuple(row.groups),
        activists=row.activists,
    )
