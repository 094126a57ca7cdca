"""zhibu doctor: one screen that says whether all is well, and what to do where it isn't."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import utc_now


def doctor(config: Annotated[Path, typer.Option(help="设置文件")] = Path("zhibu.yaml")) -> None:
    """查一遍：设置、权限、服务器、节假日、数据库、记录链、附件、积压。有不好的返回1。"""
    if not asyncio.run(_report(config)):
        raise typer.Exit(1)


async def _report(config: Path) -> bool:
    from bot.checks import examine  # heavy, and zhibu --help needs none of it

    well = True
    async for check in examine(config, utc_now):
        well = well and check.well
        typer.echo(f"{'好  ' if check.well else '不好'}  {check.name}：{check.said}")
        if check.cure:
            typer.echo(f"      处理：{check.cure}")
    typer.echo("都好。" if well else "有不好的，请照“处理”做。")
    return well
