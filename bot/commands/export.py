"""zhibu export: all that is on record of a unit's year as files: score sheets, the year's picture, ledger, facts."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated, Protocol

import typer

from bot.charges import load
from bot.commands.now import parse_day, parse_now
from bot.house import House
from bot.papers import outcomes_of
from bot.reminders.deadlines import Charge
from bot.settings import read_settings
from bot.sheets.facts_file import FactsSheet
from bot.sheets.ledger import Ledger
from bot.sheets.results import result_words
from bot.sheets.score_sheet import Printed
from bot.sheets.year import year_of
from rubrics import Rubric, score
from rubrics.strict_yaml import FileError
from storage.database import Database
from storage.os_words import os_words


class Sheet(Protocol):
    """Something that makes a file."""

    @property
    def name(self) -> str:
        """What the file is called."""

    def data(self) -> bytes:
        """Its bytes."""


def export(
    unit: Annotated[str, typer.Option(help="单位编号，见 zhibu units list")],
    out: Annotated[Path, typer.Option(help="写到哪个目录")],
    rubric: Annotated[str | None, typer.Option(help="规则编号，见 zhibu rubric list；不写就是适用的各份")] = None,
    config: Annotated[Path, typer.Option(help="设置文件")] = Path("zhibu.yaml"),
    as_of: Annotated[str | None, typer.Option("--as-of", help="计分日，如 2026-12-31；不写就是今天")] = None,
    year: Annotated[int | None, typer.Option(help="考核年度；不写就是计分日所在的年度")] = None,
    now: Annotated[str | None, typer.Option(help="把现在当作这个时间（演示和测试用）")] = None,
) -> None:
    """导出一个单位的评分表、台账（.xlsx）、年度图（.png）和事实文件（.yaml）。"""
    for path in asyncio.run(_export(unit, rubric, out, config, parse_now(now), as_of, year)):
        typer.echo(f"已写入 {path}")


async def _export(
    unit: str, name: str | None, out: Path, config: Path, now: datetime, as_of: str | None, year: int | None
) -> list[Path]:
    settings = read_settings(config)
    house = House.open(settings)
    day = parse_day(as_of) if as_of else None
    database = await Database.open(settings.database_url)
    try:
        async with database.look() as conn:
            asked = year or (day.year if day else None)
            charges, judged, names = await load(conn, house, [unit], now, asked, heard_by=settings.user_id)
            charge = charges.get(unit)
            if charge is None:
                raise FileError([f"没有单位“{unit}”。请用 zhibu units list 查看编号。"])
            outcomes = outcomes_of(judged, unit, names)
    finally:
        await database.close()
    day = day or now.astimezone(charge.zone).date()
    facts, links, head = charge.facts, charge.links, charge.head
    scored = [(rubric, score(rubric, facts, day, year=year)) for rubric in _chosen(charge, unit, name)]
    sheets: list[Sheet] = [
        Printed(sheet, rubric, facts, links, head, result_words(outcomes, rubric.id, sheet.window[1].year, day))
        for rubric, sheet in scored
    ]
    sheets += [
        year_of(charge, year or day.year, day, head),
        Ledger(facts.unit, year or day.year, day, facts.activities, house.kinds, charge.files, links, head),
        FactsSheet(facts, head),
    ]
    return _write(out, sheets)


def _chosen(charge: Charge, unit: str, name: str | None) -> tuple[Rubric, ...]:
    """The rulebooks that apply, or the one named."""
    if name is None:
        return charge.rubrics
    found = tuple(r for r in charge.rubrics if name in (r.id, r.key))
    if not found:
        known = "、".join(r.id for r in charge.rubrics) or "没有"
        raise FileError(
            [f"规则“{name}”不适用于 {unit}，它适用的是：{known}。请改正编号，或在名册的 rulebooks 里加上。"]
        )
    return found


def _write(out: Path, sheets: list[Sheet]) -> list[Path]:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for sheet in sheets:
            (out / sheet.name).write_bytes(sheet.data())
    except OSError as error:
        raise FileError([f"写不进目录 {out}：{os_words(error)}。请换一个目录，或检查权限。"]) from None
    return [out / sheet.name for sheet in sheets]
