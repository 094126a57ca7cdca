"""What a restore makes of the record: as it was, with what nobody knows any more marked as such."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from bot.backup import restoring
from bot.backup.archive import Whole, backups, digest
from bot.backup.making import RECORD
from bot.backup.manifest import NAME
from bot.settings import Settings, read_settings
from bot.worker import Worker
from rubrics.strict_yaml import FileError
from storage import audit, inbox, outbox, timers
from storage.database import Database, DatabaseError
from storage.inbox import InboxRow
from storage.outbox import OutboxRow
from storage.timers import Timer
from tests.backup.conftest import Home
from tests.files.conftest import BOT, LI, NOW, REPORT, Talk
from tests.postgres import Postgres
from tests.records import SQLITE


@pytest.fixture
async def backup(home: Home, tmp_path: Path) -> AsyncIterator[Whole]:
    """With one message to be answered, one to be sent, and reminders of yesterday and tomorrow."""
    async with home.talk.database.turn() as conn:
        await outbox.put(conn, BOT, [OutboxRow("t1", "!r", "m.room.message", {"body": "x"})], NOW)
        await timers.plan(conn, [Timer(f"k{n}", "day", NOW + timedelta(days=n), BOT, "first") for n in (-1, 1)])
        await inbox.take_in(conn, BOT, [InboxRow("$w", f"!{LI}", LI, NOW, "text", {"body": "记录"})])
    await home.back_up(tmp_path / "b")
    whole = Whole(tmp_path / "b")
    yield whole
    whole.close()


@pytest.fixture
def there(home: Home, tmp_path: Path, record: str, request: pytest.FixtureRequest) -> Settings:
    """The empty machine."""
    new = tmp_path / "new"
    new.mkdir()
    said = yaml.safe_load(home.config.read_text("utf-8"))
    if record != SQLITE:
        server: Postgres = request.getfixturevalue("postgres")
        said["database"] = server.address(server.new_empty())
    (new / "zhibu.yaml").write_text(yaml.safe_dump(said), "utf-8")
    return read_settings(new / "zhibu.yaml")


async def test_what_nobody_knows_is_marked_and_done_once(backup: Whole, there: Settings, home: Home) -> None:
    restoring._claim_place(there)
    assert await restoring._record(backup, there, NOW, "test") == (1, (), 1000)
    await restoring._already_said(there, NOW, NOW)
    database = await Database.open(there.database_url, upgrade=False)
    async with database.look() as conn:
        row = await outbox.by_transaction(conn, BOT, "t1")
        assert row is not None
        assert row.state == outbox.UNCERTAIN
        assert await outbox.unsent(conn, BOT) == []
        waiting = await inbox.row(conn, BOT, "$w")
        assert waiting is not None
        assert waiting.content == {"body": "记录", "late": True}
        assert [timer.key for timer in await timers.coming(conn, BOT, 9)] == ["k1"], "yesterday's has been said"
        assert (await audit.latest(conn, "restore")) is not None
    await database.close()
    talk = Talk(await Database.open(there.database_url), there, None, count=100)  # type: ignore[arg-type]
    talk.worker = Worker(talk.database, BOT, home.talk.worker.house, clock=lambda: NOW, fetch=talk.fetch)
    async with talk.database.turn() as conn:
        await inbox.done(conn, BOT, "$w", "answered", NOW)
    assert "第一支部" in await talk.say(LI, REPORT.replace("5日", "6日"))
    assert "已记下 #1002" in await talk.say(LI, "好")
    await talk.database.close()


async def test_a_second_try_goes_on_where_the_first_was_killed(backup: Whole, there: Settings) -> None:
    restoring._claim_place(there)
    first = await restoring._record(backup, there, NOW, "test")
    restoring._claim_place(there)
    assert await restoring._record(backup, there, NOW, "test") == first


async def test_a_place_that_is_not_empty_is_left_alone(backup: Whole, there: Settings) -> None:
    there.data.mkdir()
    (there.data / "something").touch()
    with pytest.raises(FileError, match="something"):
        restoring._claim_place(there)


@pytest.mark.sqlite("the file lies in the data folder, which must be empty")
async def test_another_record_is_not_written_over(backup: Whole, home: Home) -> None:
    with pytest.raises(DatabaseError, match="不是空的"):
        await restoring._record(backup, home.settings, NOW, "test")


async def test_a_record_that_was_altered_before_it_was_saved_is_restored_and_told(
    backup: Whole, there: Settings, tmp_path: Path
) -> None:
    (place,) = backups(tmp_path / "b")
    rows = [json.loads(line) for line in gzip.decompress((place / RECORD).read_bytes()).splitlines()]
    for name, row in rows:
        if name == "bodies":
            row["body"] = row["body"].replace("5", "6")
    (place / RECORD).write_bytes(gzip.compress(b"\n".join(json.dumps(row).encode() for row in rows)))
    said = json.loads((place / NAME).read_text("utf-8"))
    said["parts"][RECORD] = digest(place / RECORD)
    (place / NAME).write_text(json.dumps(said), "utf-8")
    tampered = Whole(place)
    tampered.check()
    restoring._claim_place(there)
    _, found, _ = await restoring._record(tampered, there, NOW, "test")
    assert [(fault.kind, fault.part, fault.number) for fault in found] == [("altered", "body", 1)]
