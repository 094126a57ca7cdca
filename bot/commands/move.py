"""zhibu move: the record to another database, from SQLite to PostgreSQL or back, whole and proved."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.matrix.keeping import holder
from bot.settings import Settings, read_settings
from rubrics.strict_yaml import FileError
from storage.carrying import Carried, carry
from storage.database import Database


def move(
    to: Annotated[str, typer.Option(help="搬到哪里：一个空的库，如 postgresql+asyncpg://用户@主机/库名")],
    config: Annotated[Path, typer.Option(help="设置文件；搬的是它现在用的数据库")] = Path("zhibu.yaml"),
) -> None:
    """把全部记录搬到另一个数据库（SQLite 到 PostgreSQL，或反过来），逐行核对，记录链逐个验过才算数。

    先停下机器人。原来的数据库不动；搬到一半断了，目标还是空的，再搬一次就行。
    """
    settings = read_settings(config)
    if to == settings.database_url:
        raise FileError([f"{config} 用的就是这个数据库，不用搬。"])
    if (process := holder(settings.data / "matrix")) is not None:
        named = f"（进程 {process}）" if process else ""
        raise FileError([f"机器人还在运行{named}。请先停下它，免得搬的时候又记下新的。"])
    done = asyncio.run(_carry(settings, to))
    for table, count in done.rows.items():
        typer.echo(f"{table:<16}{count:>10}行")
    typer.echo(f"已搬好：每一行都读回来核对过，{done.units}个单位的记录链（共{done.entries}条）都完整。")
    typer.echo(f"接着把 {config} 里的 database 改成新地址再启动；原来的数据库没有动，改个名留作备份。")


async def _carry(settings: Settings, to: str) -> Carried:
    source = await Database.open(settings.database_url, upgrade=False)
    try:
        target = await Database.open(to)
        try:
            return await carry(source, target)
        finally:
            await target.close()
    finally:
        await source.close()
