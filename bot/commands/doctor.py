"""zhibu doctor: one screen that says whether all is well, and what to do where it isn't."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import utc_now
from storage.chain import Head


def doctor(
    config: Annotated[Path, typer.Option(help="设置文件")] = Path("zhibu.yaml"),
    against: Annotated[
        Path | None, typer.Option(help="一份备份：看它的链尾之前有没有被截去或改写", show_default=False)
    ] = None,
) -> None:
    """查一遍：设置、密钥、服务器、登录、设备、时钟、记录、附件、收发、提醒、备份。只看不改；有不好的返回1。"""
    if not asyncio.run(_report(config, against)):
        raise typer.Exit(1)


async def _report(config: Path, against: Path | None = None) -> bool:
    from bot.backup.archive import Whole  # heavy, and zhibu --help needs none of it
    from bot.checks import examine

    known: tuple[Head, ...] = ()
    if against is not None:
        backup = Whole(against)
        known = backup.manifest.heads
        backup.close()
    well = True
    async for check in examine(config, utc_now, known):
        well = well and check.well
        typer.echo(f"{'好  ' if check.well else '不好'}  {check.name}：{check.said}")
        if check.cure:
            typer.echo(f"      处理：{check.cure}")
    typer.echo("都好。" if well else "有不好的，请照“处理”做。")
    return well
