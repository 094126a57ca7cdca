"""A command line that can't be read, in a Chinese sentence with what to write."""

from __future__ import annotations

import re
from typing import Any

import typer

UsageError: Any = typer.BadParameter.__mro__[1]  # what typer raises, and doesn't export
_UNKNOWN = re.compile(r"No such command ['\"](?P<name>.*?)['\"]")
_UNREAD = re.compile(r"['\"](?P<path>.*)['\"] is not readable")
_BOUND = re.compile(r"(?P<sort>greater|less) than or equal to (?P<number>\S+)")
_EXTRA = re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((?P<words>.*)\)")


def usage_words(error: Any) -> str:
    """What is wrong with a command line, and where to look. error: a UsageError."""
    if unread := _UNREAD.search(str(error.message or "")):
        return f"{unread['path']}：没有权限，读不了。请检查路径和权限。"
    path = error.ctx.command_path if getattr(error, "ctx", None) is not None else "zhibu"
    return f"{_what(error)}用法见 {path} --help。"


def _what(error: Any) -> str:
    sort, message = type(error).__name__, str(error.message or "")
    named = _named(getattr(error, "param", None))
    if sort == "MissingParameter":
        return f"缺少 {named}。"
    if sort == "NoSuchOption":
        like = f"是不是 {'、'.join(error.possibilities)}？" if error.possibilities else ""
        return f"没有选项 {error.option_name}。{like}"
    if sort == "BadParameter":
        return message if getattr(error, "param", None) is None else f"{named} 写的不对{_value(message)}。"
    if sort == "BadOptionUsage":
        return f"{error.option_name} 后面要写值。"
    if unknown := _UNKNOWN.search(message):
        return f"没有命令 {unknown['name']}。"
    if extra := _EXTRA.search(message):
        return f"多写了 {extra['words']}。"
    return f"命令写法不对（{message}）。"


def _value(message: str) -> str:
    """What is wrong with one value."""
    if "integer" in message:
        return "，应为整数"
    if bound := _BOUND.search(message):
        return f"，{'至少' if bound['sort'] == 'greater' else '至多'} {bound['number']}"
    return f"（{message.rstrip('。')}）"


def _named(param: Any) -> str:
    """An option by its name, an argument by what it stands for."""
    if param is None:
        return "一项"
    return str(param.opts[0]) if param.param_type_name == "option" else str(param.help or param.name)
