"""The score sheet as a workbook: every clause, both columns, evidence with links, and text that stays text."""

from __future__ import annotations

from dataclasses import replace
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
from bot.dialogue.outcome import Objection, Outcome
from bot.sheets.pages import NOT_OFFICIAL, PAPER
from bot.sheets.results import result_words
from bot.sheets.score_sheet import Printed
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
    book = load_workbook(BytesIO(what.data()))
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
    book = load_workbook(BytesIO(printed().data()))
    page = book["依据"]
    rows = {(row[0].value, row[1].value): row for row in page.rows}
    head = [cell.value for cell in next(iter(page.rows))]
    first = dict(zip(head, rows["（三）1", "#1"], strict=True))
    assert (first["日期"].value, first["是否计入"].value) == ("2026-01-05", "计入")
    assert first["原消息"].hyperlink.target == "https://matrix.to/#/!r:x/$e1"


def test_a_late_record_stands_there_with_both_dates() -> None:
    late = Activity(7, "first", "heart_to_heart_talk", date(2026, 2, 1), recorded_on=date(2026, 6, 1))
    facts = Facts(BRANCH, (late,))
    page = load_workbook(BytesIO(Printed(score(BOOK, facts, TODAY), BOOK, facts).data()))["依据"]
    (row,) = [[cell.value for cell in row] for row in page.rows if row[1].value == "#7"]
    assert row[3:6] == ["2026-02-01", "2026-06-01 补录", "计入"]


def test_the_reasons_that_raters_gave_stand_beside_what_they_rated() -> None:
    given = Judgement("（一）1", "assessor", TODAY, "王", points=Decimal(2), note="分工没有写清", year=2026)
    facts = Facts(BRANCH, judgements=(given,))
    page = load_workbook(BytesIO(Printed(score(BOOK, facts, TODAY), BOOK, facts).data()))["依据"]
    rows = [[cell.value for cell in row] for row in page.rows if row[7].value == "分工没有写清"]
    assert [row[0] for row in rows] == ["（一）1"]
    assert rows[0][2] == "考评（王）"


UNITS = {
    "city-2020": Unit("x", "某县", attributes={"类别": "县"}),
    "jilin-hospitals": Unit("x", "某医院党委", headcounts=(Headcount(date(2020, 1, 1), 150),)),
}


@pytest.mark.parametrize("name", [*load_catalog()])
def test_every_rulebook_has_its_sheet(name: str) -> None:
    """Every clause has its row, in the columns of the rulebook's own form, and pages that can be printed."""
    rubric = load_catalog()[name]
    unit = UNITS.get(rubric.id, BRANCH)
    facts = Facts(unit)
    sheet = score(rubric, facts, date(2026, 12, 5))
    book = load_workbook(BytesIO(Printed(sheet, rubric, facts).data()))
    page = book["评分表"]
    rows = [[cell.value for cell in row] for row in page.rows]
    heads, rest = rows[3], rows[4:]
    assert [row[0] for row in rest][: len(sheet.lines)] == [line.clause for line in sheet.lines]
    for line, row in zip(sheet.lines, rest, strict=False):
        assert any(str(cell or "").strip("　") == line.title for cell in row), line.clause
    assert heads[1 : 1 + len(rubric.book.form.levels)] == list(rubric.book.form.levels)
    for page in book.worksheets:
        assert page.print_title_rows in ("$1:$1", "$4:$4")
        assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert str(page.page_setup.paperSize) == page.PAPERSIZE_A4
        header = str(page.oddHeader.right.text)
        assert header == (NOT_OFFICIAL if rubric.example else PAPER)


def test_the_columns_are_those_of_each_rulebook() -> None:
    heads = {}
    for name in ("jilin-hospitals", "city-2020", "shaoxing-2018", "qianjiang-2017"):
        rubric = load_catalog()[name]
        facts = Facts(UNITS.get(name, BRANCH))
        page = load_workbook(BytesIO(Printed(score(rubric, facts, TODAY), rubric, facts).data()))["评分表"]
        heads[name] = "|".join(str(cell.value) for cell in page[4])
    assert heads == {
        "jilin-hospitals": "条款|项目|类别|具体标准|分值|落实情况|自评得分|上级验收得分|主管部门评定|得分|状态",
        "city-2020": "条款|一级指标|二级指标|三级指标|考核内容|分值|考核单位|得分|状态|计算说明",
        "shaoxing-2018": "条款|内容|分值|考评|得分|状态|计算说明",
        "qianjiang-2017": "条款|内容|分值|自评|考评|得分|状态|计算说明",
    }


