"""Rows that may be there already: INSERT with ON CONFLICT, which both databases have and SQLAlchemy has in two places.

Statements are built once: building one costs three times as much as running it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Values = Mapping[str, Any]


async def add_new(conn: AsyncConnection, table: Table, rows: Sequence[Values]) -> None:
    """Insert rows in order; one whose key is there already changes nothing."""
    if rows:
        await conn.execute(_add_new(conn.dialect.name, table), list(rows))


async def put_over(conn: AsyncConnection, table: Table, rows: Sequence[Values]) -> None:
    """Insert rows; one whose primary key is there already takes the new values. All rows name the same columns."""
    if rows:
        await conn.execute(_put_over(conn.dialect.name, table, tuple(rows[0])), list(rows))


def insert(dialect: str, table: Table) -> sqlite.Insert:
    """An insert that can say on_conflict_do_nothing and on_conflict_do_update, in a dialect."""
    if dialect == "postgresql":
        return postgresql.insert(table)  # type: ignore[return-value]  # the same methods under another class
    return sqlite.insert(table)


@cache
def _add_new(dialect: str, table: Table) -> sqlite.Insert:
    return insert(dialect, table).on_conflict_do_nothing()


@cache
def _put_over(dialect: str, table: Table, columns: tuple[str, ...]) -> sqlite.Insert:
    new = insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    return new.on_conflict_do_update(
        index_elements=keys, set_={name: new.excluded[name] for name in columns if name not in keys}
    )
