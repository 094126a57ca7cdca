"""Makes a bot out of a backup on an empty machine: its record and files as they were, and a new device in the place of
the old one. Killed anywhere, it is simply run again."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.app import link_settings
from bot.backup.archive import Whole
from bot.backup.making import FILES, RECORD, RULEBOOKS, SEEDS
from bot.matrix.errors import CallFailed, SignInFailed, Unreachable
from bot.matrix.keeping import write_secret
from bot.matrix.link import Link
from bot.settings import Settings
from rubrics.strict_yaml import FileError
from storage import audit, dump, faults, inbox, outbox, timers, units
from storage.chain import Head
from storage.database import Connection, Database, DatabaseError
from storage.dump import Row
from storage.faults import Fault
from storage.filestore import FileStore

RESTORED = "restore"  # its line in the audit
_LEAST_GAP = 1000


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done. device: the new one; uncertain: how many rows may have been sent since; faults: of the record as
    it was backed up; gap: how many numbers were left out."""

    device: str
    uncertain: int
    faults: tuple[Fault, ...]
    gap: int


async def restore(backup: Whole, settings: Settings, password: str | None, now: datetime, by: str) -> Restored:
    """Restore. settings: of the bot to be; password: of its account; now: UTC.

    Raises FileError (the place isn't empty, the backup isn't whole), SignInFailed, Locked, DatabaseError.
    """
    backup.check()
    _claim_place(settings)
    _seeds(backup, settings.data / "matrix")
    link = await Link.connect(link_settings(settings, password))
    try:
        _files(backup, FileStore(settings.files))
        _rulebooks(backup, settings)
        uncertain, found, gap = await _record(backup, settings, now, by)
        await _already_said(settings, await _replace_others(link, settings.restoring), now)
        device = link.device_id
    finally:
        await link.close()
    settings.restoring.unlink()
    return Restored(device, uncertain, found, gap)


def _claim_place(settings: Settings) -> None:
    """The folder is ours, empty but for what an earlier, unfinished try has left. Raises FileError."""
    data = settings.data
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    others = {path.name for path in data.iterdir()} - {settings.restoring.name, "lost+found"}
    if others and not settings.restoring.exists():
        raise FileError(
            [f"{data} 里已有东西，不会写进去。请用空的数据目录，或先移走它们：{'、'.join(sorted(others))}。"]
        )
    settings.restoring.touch(mode=0o600)
    for path in data.glob("zhibu.db*"):
        path.unlink()
    shutil.rmtree(settings.files, ignore_errors=True)


def _seeds(backup: Whole, folder: Path) -> None:
    """The identity that the new device is signed with: without it, everybody's client would warn of a new one."""
    if SEEDS not in backup.manifest.parts:
        return
    folder.mkdir(mode=0o700, exist_ok=True)
    with backup.open(SEEDS) as file:
        write_secret(folder / SEEDS, file.read().decode())


def _files(backup: Whole, store: FileStore) -> None:
    for name in backup.names(FILES):
        with backup.open(name) as file:
            store.put(file.read())


def _rulebooks(backup: Whole, settings: Settings) -> None:
    """The administrator's own rulebooks, where none of that name is there."""
    for name in backup.names(RULEBOOKS):
        if settings.rulebooks is None:
            return
        settings.rulebooks.mkdir(parents=True, exist_ok=True)
        path = settings.rulebooks / Path(name).name
        if not path.exists():
            with backup.open(name) as file:
                path.write_bytes(file.read())


async def _record(backup: Whole, settings: Settings, now: datetime, by: str) -> tuple[int, tuple[Fault, ...], int]:
    """The record, in one transaction; or the one that an earlier try has made of the same backup."""
    manifest = backup.manifest
    try:
        database = await Database.open_empty(settings.database_url)
    except DatabaseError:
        database = await Database.open(settings.database_url, upgrade=False)
        async with database.look() as conn:
            before = await audit.latest(conn, RESTORED)
        if before is None or before[1].get("at") != manifest.at.isoformat():
            await database.close()
            raise
        await database.close()
        return before[1]["uncertain"], (), before[1]["gap"]
    try:
        async with database.turn() as conn:
            await dump.load(conn, manifest.schema, _rows(backup))
            found = tuple(await _against(conn, manifest.heads))
            uncertain = await outbox.doubt(conn, f"restored {manifest.at.isoformat()}", now)
            await _late(conn)
            gap = max(_LEAST_GAP, manifest.rows.get("numbers", 0) // 10)
            await dump.skip_numbers(conn, gap)
            details = {"at": manifest.at.isoformat(), "uncertain": uncertain, "gap": gap}
            await audit.note(conn, by, RESTORED, None, details, now)
    finally:
        await database.close()
    return uncertain, found, gap


def _rows(backup: Whole) -> Iterator[Row]:
    with backup.open(RECORD) as file, gzip.GzipFile(fileobj=file) as lines:
        for line in lines:
            name, row = json.loads(line)
            yield name, row


async def _against(conn: Connection, heads: tuple[Head, ...]) -> list[Fault]:
    """What is wrong with the chains: nothing, unless it was so when they were backed up."""
    known = {head.unit_id: head for head in heads}
    rows = await units.all_units(conn)
    return [fault for row in rows for fault in await faults.verify(conn, row.id, known.get(row.id))]


async def _late(conn: Connection) -> None:
    """What was not answered yet in the backup is answered as a reply: who wrote it may have gone on since."""
    for account, row in await inbox.all_waiting(conn):
        await inbox.rewrite(conn, account, row.event_id, {**row.content, "late": True})


async def _replace_others(link: Link, marker: Path) -> datetime | None:
    """Log out the devices that this one takes the place of; when the last of them was heard of, which is written down
    first, since nobody knows it afterwards."""
    try:
        old = await link.others()
        heard = [device.seen_at for device in old if device.seen_at]
        if heard:
            write_secret(marker, max(heard).isoformat())
        await link.log_out(old)
    except (CallFailed, Unreachable) as error:
        raise SignInFailed(f"旧设备没能注销（{error}）：请稍后再运行一次 zhibu restore", temporary=True) from error
    return _heard_at(marker)


def _heard_at(marker: Path) -> datetime | None:
    """What an unfinished try, or this one, has written down."""
    said = marker.read_text("utf-8")
    return datetime.fromisoformat(said) if said else None


async def _already_said(settings: Settings, heard_at: datetime | None, now: datetime) -> None:
    """Reminders that fell due while the old device was still heard of have been said by it."""
    if heard_at is None:
        return
    database = await Database.open(settings.database_url, upgrade=False)
    try:
        async with database.turn(holding=()) as conn:
            for timer in await timers.due_by(conn, settings.user_id, heard_at):
                await timers.claim(conn, timer.key, RESTORED, now)
    finally:
        await database.close()
