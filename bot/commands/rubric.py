"""zhibu rubric, zhibu score, zhibu rank: rulebooks listed, shown and checked; a facts file scored."""

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

from bot.commands.now import parse_now
from rubrics import (
    Facts,
    Rubric,
    detail,
    explain,
    explain_beside,
    load_activities,
    load_catalog,
    load_rubric,
    rubric_in_force,
)
from rubrics import score as score_facts
from rubrics.evaluate.value import said
from rubrics.factsfile import load_facts
from rubrics.fields import parse_day
from rubrics.lint import Report, check
from rubrics.lint_facts import check_facts
from rubrics.lint_sources import check_sources
from rubrics.passed_over import passed_over
from rubrics.ranking import Standing
from rubrics.ranking import rank as rank_units
from rubrics.rulebooks import beside, lay_over, load_overlay
from rubrics.strict_yaml import FileError, load
from rubrics.words import span

app = typer.Typer(no_args_is_help=True, help="考核规则：列出、查看、检查。")
Folder = Annotated[Path | None, typer.Option("--rulebooks", help="自己的规则所在的目录")]
AsJson = Annotated[bool, typer.Option("--json", help="按 JSON 输出")]
RubricName = Annotated[str, typer.Option("--rubric", help="规则编号，或规则文件（.yaml）")]
_PLAIN = frozenset({"heading", "deduction", "bottom_line", "falsification", "veto", "qualify", "consequence", "step"})
_STATE = {"given": "", "missing": "分值缺失", "incomplete": "原文不全"}
AsOf = Annotated[str, typer.Option("--as-of", help="计分日，如 2026-12-31")]
Readings = Annotated[list[str] | None, typer.Option("--reading", help="切换一处理解：编号=选项，可写多次")]
OverlayFile = Annotated[Path | None, typer.Option("--overlay", help="分值表文件")]


@app.command("list")
def list_rubrics(rulebooks: Folder = None, as_json: AsJson = False) -> None:
    """列出所有规则。"""
    catalog = _catalog(rulebooks)
    if as_json:
        books = [(key, rubric.version, rubric.title, _plain(rubric.book.full)) for key, rubric in catalog.items()]
        _print([{"id": key, "version": version, "title": title, "full": full} for key, version, title, full in books])
        return
    for key, rubric in catalog.items():
        facts = [rubric.version, f"满分{_plain(rubric.book.full)}" if rubric.book.full is not None else "没有写满分"]
        facts.append("示例分值" if rubric.example else _STATE[rubric.book.points])
        typer.echo(f"{key}  {rubric.title}（{'，'.join(fact for fact in facts if fact)}）")


@app.command()
def show(
    rubric_id: Annotated[str, typer.Argument(help="规则编号，或规则文件（.yaml）")],
    rulebooks: Folder = None,
    as_json: AsJson = False,
) -> None:
    """显示一份规则的全部条款。"""
    rubric = _rubric(rubric_id, rulebooks, None, None)
    rows = list(_rows(rubric))
    if as_json:
        _print({"id": rubric.id, "full": _plain(rubric.book.full), "clauses": rows})
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
    cap = f"，至多{_plain(bonus.cap)}分" if bonus and bonus.cap is not None else ""
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
        "clause": entry.clause, "title": entry.title, "parent": parent, "points": _plain(points), "kind": kind,
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
    rubrics = [_rubric(file, rulebooks, None, None)] if file else list(_catalog(rulebooks).values())
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


def score(
    rubric: RubricName,
    facts: Annotated[Path, typer.Option("--facts", help="事实文件（YAML）")],
    as_of: AsOf,
    reading: Readings = None,
    overlay: OverlayFile = None,
    rulebooks: Folder = None,
    why: Annotated[str | None, typer.Option("--why", help="说明一条的来历：编号或词")] = None,
    as_json: AsJson = False,
) -> None:
    """给一个事实文件计分。"""
    day = _day(as_of)
    book = _rubric(rubric, rulebooks, overlay, reading, day)
    _warn(book)
    told = load_facts(facts, day.year)
    _refuse(facts, book, told)
    sheet = score_facts(book, told, day)
    if as_json:
        clauses = [
            {"clause": x.clause, "maximum": _plain(x.maximum), "points": _plain(x.points), "state": str(x.state)}
            for x in sheet.lines
        ]
        floor, ceiling = _plain(sheet.floor), _plain(sheet.ceiling)
        _print({"floor": floor, "ceiling": ceiling, "grade": sheet.grade, "clauses": clauses})
    elif why is not None:
        if not (words := explain(sheet, why) or explain_beside(book, sheet, why)):
            raise FileError([f"没有“{why}”这一条。请用 zhibu rubric show {book.id} 查编号。"])
        typer.echo(words)
    else:
        typer.echo(detail(sheet))
    for words in passed_over(book, told, sheet):
        typer.echo(f"注意：{words}", err=True)


