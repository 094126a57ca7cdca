"""zhibu score, zhibu rank: a facts file scored, and explained; several ranked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.now import parse_now
from bot.commands.rubric import AsJson, Folder, named_rubric, plain, print_json
from rubrics import Facts, Rubric, detail, explain, explain_beside
from rubrics import score as score_facts
from rubrics.factsfile import load_facts
from rubrics.fields import parse_day
from rubrics.lint import check
from rubrics.lint_facts import check_facts
from rubrics.passed_over import passed_over
from rubrics.ranking import Standing
from rubrics.ranking import rank as rank_units
from rubrics.strict_yaml import FileError, load
from rubrics.words import span

RubricName = Annotated[str, typer.Option("--rubric", help="规则编号，或规则文件（.yaml）")]
AsOf = Annotated[str, typer.Option("--as-of", help="计分日，如 2026-12-31")]
Readings = Annotated[list[str] | None, typer.Option("--reading", help="切换一处理解：编号=选项，可写多次")]
OverlayFile = Annotated[Path | None, typer.Option("--overlay", help="分值表文件")]


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
    book = named_rubric(rubric, rulebooks, overlay, reading, day)
    _warn(book)
    told = load_facts(facts, day.year)
    _refuse(facts, book, told)
    sheet = score_facts(book, told, day)
    if as_json:
        clauses = [
            {"clause": x.clause, "maximum": plain(x.maximum), "points": plain(x.points), "state": str(x.state)}
            for x in sheet.lines
        ]
        floor, ceiling = plain(sheet.floor), plain(sheet.ceiling)
        print_json({"floor": floor, "ceiling": ceiling, "grade": sheet.grade, "clauses": clauses})
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
    book = named_rubric(rubric, rulebooks, overlay, reading, day)
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
        print_json([_standing(s) for s in standings])
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
        "unit": s.unit, "name": s.name, "place": s.place, "best": s.best, "worst": s.worst, "floor": plain(s.floor),
        "ceiling": plain(s.ceiling), "grade": s.grade, "follows": [{"clause": c, "words": w} for c, w in s.follows],
    }  # fmt: skip


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
