"""zhibu run: the bot alone, against the homeserver that zhibu.yaml names."""

from __future__ import annotations

import asyncio
import signal
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import structlog
import typer

from bot.clock import utc_now
from bot.commands.now import parse_now
from bot.logs import configure
from bot.matrix.errors import LinkError
from bot.settings import read_settings
from rubrics.strict_yaml import FileError
from storage.errors import DatabaseError


def run(
    config: Annotated[Path, typer.Option(help="设置文件")] = Path("zhibu.yaml"),
    now: Annotated[str | None, typer.Option(help="把现在当作这个时间（演示和测试用）")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="日志写得更细")] = False,
) -> None:
    """运行机器人，直到收到停止信号。"""
    from bot.app import Control
    from bot.app import run as serve  # the Matrix side is heavy, and a mistake in the settings should show at once

    settings = read_settings(config)
    configure(debug=debug)
    offset = parse_now(now) - utc_now() if now else timedelta()

    async def until_stopped() -> None:
        stop = asyncio.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        await serve(settings, Control(offset, stop))

    try:
        asyncio.run(until_stopped())
    except (FileError, DatabaseError, LinkError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.filename is not None:
            raise  # the command line says which path it is, and why
        # Its words may quote a message, and this goes to the log.
        structlog.get_logger(__name__).exception("crashed")
        raise typer.Exit(1) from error
