"""zhibu rubric: rulebooks listed, shown and checked."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from rubrics import Rubric, load_activities, load_catalog, load_rubric, rubric_in_force
from rubrics.evaluate.value import said
from rubrics.lint import Report, check
from rubrics.lint_sources import check_sources
from rubrics.rulebooks import beside, lay_over, load_overlay
from rubrics.strict_yaml import FileError

app = typer.Typer(no_args_is_help=True, help="考核规则：列出、查看、检查。")
Folder = Annotated[Path | None, typer.Option("--rulebooks", help="自己的规则所在的目录")]
AsJson = Annotated[bool, typer.Option("--json", help="按 JSON 输出")]
_PLAIN = frozenset({"heading", "deduction", "bottom_line", "falsification", "veto", "qualify", "consequence", "step"})
_STATE = {"given": "", "missing": "分值缺失", "incomplete": "原文不全"}


@app.command("list")
def list_rubrics(rulebooks: Folder = None, as_json: AsJson = False) -> None:
    """列出所有规则。"""
    catalog = _catalog(rulebooks)
    if as_json:
        books = [(key, rubric.version, rubric.title, plain(rubric.book.full)) for key, rubric in catalog.items()]
        print_json(
            [{"id": key, "version": version, "title": title, "full": full} for key, version, title, full in books]
        )
        return
    for key, rubric in catalog.items():
        facts = [rubric.version, f"满分{plain(rubric.book.full)}" if rubric.book.full is not None else "没有写满分"]
        facts.append("示例分值" if rubric.example else _STATE[rubric.book.points])
        typer.echo(f"{key}  {rubric.title}（{'，'.join(fact for fact in facts if fact)}）")


@app.command()
def show(
    rubric_id: Annotated[str, typer.Argument(help="规则编号，或规则文件（.yaml）")],
    rulebooks: Folder = None,
    as_json: AsJson = False,
) -> None:
    """显示一份规则的全部条款。"""
    rubric = named_rubric(rubric_id, rulebooks, None, None)
    rows = list(_rows(rubric))
    if as_json:
        print_json({"id": rubric.id, "full": plain(rubric.book.full), "clauses": rows})
        return
    typer.echo(f"{rubric.title}（{rubric.key}，{rubric.version}，校验码 {rubric.hash}）")
    depth: dict[str, int] = {}
    for row in rows:
        depth[str(row["clause"])] = level = depth.get(str(row["parent"]), -1) + 1
        points = f"{row['points']}分" if row["points"] is not None else "—" if row["kind"] in _PLAIN else "分值缺失"
        indent = "  " * level
        typer.echo(f"{indent}{row['clause']} {row['title']}  {points}  {row['kind']}  原文第{row['source_line']}行")
    for reading in rubric.book.interpret:
        choice = rubric.choices[reading.id]
        others = "、".join(f"{key}（{words}）" for key, words in reading.choices.items() if key != choice)
        switch = f"；可改为 {others}" if others else ""
        typer.echo(f"理解 {reading.id}：{reading.question} → {reading.choices[choice]}{switch}")


def _rows(rubric: Rubric) -> Iterator[dict[str, Any]]:
    """Every clause of a rulebook, also those that bring no points."""
    bonus = rubric.book.bonus
    items = [item.clause for item in bonus.items] if bonus else []
    cap = f"，至多{plain(bonus.cap)}分" if bonus and bonus.cap is not None else ""
    for clause, parent in rubric.clauses():
        if clause.clause in items[:1]:
            yield _heading("加分", f"加分{cap}", clause.line)
        yield _row(clause, "加分" if clause.clause in items else parent, clause.rule, clause.points)
    for kind, heading, entries in beside(rubric.book):
        if entries:
            yield _heading(heading, heading, min(entry.line for entry in entries))
        yield from (_row(entry, heading, kind, None) for entry in entries)


def _heading(name: str, title: str, line: int) -> dict[str, Any]:
    """What clauses beside the sections stand under, so that every parent is in the list."""
    return {"clause": name, "title": title, "parent": None, "points": None, "kind": "heading", "source_line": line}


def _row(entry: Any, parent: str | None, kind: str, points: Decimal | None) -> dict[str, Any]:
    return {
        "clause": entry.clause, "title": entry.title, "parent": parent, "points": plain(points), "kind": kind,
        "source_line": entry.line,
    }  # fmt: skip


@app.command("kinds")
def list_kinds() -> None:
    """列出规则里可以写的活动类别：编号、名称、别的叫法。"""
    for kind in load_activities().kinds.values():
        typer.echo(f"{kind.id}  {kind.name}" + (f"（{'、'.join(kind.names)}）" if kind.names else ""))


@app.command("check")
def check_rubrics(
    file: Annotated[str | None, typer.Argument(help="规则或分值表文件，或规则编号；不写就检查全部")] = None,
    sources: Annotated[Path | None, typer.Option("--sources", help="原文所在的目录，逐行核对")] = None,
    rulebooks: Folder = None,
) -> None:
    """检查规则能否对得上：编号、合计、理解、原文。有问题时返回1，文件不能用时返回2。"""
    rubrics = [named_rubric(file, rulebooks, None, None)] if file else list(_catalog(rulebooks).values())
    if sources is not None and not sources.is_dir():
        raise FileError([f"{sources}：没有这个目录。请检查 --sources。"])
    failed = False
    for rubric in rubrics:
        report = check(rubric)
        if sources is not None and rubric.overlay is None:
            report.problems += check_sources(rubric, sources)
        failed = failed or bool(report.problems)
        _report(rubric, report)
    if failed:
        raise typer.Exit(1)


def _report(rubric: Rubric, report: Report) -> None:
    counts = "，".join(f"{name}{count}条{said(report.points[name])}分" for name, count in report.coverage.items())
    typer.echo(f"{rubric.key}：{'有问题' if report.problems else '通过'}（{counts}）")
    for words in report.problems:
        typer.echo(f"  问题：{words}")
    for words in report.known:
        typer.echo(f"  已知：{words}")


def _catalog(rulebooks: Path | None) -> Mapping[str, Rubric]:
    """The rulebooks shipped and one's own. Raises FileError."""
    if rulebooks is not None and not rulebooks.is_dir():
        raise FileError([f"{rulebooks}：没有这个目录。请检查 --rulebooks。"])
    return load_catalog(rulebooks)


