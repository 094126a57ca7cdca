"""zhibu demo --year as a process: the whole year over a real Synapse, as its script has it, and the files it leaves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image

from bot.demo.homeserver import Homeserver
from bot.demo.points import SETTLED
from bot.demo.year.script import read_script
from rubrics import Rubric, load_catalog, score
from rubrics.factsfile import load_facts

BRANCHES = {
    "机关第一支部": ("量化考核", "支部考核评价"),
    "机关第二支部": ("量化考核",),
    "离退休支部": ("支部考核评价",),
}
BOOKS = {"量化考核": f"qianjiang-2017.{SETTLED}", "支部考核评价": f"health-branches.{SETTLED}"}
END = date(2027, 1, 14)


@pytest.mark.timeout(900)
def test_a_year_of_three_branches_under_two_rulebooks(tmp_path: Path) -> None:
    out, world = tmp_path / "out", tmp_path / "world"
    done = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--year", "--out", str(out), "--folder", str(world)],
        capture_output=True, text=True, timeout=850, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "都与剧本一致" in done.stderr
    for scene in read_script():
        assert scene.title in done.stdout
    _files_are_whole(out, load_catalog(world / "rulebooks"))
    _nothing_went_in_the_clear(world)


def _files_are_whole(out: Path, catalog: Mapping[str, Rubric]) -> None:
    """Every branch's sheets, as they came through its encrypted room; the facts score to what the sheets say."""
    for branch, books in BRANCHES.items():
        facts = load_facts(out / branch / f"{branch}-事实.yaml")
        for short in books:
            page = load_workbook(out / branch / f"{branch}-{short}-2026年评分表.xlsx")["评分表"]
            heads = [cell.value for cell in page[4]]
            total = next(row for row in page.rows if row[0].value == "合计")
            again = score(catalog[BOOKS[short]], facts, END, year=2026)
            assert again.total is not None, f"{branch} {short}: nothing is open at the year's end"
            assert float(str(total[heads.index("得分")].value)) == pytest.approx(float(again.total), abs=0.005)
            assert "定论" in str(page["A3"].value)
        with Image.open(out / branch / f"{branch}-2026年度图.png") as picture:
            assert picture.width == 1080
        assert "附件目录" in load_workbook(out / branch / f"{branch}-2026年台账.xlsx").sheetnames
    names = ("11月总览.png", "11月总览.xlsx", "12月总览-1.png", "12月总览-2.png", "12月总览.xlsx")
    evidence = {path for path in (out / "王芳").iterdir() if not path.name.startswith("2026年")}
    assert {path.name for path in (out / "王芳").iterdir()} - {p.name for p in evidence} == {
        f"2026年{n}" for n in names
    }
    assert {path.name.partition("-")[2]: path.read_bytes()[:4] for path in evidence} == {
        "支委名单.pdf": b"%PDF", "签到表.jpg": b"\xff\xd8\xff\xe0",
    }  # fmt: skip


def _nothing_went_in_the_clear(world: Path) -> None:
    """The server has seen no message but encrypted ones."""
    import sqlite3

    with sqlite3.connect(f"file:{Homeserver(world / 'synapse').database}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT type, count(*) FROM events WHERE state_key IS NULL GROUP BY type").fetchall()
    kinds = dict(rows)
    assert set(kinds) == {"m.room.encrypted"}
    assert kinds["m.room.encrypted"] > 500
