"""Runs the demo's world and lets a person, or a file, talk in it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.patch_stdout import patch_stdout

from bot.demo.homeserver import HomeserverError
from bot.demo.play import play
from bot.demo.stage import Room
from bot.demo.transcript import Transcript, parse
from bot.demo.web import web_client
from bot.demo.world import NAMES, WHO, World
from rubrics.strict_yaml import FileError

Show = Callable[[str], None]


async def say_all(transcript: Transcript, folder: Path | None, now: datetime, *, shifted: bool) -> list[str]:
    """Say a whole transcript in a world of its own (or the one in a folder); the problems found, one sentence each."""
    transcript.said[0].now = None  # the bot is started at that time
    with tempfile.TemporaryDirectory(prefix="zhibu-demo-") as fresh:
        async with _room(folder or Path(fresh), now, shifted=shifted) as (_, room):
            return await play(transcript, room, _show)


async def chat(folder: Path, now: datetime, *, shifted: bool) -> None:
    """Chat as the demo's secretary until the end of input."""
    async with _room(folder, now, shifted=shifted) as (world, room):
        _show(f"\n演示已就绪，记录在 {folder}。也可以用 Element 等客户端登录：服务器 {world.homeserver.url}")
        _show_logins(world)
        _show("下面以支部书记李明的身份聊天（端到端加密）。说“帮助”看用法，Ctrl-D 退出。\n")
        if sys.stdin.isatty():
            await _by_hand(room)
        else:
            await _from_input(room)


async def serve_web(folder: Path, now: datetime, *, shifted: bool) -> None:
    """Run the demo with the web client beside it until a signal to stop comes."""
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    try:
        async with (
            World(folder, now, shifted=shifted) as world,
            web_client(world.homeserver.url, world.bot_id) as address,
        ):
            _show(f"\n演示已就绪，记录在 {folder}。用浏览器打开 {address}，登录后就是和机器人的加密聊天：")
            _show_logins(world)
            _show("结束按 Ctrl-C。")
            await stop.wait()
    except HomeserverError as error:
        raise FileError([str(error)]) from None


def _show_logins(world: World) -> None:
    for name, shown in NAMES.items():
        _show(f"  {shown}（{WHO[name]}）  用户名 {world.homeserver.user_id(name)}  密码 {world.passwords[name]}")


@asynccontextmanager
async def _room(folder: Path, now: datetime, *, shifted: bool) -> AsyncIterator[tuple[World, Room]]:
    try:
        async with World(folder, now, shifted=shifted) as world:
            room = await Room.open(world)
            try:
                if welcome := await room.welcome():
                    _answer(welcome)
                yield world, room
            finally:
                await room.close()
    except HomeserverError as error:
        raise FileError([str(error)]) from None


async def _from_input(room: Room) -> None:
    while line := await asyncio.to_thread(sys.stdin.readline):
        for answer in await room.say(parse("> " + line.rstrip("\n"), "demo").said[0]):
            _answer(answer)


async def _by_hand(room: Room) -> None:
    """What the bot says is shown as it comes, reminders too, while the person types."""
    listening = asyncio.create_task(_listen(room))
    session: PromptSession[str] = PromptSession()
    try:
        with patch_stdout(), contextlib.suppress(EOFError, KeyboardInterrupt):
            while True:
                line = await session.prompt_async("> ")
                await room.act(parse("> " + line, "demo").said[0])
    finally:
        listening.cancel()


async def _listen(room: Room) -> None:
    async for said in room.person:
        _answer(said.body)


def _answer(text: str) -> None:
    _show("< " + text.replace("\n", "\n  "))


def _show(text: str) -> None:
    print(text, flush=True)
