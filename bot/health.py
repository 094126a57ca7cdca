"""Seen from outside: whether the bot is well, and its numbers, over HTTP on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.clockwatch import ClockWatch
from bot.meters import Meters
from bot.settings import Monitoring
from rubrics.strict_yaml import FileError
from storage.database import Database, DatabaseError
from storage.levels import Levels, levels
from storage.os_words import os_words

log = structlog.get_logger(__name__)

STALE = 150.0  # seconds without a sync; one waits 30 for something to happen, and 60 at most for its answer


class Health:
    """Answers GET /healthz and GET /metrics."""

    def __init__(
        self, database: Database, account: str, meters: Meters, clock: Callable[[], datetime], watch: ClockWatch
    ) -> None:
        self._database = database
        self._watch = watch
        self._account = account
        self._meters = meters
        self._clock = clock

    async def healthz(self, _: web.Request) -> web.Response:
        """200 when messages are received, the record answers and the clock is right; else 503 and what is wrong."""
        age = self._meters.sync_age
        trouble = [] if age is not None and age < STALE else ["homeserver"]
        found = await self._levels()
        if found is None:
            trouble.append("database")
        if self._watch.doubtful:
            trouble.append("clock")
        ahead = self._watch.ahead
        said = {
            "status": "ok" if not trouble else "trouble: " + ", ".join(trouble),
            "sync_age_seconds": None if age is None else round(age, 1),
            "clock_ahead_seconds": None if ahead is None else round(ahead, 1),
            "waiting": found.waiting if found else None,
            "unsent": found.unsent if found else None,
        }
        return web.json_response(said, status=200 if not trouble else 503)

    async def metrics(self, _: web.Request) -> web.Response:
        """Everything, as Prometheus has it; 503 while the record doesn't answer."""
        found = await self._levels()
        if found is None:
            return web.Response(status=503, text="the record does not answer\n")
        return web.Response(body=self._meters.exposition(found), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _levels(self) -> Levels | None:
        try:
            async with self._database.look() as conn:
                return await levels(conn, self._account, self._clock())
        except DatabaseError as error:
            log.warning("record_unavailable", error=str(error))
            return None


@asynccontextmanager
async def serving(health: Health, where: Monitoring) -> AsyncIterator[None]:
    """Serve while the block runs, if the settings name a port. Raises FileError when it is taken."""
    if where.port is None:
        yield
        return
    app = web.Application()
    app.router.add_get("/healthz", health.healthz)
    app.router.add_get("/metrics", health.metrics)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, where.address, where.port).start()
        except OSError as error:
            raise FileError(
                [f"monitoring：{where.address}:{where.port} 用不了（{os_words(error)}）。请换一个端口。"]
            ) from None
        log.info("monitoring", address=where.address, port=runner.addresses[0][1])
        yield
    finally:
        await runner.cleanup()
