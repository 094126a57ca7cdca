"""An old units file does not undo in silence what was changed in chat, or by a command, since it last spoke of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.clock import utc_now
from bot.settings import read_settings
from rubrics.strict_yaml import FileError
from storage import structure, units
from storage.database import Connection, Database
from storage.overruled import Overrules, overruled
from storage.unit_import import UnitEntry, compare, import_units
from storage.units import Headcount
from tests.command_line import run
from tests.roster.conftest import NOW

WANG = "@wang:x"
QUIET = {"from": "21:00", "to": "07:00"}
LATER = {"from": "22:00", "to": "06:00"}
FILE = [
    UnitEntry("top", "机关党委", settings={"quiet_hours": QUIET, "deadlines": {"information_submitted": 25}}),
    UnitEntry("b1", "第一支部", "top", 0, headcounts=(Headcount(date(2026, 1, 1), 22),)),
    UnitEntry("b2", "第二支部", "top", 1),
    UnitEntry("other", "第二党委", place=1),
]
Act = Callable[[Connection], Awaitable[object]]
ACTS: dict[str, tuple[Act, str, str, str]] = {
    "a setting": (
        lambda conn: units.change_setting(conn, "top", "quiet_hours", LATER, by=WANG, at=NOW),
        "top", "setting", "quiet_hours",
    ),
    "a setting taken away": (
        lambda conn: units.change_setting(conn, "top", "deadlines", None, by=WANG, at=NOW),
        "top", "setting", "deadlines",
    ),
    "a headcount": (
        lambda conn: units.set_headcount(conn, "b1", Headcount(date(2026, 9, 1), 23), by=WANG, at=NOW),
        "b1", "headcount", "2026-09-01",
    ),
    "a closing": (
        lambda conn: structure.close(conn, "b2", date(2026, 7, 1), None, by=WANG, at=NOW),
        "b2", "closed_on", "",
    ),
    "a move": (
        lambda conn: structure.move(conn, "b1", "other", NOW.date(), by=WANG, at=NOW, today=NOW.date()),
        "b1", "parent", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
async def test_what_was_changed_since_is_undone_only_when_it_shall_be(db: Database, act: str) -> None:
    do, unit, what, key = ACTS[act]
    async with db.turn() as conn:
        await import_units(conn, FILE, at=NOW - timedelta(days=9), by="cli:root")
    async with db.turn() as conn:
        await do(conn)
    with pytest.raises(Overrules) as told:
        async with db.turn() as conn:
            await import_units(conn, FILE, at=NOW, by="cli:root")
    (undone,) = told.value.undone
    assert (undone.change.unit_id, undone.change.what, undone.change.key) == (unit, what, key)
    assert (undone.by, undone.at) == (WANG, NOW)
    async with db.look() as conn:
        changes = await compare(conn, FILE, NOW)
        assert undone.change in changes
        assert list(told.value.undone) == await overruled(conn, changes)
    async with db.turn() as conn:
        assert await import_units(conn, FILE, at=NOW, by="cli:root", overrule=True) == changes
    async with db.turn() as conn:  # the file has had the last word, so that a newer one may change it again
        changed = [UnitEntry("top", "机关党委", settings={"quiet_hours": None, "deadlines": None}), *FILE[1:]]
        assert len(await import_units(conn, changed, at=NOW, by="cli:root")) == 2


async def test_what_nobody_changed_is_changed_by_a_file_as_ever(db: Database) -> None:
    async with db.turn() as conn:
        await import_units(conn, FILE, at=NOW, by="cli:root")
        await units.change_setting(conn, "b2", "quiet_hours", LATER, by=WANG, at=NOW)
    newer = [UnitEntry("top", "机关党委", settings={"quiet_hours": LATER}), *FILE[1:]]
    async with db.turn() as conn:
        (change,) = await import_units(conn, newer, at=NOW, by="cli:root")
    assert (change.unit_id, change.key) == ("top", "quiet_hours")


@pytest.mark.parametrize("count", [1201])
async def test_a_city_is_looked_through_in_parts(db: Database, count: int) -> None:
    many = [UnitEntry(f"u{n}", f"第{n}支部", place=n, settings={"quiet_hours": QUIET}) for n in range(count)]
    async with db.turn() as conn:
        await import_units(conn, many, at=NOW, by="cli:root")
        for one in (many[0], many[-1]):
            await units.change_setting(conn, one.id, "quiet_hours", LATER, by=WANG, at=NOW)
        bare = [UnitEntry(one.id, one.name, place=one.place, settings={"quiet_hours": None}) for one in many]
        undone = await overruled(conn, await compare(conn, bare, NOW))
    assert [one.change.unit_id for one in undone] == [many[0].id, many[-1].id]


OLD = """units:
  - id: top
    name: 机关党委
    quiet_hours: "21:00-07:00"
    children:
      - {id: b1, name: 第一支部, headcounts: [{since: 2026-01-01, 正式: 22}]}
"""


def test_at_a_terminal_it_is_said_whose_it_was_and_what_to_do(tmp_path: Path) -> None:
    config, old = tmp_path / "zhibu.yaml", tmp_path / "旧名册.yaml"
    config.write_text('homeserver: http://localhost\nuser_id: "@zhibu:example.org"\n', encoding="utf-8")
    old.write_text(OLD, encoding="utf-8")
    run("units", "import", old, "--config", config)

    async def in_chat() -> None:
        database = await Database.open(read_settings(config).database_url)
        async with database.turn() as conn:
            await units.change_setting(conn, "top", "quiet_hours", LATER, by=WANG, at=utc_now())
            await units.set_headcount(conn, "b1", Headcount(date(2026, 9, 1), 23), by=WANG, at=utc_now())
        await database.close()

    asyncio.run(in_chat())
    said = run("units", "import", old, "--dry-run", "--config", config)
    assert "共2处变化，这是试运行，没有写入。\n注意，其中2处会把后来在聊天里或用命令改的改掉：\n" in said
    words = "  机关党委（top）：不打扰：22:00-06:00 → 21:00-07:00（现在的是 @wang:x 在 "
    counted = "  第一支部（b1）：2026-09-01起的人数：正式23 → （无）（现在的是 @wang:x 在 "
    assert words in said
    assert counted in said
    with pytest.raises(FileError) as told:
        run("units", "import", old, "--config", config)
    assert f"{old}：没有写入，其中2处会" in str(told.value)
    assert words in str(told.value)
    assert counted in str(told.value)
    assert "请加 --overrule；" in str(told.value)
    assert "不打扰：22:00-06:00（本单位）" in run("units", "show", "top", "--config", config)
    assert "共2处变化，已写入。\n" in run("units", "import", old, "--overrule", "--config", config)
    assert "不打扰：21:00-07:00（本单位）" in run("units", "show", "top", "--config", config)
    assert run("units", "import", old, "--config", config) == "没有变化。\n"
