"""The door to the record: opens and migrates the database, and hands out transactions."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, TimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from storage.errors import DatabaseError, explain
from storage.locks import Holding, hold
from storage.migrations import has_tables, migrate, same_release
from storage.os_words import os_words
from storage.sqlite_driver import Place, connect

__all__ = ["Connection", "Database", "DatabaseError", "Holding"]

Connection = AsyncConnection
BUSY = 10_000  # milliseconds to wait for a writer in another process (an import beside a running bot)
WAIT = 60.0  # seconds a turn waits for those before it; 20 turns need 0.1
READERS = 4
ANSWER = 10  # seconds until a database that does not answer counts as unreachable
HELD = 60  # seconds that a turn may stand still; a machine lost in the middle of one holds others up no longer
_ALIVE = {"idle": 30, "interval": 10, "count": 3}  # seconds, seconds, times: when a silent line counts as dead


class Database:
    """One record, open. file: where it lies, on SQLite."""

    def __init__(
        self, writer: AsyncEngine, reader: AsyncEngine, glancer: AsyncEngine, file: Path | None = None
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._glancer = glancer
        self._file = file
        self._opened = _inode(file)

    @classmethod
    async def open(cls, url: str, *, upgrade: bool = True) -> Database:
        """Open the record and bring its schema up to date; an SQLite file that isn't there is made (0600).

        upgrade: False makes and changes nothing; what is missing, or of another release, is then an error.
        url: sqlite+aiosqlite:////absolute/path or postgresql+asyncpg://user:password@host/name.
        Raises DatabaseError: no such folder, locked, no database of ours, made by a newer release, unreachable.
        """
        database = cls._over(_parse(url), make=upgrade)
        try:
            if upgrade:
                async with database.turn() as conn:
                    await migrate(conn)
            else:
                async with database.look() as conn:
                    await same_release(conn)
        except BaseException:
            await database.close()
            raise
        return database

    @classmethod
    async def open_empty(cls, url: str) -> Database:
        """Open what is to become a record: nothing is in it, and nothing is made but SQLite's file.

        Raises DatabaseError as open() does, and when there is anything in it.
        """
        database = cls._over(_parse(url), make=True)
        try:
            async with database.look() as conn:
                if await has_tables(conn):
                    raise DatabaseError("数据库不是空的，不会写进去。请换一个空的，或先把里面的东西移走。")
        except BaseException:
            await database.close()
            raise
        return database

    @classmethod
    def _over(cls, url: URL, *, make: bool) -> Database:
        if url.get_backend_name() == "sqlite":
            _make_file(url, upgrade=make)
            writer, reader, glancer = (_sqlite(url, place) for place in (Place.TURN, Place.THREAD, Place.GLANCE))
            return cls(writer, reader, glancer, Path(str(url.database)))
        engine = _postgres(url)
        reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        return cls(engine, reader, reader)

    @asynccontextmanager
    async def turn(self, holding: Holding = None) -> AsyncIterator[AsyncConnection]:
        """One write transaction: durable when the block ends, undone when it raises.

        Turns follow one another in the order asked for. holding: on PostgreSQL, the units whose state the turn reads
        before it writes; it then waits only for turns over these, or over everything. () is for a turn that writes
        nothing but its account's own rows; None, which is always right, for one over everything.
        Raises DatabaseError when the database fails.
        """
        with _told():
            async with self._writer.begin() as conn:
                if _inode(self._file) != self._opened:  # SQLite would go on writing into what nobody finds again
                    raise DatabaseError(
                        f"数据库文件 {self._file} 不见了，或被换掉了，不能再记。"
                        "请把原来的文件放回去；没有了就用备份恢复。"
                    )
                await hold(conn, holding)
                yield conn

    @asynccontextmanager
    async def look(self) -> AsyncIterator[AsyncConnection]:
        """One consistent view for reading; writing in it fails. Raises DatabaseError when the database fails."""
        with _told():
            async with self._reader.begin() as conn:
                yield conn

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[AsyncConnection]:
        """A look at a few rows by their keys, which SQLite reads where it stands: nothing else goes on meanwhile.
        Raises DatabaseError when the database fails."""
        with _told():
            async with self._glancer.begin() as conn:
                yield conn

    async def close(self) -> None:
        """Let go of the database."""
        for engine in (self._writer, self._reader, self._glancer):
            await engine.dispose()


def _inode(file: Path | None) -> tuple[int, int] | None:
    """Which file a path leads to; None when there is none."""
    try:
        found = os.stat(file) if file is not None else None
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found is not None else None


@contextmanager
def _told() -> Iterator[None]:
    """Turns the driver's errors into sentences, and leaves mistakes of our own as they are."""
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, TimeoutError, OSError) as error:
        told = explain(error)
        if told is None:
            raise
        raise told from error


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername not in ("sqlite+aiosqlite", "postgresql+asyncpg"):
        raise DatabaseError(
            "数据库地址写法有误，应如 sqlite+aiosqlite:////var/lib/zhibu/zhibu.db 或 postgresql+asyncpg://用户:密码@主机/库名。"
        )
    return parsed


