"""A new record with the demo's branches, people and past months in it."""

from __future__ import annotations

from datetime import datetime
from importlib import resources
from pathlib import Path

from bot.demo.points import EXAMPLE
from bot.demo.records import add_records
from bot.units_file import read_units
from storage.database import Database
from storage.unit_import import import_units

SECRETARY, ASSESSOR, OTHER, ADMINISTRATOR = "li", "wang", "zhao", "chen"
UNIT = "first"


def person(localpart: str, server: str) -> str:
    """The Matrix id of one of the demo's people."""
    return f"@{localpart}:{server}"


async def fill(
    database: Database,
    server: str,
    now: datetime,
    folder: Path,
    *,
    records: bool = True,
    tree: Path | None = None,
    rulebooks: Path | None = None,
    points: str = EXAMPLE,
) -> None:
    """Import the demo's units for accounts on a server and, with records, the first branch's past; once only.

    folder: where the units file is written, so that it can be read and changed; tree: other units than the demo's;
    points: the score sheets that the units go by.
    """
    given = tree or resources.files("bot.demo").joinpath("units.yaml")
    path = folder / "units.yaml"
    if path.exists():
        return
    path.write_text(
        given.read_text(encoding="utf-8").replace("SERVER", server).replace(EXAMPLE, points), encoding="utf-8"
    )
    entries = read_units(path, rulebooks)
    async with database.turn() as conn:
        await import_units(conn, entries, at=now, by="demo")
        if records:
            await add_records(conn, UNIT, person(SECRETARY, server), now)
