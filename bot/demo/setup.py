"""A new record with the demo's branches, people and past months in it."""

from __future__ import annotations

from datetime import datetime
from importlib import resources
from pathlib import Path

from bot.demo.records import add_records
from bot.units_file import read_units
from storage.database import Database
from storage.unit_import import import_units

SECRETARY, ASSESSOR, OTHER, ADMINISTRATOR = "li", "wang", "zhao", "chen"
UNIT = "first"


def person(localpart: str, server: str) -> str:
    """The Matrix id of one of the demo's people."""
    return f"@{localpart}:{server}"


async def fill(database: Database, server: str, now: datetime, folder: Path, *, records: bool = True) -> None:
    """Import the demo's units for accounts on a server and, with records, the first branch's past; once only.

    folder: where the units file is written, so that it can be read and changed.
    """
    text = resources.files("bot.demo").joinpath("units.yaml").read_text(encoding="utf-8")
    path = folder / "units.yaml"
    if path.exists():
        return
    path.write_text(text.replace("SERVER", server), encoding="utf-8")
    tree = read_units(path)
    async with database.turn() as conn:
        await import_units(conn, tree, at=now, by="demo")
        if records:
            await add_records(conn, UNIT, person(SECRETARY, server), now)