def test_without_points_there_is_no_total() -> None:
    rubric = load_catalog()["qianjiang-2017"]
    rows, _ = read(Printed(score(rubric, Facts(BRANCH), TODAY), rubric, Facts(BRANCH)))
    total = next(row for row in rows if row[0] == "合计")
    assert total[5] == "不计总分"
    assert "没有收录" in total[7]


def test_columns_side_by_side_make_no_total() -> None:
    rubric = load_catalog()["jilin-hospitals"]
    facts = Facts(UNITS["jilin-hospitals"])
    rows, _ = read(Printed(score(rubric, facts, TODAY), rubric, facts))
    total = dict(zip(rows[3], next(row for row in rows if row[0] == "合计"), strict=True))
    assert (total["得分"], total["落实情况"]) == ("不计总分", "几栏没有写怎样合成，不另算总分")


def test_each_clause_names_the_body_that_assesses_it() -> None:
    rubric = load_catalog()["city-2020"]
    facts = Facts(UNITS["city-2020"])
    rows, _ = read(Printed(score(rubric, facts, TODAY), rubric, facts))
    bodies = {row[0]: dict(zip(rows[3], row, strict=True))["考核单位"] for row in rows[4:] if row[0]}
    assert (bodies["重A1.1"], bodies["思A1"], bodies["组"]) == ("组织部", "市委宣传部", "组织部")


def test_what_became_of_the_year_stands_on_the_sheet() -> None:
    made = Outcome(
        3, "first", BOOK.id, 2026, 2, date(2026, 12, 20), "王芳", "@w", Decimal(88), "88/100分，良好",
        until=date(2026, 12, 27), objections=(Objection(1, TODAY, "李明", "少了一次", True, "已补上"),),
    )  # fmt: skip
    words = result_words((made,), BOOK.id, 2026, date(2026, 12, 22))
    assert words == "考核结果（第2版，2026-12-20）：88/100分，良好；公示至2026-12-27；异议1条，已答复1条；公示中"
    final = replace(made, final=date(2027, 1, 5), final_by="陈静", ground="党委会")
    words = result_words((final,), BOOK.id, 2026, date(2027, 1, 6))
    assert words.endswith("2027-01-05定论（陈静，依据：党委会）")
    assert result_words((final,), BOOK.id, 2025, TODAY) == ""
    rows, _ = read(replace(printed(), result=words))
    assert rows[2][0] == words


def test_what_a_page_header_can_not_hold_is_written_otherwise() -> None:
    unit = Unit("first", "&" * 300, None, BRANCH.headcounts)
    page = load_workbook(BytesIO(Printed(score(BOOK, Facts(unit), TODAY), BOOK, Facts(unit)).data()))["评分表"]
    header = page.oddHeader
    assert set(header.left.text) == {"&"}
    assert sum(len(part.text or "") for part in (header.left, header.center, header.right)) < 255


@pytest.mark.parametrize("begin", ["=", "+", "-", "@"])
def test_words_that_look_like_a_formula_stay_text(begin: str) -> None:
    what = printed()
    unit = Unit("first", f"{begin}1+1", None, BRANCH.headcounts)
    note = Judgement("（二）4", "self", TODAY, f"{begin}2+2", points=Decimal(1), year=2026, rubric=BOOK.id)
    facts = Facts(unit, what.facts.activities, judgements=(note,))
    data = Printed(score(BOOK, facts, TODAY), BOOK, facts, {}, f"{begin}cmd").data()
    for page in load_workbook(BytesIO(data)).worksheets:
        assert all(cell.data_type != "f" for row in page.rows for cell in row)
    with ZipFile(BytesIO(data)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/")]
    assert not any(b"<f>" in sheet for sheet in sheets)


def test_the_same_sheet_is_the_same_file() -> None:
    assert printed().data() == printed().data()


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
    assert sorted(path.name for path in out.iterdir()) == [
        "first-facts.yaml", "first-ledger-2026.xlsx", "first-qianjiang-2017-2026.xlsx", "first-year-2026.png",
    ]  # fmt: skip
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
