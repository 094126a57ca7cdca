"""zhibu init: a few questions, and a bot's home is there: settings, password, folder, record, first login."""

from __future__ import annotations

import asyncio
import getpass
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from pydantic import TypeAdapter, ValidationError

from bot.settings import MatrixId, Settings, read_password
from rubrics.strict_yaml import FileError

_TRIES = 3
_CONFIG = Path("zhibu.yaml")
_NEXT = """
接下来：
  1. zhibu units template --xlsx 名册.xlsx，填好单位和人员，再 zhibu units import 名册.xlsx{config}
  2. zhibu run{config}（长期运行见 docs/administrator.md）
  3. zhibu doctor{config}，看是否都好"""
Option = Annotated[str | None, typer.Option(show_default=False)]


def init(
    config: Annotated[Path, typer.Option(help="要写的设置文件")] = _CONFIG,
    homeserver: Annotated[str | None, typer.Option(help="Matrix 服务器的网址", show_default=False)] = None,
    user_id: Annotated[str | None, typer.Option(help="机器人的账号，如 @zhibu:example.org", show_default=False)] = None,
    contact: Annotated[str | None, typer.Option(help="没登记的人找谁", show_default=False)] = None,
    invite: Annotated[
        list[str] | None, typer.Option(help="谁能邀请机器人：服务器名或账号，可写多次", show_default=False)
    ] = None,
    data: Annotated[str, typer.Option(help="数据目录，相对设置文件")] = "data",
    password_file: Annotated[str, typer.Option(help="密码文件，相对设置文件；已有就用它")] = "password",  # noqa: S107
    database: Annotated[
        str | None, typer.Option(help="PostgreSQL 的地址；不写就用数据目录里的 SQLite", show_default=False)
    ] = None,
) -> None:
    """问几句话，写好设置、密码文件、数据目录和数据库，并登录一次。不覆盖任何已有的东西。

    没用选项给出的会问；从管道读时按所问的顺序一行一答（服务器、账号、联系人、邀请、密码）。
    密码也可以事先写在密码文件里，或用环境变量 ZHIBU_PASSWORD 给出。
    """
    from bot.founding import Answers, Draft  # heavy, and zhibu --help needs none of it

    draft = Draft(config)
    try:
        address = homeserver or _asked("Matrix 服务器的网址（如 https://matrix.example.org）", check=_address)
        account = user_id or _asked("机器人的账号", _likely_account(address), _account)
        who = contact or _asked("没登记的人会被告知去找谁（写法就是他们看到的）", "管理员")
        may = invite or _asked("谁能邀请机器人（服务器名或账号，空格隔开）", account.partition(":")[2]).split()
        settings = draft.read(Answers(address, account, who, may, data, password_file, database))
        typer.echo(asyncio.run(_make(settings, read_password(settings))))
        draft.keep()
    finally:
        draft.forget()
    told = "" if config == _CONFIG else f" --config {config}"
    typer.echo(f"已写好 {config}。{_NEXT.format(config=told)}")


async def _make(settings: Settings, password: str | None) -> str:
    """Everything but the settings file; what was done, in words. Raises SignInFailed, DatabaseError."""
    from bot import founding
    from bot.matrix.errors import SignInFailed

    trouble = await founding.trouble(settings)
    if trouble:
        said = f"{settings.homeserver} {trouble}：先写好文件，启动 zhibu run 时再登录。"
        password = password or _secret(settings)
    elif (settings.data / "matrix" / "login.json").exists():
        said = f"{settings.data} 里已有登录，沿用。"
    else:
        for attempt in range(1, _TRIES + 1):
            said_word = password or _secret(settings)
            try:
                said = f"登录成功，设备 {await founding.sign_in(settings, said_word)} 已交叉签名。"
                break
            except SignInFailed as error:
                if password is not None or attempt == _TRIES or not sys.stdin.isatty():
                    raise
                typer.echo(str(error), err=True)
        password = said_word
    await founding.make_record(settings)
    if password is not None:
        founding.keep_password(settings, password)
    return said


def _secret(settings: Settings) -> str:
    question = f"{settings.user_id} 的密码"
    if sys.stdin.isatty():
        return getpass.getpass(f"{question}（不显示）：")
    typer.echo(f"{question}：")
    return _line(question)


def _asked(question: str, default: str = "", check: Callable[[str], None] = lambda answer: None) -> str:
    """An answer that holds. On a terminal a wrong one is asked again. Raises FileError."""
    while True:
        typer.echo(f"{question}{f' [{default}]' if default else ''}：", nl=not sys.stdin.isatty())
        answer = _line(question) or default
        try:
            if not answer:
                raise ValueError("这一项不能空着。")
            check(answer)
        except ValueError as error:
            if not sys.stdin.isatty():
                raise FileError([f"{question}：{error}"]) from None
            typer.echo(str(error), err=True)
            continue
        return answer


def _line(question: str) -> str:
    line = sys.stdin.readline()
    if not line:
        raise FileError([f"没有回答“{question}”。请用选项给出，或从管道多给一行。"])
    return line.strip()


def _address(answer: str) -> None:
    if not answer.startswith(("http://", "https://")) or not urlsplit(answer).hostname:
        raise ValueError("应为网址，以 http:// 或 https:// 开头。")


def _account(answer: str) -> None:
    try:
        TypeAdapter(MatrixId).validate_python(answer)
    except ValidationError:
        raise ValueError("应为完整的 Matrix 账号，如 @zhibu:example.org。") from None


def _likely_account(address: str) -> str:
    """What the account is probably called; nothing where the address says nothing of the server's name."""
    name = (urlsplit(address).hostname or "").removeprefix("matrix.")
    return f"@zhibu:{name}" if re.search(r"[a-z]$", name) and name != "localhost" else ""