def _postgres(url: URL) -> AsyncEngine:
    """An engine whose server lets go of what a lost machine held, and which itself notices a lost server."""
    told = {
        "application_name": "zhibu",
        "idle_in_transaction_session_timeout": f"{HELD}s",
        "lock_timeout": f"{WAIT:.0f}s",
        "jit": "off",  # our statements are short, and compiling one takes longer than running it
        **{f"tcp_keepalives_{name}": str(value) for name, value in _ALIVE.items()},
    }
    try:
        engine = create_async_engine(
            url,
            pool_size=10,
            pool_timeout=WAIT,
            pool_pre_ping=True,
            connect_args={"timeout": ANSWER, "server_settings": told},
        )
    except ModuleNotFoundError:
        raise DatabaseError("使用 PostgreSQL 要先安装 asyncpg：pip install asyncpg。") from None

    @event.listens_for(engine.sync_engine, "connect")
    def watch(connection: Any, _: Any) -> None:
        line = connection.driver_connection._transport.get_extra_info("socket")
        if line is not None and line.family != socket.AF_UNIX:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in (("KEEPIDLE", "idle"), ("KEEPINTVL", "interval"), ("KEEPCNT", "count")):
                if hasattr(socket, f"TCP_{name}"):
                    line.setsockopt(socket.IPPROTO_TCP, getattr(socket, f"TCP_{name}"), _ALIVE[value])

    return engine


def _make_file(url: URL, *, upgrade: bool) -> None:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise DatabaseError("数据库应为一个文件，如 sqlite+aiosqlite:////var/lib/zhibu/zhibu.db。")
    path = Path(url.database)
    if not path.parent.is_dir():
        raise DatabaseError(f"没有目录 {path.parent}。请先建立，或改正数据库路径。")
    if not upgrade and not path.is_file():
        raise DatabaseError(f"没有数据库文件 {path}。请检查路径；第一次运行 zhibu run 时会建立。")
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise DatabaseError(f"打不开数据库文件 {path}：{os_words(error)}。请检查路径和权限。") from None


def _sqlite(url: URL, place: Place) -> AsyncEngine:
    """An engine whose transactions begin when we say so: SQLAlchemy's default takes the write lock only at the first
    write, and then fails or loses updates when another turn wrote since the first read."""
    writes = place is Place.TURN
    url = url.set(database=f"file:{quote(str(url.database))}", query={"mode": "rw", "uri": "true"})  # never a new one
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1 if writes else READERS,
        max_overflow=0,
        pool_timeout=WAIT,
        connect_args={"isolation_level": None, "async_creator_fn": partial(connect, place=place)},
    )
    pragmas = ["journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"] if writes else ["query_only=ON"]

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        for pragma in (f"busy_timeout={BUSY}", *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    @event.listens_for(engine.sync_engine, "invalidate")
    def undo(connection: Any, _: Any, __: Any) -> None:
        """A cancelled turn's connection is thrown away, but its open cursors kept the write lock for ten seconds."""
        with suppress(Exception):  # it is thrown away in any case, and the error that led here must be the one seen
            connection.rollback()

    return engine
