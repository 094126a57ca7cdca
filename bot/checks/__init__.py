"""What zhibu doctor looks at: each check says whether it is well, what it found, and what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path

from bot.checks.check import Check
from bot.checks.machine import holidays, private, room_left
from bot.checks.record import record
from bot.checks.rulebooks import rulebooks
from bot.checks.server import server
from bot.house import House
from bot.settings import Settings, read_settings
from rubrics.strict_yaml import FileError
from storage.chain import Head
from storage.database import Database, DatabaseError

__all__ = ["Check", "examine"]


async def examine(config: Path, clock: Callable[[], datetime], known: tuple[Head, ...] = ()) -> AsyncIterator[Check]:
    """All checks in order; those that need what failed before are left out. It only looks, also beside a running bot.

    clock: gives UTC now; known: ends of chains that were printed or backed up, to hold the record against.
    """
    try:
        settings = read_settings(config)
        House.open(settings)
    except FileError as error:
        yield Check("设置", False, str(error), f"改正 {config} 或所指的规则文件。")
        return
    if settings.restoring.exists():
        yield Check("设置", False, f"{settings.data} 的恢复没有做完", "再运行一次 zhibu restore。")
        return
    yield Check("设置", True, str(config))
    for check in rulebooks(settings):
        yield check
    yield private(settings)
    yield room_left(settings.data)
    async for check in server(settings, clock):
        yield check
    yield holidays(clock().astimezone(settings.zone).date())
    async for check in _database(settings, clock(), known):
        yield check


async def _database(settings: Settings, now: datetime, known: tuple[Head, ...]) -> AsyncIterator[Check]:
    try:
        database = await Database.open(settings.database_url, upgrade=False)
    except DatabaseError as error:
        yield Check("数据库", False, str(error), "按上面的提示处理后再查一次。")
        return
    try:
        async with database.look() as conn:
            yield Check("数据库", True, "连得上，结构是本版本的")
            async for check in record(conn, settings, now, known):
                yield check
    except DatabaseError as error:
        yield Check("数据库", False, str(error), "用备份恢复，或修好数据库后再查一次。")
    finally:
        await database.close()
