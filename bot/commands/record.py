"""The record, opened for one command, and what people name in it at a terminal."""

from __future__ import annotations

import getpass
from collections.abc import Awaitable, Callable
from typing import TypeVar

import typer

from bot.settings import Settings
from bot.units_schema import ROLE_NAMES, ROLES
from rubrics.strict_yaml import FileError
from storage import units
from storage.database import Connection, Database
from storage.units import UnitRow

Result = TypeVar("Result")


async def with_record(settings: Settings, work: Callable[[Database], Awaitable[Result]]) -> Result:
    """What the work gives; the record is made where there is none, and closed in any case. Raises DatabaseError."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = await Database.open(settings.database_url)
    try:
        return await work(database)
    finally:
        await database.close()


async def named_unit(conn: Connection, unit_id: str) -> UnitRow:
    """A unit by its id. Raises FileError."""
    unit = await units.unit(conn, unit_id)
    if unit is None:
        raise FileError([f"没有单位“{unit_id}”。请用 zhibu units list 查看编号。"])
    return unit


def named_role(text: str) -> str:
    """A role by its Chinese or English name. Raises BadParameter."""
    role = ROLES.get(text, text)
    if role not in ROLE_NAMES:
        raise typer.BadParameter(f"不认识职务“{text}”，只能是：{'、'.join(ROLES)}。")
    return role


def me() -> str:
    """Who runs the command, for the audit."""
    return f"cli:{getpass.getuser()}"
