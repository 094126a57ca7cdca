"""zhibu units: brings units and people into the record, lists them, and gives a file to fill in."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.clock import utc_now
from bot.commands.files import write_private
from bot.commands.record import me, with_record
from bot.roster.changes import sentence
from bot.settings import read_settings
from bot.units_file import read_file
from bot.units_schema import ROLE_NAMES
from rubrics.strict_yaml import FileError
from storage import people, units
from storage.database import Database
from storage.people import Post
from storage.unit_import import Change, ImportRefused, compare, import_units
from storage.units import Headcount, UnitRow

app = typer.Typer(no_args_is_help=True, help="单位、人数和人员：导入、查看、样例。")
Config = Annotated[Path, typer.Option(help="设置文件")]


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="名册：.xlsx、.csv 或 YAML，样例见 zhibu units template")],
    config: Config = Path("zhibu.yaml"),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看变化，不写入")] = False,
) -> None:
    """导入单位名册；可以反复导入，只写入有变化的地方。"""
    settings = read_settings(config)
    read = read_file(file, settings.rulebooks)

    async def bring(database: Database) -> list[Change]:
        try:
            if dry_run:
                async with database.look() as conn:
                    return await compare(conn, read.entries, utc_now())
            async with database.turn() as conn:
                return await import_units(conn, read.entries, at=utc_now(), by=me())
        except ImportRefused as error:
            raise read.refused(error) from None

    async def lacking(database: Database) -> dict[str, list[str]]:
        """Who is named in the file without an account, in offices that nobody holds."""
        async with database.look() as conn:
            held = {(p.unit_id, p.role) for p in await people.everybody(conn, utc_now().date())}
        return {role: [i for i in ids if (i, role) not in held] for role, ids in read.lacking.items()}

    changes = asyncio.run(with_record(settings, bring))
    names = {entry.id: entry.name for entry in read.entries}
    for change in changes:
        typer.echo(f"{_called(change.unit_id, names)}：{sentence(change)}")
    count = sum(change.what != "ended" for change in changes)
    if not count:
        typer.echo("没有变化。")
    else:
        typer.echo(f"共{count}处变化，{'这是试运行，没有写入' if dry_run else '已写入'}。")
    for role, ids in asyncio.run(with_record(settings, lacking)).items() if read.lacking else ():
        if not ids:
            continue
        top, name = "上级编号" if len(ids) > 1 else ids[0], ROLE_NAMES[role]
        typer.echo(f"有{len(ids)}个单位的{name}没有账号：用 zhibu enrol --unit {top} --role {name} 发登记码。")


@app.command("list")
def show(config: Config = Path("zhibu.yaml")) -> None:
    """列出在册的单位、人数、适用的规则和人员。"""

    async def load(database: Database) -> tuple[list[UnitRow], dict[str, dict[str, Any]], list[Post]]:
        async with database.look() as conn:
            rows = await units.all_units(conn)
            settings = await units.inherited(conn, [row.id for row in rows])
            return rows, settings, await people.everybody(conn, utc_now().date())

    rows, settings, posts = asyncio.run(with_record(read_settings(config), load))
    if not rows:
        typer.echo("还没有单位。请照 zhibu units template 填写名册，再用 zhibu units import 导入。")
    below: dict[str | None, list[UnitRow]] = defaultdict(list)
    for row in rows:
        below[row.parent].append(row)
    held: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        held[post.unit_id].append(post)

    def tell(row: UnitRow, depth: int) -> None:
        typer.echo("  " * depth + _line(row, settings[row.id], held[row.id]))
        for child in below[row.id]:
            tell(child, depth + 1)

    for row in below[None]:
        tell(row, 0)


@app.command()
def template(
    xlsx: Annotated[Path | None, typer.Option(help="写成 .xlsx：单位、人数、人员三张表，带填写说明")] = None,
    csv: Annotated[Path | None, typer.Option(help="写成 .csv：一行一个单位")] = None,
) -> None:
    """给一份名册样例，照着填写；不写 --xlsx 或 --csv 就打印 YAML 的。"""
    from bot.roster import writing

    if xlsx is not None:
        _written(xlsx, writing.workbook(writing.empty()))
    if csv is not None:
        _written(csv, writing.as_csv(writing.empty()[0]))
    if xlsx or csv:
        return
    typer.echo(resources.files("bot.commands").joinpath("units.example.yaml").read_text(encoding="utf-8"), nl=False)


@app.command()
def export(
    xlsx: Annotated[Path | None, typer.Option(help="写成 .xlsx")] = None,
    yaml: Annotated[Path | None, typer.Option(help="写成 YAML")] = None,
    unit: Annotated[str | None, typer.Option(help="只要这个单位和它以下的")] = None,
    config: Config = Path("zhibu.yaml"),
) -> None:
    """把在册的单位、人数、设置和人员写成名册；原样再导入，没有变化。"""
    from bot.roster import writing
    from bot.roster.rows import sheets
    from bot.roster.yaml_writing import as_yaml

    if xlsx is None and yaml is None:
        raise typer.BadParameter("要写 --xlsx 文件 或 --yaml 文件。")

    settings = read_settings(config)

    async def load(database: Database) -> tuple[list[UnitRow], list[Post]]:
        async with database.look() as conn:
            rows = await (units.all_units(conn) if unit is None else units.subtree(conn, unit))
            return rows, await people.everybody(conn, utc_now().astimezone(settings.zone).date())

    rows, posts = asyncio.run(with_record(settings, load))
    if not rows:
        raise FileError(
            ["还没有单位可以导出。" if unit is None else f"没有单位“{unit}”。请用 zhibu units list 查看编号。"]
        )
    if xlsx is not None:
        _written(xlsx, writing.workbook(sheets(rows, posts)))
    if yaml is not None:
        _written(yaml, as_yaml(rows, posts))


def _written(path: Path, data: bytes) -> None:
    write_private(path, data)
    typer.echo(f"已写入 {path}")


def _called(unit_id: str, names: Mapping[str, str]) -> str:
    name = names[unit_id]
    return f"{name}（{unit_id}）" if name != unit_id else unit_id


def _line(row: UnitRow, settings: dict[str, Any], posts: list[Post]) -> str:
    parts = [f"{row.name}（{row.id}）"]
    if row.closed_on is not None:
        parts.append(f"{row.closed_on}撤销" + (f"，并入 {row.merged_into}" if row.merged_into else ""))
    if row.headcounts:
        parts.append(_count(row.headcounts[-1]))
    if books := settings.get("rulebooks"):
        parts.append("规则 " + "、".join(".".join(book.values()) for book in books))
    parts += [f"{ROLE_NAMES[post.role]} {post.name} {post.person}" for post in posts]
    return " · ".join(parts)


def _count(count: Headcount) -> str:
    groups = f"，{len(count.groups)}个党小组" if count.groups else ""
    return f"正式{count.full} 预备{count.probationary}（{count.since}起{groups}）"
