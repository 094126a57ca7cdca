"""zhibu outbox: what is not sent unless somebody says so: refused by the homeserver, or uncertain after a restore."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from bot.settings import Settings, read_settings
from storage import outbox
from storage.database import Connection, Database
from storage.outbox import OutboxRow

app = typer.Typer(invoke_without_command=True, help="被拒收或恢复后搁置的消息：看是哪些，再发，或放下。")
Config = Annotated[Path, typer.Option(help="设置文件")]
Ids = Annotated[list[str] | None, typer.Argument(help="编号，可写多个", show_default=False)]
All = Annotated[bool, typer.Option("--all", help="全部")]
_STATES = {outbox.SET_ASIDE: "被拒收", outbox.UNCERTAIN: "不知发没发过"}
_MOST = 200
T = TypeVar("T")


@app.callback()
def listed(context: typer.Context, config: Config = Path("zhibu.yaml")) -> None:
    """列出来；机器人运行时也能用。"""
    if context.invoked_subcommand is not None:
        return
    settings = read_settings(config)
    rows = _with(settings, lambda conn: outbox.stuck(conn, settings.user_id, _MOST))
    for row in reversed(rows):
        typer.echo(_line(row, settings))
    typer.echo(f"共{len(rows)}条。再发：zhibu outbox again 编号；放下：zhibu outbox drop 编号。" if rows else "没有。")


@app.command()
def again(ids: Ids = None, every: All = False, config: Config = Path("zhibu.yaml")) -> None:
    """再发一次；运行着的机器人一分钟内发出。"""
    _release(ids, every, config, outbox.UNSENT, "等着再发")


@app.command()
def drop(ids: Ids = None, every: All = False, config: Config = Path("zhibu.yaml")) -> None:
    """放下，不再发，也不再提起。"""
    _release(ids, every, config, outbox.LET_GO, "已放下")


def _release(ids: list[str] | None, every: bool, config: Path, state: str, done: str) -> None:
    if bool(ids) == every:
        typer.echo("请给出编号（zhibu outbox 列出的第一栏），或用 --all 表示全部。", err=True)
        raise typer.Exit(2)
    settings = read_settings(config)
    which = None if every else ids
    count = _with(settings, lambda conn: outbox.release(conn, settings.user_id, which, state), writes=True)
    typer.echo(f"{count}条{done}。")
    if which is not None and count < len(set(which)):
        typer.echo("其余的不在其中，或内容已过期清除，不能再发。", err=True)
        raise typer.Exit(1)


def _with(settings: Settings, work: Callable[[Connection], Awaitable[T]], *, writes: bool = False) -> T:
    async def run() -> T:
        database = await Database.open(settings.database_url, upgrade=False)
        try:
            async with database.turn() if writes else database.look() as conn:
                return await work(conn)
        finally:
            await database.close()

    return asyncio.run(run())


def _line(row: OutboxRow, settings: Settings) -> str:
    at = f"{row.put_at.astimezone(settings.zone):%Y-%m-%d %H:%M}" if row.put_at else ""
    what = "文件" if row.file else "消息"
    return f"{row.transaction_id}  {at}  {_STATES[row.state]}  {what}  {row.room_id}  {row.why or ''}"
