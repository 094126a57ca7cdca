"""Makes a backup while the bot runs: one consistent view of the record, the files that it names, seeds and settings."""

from __future__ import annotations

import fcntl
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bot.backup.archive import Draft, backups, clear
from bot.backup.manifest import Manifest, fingerprint
from bot.matrix.errors import Locked
from bot.settings import Settings
from rubrics.strict_yaml import FileError
from storage import attachments, audit, chain, dump, migrations
from storage.database import Connection, Database
from storage.filestore import FileStore

RECORD, SEEDS, SETTINGS, RULEBOOKS, FILES = "record.jsonl.gz", "signing.json", "zhibu.yaml", "rulebooks", "files"


async def back_up(config: Path, settings: Settings, place: Path, keep: int | None, now: datetime, by: str) -> Manifest:
    """Make one. place: as place_for() gives it; keep: how many stay in its folder, None for all; now: UTC; by: who
    asked. Raises FileError, DatabaseError, OSError."""
    with _alone(place):
        # A file's hash is its name: one that lies in the last backup is linked, and for a tar the store's own.
        earlier = settings.data if place.suffix == ".tar" else next(reversed(backups(place.parent)), None)
        draft = Draft(place, earlier)
        database = await Database.open(settings.database_url, upgrade=False)
        try:
            async with database.look() as conn:
                rows = await _record(conn, draft)
                heads = tuple(await chain.ends(conn))
                needed = await attachments.used(conn)
            lost = tuple(name for name in sorted(needed) if not _file(FileStore(settings.files), name, draft))
            _beside(config, settings, draft)
            manifest = Manifest(
                now, settings.user_id, settings.homeserver, migrations.HEAD, heads, rows, dict(draft.parts), lost
            )
            draft.finish(manifest)
            async with database.turn(holding=()) as conn:
                details = {"to": str(place), "heads": fingerprint(heads)}
                await audit.note(conn, by, audit.BACKUP, None, details, now)
        except BaseException:
            draft.abandon()
            raise
        finally:
            await database.close()
        clear(place.parent, keep)
    return manifest


def place_for(to: Path, settings: Settings, now: datetime) -> Path:
    """Where a backup made now will be: the .tar file itself, or a folder of its own in the one given."""
    return to if to.suffix == ".tar" else to / f"zhibu-{now.astimezone(settings.zone):%Y%m%d-%H%M%S}"


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Nobody else makes a backup there meanwhile, and nothing is written over. Raises FileError, Locked."""
    folder = place.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if place.exists():
        raise FileError([f"{place} 已经有了，不会覆盖它。请换一个名字。"])
    with (folder / ".zhibu-backup.lock").open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Locked(f"另一个 zhibu backup 正在往 {folder} 写，等它做完再来。", temporary=True) from None
        yield


async def _record(conn: Connection, draft: Draft) -> dict[str, int]:
    """The rows, one a line; how many there are of each table."""
    count: Counter[str] = Counter()
    with draft.open(RECORD) as file, gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6, mtime=0) as packed:
        async for name, row in dump.rows(conn):
            packed.write(json.dumps([name, row]).encode() + b"\n")
            count[name] += 1
    return dict(count)


def _file(store: FileStore, sha: str, draft: Draft) -> bool:
    """One attachment; False when it is missing or damaged, which must not keep all the others from being saved."""
    name = f"{FILES}/{sha[:2]}/{sha[2:]}"
    if draft.share(name, sha):
        return True
    if not store.whole(sha):
        return False
    with draft.open(name) as file:
        file.write(store.get(sha))
    return True


def _beside(config: Path, settings: Settings, draft: Draft) -> None:
    """The settings, rulebooks of one's own, and the seeds, if the bot has ever signed in."""
    found = {SETTINGS: config, SEEDS: settings.data / "matrix" / SEEDS}
    if settings.rulebooks is not None:
        found |= {f"{RULEBOOKS}/{path.name}": path for path in sorted(settings.rulebooks.glob("*.y*ml"))}
    for name, path in found.items():
        if path.exists():
            with draft.open(name) as file:
                file.write(path.read_bytes())
