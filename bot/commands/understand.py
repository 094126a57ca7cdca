"""zhibu understand: what the bot reads in a message, as words or as JSON; for tests and for curiosity."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.now import ZONE, parse_now
from bot.understanding.answer_json import as_json, dates_json
from bot.understanding.dates import find_dates
from bot.understanding.read import read
from rubrics.activities import load_activities

_INTENTS = {
    "report": "报告", "plan": "计划", "not_done": "未开展", "question": "提问", "correction": "更正",
    "withdrawal": "撤回", "small_talk": "闲聊", "unknown": "没看懂",
}  # fmt: skip


def understand(
    text: Annotated[str | None, typer.Argument(help="一条消息", show_default=False)] = None,
    batch: Annotated[
        Path | None, typer.Option(help="JSON Lines 文件，每行 {“text”, “now”}", show_default=False)
    ] = None,
    now: Annotated[str | None, typer.Option(help="消息发出的时刻，ISO 8601，不写时区按北京时间；不给即此刻")] = None,
    dates: Annotated[bool, typer.Option("--dates", help="只找日期，任何文字都行")] = False,
    as_data: Annotated[bool, typer.Option("--json", help="输出 JSON：intent、activities、ask、dates")] = False,
) -> None:
    """看看机器人从一条消息里读出了什么：活动、各栏的值、要追问的地方。

    JSON 里日期为 ISO，数为数字，amount 以元计（记录里以分计），党费的 period 为所属月份（多个月为“首月/末月”）。
    """
    if (text is None) == (batch is None):
        raise _refuse("请给出一条消息，或用 --batch 给出一个 JSON Lines 文件（二者取一）。")
    moment = _moment(now, "--now") if now is not None else parse_now(None)
    if batch is None:
        answer = _answer(text or "", moment, dates)
        typer.echo(json.dumps(answer, ensure_ascii=False) if as_data else _shown(answer))
        return
    lines = _lines(batch)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        said, at = _entry(line, f"{batch} 第{number}行", moment)
        typer.echo(json.dumps(_answer(said, at, dates), ensure_ascii=False))


def _answer(text: str, now: datetime, only_dates: bool) -> dict[str, Any]:
    if only_dates:
        return {"dates": dates_json(find_dates(text, now))}
    kinds = load_activities()
    return as_json(read(text, now, kinds=kinds), kinds)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").split("\n")
    except FileNotFoundError:
        raise _refuse(f"{path}：没有这个文件。请检查路径。") from None
    except IsADirectoryError:
        raise _refuse(f"{path}：这是一个目录，请给出文件。") from None
    except PermissionError:
        raise _refuse(f"{path}：没有读取权限。请检查文件权限。") from None
    except UnicodeDecodeError:
        raise _refuse(f"{path}：不是 UTF-8 编码。请另存为 UTF-8。") from None


def _entry(line: str, where: str, now: datetime) -> tuple[str, datetime]:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        raise _refuse(f'{where}：不是 JSON。每行应为 {{"text": "…", "now": "2026-11-22T10:00:00+08:00"}}。') from None
    if not isinstance(data, dict) or not isinstance(data.get("text"), str):
        raise _refuse(f"{where}：缺少 text（一条消息的文字）。") from None
    at = data.get("now")
    if at is None:
        return data["text"], now
    if not isinstance(at, str):
        raise _refuse(f"{where}：now 应为一个时刻，如 2026-11-22T10:00:00+08:00。")
    return data["text"], _moment(at, f"{where} 的 now")


def _moment(words: str, where: str) -> datetime:
    try:
        return parse_now(words).astimezone(ZONE)
    except typer.BadParameter as error:
        raise _refuse(f"{where}：{error.message}") from None
    except OverflowError:
        raise _refuse(f"{where}：“{words}”太远了，请写一个真实的时间。") from None


def _refuse(sentence: str) -> typer.Exit:
    typer.echo(sentence, err=True)
    return typer.Exit(2)


def _shown(answer: dict[str, Any]) -> str:
    """An answer for people's eyes."""
    lines = [f"意图：{_INTENTS[answer['intent']]}"] if "intent" in answer else []
    for one in answer.get("activities", []):
        slots = "；".join(f"{name}={value}" for name, value in one["slots"].items())
        lines.append(f"{one['name'] or '（未说是什么活动）'}：{slots}")
    if answer.get("ask"):
        lines.append("会追问：" + "、".join(f"{a['slot']}（{a['why']}）" for a in answer["ask"]))
    for day in answer["dates"]:
        last = "" if day["from"] == day["to"] else f" 至 {day['to']}"
        lines.append(f"日期：{day['from']}{last}（{day['text']}）")
    return "\n".join(lines) or "没有找到日期。"
