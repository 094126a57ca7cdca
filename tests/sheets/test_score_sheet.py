"""The score sheet as a workbook: every clause, both columns, evidence with links, and text that stays text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml
from openpyxl import load_workbook
from typer.testing import CliRunner

from bot.cli import cli
from bot.commands.chat import open_local
from bot.demo.local import LocalTalk
from bot.demo.transcript import Said
from bot.sheets.score_sheet import PAPER, Printed, workbook
from rubrics import Activity, Facts, Headcount, Judgement, Rubric, Unit, load_catalog, score
from rubrics.factsfile import load_facts
from rubrics.words import EXAMPLE
from tests.app.test_assessors import NOW, say

TODAY = date(2026, 12, 5)
BRANCH = Unit("first", "=HYPERLINK(一支部)", None, (Headcount(date(2025, 1, 1), 22, 2, committee=5, groups=(8,)),))
BOOK = load_catalog()["qianjiang-2017.example-points"]


def printed(rubric: Rubric = BOOK, **others: Any) -> Printed:
    """A branch with some records and ratings."""
    done = tuple(Activity(n, "first", "committee_meeting", date(2026, n, 5), source=f"$e{n}") for n in range(1, 12))
    ratings = tuple(
        Judgement("（一）1", column, TODAY, "王", points=Decimal(points), year=2026, rubric=rubric.id)
        for column, points in (("self", "3"), ("assessor", "2.5"))
    )
    facts = Facts(BRANCH, done, judgements=ratings)
    links = {1: "https://matrix.to/#/!r:x/$e1"}
    return Printed(score(rubric, facts, TODAY), rubric, facts, links, "第11条 " + "a" * 64)


def read(what: Printed) -> tuple[list[list[Any]], list[list[Any]]]:
    """The rows of both pages."""
    book = load_workbook(BytesIO(workbook(what)))
    return tuple([[cell.value for cell in row] for row in page.rows] for page in book.worksheets)  # type: ignore[return-value]


def test_every_clause_has_its_row_with_both_columns() -> None:
    what = printed()
    rows, _ = read(what)
    assert rows[3] == ["条款", "内容", "分值", "自评", "考评", "得分", "状态", "计算说明"]
    clauses = [row[0] for row in rows[4:]]
    assert [line.clause for line in what.sheet.lines] == clauses[: len(what.sheet.lines)]
    first = next(row for row in rows if row[0] == "（一）1")
    assert first[2:7] == [3, 3, 2.5, 2.65, "已确定"]
    total = next(row for row in rows if row[0] == "合计")
    assert total[2] == 100


def test_it_says_what_it_is_and_rests_on() -> None:
    rows, _ = read(printed())
    words = "\n".join(str(cell) for row in rows for cell in row if cell is not None)
    for expected in (EXAMPLE, "不能作为正式评分", PAPER, "a" * 64, BOOK.hash, BOOK.version, "未确认"):
        assert expected in words
    official = load_catalog()["shaoxing-2018"]
    rows, _ = read(printed(official))
    assert not any(EXAMPLE in str(cell) for row in rows for cell in row)


def test_the_second_page_names_each_record_with_its_link() -> None:
    book = load_workbook(BytesIO(workbook(printed())))
    page = book["依据"]
    rows = {(row[0].value, row[1].value): row for row in page.rows}
    assert rows["（三）1", "#1"][3].value == "计入"
    assert rows["（三）1", "#1"][5].hyperlink.target == "https://matrix.to/#/!r:x/$e1"
    assert rows["（三）1", "#2"][5].value is None


@pytest.mark.parametrize("begin", ["=", "+", "-", "@"])
def test_words_that_look_like_a_formula_stay_text(begin: str) -> None:
    what = printed()
    unit = Unit("first", f"{begin}1+1", None, BRANCH.headcounts)
    note = Judgement("（二）4", "self", TODAY, f"{begin}2+2", points=Decimal(1), year=2026, rubric=BOOK.id)
    facts = Facts(unit, what.facts.activities, judgements=(note,))
    data = workbook(Printed(score(BOOK, facts, TODAY), BOOK, facts, {}, f"{begin}cmd"))
    for page in load_workbook(BytesIO(data)).worksheets:
        assert all(cell.data_type != "f" for row in page.rows for cell in row)
    with ZipFile(BytesIO(data)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/")]
    assert not any(b"<f>" in sheet for sheet in sheets)


def test_the_same_sheet_is_the_same_file() -> None:
    assert workbook(printed()) == workbook(printed())


async def exported(folder: Path) -> Path:
    """The demo's record with a self-evaluation under way, and settings that name it."""
    database, talk = await open_local(folder / "data", NOW)
    await talk.open()
    await say(talk, "自评 量化考核", "全部认可", "3")
    await database.close()
    config = folder / "zhibu.yaml"
    config.write_text(yaml.safe_dump({"homeserver": "http://localhost", "user_id": "@zhibu:local", "data": "data"}))
    return config


async def test_zhibu_export_writes_the_sheet_and_facts_that_score_the_same(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    config = await exported(tmp_path)
    out = tmp_path / "out"
    said = export(config, "first", "qianjiang-2017", out)
    assert said.exit_code == 0, said.output
    assert sorted(path.name for path in out.iterdir()) == ["first-facts.yaml", "first-qianjiang-2017-2026.xlsx"]
    again = score(BOOK, load_facts(out / "first-facts.yaml"), TODAY)
    page = load_workbook(out / "first-qianjiang-2017-2026.xlsx")["评分表"]
    total = next(row for row in page.rows if row[0].value == "合计")
    assert total[5].value == f"{again.floor:.2f}～{again.ceiling:.2f}".replace(".00", "")
    for unit, rubric, sentence in (("third", "qianjiang-2017", "没有单位"), ("first", "shaoxing-2018", "不适用于")):
        refused = export(config, unit, rubric, out)
        assert refused.exit_code != 0
        assert sentence in str(refused.exception)


def export(config: Path, unit: str, rubric: str, out: Path) -> Any:
    """The command, in a thread of its own: it runs a loop."""
    from concurrent.futures import ThreadPoolExecutor

    arguments = ["export", "--unit", unit, "--rubric", rubric, "--out", str(out), "--config", str(config),
                 "--now", NOW.isoformat()]  # fmt: skip
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(CliRunner().invoke, cli, arguments).result()


async def test_the_sheet_in_chat_is_a_file(tmp_path: Path) -> None:
    database, talk = await open_local(tmp_path, NOW)
    await talk.open()
    answers = await talk.say(Said(0, "评分表 量化考核"))
    await database.close()
    assert isinstance(talk, LocalTalk)
    assert len(answers) == 2
    assert ".xlsx" in answers[1]
