"""zhibu units show, handover, close and move as an administrator at a terminal meets them."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from bot.clock import utc_now
from rubrics.strict_yaml import FileError
from tests.command_line import run

UNITS = """
units:
  - id: top
    name: 机关党委
    quiet_hours: "21:00-07:00"
    deadlines: {信息报送: 25, 党费收缴: 20, 党课: 10}
    rulebooks: [{id: qianjiang-2017, points: example-points}]
    children:
      - id: b1
        name: 第一支部
        founded_on: 2019-07-01
        party_day: 每月第一个周五
        deadlines: {党费收缴: 5, 党课: 不设}
        attributes: {类型: 支部}
        headcounts: [{since: 2026-01-01, 正式: 22, 预备: 2, 党小组: [12, 12]}]
        people: [{id: "@li:x", name: 李明, roles: [书记]}, {id: "@sun:x", name: 孙丽, roles: [报送人]}]
      - {id: b2, name: 第二支部, people: [{id: "@a:x", name: 甲, roles: [书记]}, {id: "@b:x", name: 乙, roles: [书记]}]}
  - {id: other, name: 第二党委, quiet_hours: "22:00-06:00"}
"""
TODAY = utc_now().astimezone(ZoneInfo("Asia/Shanghai")).date()  # where the units are
LATER = (TODAY + timedelta(days=40)).isoformat()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "zhibu.yaml"
    path.write_text('homeserver: http://localhost\nuser_id: "@zhibu:example.org"\n', encoding="utf-8")
    units = tmp_path / "units.yaml"
    units.write_text(UNITS, encoding="utf-8")
    run("units", "import", units, "--config", path)
    return path


def test_each_setting_says_where_it_comes_from(config: Path) -> None:
    said = run("units", "show", "b1", "--config", config)
    lines = [line.strip() for line in said.splitlines()]
    assert lines[:4] == [
        "第一支部（b1）",
        "上级：机关党委（top）",
        "2019-07-01成立",
        "2026-01-01起：正式22 预备2 党小组12、12人",
    ]
    for line in (
        "属性 类型：支部",
        "考核规则：qianjiang-2017.example-points（随 机关党委（top））",
        "党日：每月第一个周五（本单位）",
        "期限 信息报送：每月25日（随 机关党委（top））",
        "期限 党费收缴：每月5日（本单位）",
        "期限 党课：不设（本单位）",
        "不打扰：21:00-07:00（随 机关党委（top））",
        "节假日：不变（默认）",
        "提醒发到：书记的私聊",
    ):
        assert line in lines, said
    assert re.search(r"书记 李明 @li:x（名册，\d{4}-\d\d-\d\d起）", said)
    with pytest.raises(FileError, match="没有单位“b9”"):
        run("units", "show", "b9", "--config", config)


def test_an_office_is_handed_to_an_account(config: Path) -> None:
    with pytest.raises(FileError, match="还不认识 @zhao:x，请写上 --name"):
        run("units", "handover", "b1", "--to", "@zhao:x", "--config", config)
    words = ("units", "handover", "b1", "--to", "@zhao:x", "--name", "赵敏", "--config", config)
    said = run(*words, "--dry-run")
    assert said.endswith("这是试运行，没有写入。\n")
    assert "李明" in run("units", "show", "b1", "--config", config)
    assert run(*words).startswith("第一支部 书记：李明（@li:x） → 赵敏（@zhao:x），从")
    said = run("units", "show", "b1", "--config", config)
    assert "书记 赵敏 @zhao:x（移交" in said
    assert "李明" not in said
    said = run("units", "import", config.parent / "units.yaml", "--config", config)
    assert re.fullmatch(
        r"第一支部（b1）：@li:x 已于\d{4}-\d\d-\d\d卸任书记，不因名册恢复（要恢复请发登记码）\n没有变化。\n", said
    )


def test_an_office_is_handed_to_whoever_sends_a_code(config: Path) -> None:
    said = run("units", "handover", "b1", "--config", config)
    assert re.search(r"→ 用这个登记码登记的人：[A-Z2-9]{4}-[A-Z2-9]{4}\n", said)
    assert "接替 @li:x" in run("enrol", "--list", "--config", config)
    assert "书记 李明" in run("units", "show", "b1", "--config", config)


def test_who_leaves_must_be_clear(config: Path) -> None:
    with pytest.raises(FileError, match="第二支部的书记是：甲（@a:x）、乙（@b:x）。请用 --from"):
        run("units", "handover", "b2", "--to", "@sun:x", "--config", config)
    said = run("units", "handover", "b2", "--from", "乙", "--to", "@sun:x", "--config", config)
    assert said.startswith("第二支部 书记：乙（@b:x） → 孙丽（@sun:x）")
    with pytest.raises(FileError, match="机关党委现在没有考评员，不用移交：用 zhibu enrol --unit top --role 考评员"):
        run("units", "handover", "top", "--role", "考评员", "--to", "@sun:x", "--config", config)
    with pytest.raises(FileError, match="“zhao”不是 Matrix 账号"):
        run("units", "handover", "b1", "--to", "zhao", "--config", config)


def test_a_unit_is_closed_merged_and_moved(config: Path) -> None:
    said = run("units", "close", "b2", "--on", "2026-07-01", "--into", "b1", "--config", config)
    assert said.startswith("第二支部（b2）从2026-07-01起撤销，并入第一支部（b1）。\n")
    assert "2026-07-01撤销，并入第一支部（b1）" in run("units", "show", "b2", "--config", config)
    for words, why in (
        (("close", "b2"), "已经定了从2026-07-01起撤销"),
        (("close", "top"), "下面还有没撤销的单位（如 b1）"),
        (("close", "b1", "--into", "b1"), "不能并入自己"),
        (("close", "b1", "--on", "2019-07-01"), "应在成立日期 2019-07-01 之后"),
        (("move", "b1", "--to", "b2"), "“b2”也已撤销"),
        (("move", "top", "--to", "b1"), "上下级会成一个圈"),
    ):
        with pytest.raises(FileError, match=why):
            run("units", *words, "--config", config)
    assert run("units", "move", "b1", "--to", "other", "--on", LATER, "--config", config).startswith(
        f"第一支部（b1）到{LATER}移到第二党委（other）下面。"
    )
    said = run("units", "show", "b1", "--config", config)
    assert f"{LATER}将移到第二党委（other）下面" in said
    assert "不打扰：21:00-07:00（随 机关党委（top））" in said
    assert "取消了1项" in run("units", "move", "b1", "--cancel", "--config", config)
    assert "没有还没到日子的移动" in run("units", "move", "b1", "--cancel", "--config", config)
    run("units", "move", "b1", "--to", "other", "--dry-run", "--config", config)
    assert "上级：机关党委（top）" in run("units", "show", "b1", "--config", config)
    run("units", "move", "b1", "--to", "other", "--config", config)
    said = run("units", "show", "b1", "--config", config)
    assert "上级：第二党委（other）" in said
    assert f"{TODAY}从机关党委（top）移到第二党委（other）下面" in said
    assert "不打扰：22:00-06:00（随 第二党委（other））" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("move", "b1"), "要写 --to 新上级"),
        (("move", "b1", "--to", "other", "--on", "明天"), "“明天”不是日期"),
        (("handover", "b1", "--role", "会计"), "不认识职务“会计”"),
    ],
)
def test_what_is_missing_or_wrong_is_said(config: Path, words: tuple[str, ...], said: str) -> None:
    done = CliRunner().invoke(cli, ["units", *words, "--config", str(config)])
    assert done.exit_code == 2
    assert said in done.output.replace("│", "").replace("\n", "")
