"""zhibu chat: the same dialogue without a homeserver, from standard input."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.now import parse_now
from bot.demo.local import LocalTalk
from bot.demo.points import EXAMPLE
from bot.demo.setup import SECRETARY, fill, person
from bot.demo.transcript import parse
from bot.house import House
from bot.settings import Settings
from storage.database import Database


def chat(
    now: Annotated[str | None, typer.Option(help="把现在当作这个时间，如 2026-11-20T10:00:00+08:00")] = None,
    empty: Annotated[bool, typer.Option("--empty", help="示范支部不带往月记录")] = False,
) -> None:
    """不连服务器，直接和示范支部的机器人对话；从标准输入读，每行一条消息。"""
    asyncio.run(_chat(parse_now(now), empty=empty))


async def _chat(now: datetime, *, empty: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="zhibu-chat-") as name:
        folder = Path(name)
        database, talk = await open_local(folder, now, empty=empty)
        try:
            for line in await talk.open():
                print(line + "\n", flush=True)
            prompt = "> " if sys.stdin.isatty() else ""
            while line := await asyncio.to_thread(_line, prompt):
                for answer in await talk.say(parse("> " + line.rstrip("\n"), "chat").said[0]):
                    print(answer + "\n", flush=True)
        finally:
            await database.close()


async def open_local(
    folder: Path,
    now: datetime,
    *,
    empty: bool = False,
    tree: Path | None = None,
    rulebooks: Path | None = None,
    points: str = EXAMPLE,
) -> tuple[Database, LocalTalk]:
    """A fresh record with the demo's branches in a folder, and a talk as its secretary. tree: a file with other units,
    which have no past; rulebooks: a folder with more rulebooks than those shipped; points: the score sheets that the
    units go by."""
    settings = Settings(homeserver="http://localhost", user_id="@zhibu:local", data=folder, rulebooks=rulebooks)
    database = await Database.open(settings.database_url)
    records = not empty and tree is None
    await fill(database, "local", now, folder, records=records, tree=tree, rulebooks=rulebooks, points=points)
    talk = LocalTalk(database, House.open(settings), person(SECRETARY, "local"), now)
    return database, talk


def _line(prompt: str) -> str:
    if prompt:
        print(prompt, end="", flush=True)
    return sys.stdin.readline()