def named_rubric(
    name: str, rulebooks: Path | None, overlay: Path | None, readings: Sequence[str] | None, on: date | None = None
) -> Rubric:
    """A rulebook by id (in the version of a day) or file, with its score sheet and readings. Raises FileError."""
    if name.endswith((".yaml", ".yml")):
        rubric = _from_file(Path(name), rulebooks)
    else:
        catalog = _catalog(rulebooks)
        if name not in catalog:
            known = "、".join(catalog)
            raise FileError([f"没有规则“{name}”。现有：{known}；自己的规则请写文件名，或用 --rulebooks 指明目录。"])
        rubric = (rubric_in_force(name, on, rulebooks) if on else None) or catalog[name]
    if overlay is not None:
        rubric = lay_over(rubric, load_overlay(overlay))
    rubric = rubric.with_readings(_switched(readings or ()))
    if on is not None and not rubric.in_force(on):
        start, until = rubric.book.effective.start, rubric.book.effective.until
        span_said = f"{start} 起施行" + (f"，{until} 止" if until else "")
        raise FileError([f"规则“{name}”在 {on} 不施行（{span_said}）。请核对 --as-of。"])
    return rubric


def _from_file(path: Path, rulebooks: Path | None) -> Rubric:
    """A rulebook's file, or a score sheet's (ID.NAME.yaml, laid over the rulebook it names)."""
    if "." not in path.stem:
        return load_rubric(path)
    overlay = load_overlay(path)
    catalog = _catalog(rulebooks)
    if overlay.overlay not in catalog:
        raise FileError([f"{path} overlay：没有规则“{overlay.overlay}”。现有：{'、'.join(catalog)}。"])
    return lay_over(catalog[overlay.overlay], overlay, path.stem)


def _switched(readings: Sequence[str]) -> dict[str, str]:
    switched: dict[str, str] = {}
    for entry in readings:
        if not re.fullmatch(r"[^=]+=[^=]+", entry):
            raise FileError([f"--reading 写的是“{entry}”，应为 编号=选项，如 two-weeks=gap_14_days。"])
        name, choice = entry.split("=")
        if switched.setdefault(name, choice) != choice:
            raise FileError([f"--reading {name} 写了两次：{switched[name]} 和 {choice}。请留一个。"])
    return switched


def plain(points: Decimal | None) -> str | None:
    """A Decimal as text without idle zeros; None stays."""
    if points is None:
        return None
    text = f"{points:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def print_json(value: Any) -> None:
    """A value as JSON on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