def rank(
    rubric: RubricName,
    facts: Annotated[list[Path], typer.Option("--facts", help="各单位的事实文件，可写多次")],
    more: Annotated[list[Path] | None, typer.Argument(help="更多事实文件")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="算到哪一天，如 2026-12-31；不写就是今天")] = None,
    reading: Readings = None,
    overlay: OverlayFile = None,
    rulebooks: Folder = None,
    as_json: AsJson = False,
) -> None:
    """给几个单位排名次、定等次（只在规则本身排名时使用）。"""
    day = _day(as_of) if as_of else parse_now(None).date()
    book = _rubric(rubric, rulebooks, overlay, reading, day)
    _warn(book)
    scored = []
    before: dict[str, tuple[str, ...]] = {}
    for path in [*facts, *(more or [])]:
        told = load_facts(path, day.year)
        _refuse(path, book, told)
        before[told.unit.id] = told.before
        scored.append((told.unit, score_facts(book, told, day)))
    _distinct([unit.id for unit, _ in scored])
    standings = rank_units(book, scored, before)
    if as_json:
        _print([_standing(s) for s in standings])
        return
    if not any(b.top is not None or b.bottom is not None for pool in book.book.grades for b in pool.bands):
        typer.echo("这份规则没有规定排名，以下只供核对，不要公布。", err=True)
    for s in standings:
        place = str(s.place) if s.place else f"{s.best}～{s.worst}"
        points = span(s.floor, s.ceiling)
        follows = "".join(f"；{clause} {words}" for clause, words in s.follows)
        typer.echo(f"第{place}名  {s.name}  {points}分  {s.grade or '等次未定'}{follows}")


def _standing(s: Standing) -> dict[str, Any]:
    return {
        "unit": s.unit, "name": s.name, "place": s.place, "best": s.best, "worst": s.worst, "floor": _plain(s.floor),
        "ceiling": _plain(s.ceiling), "grade": s.grade, "follows": [{"clause": c, "words": w} for c, w in s.follows],
    }  # fmt: skip


def _catalog(rulebooks: Path | None) -> Mapping[str, Rubric]:
    """The rulebooks shipped and one's own. Raises FileError."""
    if rulebooks is not None and not rulebooks.is_dir():
        raise FileError([f"{rulebooks}：没有这个目录。请检查 --rulebooks。"])
    return load_catalog(rulebooks)


def _rubric(
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


def _day(text: str) -> date:
    day = parse_day(text)
    if day is None:
        raise FileError([f"--as-of 写的是“{text}”，应为日期，如 2026-12-31。"])
    return day


def _refuse(path: Path, rubric: Rubric, facts: Facts) -> None:
    if problems := check_facts(rubric, facts):
        document = load(path)  # once more, for the lines
        raise FileError([document.problem(place, words) for place, words in problems])


def _warn(rubric: Rubric) -> None:
    """What is wrong with a rulebook of one's own is told with whatever it scores; those shipped have passed."""
    if rubric.shipped:
        return
    problems = check(rubric).problems
    if problems:
        typer.echo(
            f"注意：规则有{len(problems)}处问题，得分可能不对。请先用 zhibu rubric check 改好：{problems[0]}", err=True
        )


def _distinct(units: Sequence[str]) -> None:
    if twice := sorted({unit for unit in units if units.count(unit) > 1}):
        raise FileError([f"几个事实文件的 unit.id 相同：{'、'.join(twice)}。请给每个单位不同的 id。"])


def _plain(points: Decimal | None) -> str | None:
    """A Decimal as text without idle zeros; None stays."""
    if points is None:
        return None
    text = f"{points:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _print(value: Any) -> None:
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
