"""zhibu units show: one unit with all that holds for it, and where each setting comes from."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.clock import utc_now
from bot.commands.record import named_unit, with_record
from bot.commands.units import Config
from bot.reminders.plan import QUIET
from bot.settings import Settings, read_settings
from bot.units_schema import ROLE_NAMES
from bot.units_words import NAMES, count_words, in_words, kind_words
from storage import codes, people, structure, units
from storage.codes import CodeRow
from storage.database import Connection, Database
from storage.people import Post
from storage.structure import Move
from storage.units import UnitRow

_ORIGIN = {"file": "名册", "code": "登记码", "office": "移交"}
Sources = Mapping[str, Sequence[tuple[str, Any]]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What is on record of a unit. names: of all units; sources: each setting with whose it is, from the top down."""

    unit: UnitRow
    names: Mapping[str, str]
    sources: Sources
    posts: Sequence[Post]
    codes: Sequence[CodeRow]
    moves: Sequence[Move]


def show(
    unit: Annotated[str, typer.Argument(help="单位编号，见 zhibu units list")], config: Config = Path("zhibu.yaml")
) -> None:
    """看一个单位：人数、人员、各项设置，以及每项设置是自己的、随哪个上级的，还是默认的。"""
    settings = read_settings(config)

    async def load(database: Database) -> Shown:
        async with database.look() as conn:
            return await shown(conn, unit, settings)

    found = asyncio.run(with_record(settings, load))
    for line in lines(found, settings):
        typer.echo(line)


async def shown(conn: Connection, unit_id: str, settings: Settings) -> Shown:
    """All of it. Raises FileError for an unknown unit."""
    unit, at = await named_unit(conn, unit_id), utc_now()
    return Shown(
        unit=unit,
        names={row.id: row.name for row in await units.all_units(conn)},
        sources=await units.sources(conn, unit_id),
        posts=await people.people_of(conn, unit_id, at.astimezone(settings.zone).date()),
        codes=await codes.open_of(conn, [unit_id], at),
        moves=await structure.moves_of(conn, [unit_id]),
    )


def lines(found: Shown, settings: Settings) -> Iterator[str]:
    """As it is printed."""
    unit = found.unit
    yield f"{unit.name}（{unit.id}）"
    yield f"  上级：{_called(unit.parent, found)}" if unit.parent else "  最上一级"
    if unit.founded_on:
        yield f"  {unit.founded_on}成立"
    if unit.closed_on:
        yield f"  {unit.closed_on}撤销" + (f"，并入{_called(unit.merged_into, found)}" if unit.merged_into else "")
    for move in found.moves:
        done = "从" + _called(move.previous, found) if move.done_at and move.previous else "将"
        yield f"  {move.since}{done}移到{_called(move.parent, found)}下面"
    for count in reversed(unit.headcounts):
        yield f"  {count.since}起：{count_words(asdict(count))}"
    for name, value in unit.attributes.items():
        yield f"  属性 {name}：{value}"
    yield from _settings(found, settings)
    for post in found.posts:
        until = f"，到{post.until}" if post.until else ""
        yield f"  {ROLE_NAMES[post.role]} {post.name} {post.person}（{_ORIGIN[post.origin]}，{post.since}起{until}）"
    for code in found.codes:
        until = f"{code.expires_at.astimezone(settings.zone):%Y-%m-%d %H:%M}"
        yield f"  登记码{code.number}号：{ROLE_NAMES[code.role]}，{until}前有效"


def _settings(found: Shown, settings: Settings) -> Iterator[str]:
    default: dict[str, Any] = {"quiet_hours": QUIET, "holidays": "stay", "language": "zh_CN",
                               "time_zone": settings.time_zone, "stages_off": []}  # fmt: skip
    words = {"rulebooks": "没有", "party_day": "没有定", "deadlines": "没有", "remind_room": "书记的私聊"}
    for name, label in NAMES.items():
        told = found.sources.get(name, ())
        if name == "deadlines" and told:
            yield from _deadlines(told, found)
        elif name in ("remind_room", "bodies"):  # a unit's own, which those below it don't have
            own = [value for whose, value in told if whose == found.unit.id]
            if own or name == "remind_room":
                yield f"  {label}：{in_words(name, own[-1]) if own else words[name]}"
        elif told:
            whose, value = told[-1]
            yield f"  {label}：{in_words(name, value)}（{_whose(whose, found)}）"
        else:
            yield f"  {label}：{in_words(name, default[name]) if name in default else words[name]}（默认）"


def _deadlines(told: Sequence[tuple[str, Any]], found: Shown) -> Iterator[str]:
    """Each kind's day, by whoever set it last."""
    last = {kind: (whose, day) for whose, days in told for kind, day in days.items()}
    for kind, (whose, day) in last.items():
        yield f"  期限 {kind_words(kind)}：{f'每月{day}日' if day is not None else '不设'}（{_whose(whose, found)}）"


def _whose(unit_id: str, found: Shown) -> str:
    return "本单位" if unit_id == found.unit.id else f"随 {_called(unit_id, found)}"


def _called(unit_id: str | None, found: Shown) -> str:
    return f"{found.names.get(unit_id or '', unit_id)}（{unit_id}）"
