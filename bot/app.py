"""Wires the parts of the bot together, starts them in order and stops them in order."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

import structlog

from bot.clock import utc_now
from bot.forgetting import forget_old
from bot.house import House
from bot.matrix.link import Link
from bot.matrix.settings import LinkSettings
from bot.parcels import Parcels
from bot.reminders.tick import Reminders, schedule
from bot.sender import Sender
from bot.settings import Settings, read_password
from bot.worker import Worker
from storage import inbox
from storage.database import Database, DatabaseError

log = structlog.get_logger(__name__)

LOOK_FOR_UNREADABLE = 5.0  # seconds


async def run(settings: Settings, *, offset: timedelta = timedelta(), stop: asyncio.Event | None = None) -> None:
    """Run the bot until stop is set. offset: shifts the clock that messages are read by (demo and tests).

    Raises FileError, DatabaseError, LinkError: each a sentence for the administrator.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    house = House.open(settings)
    database = await Database.open(settings.database_url)
    try:
        link = await Link.connect(link_settings(settings, read_password(settings)))
        try:
            await _serve(settings, house, database, link, offset, stop or asyncio.Event())
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


async def _serve(
    settings: Settings, house: House, database: Database, link: Link, offset: timedelta, stop: asyncio.Event
) -> None:
    account = settings.user_id
    parcels = Parcels(settings.parcels)
    sender = Sender(database, account, link.deliver, link.typing, utc_now, link.store, parcels)
    worker = Worker(
        database,
        account,
        house,
        clock=utc_now,
        offset=offset,
        read_again=link.read_again,
        keys_since=link.keys_since,
        fetch=link.download,
        wake_sender=sender.wake,
    )
    async with database.look() as conn:
        since = await inbox.load_token(conn, account)
    if since is None and link.has_synced:
        raise DatabaseError(
            f"数据库是空的，而机器人以前收过消息：原来的记录不见了。请把它放回去，或用备份恢复；"
            f"确要从头开始，先删除 {settings.data / 'matrix' / 'login.json'}。"
        )
    await sender.sweep()
    tasks = [
        asyncio.create_task(link.run(since, worker.receive), name="sync"),
        asyncio.create_task(worker.run(), name="worker"),
        asyncio.create_task(sender.run(link.caught_up), name="sender"),
        asyncio.create_task(_watch_unreadable(worker), name="unreadable"),
        asyncio.create_task(stop.wait(), name="stop"),
    ]
    scheduler = schedule(partial(_tick, database, Reminders(database, account, house), offset, sender))
    scheduler.start()
    log.info("started", account=account)
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        scheduler.shutdown(wait=False)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        log.info("stopped", account=account)


async def _tick(database: Database, reminders: Reminders, offset: timedelta, sender: Sender) -> None:
    await reminders.tick(utc_now() + offset, utc_now())
    sender.wake()  # also for what another process put there: zhibu outbox again
    await forget_old(database, utc_now())


async def _watch_unreadable(worker: Worker) -> None:
    while True:
        await asyncio.sleep(LOOK_FOR_UNREADABLE)
        await worker.tell_unreadable()
