"""SIGKILL between a file's download and its record: one file, one record, one answer, nothing half-written."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.demo.samples import photo
from bot.events import Batch, Kind
from storage import activities, faults
from tests.files.conftest import CHEN, LI, REPORT, Talk, enter


async def kill(talk: Talk, folder: Path, where: str) -> None:
    """Let another process answer, and die there."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "tests.files.killed", str(folder), talk.settings.database_url, where],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr


async def again(folder: Path) -> Talk:
    """The bot, started anew on what was left."""
    talk = await enter(folder)
    talk.worker._filing.store.clear_temporary()

    async def fetch(*_: object) -> bytes:
        return (folder / "media").read_bytes()

    talk.worker._filing._fetch = fetch
    return talk


def everything(talk: Talk) -> list[Path]:
    """Every file in the store, half-written ones too."""
    return [path for path in talk.settings.files.rglob("*") if path.is_file()]


@pytest.mark.parametrize("where", ["while downloading", "half-written", "stored", "before the commit", "answered"])
async def test_killed_on_the_way_to_a_record(tmp_path: Path, where: str) -> None:
    (tmp_path / "media").write_bytes(photo("现场"))
    talk = await enter(tmp_path)
    await talk.say(LI, REPORT)
    await talk.say(LI, "好")
    event = talk.photo(LI, "现场.jpg", "附到 #1")
    await talk.worker.receive(Batch("killed", (event,)))
    await talk.database.close()
    await kill(talk, tmp_path, where)

    talk = await again(tmp_path)
    await talk.worker.drain()
    said = await talk.answers()
    assert said == "已附到 #1 支委会（11月5日）：现场.jpg（共1个附件）" or (where == "answered" and said == "")
    async with talk.database.look() as conn:
        row = await activities.one(conn, 1, ["first"])
        assert await faults.verify(conn, "first") == []
    assert row is not None
    assert row.version == 2
    (digest,) = [file["sha256"] for file in row.files]
    assert everything(talk) == [talk.store.path(digest)]
    assert talk.store.whole(digest)
    await talk.database.close()


@pytest.mark.parametrize("where", ["forgotten", "before the commit"])
async def test_killed_while_a_purge_deletes(tmp_path: Path, where: str) -> None:
    (tmp_path / "media").write_bytes(photo("现场"))
    talk = await enter(tmp_path)
    await talk.send(LI, "现场.jpg", REPORT)
    await talk.say(LI, "好")
    await talk.say(CHEN, "清除 #1 误写了会议细节")
    assert len(everything(talk)) == 1
    yes = talk.event(CHEN, Kind.TEXT, "好")
    await talk.worker.receive(Batch("killed", (yes,)))
    await talk.database.close()
    await kill(talk, tmp_path, where)

    talk = await again(tmp_path)
    await talk.worker.drain()
    assert (await talk.answers()).startswith("已清除 #1")
    assert everything(talk) == []
    async with talk.database.look() as conn:
        assert [step.action for step in await activities.history(conn, 1, ["first"])] == ["record", "purge"]
        assert await faults.verify(conn, "first") == []
    await talk.database.close()
