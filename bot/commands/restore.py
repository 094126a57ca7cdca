"""zhibu restore: a bot out of a backup, on an empty machine."""

from __future__ import annotations

import asyncio
import getpass
import sys
from pathlib import Path
from typing import Annotated

import typer
import yaml

from bot.clock import utc_now
from bot.settings import Settings, read_password, read_settings
from rubrics.strict_yaml import FileError


def restore(
    source: Annotated[Path, typer.Argument(metavar="FROM", help="一份备份，或放备份的目录（取最近一份）")],
    config: Annotated[Path, typer.Option(help="设置文件；没有就从备份里取出")] = Path("zhibu.yaml"),
    homeserver: Annotated[str | None, typer.Option(help="服务器换了网址时写", show_default=False)] = None,
    data: Annotated[str | None, typer.Option(help="数据目录换了地方时写", show_default=False)] = None,
    database: Annotated[str | None, typer.Option(help="数据库换了地方时写", show_default=False)] = None,
    check: Annotated[bool, typer.Option("--check", help="只查这份备份是否完整")] = False,
) -> None:
    """从备份恢复到空机器上：登录为新的、已签名的设备，注销旧设备；记录和附件如备份时。

    备份时还没发出的不重发（不知道后来发没发过，见 zhibu outbox）；备份以后收到、解不开的消息，会请各人重发。
    中途断了，再运行一次就接着做。密码从密码文件或 ZHIBU_PASSWORD 取，没有就问。
    """
    from bot.backup.archive import Whole  # heavy, and zhibu --help needs none of it
    from bot.backup.making import SETTINGS
    from bot.backup.restoring import restore as work

    backup = Whole(source)
    try:
        if check:
            backup.check()
            typer.echo(f"{backup.place} 完整，{backup.manifest.at:%Y-%m-%d %H:%M} UTC 的备份。")
            return
        with backup.open(SETTINGS) as file:
            text = _changed(file.read().decode(), homeserver=homeserver, data=data, database=database)
        if not config.exists():
            _write(config, text)
        elif (homeserver or data or database) and config.read_text(encoding="utf-8") != text:
            raise FileError([f"{config} 已经有了，照它恢复；要改的请直接写在里面，不要再给 --homeserver 等选项。"])
        settings = read_settings(config)
        if settings.user_id != backup.manifest.user_id:
            raise FileError([f"备份是 {backup.manifest.user_id} 的，而 {config} 里是 {settings.user_id}。请改正。"])
        made = asyncio.run(work(backup, settings, _password(settings), utc_now(), f"cli:{getpass.getuser()}"))
    finally:
        backup.close()
    typer.echo(f"已从 {backup.place} 恢复，新设备 {made.device} 已交叉签名，旧设备已注销。")
    if made.uncertain:
        typer.echo(f"备份时还没发出的{made.uncertain}条不重发，见 zhibu outbox。")
    typer.echo(f"备份以后的记录没有了，各人会被请求核对；新记录的编号跳过{made.gap}号，以免与那些重复。")
    if made.faults:
        typer.echo(f"注意：记录链有{len(made.faults)}处与备份时的链尾不符或被改动，请运行 zhibu doctor。", err=True)
    typer.echo(f"接下来：zhibu run --config {config}")


def _changed(text: str, **values: str | None) -> str:
    """The settings file with other values in a few places; as it was when none is other."""
    changes = {name: value for name, value in values.items() if value}
    if not changes:
        return text
    said = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - strings only, as the settings are read
    return yaml.safe_dump({**said, **changes}, allow_unicode=True, sort_keys=False)


def _write(config: Path, text: str) -> None:
    config.touch(mode=0o600)
    config.write_text(text, encoding="utf-8")


def _password(settings: Settings) -> str:
    if found := read_password(settings):
        return found
    if sys.stdin.isatty():
        return getpass.getpass(f"{settings.user_id} 的密码（不显示）：")
    return sys.stdin.readline().strip()
