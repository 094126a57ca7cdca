"""Wires the parts of the bot together, starts them in order and stops them in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import utc_now
from bot.clockwatch import ClockWatch
from bot.forgetting import forget_old
from bot.health import Health, serving
from bot.house import House
from bot.matrix.link import Link
from bot.matrix.settings import LinkSettings
from bot.meters import Meters
from bot.notify import keep_alive, notify
from bot.parcels import Parcels
from bot.patience import passing
from bot.reminders.tick import Reminders, again, schedule
from bot.sender import Sender
from bot.settings import Settings, read_password
from bot.worker import Worker
from rubrics.strict_yaml import FileError
from storage import inbox
from storage.database import Database, DatabaseError

log = structlog.get_logger(__name__)

LOOK = 5.0  # seconds


@dataclass(slots=True)
class Control:
    """What holds a running bot from outside. offset: shifts the clock that messages are read by (demo and tests), also
    while it runs; stop: ends it; started: it is wired; tick: plans, and speaks of what is due by the clock as it is
    now, once it is started; clock: the machine's."""

    offset: timedelta = timedelta()
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    started: asyncio.Event = field(default_factory=asyncio.Event)
    tick: Callable[[], Awaitable[None]] | None = None
    clock: Callable[[], datetime] = utc_now


async def run(settings: Settings, control: Control) -> None:
    """Run the bot until it is told to stop.

    Raises FileError, DatabaseError, LinkError: each a sentence for the administrator.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.restoring.exists():
        raise FileError([f"{settings.data} 的恢复没有做完，还不能运行。请再运行一次 zhibu restore。"])
    house = House.open(settings)
    database = await Database.open(settings.database_url)
    try:
        link = await Link.connect(link_settings(settings, read_password(settings)))
        try:
            await _serve(settings, house, database, link, control)
        finally:
            await link.close()
    finally:
        await database.close()


def link_settings(settings: Settings, password: str | None) -> LinkSettings:
    """What the Matrix edge needs of the settings."""
    return LinkSettings(
        homeserver=settings.homeserver,
        user_id=settings.user_id,
        password=password,
        device_name=settings.device_name,
        folder=settings.data / "matrix",
        invite_users=settings.invitations.users,
        invite_servers=settings.invitations.servers,
    )


async def _serve(settings: Settings, house: House, database: Database, link: Link, control: Control) -> None:
    account, meters = settings.user_id, Meters()
    parcels = Parcels(settings.parcels)
    sender = Sender(database, account, link.deliver, link.typing, control.clock, link.store, parcels, meters)
    worker = Worker(
        database,
        account,
        house,
        clock=control.clock,
        offset=lambda: control.offset,
        read_again=link.read_again,
        keys_since=link.keys_since,
        fetch=link.download,
        typing=link.typing,
        wake_sender=sender.wake,
        meters=meters,
    )
    async with database.look() as conn:
        since = await inbox.load_token(conn, account)
    if since is None and link.has_synced:
        raise DatabaseError(
            f"数据库是空的，而机器人以前收过消息：原来的记录不见了。请把它放回去，或用备份恢复；"
            f"确要从头开始，先删除 {settings.data / 'matrix' / 'login.json'}。"
        )
    await sender.sweep()
    watch = ClockWatch(control.clock, link.server_clock)
    meters.follow(watch)
    control.tick = partial(_tick, database, Reminders(database, account, house, sender.wake), control, link, watch)
    scheduler = schedule(control.tick)
    async with serving(Health(database, account, meters, control.clock, watch), settings.monitoring):
        control.started.set()
        log.info("started", account=account)
        try:
            await _until_one_ends(
                link.run(since, worker.receive),
                worker.run(),
                sender.run(link.caught_up),
                _watch(worker, sender, watch, scheduler),
                _ticks(link, scheduler),
                keep_alive(),
                control.stop.wait(),
            )
        finally:
            log.info("stopped", account=account)


async def _until_one_ends(*work: Coroutine[Any, Any, object]) -> None:
    """Run all until one ends, and raise what it raised; the others are cancelled."""
    tasks = [asyncio.create_task(one) for one in work]
    notify("READY=1")
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        notify("STOPPING=1")
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _tick(database: Database, reminders: Reminders, control: Control, link: Link, watch: ClockWatch) -> None:
    """What goes by the clock, once it is known that the clock can be trusted."""
    await link.caught_up.wait()
    watch.look()
    if watch.doubtful:
        log.warning("reminders_held", ahead=watch.ahead)
        return
    now = control.clock()
    await reminders.tick(now + control.offset, now)
    with passing():
        await forget_old(database, now)


async def _ticks(link: Link, scheduler: AsyncIOScheduler) -> None:
    """Every minute, from the first sync on."""
    await link.caught_up.wait()
    scheduler.start()
    try:
        await asyncio.Event().wait()
    finally:
        scheduler.shutdown(wait=False)


async def _watch(worker: Worker, sender: Sender, watch: ClockWatch, scheduler: AsyncIOScheduler) -> None:
    """What nothing in this process tells of: time that passes over unreadable messages, a clock that somebody sets, and
    what other processes put into this account's outbox (another bot on the same record, zhibu outbox again)."""
    while True:
        await asyncio.sleep(LOOK)
        was = watch.doubtful
        if watch.look() or watch.doubtful != was:
            again(scheduler)
        with passing():
            await worker.tell_unreadable()
        sender.wake()
