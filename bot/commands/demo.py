"""zhibu demo: the main job on a real homeserver, by hand or from a file."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.now import parse_now
from bot.demo.transcript import read_transcript
from rubrics.strict_yaml import FileError
from storage.os_words import os_words


def demo(
    say: Annotated[Path | None, typer.Option(help="把文件里的话逐条说给机器人，打印对话后退出")] = None,
    now: Annotated[str | None, typer.Option(help="把现在当作这个时间，如 2026-11-20T10:00:00+08:00")] = None,
    folder: Annotated[Path | None, typer.Option(help="演示用的文件夹；再次运行会接着用")] = None,
    web: Annotated[bool, typer.Option("--web", help="不在终端里聊，打开网页客户端，用浏览器登录")] = False,
    year: Annotated[bool, typer.Option("--year", help="把三个支部的一整年演一遍，打印对话，留下表格和图")] = False,
    out: Annotated[Path | None, typer.Option(help="--year 的表格和图写到哪个目录；不写就是 zhibu-year")] = None,
) -> None:
    """在本机启动 Synapse 和机器人，以支部书记的身份聊天；--say 则照文件说完就退出，--year 演完一整年就退出。"""
    if year:
        _year(folder, out or Path("zhibu-year"), alone=say is None and now is None and not web)
        return
    if out is not None:
        raise FileError(["--out 是给 --year 用的：zhibu demo --year --out 目录。"])
    from bot.demo.show import chat, say_all, serve_web  # the Matrix side is heavy; a wrong file should show at once

    if web and say is not None:
        raise FileError(["--web 和 --say 不能同用：一个等人来登录，一个照文件说完就退出。"])
    if say is None:
        show = serve_web if web else chat
        asyncio.run(show(folder or Path("zhibu-demo"), parse_now(now), shifted=now is not None))
        return
    try:
        transcript = read_transcript(say)
    except (OSError, UnicodeDecodeError) as error:
        why = os_words(error) if isinstance(error, OSError) else "不是 UTF-8 文字"
        raise FileError([f"{say}：读不了这个文件（{why}）。请给出 UTF-8 文本文件。"]) from None
    if not transcript.said:
        raise FileError([f"{say}：里面没有要说的话。每行写一句。"])
    now = now or transcript.said[0].now
    problems = asyncio.run(say_all(transcript, folder, parse_now(now), shifted=now is not None))
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        raise typer.Exit(1)
    checked = "，与文件一致" if any(said.answers is not None for said in transcript.said) else ""
    print(f"{len(transcript.said)} 句都有回应{checked}。", file=sys.stderr)


def _year(folder: Path | None, out: Path, *, alone: bool) -> None:
    """Play the year; its problems end the command with 1."""
    if not alone:
        raise FileError(["--year 自己演完一整年，不能和 --say、--now、--web 同用。"])
    from bot.demo.year.show import play_year

    problems = asyncio.run(play_year(folder, out))
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        raise typer.Exit(1)
    print(f"一年演完，都与剧本一致；表格和图在 {out}。", file=sys.stderr)
