"""Every mistake in a rulebook, a score sheet or a facts file is answered with file, line, key and cure; none with a
traceback, and none with a wrong score in silence."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrics import load_activities, load_overlay, load_rubric, score
from rubrics.factsfile import dump_facts, load_facts
from rubrics.headcounts import headcount_fault
from rubrics.lint import check
from rubrics.lint_facts import check_facts
from rubrics.rulebooks import lay_over, load_catalog
from rubrics.strict_yaml import FileError
from tests.rubrics import strategies
from tests.rubrics.cases import HERE

VILLAGE = (HERE / "own" / "rulebooks" / "village-branches.yaml").read_text(encoding="utf-8")
FACTS = """\
unit: {id: b1, headcounts: [{since: 2025-01-01, full: 9}]}
facts:
  - {kind: committee_meeting, on: 2025-03-01, expected: 5, present: 5}
  - {kind: themed_party_day, times: 3, per: month}
judgements:
  - {clause: 一1, column: assessor, on: 2025-12-01, by: 王, points: 20}
"""

# (what to find, what to put in its place, lines from there to the place named, words of the answer)
RUBRIC_MISTAKES = [
    ("full: 100", "full: a lot", 0, "应为数字"),
    ("full: 100", "full: 100\nfull: 90", 1, "写了两次"),
    ("full: 100", "fulll: 100", 0, "不认识这个键"),
    ('version: "2025"\n', "", -1, "缺少这一项"),
    ("from: 2025-01-01", "from: 2025-02-30", 0, "没有这一天"),
    ("points: 60", "points: 60: 7", 0, "YAML"),
    ("points: 60", "points: 3:7", 0, "应为数字"),
    ("points: 60", "points: 1e3", 0, "应为数字"),
    ("points: 60", "points: NaN", 0, "应为数字"),
    ("each: 2,", "each: -2,", 0, "正数"),
    ("committee_meeting", "comittee_meeting", 0, "没有活动类别“comittee_meeting”。是不是 committee_meeting？"),
    ("committee_meeting", "支委会", 0, "请写它的编号 committee_meeting"),
    ("committee_meeting", "开会", 0, "zhibu rubric kinds"),
    ("title: 村", "title: @村", 0, "请给整个值加上引号"),
    ("full: 100", "full 100", 1, "少了冒号"),
    ("every: month, kinds", "every: , kinds", 0, "没有写值"),
    ("over: mean, at_least: 80%", "over: mean, at_least: ", 0, "没有写值"),
    ("full: 100", "full:", 0, "没有写值"),
    ("full: 100", "full:\t100\n\tx: 1", 1, "制表符"),
    ("every: month, kinds", "every: moon, kinds", 0, "只能是"),
    ("full: true", "full: yes", 0, "true 或 false"),
    ("full: true", "full: true\n        attest: 有", -4, "有且只有一种计分办法"),
    ("ratio: [present, expected]", "ratio: [present]", 0, "缺少这一项"),
    ("over: mean, at_least: 80%", "over: mean", 0, "at_least"),
    ("over: mean, at_least: 80%", "over: mean, at_least: 80％", 0, "百分数"),
    ("{result: 群众满意度, linear: [60, 100]}", "{result: 群众满意度, linear: [60, 60]}", 0, "不能相同"),
    ("id: village-branches", "id: 村", 0, "小写字母"),
    ("sections:", "sections: 3\nsection:", 0, "应为列表"),
    ("over: mean, at_least: 80%", "over: mean, at_least: 80", 0, "请写百分数，如 80%"),
    ("ratio: [present, expected]", "ratio: [presence, expected]", 0, "只能用"),
    ("title: 组织生活\n", "title: {by_reading: nothing, a: 1}\n", 0, "没有 id 为"),
]


@pytest.mark.parametrize(("old", "new", "below", "words"), RUBRIC_MISTAKES)
def test_a_mistake_in_a_rulebook_names_its_place(tmp_path: Path, old: str, new: str, below: int, words: str) -> None:
    assert old in VILLAGE
    line = VILLAGE[: VILLAGE.index(old)].count("\n") + 1 + below
    path = tmp_path / "village.yaml"
    path.write_text(VILLAGE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FileError) as caught:
        load_rubric(path)
    problems = caught.value.problems
    assert any(f"village.yaml 第{line}行" in problem and words in problem for problem in problems), problems
    assert all(re.search("[\u4e00-\u9fff]", problem) for problem in problems)


BOOK_MISTAKES = [
    ("effective: {from: 2025-01-01}", "effective: {from: 2025-01-01, until: 2024-01-01}", "废止日期"),
    ("full: 100", "full: 100\nwindow: {from: 12-16, to: 12-15}", "years_back: 1"),
    ("full: 100", "full: 100\nmix: [{column: self, weight: 0.3}, {column: assessor, weight: 0.8}]", "相加是1.1"),
    (
        "{name: 五星, at_least: 95}, {name: 四星, at_least: 85}",
        "{name: 四星, at_least: 85}, {name: 五星, at_least: 95}",
        "永远轮不到",
    ),
    (", {name: 未评星}", "", "不到的就没有等次"),
    ("{name: 三星, at_least: 70}, {name: 未评星}", "{name: 未评星}, {name: 三星, at_least: 70}", "请把它移到最后"),
]


@pytest.mark.parametrize(("old", "new", "words"), BOOK_MISTAKES)
def test_a_rulebook_that_cannot_be_meant_so(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in VILLAGE
    path = tmp_path / "village.yaml"
    path.write_text(VILLAGE.replace(old, new, 1), encoding="utf-8")
    problems = check(load_rubric(path)).problems
    assert any(re.match(r".*village.yaml 第\d+行 ", problem) and words in problem for problem in problems), problems


LINT_MISTAKES = [
    ("points: 20\n        full: true", "points: 21\n        full: true", "一", "合计"),
    ("full: 100", "full: 101", "full", "合计"),
    ("clause: 二2", "clause: 二1", "二1", "用了两次"),
    ("line: 8\n", "line: 80\n", "二3", "原文只有12行"),
    ("{is: 优, points: 10}", "{is: 优, points: 9}", "二3", "最高9分"),
    ("points: 10\n        scale:\n          of", "scale:\n          of", "一3", "没有 points"),
]


@pytest.mark.parametrize(("old", "new", "clause", "words"), LINT_MISTAKES)
def test_a_rulebook_that_does_not_hold_together(tmp_path: Path, old: str, new: str, clause: str, words: str) -> None:
    assert old in VILLAGE
    path = tmp_path / "village.yaml"
    path.write_text(VILLAGE.replace(old, new, 1), encoding="utf-8")
    problems = check(load_rubric(path)).problems
    assert any(f"条款 {clause}：" in problem and words in problem for problem in problems), problems


FACTS_MISTAKES = [
    ("kind: committee_meeting", "kind: 支委大会", 3, "没有活动类别"),
    ("on: 2025-03-01", "on: 2025-02-29", 3, "没有这一天"),
    ("on: 2025-03-01, ", "", 3, "请写 on"),
    ("present: 5", "present: 6", 3, "多于应到"),
    ("present: 5", "presant: 5", 3, "不认识这个键"),
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


def test_a_score_sheet_for_clauses_that_are_not_there(tmp_path: Path) -> None:
    path = tmp_path / "qianjiang-2017.mine.yaml"
    path.write_text("overlay: qianjiang-2017\ntitle: 我们的分值\npoints: {（九）1: 3}\n", encoding="utf-8")
    with pytest.raises(FileError, match="没有条款 （九）1"):
        lay_over(load_catalog()["qianjiang-2017"], load_overlay(path))
    with pytest.raises(FileError, match="不能用于"):
        lay_over(load_catalog()["city-2020"], load_overlay(path))


NO_SUCH_THING = ["", "{", "- a", "a: &x [1]\nb: *x", "a: !!python/object:os.system x", "\x00", "[" * 100000]


@pytest.mark.parametrize("text", NO_SUCH_THING, ids=range(len(NO_SUCH_THING)))
@pytest.mark.parametrize("read", [load_rubric, load_facts, load_overlay, load_activities.__wrapped__])
def test_a_file_that_is_no_such_thing(tmp_path: Path, text: str, read: Callable[[Path], object]) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    if read is load_facts and text == "":
        assert load_facts(path).activities == ()
        return
    with pytest.raises(FileError):
        read(path)


def test_no_file_no_folder_no_utf8(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"id: \xff\xfe")
    for path in (tmp_path / "none.yaml", tmp_path, tmp_path / "latin.yaml"):
        with pytest.raises(FileError):
            load_rubric(path)


def test_a_file_of_nothing_but_mistakes_is_answered_at_once(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: b\n" * 200_000, encoding="utf-8")
    with pytest.raises(FileError) as caught:
        load_rubric(path)
    assert len(caught.value.problems) == 20
    path.write_bytes(b"#" * 20_000_001)
    with pytest.raises(FileError, match="文件太大"):
        load_rubric(path)


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


def test_a_score_sheet_that_switches_a_reading_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "qianjiang-2017.mine.yaml"
    path.write_text("overlay: qianjiang-2017\ntitle: 我们的分值\nreadings: {two-week: x}\n", encoding="utf-8")
    with pytest.raises(FileError, match=r"我们的分值 readings：.*没有解释“two-week”"):
        lay_over(load_catalog()["qianjiang-2017"], load_overlay(path))
