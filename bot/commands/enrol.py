"""zhibu enrol: makes, lists and cancels the codes with which people take up an office in chat."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot import codes as giving
from bot.clock import utc_now
from bot.commands.files import write_private
from bot.commands.record import me, named_role, named_unit, with_record
from bot.settings import Settings, read_settings
from bot.sheets.code_sheet import GivenOut, workbook
from bot.understanding.codes import DAYS, MOST_DAYS, shown
from bot.units_schema import ROLE_NAMES
from rubrics.strict_yaml import FileError
from storage import audit, codes, people, units
from storage.database import Connection, Database
from storage.units import UnitRow

Work = Callable[[Connection], Awaitable[None]]
Config = Annotated[Path, typer.Option(help="设置文件")]


def enrol(
    unit: Annotated[str | None, typer.Option(help="单位编号，见 zhibu units list")] = None,
    role: Annotated[str | None, typer.Option(help="职务：书记、报送人、考评员或管理员")] = None,
    days: Annotated[int, typer.Option(min=1, max=MOST_DAYS, help="几天内有效")] = DAYS,
    out: Annotated[
        Path | None, typer.Option(help="该单位以下还没有人任此职务的，每个单位各发一个，写进这个 .xlsx")
    ] = None,
    cancel: Annotated[int | None, typer.Option(help="作废这个编号的登记码")] = None,
    list_: Annotated[bool, typer.Option("--list", help="列出还有效的登记码")] = False,
    config: Config = Path("zhibu.yaml"),
) -> None:
    """发一个登记码：本人在和机器人的私聊里发来，就登记上这个职务。一个码只能用一次，到期作废，只在这里显示一次。"""
    settings = read_settings(config)
    if list_:
        work: Work = partial(_list, settings)
    elif cancel is not None:
        work = partial(_cancel, cancel)
    elif unit is None or role is None:
        raise typer.BadParameter("要写 --unit 和 --role，如 zhibu enrol --unit jiguan-1 --role 书记。")
    elif out is not None:
        work = partial(_give_all, settings, unit, named_role(role), days, out)
    else:
        work = partial(_give, settings, unit, named_role(role), days)
    asyncio.run(with_record(settings, partial(_in_turn, work)))


async def _in_turn(work: Work, database: Database) -> None:
    async with database.turn() as conn:
        await work(conn)


async def _give(settings: Settings, unit_id: str, role: str, days: int, conn: Connection) -> None:
    unit, at = await named_unit(conn, unit_id), utc_now()
    last = giving.last_day(at, settings.zone, days)
    number, code = await giving.give_out(conn, unit.id, role, by=me(), at=at, last=last, zone=settings.zone)
    typer.echo(f"{unit.name} {ROLE_NAMES[role]}的登记码：{shown(code)}")
    typer.echo(f"请本人用 Matrix 打开和 {settings.user_id} 的私聊，发“登记 {shown(code)}”。")
    typer.echo(f"{last} 以前有效，只能用一次，只在这里显示一次；编号{number}，作废用 zhibu enrol --cancel {number}。")


async def _give_all(settings: Settings, unit_id: str, role: str, days: int, out: Path, conn: Connection) -> None:
    unit, at = await named_unit(conn, unit_id), utc_now()
    last = giving.last_day(at, settings.zone, days)
    given = []
    for one in await _without(conn, unit.id, role, at.astimezone(settings.zone).date()):
        number, code = await giving.give_out(conn, one.id, role, by=me(), at=at, last=last, zone=settings.zone)
        given.append(GivenOut(one.id, one.name, ROLE_NAMES[role], number, shown(code), last))
    if not given:
        typer.echo(f"{unit.name}以下没有缺{ROLE_NAMES[role]}的单位，没有发登记码。")
        return
    write_private(out, workbook(given, settings.user_id, at.astimezone(settings.zone).date()))
    typer.echo(f"给{len(given)}个单位各发了一个登记码，已写入 {out}（只有您能读；发完请删去）。")


async def _without(conn: Connection, unit_id: str, role: str, day: date) -> list[UnitRow]:
    """The branches of a unit in which nobody has a role; for assessors and administrators, the committees."""
    tree = await units.subtree(conn, unit_id)
    held = {post.unit_id for post in await people.everybody(conn, day) if post.role == role}
    inner = {row.parent for row in tree}
    there = [row for row in tree if row.closed_on is None or row.closed_on > day]
    of_branches = role in ("secretary", "reporter")
    return [row for row in there if row.id not in held and (row.id not in inner) == of_branches]


async def _list(settings: Settings, conn: Connection) -> None:
    rows = {row.id: row for row in await units.all_units(conn)}
    found = await codes.open_of(conn, list(rows), utc_now())
    for code in found:
        until = code.expires_at.astimezone(settings.zone)
        instead = f"，接替 {code.replaces}" if code.replaces else ""
        typer.echo(
            f"{code.number}号：{rows[code.unit_id].name}（{code.unit_id}） {ROLE_NAMES[code.role]}{instead}，"
            f"{until:%Y-%m-%d %H:%M}前有效，{code.made_by} 所发"
        )
    if not found:
        typer.echo("没有还有效的登记码。")


async def _cancel(number: int, conn: Connection) -> None:
    at = utc_now()
    found = await codes.by_number(conn, number)
    if found is None or not await codes.cancel(conn, number, me(), at):
        raise FileError([f"没有还能作废的{number}号登记码。请用 zhibu enrol --list 查看编号。"])
    await audit.note(conn, me(), "code_cancelled", found.unit_id, {"number": number}, at)
    typer.echo(f"{number}号登记码已作废。")
