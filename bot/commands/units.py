"""zhibu units: brings units and people into the record, lists them, and gives a file to fill in."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.clock import utc_now
from bot.commands.files import write_private
from bot.commands.record import me, with_record
from bot.roster.changes import called, sentence, undoing
from bot.settings import read_settings
from bot.units_file import UnitsFile, read_file
from bot.units_schema import ROLE_NAMES
from rubrics.strict_yaml import FileError
from storage import people, units
from storage.database import Database
from storage.overruled import Overruled, Overrules, overruled
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
    overrule: Annotated[bool, typer.Option("--overrule", help="后来在聊天里或用命令改过的，也照名册改")] = False,
) -> None:
    """导入单位名册；可以反复导入，只写入有变化的地方。会把后来在聊天里改的改回去的，先要您说一声。"""
    settings = read_settings(config)
    read = read_file(file, settings.rulebooks)
    names = {entry.id: entry.name for entry in read.entries}

    async def bring(database: Database) -> tuple[list[Change], list[Overruled]]:
        at = utc_now()
        if dry_run:
            async with database.look() as conn:
                changes = await compare(conn, read.entries, at)
                return changes, [] if overrule else await overruled(conn, changes)
        async with database.turn() as conn:
            return await import_units(conn, read.entries, at=at, by=me(), overrule=overrule), []

    try:
        changes, undone = asyncio.run(with_record(settings, bring))
    except ImportRefused as error:
        raise read.refused(error) from None
    except Overrules as error:
        raise FileError([f"{file}：没有写入，{undoing(error.undone, names, settings.zone)}"]) from None
    for change in changes:
        typer.echo(f"{called(change.unit_id, names)}：{sentence(change)}")
    count = sum(change.what != "ended" for change in changes)
    if not count:
        typer.echo("没有变化。")
    else:
        typer.echo(f"共{count}处变化，{'这是试运行，没有写入' if dry_run else '已写入'}。")
    if undone:
        typer.echo(f"注意，{undoing(undone, names, settings.zone)}")
    if read.lacking:
        for line in asyncio.run(with_record(settings, partial(_lacking, read))):
            typer.echo(f"{line}，导入后再发。" if dry_run else f"{line}。")


async def _lacking(read: UnitsFile, database: Database) -> list[str]:
    """Who is named in the file without an account, in offices that nobody holds, and the command that gives codes."""
    async with database.look() as conn:
        held = {(p.unit_id, p.role) for p in await people.everybody(conn, utc_now().date())}
        known = {row.id: row.parent for row in await units.all_units(conn)}
    parents = {entry.id: entry.parent for entry in read.entries} | known
    told = []
    for role, named in read.lacking.items():
        if not (ids := [id_ for id_ in named if (id_, role) not in held]):
            continue
        name = ROLE_NAMES[role]
        one = f"zhibu enrol --unit {ids[0]} --role {name}"
        many = "、".join(f"zhibu enrol --unit {top} --role {name} --out 码-{top}.xlsx" for top in _over(ids, parents))
        told.append(f"有{len(ids)}个单位的{name}没有账号：用 {one if len(ids) == 1 else many} 发登记码")
    return told


def _over(ids: Sequence[str], parents: Mapping[str, str | None]) -> list[str]:
    """The units right above these, but for those that another one of them lies above; such a unit itself at the top."""
    tops = list(dict.fromkeys(parents.get(id_) or id_ for id_ in ids))

    def below_another(id_: str) -> bool:
        above = parents.get(id_)
        while above is not None and above not in tops:
            above = parents.get(above)
        return above is not None

    return [top for top in tops if not below_another(top)]


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
