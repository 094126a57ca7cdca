"""zhibu rubric, score and rank as an administrator meets them."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from bot.cli import main
from bot.commands import rubric, score
from rubrics import load_catalog
from rubrics.strict_yaml import FileError
from tests.rubrics.cases import HERE

cli = typer.Typer()
cli.add_typer(rubric.app, name="rubric")
cli.command()(score.score)
cli.command()(score.rank)

FACTS = """\
unit: {id: b1, name: 第一支部}
facts: [{kind: themed_party_day, times: 12, per: month, topic: 学, expected: 20, present: 19}]
"""


def say(*words: str) -> str:
    """What a command prints. Raises FileError as the command does."""
    result = CliRunner().invoke(cli, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


@pytest.fixture
def facts(tmp_path: Path) -> str:
    path = tmp_path / "facts.yaml"
    path.write_text(FACTS, encoding="utf-8")
    return str(path)


def test_every_rulebook_is_listed_and_passes_its_check() -> None:
    listed = say("rubric", "list")
    assert all(key in listed for key in load_catalog())
    result = CliRunner().invoke(cli, ["rubric", "check"])
    assert result.exit_code == 0, result.output
    assert "问题：" not in result.output
    assert "已知：第205行：基层宣讲标题2分，内容只有1分" in result.output


@pytest.mark.parametrize(
    ("name", "full", "bonus"),
    [("health-branches", "100", None), ("city-2020", "200", None), ("shaoxing-2018", "100", "10"),
     ("jilin-hospitals", "100", None), ("qianjiang-2017", None, None)],
)  # fmt: skip
def test_show_gives_every_clause_flat(name: str, full: str | None, bonus: str | None) -> None:
    shown: dict[str, Any] = json.loads(say("rubric", "show", name, "--json"))
    assert (shown["id"], shown["full"]) == (name, full)
    assert all(set(row) == {"clause", "title", "parent", "points", "kind", "source_line"} for row in shown["clauses"])
    assert all(row["parent"] in (None, *(other["clause"] for other in shown["clauses"])) for row in shown["clauses"])
    assert all(
        isinstance(row["points"], str | None) and isinstance(row["source_line"], int) for row in shown["clauses"]
    )
    tops = [Decimal(row["points"]) for row in shown["clauses"] if row["parent"] is None and row["points"]]
    assert not tops or sum(tops) == Decimal(full or 0)
    numbers = [row["clause"] for row in shown["clauses"]]
    assert len(numbers) == len(set(numbers))
    cap = load_catalog()[name].book.bonus
    if bonus is not None:
        assert cap is not None
        assert str(cap.cap) == bonus


def test_score_as_json(facts: str) -> None:
    words = ("score", "--rubric", "shaoxing-2018", "--facts", facts, "--as-of", "2026-12-31", "--json")
    sheet = json.loads(say(*words))
    line = next(row for row in sheet["clauses"] if row["clause"] == "规3.b.2")
    assert line == {"clause": "规3.b.2", "maximum": "1", "points": "1", "state": "certain"}  # 0.2 each, cap 1
    assert set(sheet) == {"floor", "ceiling", "grade", "clauses"}


def test_score_with_a_reading_switched_and_why(facts: str) -> None:
    words = ("score", "--rubric", "qianjiang-2017.example-points", "--facts", facts, "--as-of", "2026-12-31")
    assert "（三）4.b 主题党日参与率 2/2" in say(*words, "--why", "参与率")
    assert "待评审，下限0" in say(*words, "--reading", "partly-met=assess", "--why", "（三）4.a")


def test_rank_of_one(facts: str, tmp_path: Path) -> None:
    words = ("rank", "--rubric", "shaoxing-2018", "--as-of", "2026-12-31", "--facts", facts)
    assert json.loads(say(*words, "--json"))[0]["name"] == "第一支部"
    with pytest.raises(FileError, match=r"unit\.id 相同"):
        say(*words, "--facts", facts)


def test_what_follows_a_second_year_below_the_line(tmp_path: Path) -> None:
    words = ["rank", "--rubric", "city-2020", "--as-of", "2025-12-31"]
    told = (("甲", 95, ""), ("乙", 90, ""), ("丙", 85, ""), ("丁", 50, "达标单位"), ("戊", 40, "未达标单位"))
    for name, points, before in told:
        path = tmp_path / f"{name}.yaml"
        path.write_text(
            f"unit: {{id: {name}, attributes: {{类别: 县}}}}\nbefore: [{before}]\n"
            f"judgements: [{{clause: 附件1, column: assessor, on: 2025-12-20, by: 党建办, points: {points * 2}}}]\n"
            f"results: [{{name: 满意度, value: {points}, on: 2025-12-20}}]\n",
            encoding="utf-8",
        )
        words += ["--facts", str(path)]
    *_, fourth, last = say(*words).splitlines()
    assert fourth == "第4名  丁  100分  未达标单位；七(一).a 绩效等次不得先进；七(三).a 约谈提醒、责令整改"
    assert last.endswith("；七(三).a 约谈提醒、责令整改；七(三).b 主要领导组织调整、相关领导一年内不得提拔")
    (tmp_path / "甲.yaml").write_text("unit: {id: 甲}\nbefore: [优秀]\n", encoding="utf-8")
    with pytest.raises(FileError, match=r"甲.yaml 第2行 before.0：city-2020 没有等次“优秀”。有的是：先进单位"):
        say(*words)


def test_what_has_no_part_in_a_sheet_is_told(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(
        "facts: [{kind: night_study, on: 2062-03-05}]\n"
        "judgements:\n"
        "  - {clause: 规1.b.3, column: assessor, on: 2026-12-20, by: 甲, points: 60}\n"
        "  - {clause: 学1.c, column: assessor, on: 2027-01-05, by: 甲, points: 1}\n"
        "  - {clause: 学1.c, column: assessor, on: 2026-12-20, by: 甲, points: 1, rubric: shaoxin}\n"
        "  - {clause: 学1.c, column: assessor, on: 2027-02-05, by: 甲, points: 1, year: 2026}\n"
        "unit: {attributes: {考核曰: 2026-12-20}}\n"
        "people: [{id: 甲, roles: [领导], values: {学习时间: 3}}]\n"
        "results: [{name: 目标责任制考核, value: 优胜单位, on: 2026-12-01},\n"
        "  {name: 目标责任制考核, value: 达标, on: 2026-12-01}]\n"
        "findings: [{kind: criticism, clause: 学2.b, on: 2026-05-01, points: 2}]\n",
        encoding="utf-8",
    )
    told = say("score", "--rubric", "shaoxing-2018", "--as-of", "2026-12-31", "--facts", str(path)).splitlines()
    assert [row for row in told if row.startswith("注意：")] == [
        "注意：考评1分（甲，2月5日）：晚于计分日",
        "注意：周一夜学 3月5日（晚于计分日）",
        "注意：考评60分（甲，12月20日）：分数超出规定范围",
        "注意：写给别的规则（shaoxin）的评分，这里不计。",
        "注意：2027-01-05 的评分不在考核期内或晚于计分日，不计。",
        "注意：“目标责任制考核”同一天写了 优胜单位 和 达标，按后写的计。",
        "注意：属性“考核曰”这份规则不用。用到的有：考核日。",
        "注意：身份“领导”这份规则不用。用到的有：党员、班子成员、领导干部。",
        "注意：人员的“学习时间”这份规则不用。用到的有：学时。",
        "注意：学2.b 查出的问题按次计，扣多少由规则定，写的 points 不用。",
    ]


SCORE = ("score", "--facts", "{}", "--rubric")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ((*SCORE, "nothing", "--as-of", "2026-12-31"), "没有规则“nothing”"),
        ((*SCORE, "shaoxing-2018", "--as-of", "2026-2-30"), "应为日期"),
        ((*SCORE, "shaoxing-2018", "--as-of", "9999-12-31"), "应为日期"),
        ((*SCORE, "shaoxing-2018", "--as-of", "2026-12-31", "--why", "飞碟"), "没有“飞碟”这一条"),
        (
            (
                *SCORE,
                "shaoxing-2018",
                "--as-of",
                "2026-12-31",
                "--reading",
                "judge-step=half",
                "--reading",
                "judge-step=tenth",
            ),
            "写了两次：half 和 tenth",
        ),
        (("rubric", "list", "--rulebooks", "nowhere"), "没有这个目录"),
        (("rubric", "check", "--sources", "nowhere"), "没有这个目录"),
        ((*SCORE, "shaoxing-2018", "--as-of", "2010-12-31"), "不施行（2018-01-01 起施行）"),
        ((*SCORE, "shaoxing-2018", "--as-of", "2019-12-31", "--reading", "still-in-force=only_2018"), "2018-12-31 止"),
        ((*SCORE, "city-2020", "--as-of", "2021-12-31", "--reading", "still-in-force=only_2020"), "2020-12-31 止"),
        (
            (*SCORE, f"{HERE}/own/rulebooks/village-branches.yaml", "--as-of", "2024-12-31"),
            "不施行（2025-01-01 起施行）",
        ),
        ((*SCORE, "shaoxing-2018", "--as-of", "2026-12-31", "--reading", "x"), "编号=选项"),
        ((*SCORE, "shaoxing-2018", "--as-of", "2026-12-31", "--reading", "x=y"), "没有解释"),
        (("score", "--rubric", "shaoxing-2018", "--facts", "none.yaml", "--as-of", "2026-12-31"), "没有这个文件"),
        (("rubric", "show", "none.yaml"), "没有这个文件"),
    ],
)
def test_wrong_input_has_an_answer(words: tuple[str, ...], answer: str, facts: str) -> None:
    with pytest.raises(FileError, match=answer):
        say(*(facts if word == "{}" else word for word in words))


def test_a_rulebook_of_ones_own_from_a_file_and_a_folder(tmp_path: Path, facts: str) -> None:
    own = HERE / "own" / "rulebooks" / "village-branches.yaml"
    assert "村支部考核" in say("score", "--rubric", str(own), "--facts", facts, "--as-of", "2026-12-31")
    assert "通过" in say("rubric", "check", str(own))
    assert "village-branches" in say("rubric", "list", "--rulebooks", str(own.parent))
    broken = tmp_path / "broken.yaml"
    broken.write_text(own.read_text(encoding="utf-8").replace("points: 60", "points: 61"), encoding="utf-8")
    result = CliRunner().invoke(cli, ["rubric", "check", str(broken)])
    assert result.exit_code == 1
    assert "合计" in result.output


def test_a_check_takes_an_id_and_the_kinds_are_listed() -> None:
    assert say("rubric", "check", "qianjiang-2017").startswith("qianjiang-2017：通过")
    assert "committee_meeting  支委会（" in say("rubric", "kinds")
    with pytest.raises(FileError, match="没有规则“nothing”"):
        say("rubric", "check", "nothing")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("score",), "缺少 --rubric。用法见 zhibu score --help。\n"),
        (("rubric", "show"), "缺少 规则编号，或规则文件（.yaml）。用法见 zhibu rubric show --help。\n"),
        (("score", "--rubrc", "x"), "没有选项 --rubrc。是不是 --rubric？用法见 zhibu score --help。\n"),
        (("score", "--rubric"), "--rubric 后面要写值。用法见 zhibu --help。\n"),
        (("rubrik",), "没有命令 rubrik。用法见 zhibu --help。\n"),
        (("rubric", "list", "a"), "多写了 a。用法见 zhibu rubric list --help。\n"),
        (
            ("export", "--unit", "a", "--out", "b", "--year", "x"),
            "--year 写的不对，应为整数。用法见 zhibu export --help。\n",
        ),
    ],
)
def test_a_command_line_that_cannot_be_read_is_answered_in_chinese(
    words: tuple[str, ...], answer: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["zhibu", *words])
    with pytest.raises(SystemExit) as left:
        main()
    assert (left.value.code, capsys.readouterr().err) == (2, answer)


def test_deductions_still_open_are_told_from_the_most_to_the_least(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(
        "findings:\n"
        "  - {kind: violation, clause: 学底1, on: 2026-05-01, points: 2}\n"
        "  - {kind: violation, clause: 学底2, on: 2026-05-01}\n",
        encoding="utf-8",
    )
    words = ("score", "--rubric", "shaoxing-2018", "--as-of", "2026-12-31", "--facts", str(path))
    assert "扣分与底线：-3～-2" in say(*words).splitlines()
    path.write_text("findings: [{kind: violation, clause: 民底1, on: 2026-05-01, points: 2}]", encoding="utf-8")
    assert "扣分与底线：-2" in say(*words).splitlines()
    path.write_text("", encoding="utf-8")
    assert "扣分与底线：0" in say(*words).splitlines()


def test_a_rulebook_that_does_not_pass_its_check_says_so_with_every_score(tmp_path: Path, facts: str) -> None:
    own = HERE / "own" / "rulebooks" / "village-branches.yaml"
    path = tmp_path / "village-branches.yaml"
    path.write_text(own.read_text(encoding="utf-8").replace("points: 60", "points: 61"), encoding="utf-8")
    told = "注意：规则有2处问题，得分可能不对。请先用 zhibu rubric check 改好：village-branches"
    for words in (("score", "--facts", facts), ("rank", "--facts", facts)):
        said = say(*words, "--rubric", str(path), "--as-of", "2026-12-31")
        assert [row.replace(f"{tmp_path}/", "") for row in said.splitlines() if "注意：规则" in row] == [
            f"{told}.yaml 第11行 条款 一：各项合计60，写的是61。请核对分值；原文如此的写进 faults。"
        ]
        assert "注意：规则" not in say(*words, "--rubric", str(own), "--as-of", "2026-12-31")
