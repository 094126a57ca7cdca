"""zhibu units: brings units and people into the record, lists them, and gives a file to fill in."""

from __future__ import annotations

import asyncio
import getpass
import json
from collections import defaultdict
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.clock import utc_now
from bot.settings import Settings, read_settings
from bot.units_file import read_file
from bot.units_schema import ROLE_NAMES
from storage import people, units
from storage.database import Database
from storage.people import Post
from storage.unit_import import Change, ImportRefused, compare, import_units
from storage.units import Headcount, UnitRow

app = typer.Typer(no_args_is_help=True, help="单位、人数和人员：导入、查看、样例。")
Config = Annotated[Path, typer.Option(help="设置文件")]
_WHAT = {
    "name": "名称", "parent": "上级", "place": "顺序", "founded_on": "成立日期", "closed_on": "撤销日期",
    "merged_into": "并入", "attribute": "属性", "headcount": "人数", "setting": "设置", "person": "姓名",
}  # fmt: skip


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="单位名册（YAML），样例见 zhibu units template")],
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
                return await import_units(conn, read.entries, at=utc_now(), by=f"cli:{getpass.getuser()}")
        except ImportRefused as error:
            raise read.refused(error) from None

    changes = asyncio.run(_with_record(settings, bring))
    names = {entry.id: entry.name for entry in read.entries}
    for change in changes:
        typer.echo(f"{names[change.unit_id]}（{change.unit_id}）：{_sentence(change)}")
    if not changes:
        typer.echo("没有变化。")
    else:
        typer.echo(f"共{len(changes)}处变化，{'这是试运行，没有写入' if dry_run else '已写入'}。")


@app.command("list")
def show(config: Config = Path("zhibu.yaml")) -> None:
    """列出在册的单位、人数、适用的规则和人员。"""

    async def load(database: Database) -> tuple[list[UnitRow], dict[str, dict[str, Any]], list[Post]]:
        async with database.look() as conn:
            rows = await units.all_units(conn)
            settings = await units.inherited(conn, [row.id for row in rows])
            return rows, settings, await people.everybody(conn, utc_now().date())

    rows, settings, posts = asyncio.run(_with_record(read_settings(config), load))
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
def template() -> None:
    """打印一份名册样例，照着填写。"""
    typer.echo(resources.files("bot.commands").joinpath("units.example.yaml").read_text(encoding="utf-8"), nl=False)


async def _with_record(settings: Settings, work: Any) -> Any:
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = await Database.open(settings.database_url)
    try:
        return await work(database)
    finally:
        await database.close()


def _sentence(change: Change) -> str:
    if change.what == "unit":
        return "新单位"
    if change.what == "role":
        role = ROLE_NAMES[change.after or change.before]
        return f"{change.key} {'任' if change.after else '不再任'}{role}"
    key = f" {change.key}" if change.key else ""
    return f"{_WHAT[change.what]}{key}：{_shown(change.before)} → {_shown(change.after)}"


def _shown(value: Any) -> str:
    if value is None:
        return "（无）"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


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
