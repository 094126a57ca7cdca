"""zhibu export: a unit's score sheet and the facts it rests on, as files."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.now import parse_now
from bot.house import House
from bot.loading import head_words, load_charges, load_links
from bot.settings import read_settings
from bot.sheets.score_sheet import Printed, workbook
from rubrics import score
from rubrics.factsfile import dump_facts
from rubrics.strict_yaml import FileError
from storage.database import Database


def export(
    unit: Annotated[str, typer.Option(help="单位编号，见 zhibu units list")],
    rubric: Annotated[str, typer.Option(help="规则编号，见 zhibu rubric list")],
    out: Annotated[Path, typer.Option(help="写到哪个目录")],
    config: Annotated[Path, typer.Option(help="设置文件")] = Path("zhibu.yaml"),
    as_of: Annotated[str | None, typer.Option("--as-of", help="计分日，如 2026-12-31；不写就是今天")] = None,
    year: Annotated[int | None, typer.Option(help="考核年度；不写就是计分日所在的年度")] = None,
    now: Annotated[str | None, typer.Option(help="把现在当作这个时间（演示和测试用）")] = None,
) -> None:
    """导出一个单位的评分表（.xlsx）和事实文件（.yaml）。"""
    for path in asyncio.run(_export(unit, rubric, out, config, parse_now(now), as_of, year)):
        typer.echo(f"已写入 {path}")


async def _export(
    unit: str, name: str, out: Path, config: Path, now: datetime, as_of: str | None, year: int | None
) -> list[Path]:
    settings = read_settings(config)
    house = House.open(settings)
    database = await Database.open(settings.database_url)
    try:
        async with database.look() as conn:
            charge = (await load_charges(conn, house, [unit], now)).get(unit)
            if charge is None:
                raise FileError([f"没有单位“{unit}”。请用 zhibu units list 查看编号。"])
            links = await load_links(conn, settings.user_id, charge.facts.activities)
            head = await head_words(conn, unit)
    finally:
        await database.close()
    rubric = next((r for r in charge.rubrics if name in (r.id, r.key)), None)
    if rubric is None:
        known = "、".join(r.id for r in charge.rubrics) or "没有"
        raise FileError(
            [f"规则“{name}”不适用于 {unit}，它适用的是：{known}。请改正编号，或在名册的 rulebooks 里加上。"]
        )
    day = _day(as_of) if as_of else now.astimezone(charge.zone).date()
    printed = Printed(score(rubric, charge.facts, day, year=year), rubric, charge.facts, links, head)
    return _write(out, {printed.name: workbook(printed), f"{unit}-facts.yaml": dump_facts(charge.facts).encode()})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"“{text}”不是日期，应如 2026-12-31。") from None


def _write(out: Path, files: dict[str, bytes]) -> list[Path]:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (out / name).write_bytes(data)
    except OSError as error:
        raise FileError([f"写不进目录 {out}：{error.strerror}。请换一个目录，或检查权限。"]) from None
    return [out / name for name in files]
