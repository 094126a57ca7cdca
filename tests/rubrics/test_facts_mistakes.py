"""Every mistake in a facts file is answered with file, line, key and cure, and none with a wrong score in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrics import load_rubric, score
from rubrics.factsfile import dump_facts, load_facts
from rubrics.headcounts import headcount_fault
from rubrics.lint_facts import check_facts
from rubrics.rulebooks import load_catalog
from rubrics.strict_yaml import FileError
from tests.rubrics import strategies
from tests.rubrics.cases import HERE

FACTS = """\
unit: {id: b1, headcounts: [{since: 2025-01-01, full: 9}]}
facts:
  - {kind: committee_meeting, on: 2025-03-01, expected: 5, present: 5}
  - {kind: themed_party_day, times: 3, per: month}
judgements:
  - {clause: 一1, column: assessor, on: 2025-12-01, by: 王, points: 20}
"""

FACTS_MISTAKES = [
    ("kind: committee_meeting", "kind: 支委大会", 3, "没有活动类别"),
    ("kind: committee_meeting", "kind: 支委", 3, "是不是 支委会？"),
    ("kind: committee_meeting", "kind: comittee_meeting", 3, "是不是 committee_meeting？"),
    ("kind: committee_meeting", "kind: 飞碟", 3, "zhibu rubric kinds"),
    ("  - {kind: committee_meeting", "\t- {kind: committee_meeting", 3, "制表符"),
    ("on: 2025-03-01", "on: 2025-02-29", 3, "没有这一天"),
    ("on: 2025-03-01, ", "", 3, "请写 on"),
    ("present: 5", "present: 6", 3, "多于应到"),
    ("present: 5", "presant: 5", 3, "不认识这个键，请检查拼写或删去。是不是 present？"),
    ("present: 5", "present: -1", 3, ""),
    ("present: 5", "present: 五", 3, "整数"),
    ("times: 3", "times: 13", 4, "放不下"),
    ("present: 5", "share: 40", 3, "请写 40%"),
    ("per: month", "per: fortnight", 4, "只能是"),
    ("points: 20", "points: 20, met: true", 6, "中的一个"),
    ("column: assessor", "column: boss", 6, "只能是"),
    ("kind: committee_meeting", "unit: b2, kind: committee_meeting", 3, "没有单位"),
    ("since: 2025-01-01", "since: 20250101", 1, "应为日期"),
    ("since: 2025-01-01", "since: 9025-01-01", 1, "年份应在1900到2200之间"),
    ("full: 9", "full: 9, groups: [5, 5]", 1, "各党小组共10人，超过党员总数9人"),
    ("full: 9", "full: 9, committee: 10", 1, "委员10人，超过正式党员9人"),
    ("full: 9", "full: 9, floating: 5, on_leave: 5", 1, "流动和长期请假共10人"),
    ("full: 9", "full: 9}, {since: 2025-01-01, full: 8", 1, "写了两次"),
    ("present: 5", "date_end: 2025-02-28", 3, "早于 on"),
    ("present: 5", "months: [0000-01]", 3, "应为月份"),
    ("facts:", "people: [{id: 甲}, {id: 乙}, {id: 甲}]\nfacts:", 2, "两个人的 id 相同（甲）"),
    ("facts:", "people: [{id: 甲, values: {学时: -1}}]\nfacts:", 2, "不能小于0"),
    ("facts:", "subunits: [{id: b1}]\nfacts:", 2, "两个单位的 id 相同（b1）"),
    ("facts:", "subunits: [{id: b2, parent: b9}]\nfacts:", 2, "没有单位“b9”"),
    ("facts:", "subunits: [{id: b2, parent: b3}, {id: b3, parent: b2}]\nfacts:", 2, "绕成了一圈"),
    (
        "kind: committee_meeting",
        "number: 4, kind: 党课, on: 2025-01-01}\n  - {number: 4, kind: committee_meeting",
        4,
        "两条活动的 number 相同（4）",
    ),
]


@pytest.mark.parametrize(("old", "new", "line", "words"), FACTS_MISTAKES)
def test_a_mistake_in_a_facts_file_names_its_place(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    assert old in FACTS
    path = tmp_path / "facts.yaml"
    path.write_text(FACTS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FileError) as caught:
        load_facts(path, 2025)
    problems = caught.value.problems
    assert any(f"facts.yaml 第{line}行" in problem and words in problem for problem in problems), problems


MISPLACED = [
    ("judgements: [{clause: 规1.b.3, column: assessor, on: 2025-12-01, by: 甲, met: true}]", "不是由人证明的条款"),
    ("judgements: [{clause: 学, column: assessor, on: 2025-12-01, by: 甲, met: true}]", "请改写 points"),
    ("judgements: [{clause: 学1.b, column: assessor, on: 2025-12-01, by: 甲, met: true}]", ""),
    ("judgements: [{clause: 创1.a, column: assessor, on: 2025-12-01, by: 甲, met: true}]", ""),
    ("judgements: [{clause: 业2, column: assessor, on: 2025-12-01, by: 甲, met: true}]", ""),
    ("judgements: [{clause: 业2, column: assessor, on: 2025-12-01, by: 甲, points: 1}]", "业2 没有分"),
    ("judgements: [{clause: 业底1, column: assessor, on: 2025-12-01, by: 甲, met: true}]", "写在 findings 里"),
    ("judgements: [{clause: 学底1, column: assessor, on: 2025-12-01, by: 甲, points: -1}]", "写在 findings 里"),
    ("judgements: [{clause: 备1, column: assessor, on: 2025-12-01, by: 甲, points: 1}]", "是考核步骤，不评分"),
    ("findings: [{kind: criticism, clause: 备1, on: 2025-12-01}]", "不看查出的问题"),
    ("unit: {attributes: {考核日: 12月20日}}", "应为日期"),
    ("results: [{name: 智慧党建APP安装率, value: 160%, on: 2025-12-01}]", "不大于100%的数"),
]


@pytest.mark.parametrize(("told", "words"), MISPLACED)
def test_what_a_clause_does_not_take(tmp_path: Path, told: str, words: str) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(told, encoding="utf-8")
    found = [said for _, said in check_facts(load_catalog()["shaoxing-2018"], load_facts(path))]
    assert [words in said for said in found] == ([True] if words else []), found


@pytest.mark.parametrize(
    ("rubric", "told", "words"),
    [
        ("city-2020", "{kind: falsification, clause: 思C1.2, on: 2025-12-01}", "请写在条款 六(三) 下"),
        ("city-2020", "{kind: falsification, clause: 六(三), on: 2025-12-01, points: 5}", ""),
        ("city-2020", "{kind: falsification, clause: 六(三).b, on: 2025-12-01}", ""),
        ("health-branches", "{kind: falsification, clause: （二）4, on: 2025-12-01}", "请用 numbers 写明"),
        ("health-branches", "{kind: falsification, clause: 弄虚作假, on: 2025-12-01, numbers: [1]}", ""),
        ("shaoxing-2018", "{kind: falsification, clause: 规3.b.2, on: 2025-12-01, numbers: [1]}", ""),
        (
            "shaoxing-2018",
            "{kind: falsification, clause: 规3.b.2, on: 2025-12-01, numbers: [2]}",
            "没有编号为 2 的活动",
        ),
    ],
)
def test_false_entries_cost_what_the_rulebook_means_or_are_refused(
    tmp_path: Path, rubric: str, told: str, words: str
) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(f"facts: [{{kind: 主题党日, on: 2025-03-05}}]\nfindings: [{told}]\n", encoding="utf-8")
    found = [said for _, said in check_facts(load_catalog()[rubric], load_facts(path))]
    assert [words in said for said in found] == ([True] if words else []), found


def test_facts_that_a_rulebook_has_no_place_for(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(
        "judgements: [{clause: 九9, column: self, on: 2025-01-01, by: 甲, points: 1}]\n"
        "findings: [{kind: criticism, clause: 九8, on: 2025-01-01, numbers: [7]},\n"
        "           {kind: critisism, clause: 一1, on: 2025-01-01}]\n"
        "results: [{name: 别的名次, value: 1, on: 2025-01-01}]\n"
        "before: [特星]\n",
        encoding="utf-8",
    )
    rubric = load_rubric(HERE / "own" / "rulebooks" / "village-branches.yaml")
    problems = check_facts(rubric, load_facts(path))
    assert [(place[0], place[-1]) for place, _ in problems] == [
        ("judgements", "clause"), ("findings", "clause"), ("findings", "numbers"), ("findings", "kind"),
        ("results", "name"), ("before", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rubric", "told", "right"),
    [
        ("city-2020", "results: [{name: 理论和党性教育课时占比, value: 60, on: 2025-12-01}]", "请写 60%"),
        ("village-branches", "results: [{name: 群众满意度, value: 90%, on: 2025-12-01}]", "请写 90"),
        ("village-branches", "results: [{name: 重点工作名次, value: 1/3, on: 2025-12-01}]", "请写 33.33"),
        ("city-2020", "results: [{name: 满意度, value: 90%, on: 2025-12-01}]", ""),
        ("shaoxing-2018", "results: [{name: 智慧党建APP安装率, value: 55.5, on: 2025-12-01}]", "请写 55.5%"),
        ("jilin-hospitals", "unit: {attributes: {党建考核占比: 30}}", "请写 30%"),
        ("city-2020", "results: [{name: 理论和党性教育课时占比, value: 0.7, on: 2025-12-01}]", ""),
        ("shaoxing-2018", "results: [{name: 行风评议倒数名次, value: 3, on: 2025-12-01}]", ""),
        ("city-2020", "unit: {attributes: {最低工资标准: 1600, 社区正职报酬: 2720}}", ""),
    ],
)
def test_a_percentage_is_not_taken_for_a_number_nor_a_number_for_a_percentage(
    tmp_path: Path, rubric: str, told: str, right: str
) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text(told, encoding="utf-8")
    own = HERE / "own" / "rulebooks" / f"{rubric}.yaml"
    book = load_rubric(own) if own.exists() else load_catalog()[rubric]
    found = [words for _, words in check_facts(book, load_facts(path))]
    assert [right in words for words in found] == ([True] if right else []), found


def test_a_column_that_a_rulebook_does_not_weigh(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text("judgements: [{clause: （一）, column: acceptance, on: 2025-12-01, by: 甲, points: 1}]")
    [(place, words)] = check_facts(load_catalog()["qianjiang-2017.example-points"], load_facts(path))
    assert (place[-1], words) == ("column", "qianjiang-2017 没有 acceptance 这一栏。用到的有：assessor、self。")


@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_facts_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    rubric = load_catalog()["shaoxing-2018"]
    facts = data.draw(strategies.facts(rubric))
    known = {"u", *(unit.id for unit in facts.subunits)}
    facts = strategies.Facts(
        _possible_unit(facts.unit), tuple(a for a in facts.activities if a.unit in known and _possible(a)),
        facts.subunits,
        tuple(j for j in facts.judgements if j.points is None), facts.findings, facts.results,
        tuple({person.id: person for person in facts.people}.values()),
    )  # fmt: skip
    path = tmp_path_factory.getbasetemp() / "facts.yaml"
    path.write_text(dump_facts(facts), encoding="utf-8")
    read = load_facts(path)
    assert score(rubric, read, date(2025, 12, 31)) == score(rubric, facts, date(2025, 12, 31))
    assert dump_facts(read) == dump_facts(facts)


def _possible_unit(unit: strategies.Unit) -> strategies.Unit:
    counts = tuple(count for count in unit.headcounts if headcount_fault(count) is None)
    return replace(unit, headcounts=counts)


def _possible(activity: strategies.Activity) -> bool:
    present, expected = activity.slots.get("present"), activity.slots.get("expected")
    topic = activity.slots.get("topic")
    fits = present is None or expected is None or int(str(present)) <= int(str(expected))
    return fits and topic != "" and activity.slots.get("months") != ()


@pytest.mark.parametrize("name", ["city-2020", "jilin-hospitals"])
def test_a_heading_of_the_score_sheet_is_no_result(tmp_path: Path, name: str) -> None:
    """form: {columns: {result: 得分}} names a column; a result 得分 was taken without a word."""
    path = tmp_path / "facts.yaml"
    path.write_text("results: [{name: 得分, value: 99, on: 2025-12-01}]", encoding="utf-8")
    [(_, words)] = check_facts(load_catalog()[name], load_facts(path))
    assert words.startswith(f"{name} 不用“得分”这项结果")
