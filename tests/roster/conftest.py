"""Workbooks made cell by cell, and a record to bring them into."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from bot.units_file import read_file
from storage.database import Database
from storage.unit_import import Change, import_units

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
Cells = Sequence[Sequence[Any]]
Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A workbook with these sheets, each a list of rows; edit: what else is done to it."""

    def made(sheets: dict[str, Cells], edit: Callable[[Workbook], None] = lambda book: None) -> Path:
        book = Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            page = book.create_sheet(title)
            for row in rows:
                page.append(list(row))
        edit(book)
        path = tmp_path / "名册.xlsx"
        book.save(path)
        return path

    return made


@pytest.fixture
async def db(url: str) -> AsyncIterator[Database]:
    """An empty record."""
    database = await Database.open(url)
    yield database
    await database.close()


async def bring(db: Database, path: Path, at: datetime = NOW) -> list[Change]:
    """Import a file; what it changed."""
    async with db.turn() as conn:
        return await import_units(conn, read_file(path).entries, at=at, by="test")
