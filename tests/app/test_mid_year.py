"""A branch that begins or ends within the year: what lies outside its time is not taken for its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from bot.commands.chat import open_local
from bot.demo.transcript import Said
from bot.units_file import read_units
from storage import activities
from storage.unit_import import import_units

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
TOLD = "支委会，应到5人实到5人，研究11月工作"


async def test_nothing_is_recorded_before_the_founding_or_after_the_end(tmp_path: Path) -> None:
    database, talk = await open_local(tmp_path, NOW)
    await talk.open()
    tree = [
        replace(e, founded_on=date(2026, 3, 1), closed_on=date(2026, 11, 10)) if e.id == "first" else e
        for e in read_units(tmp_path / "units.yaml")
    ]
    async with database.turn() as conn:
        await import_units(conn, tree, at=NOW, by="test")
        before = len(await activities.current(conn, ["first"]))
    for day, words in (("2月5日", "才成立"), ("11月12日", "已经撤销")):
        await talk.say(Said(0, f"{day}{TOLD}"))
        (answer,) = await talk.say(Said(0, "好"))
        assert words in answer
        await talk.say(Said(0, "算了"))
    await talk.say(Said(0, f"11月12日{TOLD}"))
    await talk.say(Said(0, "好"))
    await talk.say(Said(0, "11月9日"))
    (answer,) = await talk.say(Said(0, "好"))
    assert "已记下" in answer
    async with database.look() as conn:
        assert len(await activities.current(conn, ["first"])) == before + 1
    await database.close()
