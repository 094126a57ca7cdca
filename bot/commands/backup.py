"""zhibu backup: everything that can't be had again, into one place, while the bot runs."""

from __future__ import annotations

import asyncio
import getpass
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import utc_now
from bot.settings import read_settings

_LISTED = 50  # chains, at most; more are in the manifest


def backup(
    to: Annotated[Path, typer.Option(help="目录（每次一份，按时间命名），或一个 .tar 文件")],
    config: Annotated[Path, typer.Option(help="设置文件")] = Path("zhibu.yaml"),
    keep: Annotated[
        int | None, typer.Option(min=1, help="目录里只留最近几份；不写就都留着", show_default=False)
    ] = None,
) -> None:
    """备份记录、附件、交叉签名种子和设置；机器人运行时也能用。不含设备密钥和密码。

    做完才有名字：断电留下的半份不会被当成一份。请把它放到另一台机器上，并像保管密码一样保管。
    """
    from bot.backup.making import back_up, place_for  # heavy, and zhibu --help needs none of it
    from bot.backup.manifest import fingerprint

    settings = read_settings(config)
    now = utc_now()
    place = place_for(to, settings, now)
    made = asyncio.run(back_up(config, settings, place, keep, now, f"cli:{getpass.getuser()}"))
    files = sum(name.startswith("files/") for name in made.parts)
    typer.echo(f"已备份到 {place}：{made.rows.get('entries', 0)}条记录，{files}个附件。")
    if len(made.heads) <= _LISTED:
        for head in made.heads:
            typer.echo(f"  {head.unit_id} 第{head.position}条 {head.hash}")
    typer.echo(f"{len(made.heads)}个单位的链尾，指纹 {fingerprint(made.heads)}")
    for sha in made.lost:
        typer.echo(f"附件 {sha[:12]}… 不见了或已损坏，没有备份到；详情看 zhibu doctor。", err=True)
    if made.lost:
        raise typer.Exit(1)
