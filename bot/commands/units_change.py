"""zhibu units handover, close and move: an office to somebody else, a unit closed, merged or under another parent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot import codes as giving
from bot.clock import utc_now
from bot.commands.now import parse_day
from bot.commands.record import me, named_role, named_unit, with_record
from bot.commands.units import Config
from bot.offices import hand_over
from bot.settings import Settings, read_settings
from bot.understanding.codes import shown
from bot.units_schema import ROLE_NAMES, matrix_id
from rubrics.strict_yaml import FileError
from storage import people, structure, units
from storage.database import Connection, Database
from storage.people import Post
from storage.structure import StructureError
from storage.units import UnitRow

Unit = Annotated[str, typer.Argument(help="单位编号，见 zhibu units list")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只看会怎样，不写入")]
On = Annotated[str | None, typer.Option(help="从哪天起，如 2026-07-01；不写就是今天")]
Work = Callable[[Connection, datetime, date], Awaitable[list[str]]]
_REFUSED = {
    "unknown": "没有单位“{other}”。请用 zhibu units list 查看编号。",
    "parent_unknown": "没有单位“{other}”。请用 zhibu units list 查看编号。",
    "circle": "“{other}”在它自己下面，上下级会成一个圈。请换一个上级。",
    "same_name": "那里已经有同名的单位（{other}），会分不清。请先改名。",
    "not_empty": "下面还有没撤销的单位（如 {other}）。请先移走或撤销它们。",
    "closed_already": "已经定了从{other}起撤销。要改请在名册里改撤销日期。",
    "target_closed": "“{other}”也已撤销。请换一个。",
    "itself": "不能并入自己。请写另一个单位的编号。",
    "before_founding": "撤销日期应在成立日期 {other} 之后。",
    "there_already": "已经在“{other}”下面了。",
}


def handover(
    unit: Unit,
    to: Annotated[str | None, typer.Option(help="接任的人的账号，如 @zhao:example.org；不写就发一个登记码")] = None,
    name: Annotated[str | None, typer.Option(help="接任的人的姓名；以前登记过的不用写")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="卸任的人的账号；只有一个人任此职的不用写")] = None,
    role: Annotated[str, typer.Option(help="职务")] = "书记",
    on: On = None,
    dry_run: DryRun = False,
    config: Config = Path("zhibu.yaml"),
) -> None:
    """移交：一个职务换人；没填完的表、还没做的事、提醒都跟着职务走，以前记的还算原来的人记的。"""
    settings = read_settings(config)
    work = partial(_hand_over, settings, unit, named_role(role), from_, to, name, parse_day(on))
    _do(settings, work, dry_run=dry_run)


def close(
    unit: Unit,
    on: On = None,
    into: Annotated[str | None, typer.Option(help="并入哪个单位（编号）")] = None,
    dry_run: DryRun = False,
    config: Config = Path("zhibu.yaml"),
) -> None:
    """撤销或合并一个单位：从那天起不再有规定动作；记录留在原单位名下，照样可查、可考评。"""
    _do(read_settings(config), partial(_close, unit, parse_day(on), into), dry_run=dry_run)


def move(
    unit: Unit,
    to: Annotated[str | None, typer.Option(help="新的上级（编号）")] = None,
    on: On = None,
    cancel: Annotated[bool, typer.Option("--cancel", help="取消还没到日子的移动")] = False,
    dry_run: DryRun = False,
    config: Config = Path("zhibu.yaml"),
) -> None:
    """把一个单位移到另一个上级下面：从那天起随新上级的设置，由新上级的考评员和管理员管。"""
    if (to is None) != cancel:
        raise typer.BadParameter("要写 --to 新上级，或者 --cancel。")
    work = partial(_call_off, unit) if to is None else partial(_move, unit, to, parse_day(on))
    _do(read_settings(config), work, dry_run=dry_run)


def _do(settings: Settings, work: Work, *, dry_run: bool) -> None:
    class Undone(Exception):
        pass

    async def in_turn(database: Database) -> None:
        at = utc_now()
        try:
            async with database.turn() as conn:
                for line in await work(conn, at, at.astimezone(settings.zone).date()):
                    typer.echo(line)
                if dry_run:
                    raise Undone
        except StructureError as error:
            raise FileError([_REFUSED[error.code].format(other=error.other)]) from None
        except Undone:
            typer.echo("这是试运行，没有写入。")

    asyncio.run(with_record(settings, in_turn))


async def _hand_over(
    settings: Settings,
    unit_id: str,
    role: str,
    from_: str | None,
    to: str | None,
    name: str | None,
    on: date | None,
    conn: Connection,
    at: datetime,
    today: date,
) -> list[str]:
    unit, day = await named_unit(conn, unit_id), on or today
    before = _holder(unit, role, from_, [p for p in await people.people_of(conn, unit_id, day) if p.role == role])
    head = f"{unit.name} {ROLE_NAMES[role]}：{before.name}（{before.person}）"
    if to is None:
        last = giving.last_day(at, settings.zone)
        number, code = await giving.give_out(
            conn, unit_id, role, by=me(), at=at, last=last, zone=settings.zone, replaces=before.person
        )
        return [
            f"{head} → 用这个登记码登记的人：{shown(code)}",
            f"请接任的人用 Matrix 打开和 {settings.user_id} 的私聊，发“登记 {shown(code)}”。{before.name}到那时卸任。",
            f"{last} 以前有效，只能用一次；编号{number}，作废用 zhibu enrol --cancel {number}。",
        ]
    known = await people.person(conn, _account(to))
    called = name or (known.name if known else None)
    if called is None:
        raise FileError([f"还不认识 {to}，请写上 --name 姓名。"])
    await people.know(conn, to, called)
    await hand_over(conn, unit_id, role, before.person, to, day, by=me(), at=at)
    return [f"{head} → {called}（{to}），从{day}起。"]


def _holder(unit: UnitRow, role: str, from_: str | None, held: list[Post]) -> Post:
    named = [post for post in held if from_ in (None, post.person, post.name)]
    if len(named) == 1:
        return named[0]
    if not held:
        name = ROLE_NAMES[role]
        raise FileError([f"{unit.name}现在没有{name}，不用移交：用 zhibu enrol --unit {unit.id} --role {name}。"])
    who = "、".join(f"{post.name}（{post.person}）" for post in held)
    raise FileError([f"{unit.name}的{ROLE_NAMES[role]}是：{who}。请用 --from 写明哪一位卸任。"])


async def _close(
    unit_id: str, on: date | None, into: str | None, conn: Connection, at: datetime, today: date
) -> list[str]:
    unit, day = await named_unit(conn, unit_id), on or today
    await structure.close(conn, unit_id, day, into, by=me(), at=at)
    target = await units.unit(conn, into) if into else None
    merged = f"，并入{target.name}（{target.id}）" if target else ""
    return [
        f"{unit.name}（{unit.id}）从{day}起撤销{merged}。",
        "从那天起没有规定动作，也不再提醒；以前的记录留在它名下，到当年年底还可以补记和自评，之后只能查、只能考评。",
    ]


async def _move(unit_id: str, to: str, on: date | None, conn: Connection, at: datetime, today: date) -> list[str]:
    unit, target, day = await named_unit(conn, unit_id), await named_unit(conn, to), on or today
    await structure.move(conn, unit_id, to, day, by=me(), at=at, today=today)
    when = "现在起" if day <= today else f"到{day}"
    return [f"{unit.name}（{unit.id}）{when}移到{target.name}（{target.id}）下面。"]


async def _call_off(unit_id: str, conn: Connection, at: datetime, today: date) -> list[str]:
    unit = await named_unit(conn, unit_id)
    count = await structure.call_off(conn, unit_id, by=me(), at=at)
    return [f"{unit.name}还没到日子的移动，取消了{count}项。" if count else f"{unit.name}没有还没到日子的移动。"]


def _account(text: str) -> str:
    try:
        return str(matrix_id(text))
    except ValueError as error:
        raise FileError([f"“{text}”{error}"]) from None
