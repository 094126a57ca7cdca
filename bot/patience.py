"""While the record is away for a passing reason, the bot says so in its log, waits, and tries again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import structlog

from storage.database import DatabaseError

log = structlog.get_logger(__name__)

Result = TypeVar("Result")
RETRY_SECONDS = 2.0


async def persist(work: Callable[[], Awaitable[Result]], **about: str) -> Result:
    """Do something with the record, however often it takes; a turn that failed has changed nothing. about: for the
    log. Raises DatabaseError for what does not pass."""
    while True:
        try:
            return await work()
        except DatabaseError as error:
            await put_off(error, **about)


@contextmanager
def passing() -> Iterator[None]:
    """What fails here because the record is away for a passing reason is left for the next time."""
    try:
        yield
    except DatabaseError as error:
        if not error.temporary:
            raise
        log.warning("record_unavailable", error=str(error))


async def put_off(error: DatabaseError, **about: str) -> None:
    """Wait until it is worth another try. Raises the error when it does not pass."""
    if not error.temporary:
        raise error
    log.warning("record_unavailable", error=str(error), **about)
    await asyncio.sleep(RETRY_SECONDS)
