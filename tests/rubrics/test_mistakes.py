"""Every mistake in a rulebook or a score sheet is answered with file, line, key and cure; none with a traceback."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from rubrics import load_activities, load_overlay, load_rubric
from rubrics.factsfile import load_facts
from rubrics.lint import check
from rubrics.rulebooks import lay_over, load_catalog
from rubrics.strict_yaml import FileError
from tests.rubrics.cases import HERE

VILLAGE = (HERE / "own" / "rulebooks" / "village-branches.yaml").read_text(encoding="utf-8")

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
    ("ratio: [present, expected]", "ratio: [expected, present]", 0, "写反了"),
    ("full: 100", "ful: 100", 0, "是不是 full？"),
    ("points: 60", "points: \u200b60", 0, "看不见的字符"),
    ("    title: 组织生活\n", "\u3000\u3000title: 组织生活\n", 0, "缩进请用普通空格"),
    ("    title: 组织生活\n", "\u00a0\u00a0\u00a0\u00a0title: 组织生活\n", 0, "缩进请用普通空格"),
    ("  - clause: 一\n", "  – clause: 一\n", 0, "英文短横线"),
    ("  - clause: 一\n", "\t- clause: 一\n", 0, "制表符"),
    ("村党支部月度", "村\x00党支部", 0, "U+0000"),
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


RULE = VILLAGE[VILLAGE.index("        full: true\n") : VILLAGE.index("      - clause: 一2")]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("count: {each: 10, at_most: 1, of: [{kinds: [night_study]}]}", "at_most 请写在 of 的各组里"),
        ("count: {each: 10, has: [speaker], of: [{kinds: [night_study]}]}", "has 请写在 of 的各组里"),
        ("count: {each: 10, weigh: count, of: [{kinds: [night_study]}]}", "weigh 请写在 of 的各组里"),
        ("count: {each: 10, where: {level: [县委]}, of: [{kinds: [night_study]}]}", "where 请写在 of 的各组里"),
        ("levels: {kinds: [commendation], points: {县委: 30}, at_most: 1}", "levels 不用 at_most"),
        ("levels: {kinds: [commendation], points: {县委: 30}, each: 1}", "levels 不用 each"),
        ("levels: {kinds: [commendation], points: {县委: 30}, weigh: count}", "levels 不用 weigh"),
    ],
)
def test_a_key_that_would_be_passed_over_is_refused(tmp_path: Path, rule: str, words: str) -> None:
    path = tmp_path / "village.yaml"
    path.write_text(VILLAGE.replace(RULE, f"        {rule}\n"), encoding="utf-8")
    with pytest.raises(FileError, match=words):
        load_rubric(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04\xff\xfe", "Excel"),
        ("村".encode("gbk"), "UTF-8"),
        (b"- a\n", "应为键值"),
        ("你好".encode(), "应为键值"),
    ],
)
def test_what_is_no_rulebook_at_all(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "village.yaml"
    path.write_bytes(content)
    with pytest.raises(FileError) as caught:
        load_rubric(path)
    assert len(caught.value.problems) == 1
    assert words in caught.value.problems[0]


BOOK_MISTAKES = [
    ("{name: 五星, at_least: 95}", "{name: 五星, at_least: 950}", "满分只有100"),
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


def test_a_score_sheet_that_switches_a_reading_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "qianjiang-2017.mine.yaml"
    path.write_text("overlay: qianjiang-2017\ntitle: 我们的分值\nreadings: {two-week: x}\n", encoding="utf-8")
    with pytest.raises(FileError, match=r"我们的分值 readings：.*没有解释“two-week”"):
        lay_over(load_catalog()["qianjiang-2017"], load_overlay(path))


def test_a_cap_that_no_number_of_times_makes_may_be_waived(tmp_path: Path) -> None:
    text = (HERE / "own" / "rulebooks" / "street-branches.yaml").read_text(encoding="utf-8")
    path = tmp_path / "street.yaml"
    path.write_text(text, encoding="utf-8")
    assert check(load_rubric(path)).problems == []
    path.write_text(text.replace("        waive: 原文如此，封顶不是每次分数的整数倍。\n", ""), encoding="utf-8")
    assert "每次0.3分凑不成分值8" in check(load_rubric(path)).problems[0]


@pytest.mark.parametrize("place", ["      - clause: 一1\n", "  - clause: 一\n"])
def test_points_by_level_are_of_all_units_or_of_ones_own(tmp_path: Path, place: str) -> None:
    """Whether it says so itself or has it from above: it was scored as their sum without a word."""
    at = VILLAGE.index(place) + len(place)
    indent = " " * (place.index("-") + 2)
    text = VILLAGE[:at] + f"{indent}scope: mean_of_branches\n" + VILLAGE[at:]
    begin = text.index("        full: true\n")
    end = text.index("      - clause: 一2")
    levels = "        levels: {kinds: [commendation], by: level, points: {县委: 30}}\n"
    path = tmp_path / "village.yaml"
    path.write_text(text[:begin] + levels + text[end:], encoding="utf-8")
    [problem] = [p for p in check(load_rubric(path)).problems if "levels" in p]
    assert "条款 一1：levels（按级别给分）不能按支部平均，只能用 scope: own 或 sum。" in problem
