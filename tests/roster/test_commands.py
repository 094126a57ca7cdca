"""zhibu units with tables, as an administrator at a terminal meets it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rubrics.strict_yaml import FileError
from tests.command_line import run

ROWS = (
    ("top", "机关党委", None), ("b1", "第一支部", "top", "支部", 22, 2), ("b2", "第二支部", "top", "支部", 6, 0),
)  # fmt: skip


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "zhibu.yaml"
    path.write_text('homeserver: http://localhost\nuser_id: "@zhibu:example.org"\n', encoding="utf-8")
    return path


def filled(path: Path) -> Path:
    """The template with three units in it."""
    run("units", "template", "--xlsx", path)
    book = load_workbook(path)
    page = book["单位"]
    at = {cell.value: cell.column for cell in page[1]}
    for row, values in enumerate(ROWS, 2):
        for heading, value in zip(("单位编号", "名称", "上级", "类型", "正式", "预备"), values, strict=False):
            page.cell(row, at[heading], value)
    for row in (3, 4):
        page.cell(row, at["人数起始"], "2026-01-01")
        page.cell(row, at["书记姓名"], "李明")
    page.cell(3, at["书记账号"], "@li:example.org")
    book.save(path)
    return path


def test_template_dry_run_import_export_and_no_change(tmp_path: Path, config: Path) -> None:
    path = filled(tmp_path / "名册.xlsx")
    said = run("units", "import", path, "--dry-run", "--config", config)
    assert "第一支部（b1）：@li:example.org 任书记" in said
    assert "这是试运行，没有写入" in said
    assert "还没有单位" in run("units", "list", "--config", config)
    said = run("units", "import", path, "--config", config)
    assert "共5处变化，已写入。" in said
    assert said.endswith("有1个单位的书记没有账号：用 zhibu enrol --unit b2 --role 书记 发登记码。\n")
    assert "正式22 预备2" in run("units", "list", "--config", config)
    for name in ("out.xlsx", "out.yaml"):
        out = tmp_path / name
        assert run("units", "export", f"--{out.suffix[1:]}", out, "--config", config) == f"已写入 {out}\n"
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        assert run("units", "import", out, "--config", config) == "没有变化。\n"
        with pytest.raises(FileError, match="已经有这个文件"):
            run("units", "export", f"--{out.suffix[1:]}", out, "--config", config)


def test_a_part_of_the_tree_is_exported_with_its_parent_named(tmp_path: Path, config: Path) -> None:
    run("units", "import", filled(tmp_path / "名册.xlsx"), "--config", config)
    out = tmp_path / "b1.yaml"
    run("units", "export", "--yaml", out, "--unit", "b1", "--config", config)
    assert "parent: top" in out.read_text()
    assert "b2" not in out.read_text()
    assert run("units", "import", out, "--config", config) == "没有变化。\n"
    with pytest.raises(FileError, match="没有单位“b9”"):
        run("units", "export", "--yaml", tmp_path / "x.yaml", "--unit", "b9", "--config", config)


def test_changes_are_said_in_words(tmp_path: Path, config: Path) -> None:
    run("units", "import", filled(tmp_path / "名册.xlsx"), "--config", config)
    path = tmp_path / "变动.csv"
    path.write_text(
        "单位编号,正式,人数起始,党小组,党日,任期届满日\nb1,23,2026-09-01,8、8、7,每月10日,2027-06-30\n", "gbk"
    )
    said = run("units", "import", path, "--config", config)
    assert "b1：2026-09-01起的人数：（无） → 正式23 党小组8、8、7人\n" in said
    assert "b1：党日：（随上级） → 每月10日\n" in said
    assert "b1：属性 任期届满日：（无） → 2027-06-30\n" in said


def test_a_unit_that_is_not_on_record_is_named_with_its_row(tmp_path: Path, config: Path) -> None:
    path = tmp_path / "人员.csv"
    path.write_text("单位编号,职务,姓名,账号\nb1,书记,李明,@li:x\n", "utf-8")
    with pytest.raises(FileError, match=r"人员\.csv 第2行“单位编号”列：在册的单位里没有这个编号"):
        run("units", "import", path, "--config", config)


def test_who_lacks_an_account_is_told_with_the_units_to_give_codes_under(tmp_path: Path, config: Path) -> None:
    path = tmp_path / "名册.csv"
    head = "单位编号,名称,上级,书记姓名\ncity,市委,,\nc1,第一党委,city,\nc2,第二党委,city,\nc3,第三党委,city,\n"
    path.write_text(f"{head}b1,第一支部,c1,甲\nb2,第二支部,c1,乙\n", "utf-8")
    said = run("units", "import", path, "--dry-run", "--config", config)
    assert said.endswith(
        "有2个单位的书记没有账号：用 zhibu enrol --unit c1 --role 书记 --out 码-c1.xlsx 发登记码，导入后再发。\n"
    )
    path.write_text(f"{head}b1,第一支部,c1,甲\nb2,第二支部,c1,乙\nb3,第三支部,c2,丙\n", "utf-8")
    said = run("units", "import", path, "--config", config)
    each = [f"zhibu enrol --unit {top} --role 书记 --out 码-{top}.xlsx" for top in ("c1", "c2")]
    assert said.endswith(f"有3个单位的书记没有账号：用 {'、'.join(each)} 发登记码。\n")
    path.write_text(f"{head}b1,第一支部,c1,甲\nb4,直属支部,city,丁\n", "utf-8")
    said = run("units", "import", path, "--config", config)
    assert said.endswith("用 zhibu enrol --unit city --role 书记 --out 码-city.xlsx 发登记码。\n")
    out = tmp_path / "码-city.xlsx"
    assert "已写入" in run("enrol", "--unit", "city", "--role", "书记", "--out", out, "--config", config)


def test_what_to_export_must_be_said(config: Path) -> None:
    with pytest.raises(AssertionError, match="要写 --xlsx"):
        run("units", "export", "--config", config)
