"""A backup made beside the running bot: consistent, without secrets that no restore needs, whole or not there."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import signal
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.backup.archive import Whole, backups
from bot.backup.making import place_for
from bot.backup.manifest import fingerprint
from bot.matrix.errors import Locked
from rubrics.strict_yaml import FileError
from storage import audit, chain
from tests.backup.conftest import Home, everything
from tests.files.conftest import LI, NOW, REPORT


@pytest.mark.parametrize("to", ["backups", "one.tar"])
async def test_it_holds_what_cannot_be_had_again_and_no_more(home: Home, tmp_path: Path, to: str) -> None:
    made = await home.back_up(tmp_path / to)
    backup = Whole(tmp_path / to)
    backup.check()
    assert backup.manifest == made
    (digest,) = home.talk.names()
    assert set(made.parts) == {
        "record.jsonl.gz", "signing.json", "zhibu.yaml", "rulebooks/qianjiang-2017.ours.yaml",
        f"files/{digest[:2]}/{digest[2:]}",
    }  # fmt: skip
    with backup.open("record.jsonl.gz") as file:
        rows = [json.loads(line) for line in gzip.decompress(file.read()).splitlines()]
    assert [json.loads(row["body"])["slots"]["topic"] for name, row in rows if name == "bodies"] == ["研究发展对象"]
    held = everything(backup)
    assert not [word for word in Home.keys if word.encode() in held]
    async with home.talk.database.look() as conn:
        assert made.heads == tuple(await chain.ends(conn))
        last = await audit.latest(conn, "backup")
    assert last is not None
    assert last[1]["heads"] == fingerprint(made.heads)
    for path in [tmp_path / to, *(tmp_path / to).rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 or path.name == ".zhibu-backup.lock", path
    backup.close()


async def test_files_of_the_last_backup_are_linked_and_the_oldest_backups_go(home: Home, tmp_path: Path) -> None:
    for day in range(4):
        await home.back_up(tmp_path / "b", keep=2, now=NOW + timedelta(days=day))
    kept = backups(tmp_path / "b")
    assert [path.name for path in kept] == ["zhibu-20261122-100000", "zhibu-20261123-100000"]
    assert Whole(tmp_path / "b").place == kept[-1]
    (digest,) = home.talk.names()
    inodes = {(path / "files" / digest[:2] / digest[2:]).stat().st_ino for path in kept}
    assert len(inodes) == 1
    (kept[-1] / "files" / digest[:2] / digest[2:]).write_bytes(b"rotten")
    await home.back_up(tmp_path / "b", now=NOW + timedelta(days=9))
    Whole(tmp_path / "b").check()


async def test_a_lost_file_keeps_nothing_else_from_being_saved(home: Home, tmp_path: Path) -> None:
    (digest,) = home.talk.names()
    home.talk.store.path(digest).write_bytes(b"rotten")
    made = await home.back_up(tmp_path / "b")
    assert made.lost == (digest,)
    Whole(tmp_path / "b").check()


async def test_nothing_is_written_over_and_two_do_not_make_one_at_once(home: Home, tmp_path: Path) -> None:
    await home.back_up(tmp_path / "one.tar")
    with pytest.raises(FileError, match="不会覆盖"):
        await home.back_up(tmp_path / "one.tar")
    results = await asyncio.gather(
        home.back_up(tmp_path / "b"), home.back_up(tmp_path / "b", now=NOW + timedelta(1)), return_exceptions=True
    )
    assert [type(result) for result in results if isinstance(result, Exception)] == [Locked]


@pytest.mark.parametrize("part", ["record.jsonl.gz", "zhibu.yaml", "manifest.json", "files"])
@pytest.mark.parametrize("how", ["cut", "changed", "gone"])
async def test_a_damaged_backup_is_not_taken_for_whole(home: Home, tmp_path: Path, part: str, how: str) -> None:
    await home.back_up(tmp_path / "b")
    (place,) = backups(tmp_path / "b")
    path = place / part if part != "files" else next(path for path in (place / "files").rglob("*") if path.is_file())
    data = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(data[: len(data) // 2] if how == "cut" else data[:-3] + b"xyz")
    with pytest.raises(FileError, match=r"不完整|已损坏|没有完整的备份"):
        Whole(tmp_path / "b").check()


async def test_a_cut_tar_is_not_taken_for_whole(home: Home, tmp_path: Path) -> None:
    await home.back_up(tmp_path / "one.tar")
    data = (tmp_path / "one.tar").read_bytes()
    for size in (0, 100, len(data) // 3, len(data) // 2):
        (tmp_path / "one.tar").write_bytes(data[:size])
        with pytest.raises(FileError):
            Whole(tmp_path / "one.tar").check()


CHILD = """
import asyncio, sys
from datetime import datetime
from pathlib import Path
from bot.backup.making import back_up, place_for
from bot.settings import read_settings

config, to = Path(sys.argv[1]), Path(sys.argv[2])
settings = read_settings(config)
print("begun", flush=True)
now = datetime.fromisoformat(sys.argv[3])
asyncio.run(back_up(config, settings, place_for(to, settings, now), 3, now, "test"))
"""


@pytest.mark.sqlite("a process of its own makes the backup")
@pytest.mark.parametrize("to", ["b", "b/one.tar"])
async def test_a_backup_that_is_killed_is_whole_or_not_there(home: Home, tmp_path: Path, to: str) -> None:
    """Power cuts at moments of their own: what has a backup's name is one, and the next one sweeps the rest away."""
    for day in range(20):
        await home.talk.say(LI, REPORT.replace("11月5日", f"11月{day % 18 + 1}日"))
        await home.talk.say(LI, "好")
    (tmp_path / "b").mkdir()
    killed = 0
    for n in range(12):
        now = NOW + timedelta(days=n)
        place = place_for(tmp_path / to, home.settings, now)
        place.unlink(missing_ok=True)
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", CHILD, str(home.config), str(tmp_path / to), now.isoformat(),
            stdout=subprocess.PIPE, env={**os.environ},
        )  # fmt: skip
        assert child.stdout is not None
        await child.stdout.readline()
        await asyncio.sleep(n * 0.012)  # the moment is what differs
        if child.returncode is None:
            child.send_signal(signal.SIGKILL)
        await child.communicate()
        killed += child.returncode == -signal.SIGKILL
        for path in [*backups(tmp_path / "b"), *(tmp_path / "b").glob("one.tar")]:
            whole = Whole(path)
            whole.check()
            whole.close()
    assert killed >= 3
    await home.back_up(tmp_path / "b", now=NOW + timedelta(days=99))
    assert not [path for path in (tmp_path / "b").iterdir() if "partial" in path.name]
