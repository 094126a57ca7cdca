"""The units file: what it may say, and that every mistake names file, line, key and cure."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands.units import app
from bot.units_file import read_units
from rubrics.strict_yaml import FileError
from storage.people import Person
from storage.units import Headcount

EXAMPLE = Path("bot/commands/units.example.yaml")


def write(folder: Path, text: str) -> Path:
    path = folder / "units.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_assessor_may_rate_for_a_body_and_nobody_else_may(tmp_path: Path) -> None:
    text = """units:
  - id: a
    name: 市委
    people:
      - {id: "@sun:x.org", name: 孙丽, roles: [考评员], bodies: [组织部]}
      - {id: "@hu:x.org", name: 胡军, roles: [管理员]}
"""
    (unit,) = read_units(write(tmp_path, text))
    assert unit.settings["bodies"] == {"@sun:x.org": ["组织部"]}
    with pytest.raises(FileError) as error:
        read_units(write(tmp_path, text.replace("roles: [管理员]", "roles: [管理员], bodies: [组织部]")))
    assert "bodies" in str(error.value)
    assert "考评员" in str(error.value)


def test_the_example_says_everything_a_file_can(tmp_path: Path) -> None:
    top, first, second, third = read_units(EXAMPLE)
    assert [unit.parent for unit in (top, first, second, third)] == [None, "jiguan", "jiguan", "jiguan"]
    assert top.settings == {
        "rulebooks": [
            {"id": "qianjiang-2017", "points": "example-points"},
            {"id": "health-branches", "points": "example-points"},
        ],
        "language": "zh_CN",
        "time_zone": "Asia/Shanghai",
        "party_day": None,
        "quiet_hours": {"from": "20:00", "to": "08:00"},
        "deadlines": None,
        "holidays": "earlier",
        "bodies": None,
    }
    assert first.settings["party_day"] == {"week": 1, "weekday": 5}
    assert first.settings["deadlines"] == {"information_submitted": 25, "dues_collected": 20}
    assert first.attributes == {"类型": "支部", "任期届满日": "2027-06-30"}
    assert first.headcounts[1] == Headcount(date(2026, 9, 1), 23, 1, 0, 1, 5, (8, 8, 8), 4)
    assert second.people == (
        (Person("@zhao:example.org", "赵敏"), ("secretary",)),
        (Person("@li:example.org", "李明"), ("reporter",)),
    )
    assert (third.closed_on, third.merged_into, third.place) == (date(2026, 7, 1), "jiguan-2", 2)


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("party_day: 每月最后一个星期日", {"party_day": {"week": -1, "weekday": 7}}),
        ("party_day: 每月10日", {"party_day": {"day": 10}}),
        ("holidays: later", {"holidays": "later"}),
        ("rulebooks: [shaoxing-2018]", {"rulebooks": [{"id": "shaoxing-2018"}]}),
        ("rulebooks: []", {"rulebooks": []}),
    ],
)
def test_settings_may_be_written_in_several_ways(tmp_path: Path, line: str, kept: dict[str, object]) -> None:
    (unit,) = read_units(write(tmp_path, f"units:\n  - id: a\n    name: A\n    {line}\n"))
    assert {name: value for name, value in unit.settings.items() if value is not None} == kept


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("{since: 2026-01-01, full: 6, groups: [3, 3]}", Headcount(date(2026, 1, 1), 6, groups=(3, 3))),
        ("{since: 2026-01-01, 正式: 6, 党小组: 2}", Headcount(date(2026, 1, 1), 6, groups=(0, 0))),
        ("{since: 2026-01-01, 正式: 6, 支委: 3, 党小组: }", Headcount(date(2026, 1, 1), 6, committee=3)),
    ],
)
def test_headcounts_may_be_written_in_several_ways(tmp_path: Path, line: str, count: Headcount) -> None:
    (unit,) = read_units(write(tmp_path, f"units:\n  - id: a\n    name: A\n    headcounts:\n      - {line}\n"))
    assert unit.headcounts == (count,)


A = "units:\n  - id: a\n    name: A\n"
HEADS = A + "    headcounts:\n      - "
PEOPLE = A + "    people:\n      - "
MISTAKES = [
    ("", 1, "units", "请补上"),
    ("units: []", 1, "units", "至少要有1项"),
    ("units:\n  - {id: a b, name: A}", 2, "units.0.id", "编号只能用"),
    ("units:\n  - {id: a}", 2, "units.0.name", "缺少这一项"),
    (A + "    nmae: B", 4, "units.0.nmae", "不认识这个键"),
    (A + "    name: B", 4, "", "写了两次"),
    (A + "    children:\n      - {id: a, name: B}", 5, "units.0.children.0.id", "编号“a”在第2行已经用过"),
    (A + "  - id: b\n    name: A", 5, "units.1.name", "同一上级下已有“A”（第3行）"),
    (A + "    children:\n      - {id: b, name: B, parent: a}", 5, "units.0.children.0.parent", "请删去这一项"),
    (A + "    merged_into: b", 4, "units.0.merged_into", "closed_on"),
    (A + "    founded_on: 2026-02-30", 4, "units.0.founded_on", "没有这一天"),
    (A + "    founded_on: 2026-02-01\n    closed_on: 2026-01-01", 5, "units.0.closed_on", "应在成立日期"),
    (A + "    language: de", 4, "units.0.language", "只能是"),
    (A + "    time_zone: Asia/Beijing", 4, "units.0.time_zone", "Asia/Shanghai"),
    (A + "    party_day: 每月第六个周五", 4, "units.0.party_day", "每月第一个周五"),
    (A + "    party_day: 每月32日", 4, "units.0.party_day", "每月10日"),
    (A + "    quiet_hours: 20-8", 4, "units.0.quiet_hours", "20:00-08:00"),
    (A + "    quiet_hours: 08:00-08:00", 4, "units.0.quiet_hours", "20:00-08:00"),
    (A + "    deadlines: {开会: 3}", 4, "units.0.deadlines", "没有这种活动：开会"),
    (A + "    deadlines: {信息报送: 32}", 4, "units.0.deadlines.信息报送", "31"),
    (A + "    deadlines: {信息报送: 3, information_submitted: 4}", 4, "units.0.deadlines", "写了两次"),
    (A + "    holidays: 也许", 4, "units.0.holidays", "提前、顺延或不变"),
    (A + "    rulebooks: [none]", 4, "units.0.rulebooks.0", "没有规则“none”，只能是：.*qianjiang-2017"),
    (A + "    rulebooks: [qianjiang-2017.example-points]", 4, "units.0.rulebooks.0", "没有规则"),
    (A + "    rulebooks: [shaoxing-2018, shaoxing-2018]", 4, "units.0.rulebooks.1", "写了两次"),
    (A + "    rulebooks:\n      - {id: qianjiang-2017, points: x}", 5, "units.0.rulebooks.0.points", "example-points"),
    (HEADS + "{正式: 3}", 5, "units.0.headcounts.0.since", "缺少这一项"),
    (HEADS + "{since: 2026-1-1, 正式: 3}", 5, "units.0.headcounts.0.since", "应为日期"),
    (HEADS + "{since: 2026-01-01, 正式: -3}", 5, "units.0.headcounts.0.正式", "0"),
    (HEADS + "{since: 2026-01-01, 正式: 三}", 5, "units.0.headcounts.0.正式", "应为整数"),
    (HEADS + "{since: 2026-01-01, 正式: 3, 委员: 5}", 5, "units.0.headcounts.0", "委员5人"),
    (
        HEADS + "{since: 2026-01-01, 正式: 3, 流动: 4}",
        5,
        "units.0.headcounts.0",
        "超过党员总数3人",
    ),
    (HEADS + "{since: 2026-01-01, 正式: 3, 党小组: [2, 2]}", 5, "units.0.headcounts.0", "共4人"),
    (
        HEADS + "{since: 2026-01-01, 正式: 3, 党小组: 两个}",
        5,
        "units.0.headcounts.0.党小组",
        "组数",
    ),
    (HEADS + "{since: 2026-01-01, 正式: 3, full: 3}", 5, "units.0.headcounts.0", "同一项"),
    (
        HEADS + "{since: 2026-01-01, 正式: 3}\n      - {since: 2026-01-01, 正式: 4}",
        6,
        "units.0.headcounts.1.since",
        "写了两次",
    ),
    (PEOPLE + "{id: li, name: 李明, roles: [书记]}", 5, "units.0.people.0.id", "不是 Matrix 账号"),
    (PEOPLE + '{id: "@li", name: 李明, roles: [书记]}', 5, "units.0.people.0.id", "@li:example.org"),
    (
        PEOPLE + '{id: "@l:x", name: 李明, roles: [会计]}',
        5,
        "units.0.people.0.roles.0",
        "书记（secretary）",
    ),
    (PEOPLE + '{id: "@l:x", name: 李明, roles: []}', 5, "units.0.people.0.roles", "1"),
    (
        PEOPLE + '{id: "@l:x", name: 李明, roles: [书记, secretary]}',
        5,
        "units.0.people.0.roles",
        "两次",
    ),
    (
        A
        + '    people:\n      - {id: "@l:x", name: 李, roles: [书记]}\n      - {id: "@l:x", name: 李, roles: [报送人]}',
        6,
        "units.0.people.1",
        "写了两次",
    ),
    (
        PEOPLE + '{id: "@l:x", name: 李, roles: [书记]}\n'
        '  - id: b\n    name: B\n    people:\n      - {id: "@l:x", name: 王, roles: [书记]}',
        9,
        "units.1.people.0.name",
        "在第5行叫“李”",
    ),
]


@pytest.mark.parametrize(("text", "line", "key", "said"), MISTAKES)
def test_a_mistake_names_file_line_key_and_cure(tmp_path: Path, text: str, line: int, key: str, said: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(FileError) as told:
        read_units(path)
    assert len(told.value.problems) == 1
    assert str(told.value).startswith(f"{path} 第{line}行")
    assert key in str(told.value)
    told.match(said)
    assert not any(word in str(told.value) for word in ("Input", "should", "valid"))  # pydantic's English


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileError) as told:
        read_units(write(tmp_path, A + "  - id: a\n    name: A\n    rulebooks: [none]\n    merged_into: b\n"))
    assert len(told.value.problems) == 3


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "zhibu.yaml"
    path.write_text('homeserver: http://localhost\nuser_id: "@zhibu:example.org"\n', encoding="utf-8")
    return path


def run(*words: object) -> str:
    """What the command prints; a mistake is raised."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_template_dry_run_import_and_list(tmp_path: Path, config: Path) -> None:
    path = write(tmp_path, run("template"))
    assert path.read_text(encoding="utf-8") == EXAMPLE.read_text(encoding="utf-8")
    assert "共15处变化，这是试运行，没有写入" in run("import", path, "--dry-run", "--config", config)
    assert "还没有单位" in run("list", "--config", config)
    assert "机关第一支部（jiguan-1）：@li:example.org 任书记" in run("import", path, "--config", config)
    assert run("import", path, "--config", config) == "没有变化。\n"
    path.write_text(
        path.read_text(encoding="utf-8").replace("name: 李明, roles: [书记]", "name: 李明, roles: [报送人]")
    )
    assert "@li:example.org 不再任书记" in run("import", path, "--config", config)
    shown = run("list", "--config", config)
    assert (
        "\n  机关第一支部（jiguan-1） · 正式23 预备1（2026-09-01起，3个党小组） · 规则 qianjiang-2017.example-points"
        in shown
    )


def test_what_does_not_fit_the_record_is_said_of_its_line(tmp_path: Path, config: Path) -> None:
    path = write(tmp_path, A + "    parent: quwei\n")
    with pytest.raises(FileError, match=r"第4行 units\.0\.parent：没有编号为“quwei”的上级"):
        run("import", path, "--config", config)
    assert "还没有单位" in run("list", "--config", config)
