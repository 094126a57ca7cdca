"""Brings a database to the schema of this release; a new one is made by the same steps."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import DatabaseError

HEAD = "0007"  # the newest file in versions/; known here so that a start needs no Alembic when nothing is to be done


async def migrate(conn: AsyncConnection) -> None:
    """Within a write transaction that holds everything: all steps that are missing, or none.

    Raises DatabaseError for a database that is not ours, or was made by a newer release.
    """
    found = await conn.run_sync(_version)
    if found == HEAD:
        return
    if found is None and await has_tables(conn):
        raise DatabaseError("这个数据库里有别的程序的表，不是支部的记录。请换一个数据库。")
    await conn.run_sync(upgrade, HEAD)


async def same_release(conn: AsyncConnection) -> None:
    """Raises DatabaseError unless the schema is the one of this release."""
    found = await conn.run_sync(_version)
    if found != HEAD:
        raise DatabaseError(f"数据库结构是 {found or '空的'}，本程序用 {HEAD}。先备份，再运行一次 zhibu run 就会升级。")


def upgrade(conn: Connection, revision: str) -> None:
    """Run the steps up to a revision. Raises DatabaseError when the database is newer than this release."""
    from alembic import command  # heavy, and only needed when there is something to do
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = conn
    found = _version(conn)
    for known in filter(None, (found, revision)):
        try:
            ScriptDirectory.from_config(config).get_revision(known)
        except CommandError:
            raise DatabaseError(
                f"数据库由更新的版本建立（结构 {known}，本程序只认到 {HEAD}）。请升级本程序，或恢复升级前的备份。"
            ) from None
    command.upgrade(config, revision)


def _version(conn: Connection) -> str | None:
    """The schema's revision; None where there is none."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    return conn.execute(text("SELECT version_num FROM alembic_version")).scalar()


async def has_tables(conn: AsyncConnection) -> bool:
    """Whether there is anything in the database."""
    return bool(await conn.run_sync(lambda sync: inspect(sync).get_table_names()))
