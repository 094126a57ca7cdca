"""为什么 about what brings no points of its own: bonus, deductions, falsification, veto, grade, steps, consequences."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rubrics import Facts, Finding, Judgement, Rubric, Unit, explain_beside, load_catalog, score
from rubrics.rulebooks import beside
from tests.rubrics.test_commands import say

ON = date(2025, 12, 31)
FACTS = Facts(
    Unit("u", "某局机关党委"),
    judgements=(Judgement("规1.b.3", "assessor", date(2025, 12, 1), "工委"),),
    findings=(Finding("falsification", "规1.b.2", date(2025, 6, 1)), Finding("violation", "学底1", date(2025, 6, 1))),
)


def said(about: str, name: str = "shaoxing-2018", facts: Facts = FACTS) -> list[str]:
    rubric: Rubric = load_catalog()[name]
    return explain_beside(rubric, score(rubric, facts, ON), about).split("\n")


def test_the_steps_of_the_reckoning() -> None:
    assert said("加分") == [
        "五星双优 加分：0",
        "· 加1 党群工作受表彰 0/10",
        "· 加2 经验做法受肯定 0/10",
        "· 加3 党建试点 0/2",
        "· 加4 一季一督查评价 0/2",
    ]
    assert said("底线") == ["五星双优 扣分与底线：-2～-1", "· 学底1 上级精神传达不到位 -2～-1（待评审）"]
    assert said("扣分")[0] == "五星双优 扣分与底线：-2～-1"
    assert said("一票否决") == ["五星双优 一票否决：没有"]
    assert said("等次") == ["五星双优 等次：规则没有规定"]
    assert said("总分")[0].startswith("五星双优 条款：")
    assert said("飞碟") == [""]
    assert said("弄虚作假", "qianjiang-2017.example-points") == [
        "示例分值（原附件未收录）",
        "量化考核 弄虚作假：规则没有规定",
    ]


@pytest.mark.parametrize("about", ["备5", "弄虚作假", "弄虚作假加倍倒扣"])
def test_falsification_names_the_clauses_that_paid(about: str) -> None:
    head, *rest = said(about)
    assert head == "五星双优 备5 弄虚作假加倍倒扣：查出1处，并在各自条款加倍倒扣（原文第162行）"
    assert rest == ["· 规1.b.2 书记述职评议 0/1"]


def test_steps_and_consequences() -> None:
    assert said("备1") == ["五星双优 备1 年度考核：考核的步骤，由市直机关工委在12月做，不计分（原文第154行）"]
    assert said("七(三).b", "city-2020", Facts(Unit("u", "某县"))) == [
        "综合考核 七(三).b 主要领导组织调整、相关领导一年内不得提拔：定了等次、排出名次以后才有，不计分（原文第55行）"
    ]


def test_every_number_that_a_rulebook_shows_is_answered(tmp_path: Path) -> None:
    """Whatever stands in zhibu rubric show: by its line of the sheet, or by these words."""
    path = tmp_path / "facts.yaml"
    path.write_text("unit: {id: u, attributes: {类别: 县}}\n", encoding="utf-8")
    for name, rubric in load_catalog().items():
        numbers = [entry.clause for _, _, entries in beside(rubric.book) for entry in entries]
        numbers += [
            heading
            for _, heading, entries in beside(rubric.book)
            if entries and heading in ("扣分", "底线", "一票否决")
        ]
        for number in numbers:
            assert say("score", "--rubric", name, "--facts", str(path), "--as-of", "2025-12-31", "--why", number)
