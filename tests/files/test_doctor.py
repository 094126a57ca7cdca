"""zhibu doctor: all well, and what it says of each thing that isn't."""

from __future__ import annotations

import asyncio
import contextlib
import io
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from sqlalchemy import text

from bot import checks
from bot.commands import doctor as command
from storage import inbox
from storage.inbox import InboxRow
from tests.files.conftest import BOT, LI, REPORT, Talk
from tests.records import POSTGRES


@pytest_asyncio.fixture
async def homeserver() -> AsyncIterator[str]:
    """Something that answers as a homeserver does when asked for its versions."""

    async def versions(_: web.Request) -> web.Response:
        return web.json_response({"versions": ["v1.12"]})

    app = web.Application()
    app.router.add_get("/_matrix/client/versions", versions)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield site.name
    await runner.cleanup()


@pytest_asyncio.fixture
async def config(talk: Talk, tmp_path: Path, homeserver: str, record: str) -> Path:
    """Settings of a bot with one record and its photo."""
    await talk.send(LI, "现场.jpg", REPORT)
    await talk.say(LI, "好")
    path = tmp_path / "zhibu.yaml"
    said = f'homeserver: {homeserver}\nuser_id: "{BOT}"\ndata: data\npassword_file: pw\n'
    said += f"database: {talk.settings.database_url}\n" if record == POSTGRES else ""
    path.write_text(said, encoding="utf-8")
    (tmp_path / "pw").touch(mode=0o600)
    return path


async def doctor(config: Path) -> tuple[bool, str]:
    """Whether all is well, and the report."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        well = await command._report(config)
    return well, said.getvalue()


def line(report: str, name: str) -> str:
    """One check's line, with its cure."""
    rows = report.splitlines()
    at = next(i for i, row in enumerate(rows) if row[2:].strip().startswith(f"{name}："))
    cure = [row for row in rows[at + 1 : at + 2] if row.startswith("      处理：")]
    return "\n".join([rows[at], *cure])


async def test_as_a_command_it_ends_with_a_status_and_no_traceback(config: Path, talk: Talk) -> None:
    async def run() -> tuple[int, str]:
        command = [sys.executable, "-m", "bot", "doctor", "--config", str(config)]
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=60, check=False)
        assert done.stderr == ""
        return done.returncode, done.stdout

    assert (await run())[0] == 0
    talk.store.remove(talk.names().pop())
    status, report = await run()
    assert status == 1
    assert "不见了（#1）" in report


async def test_all_is_well(config: Path) -> None:
    well, report = await doctor(config)
    assert well, report
    assert report.endswith("都好。\n")
    for name in ("设置", "权限", "服务器", "节假日", "数据库", "记录", "附件", "收发"):
        assert line(report, name).startswith("好"), report
    assert "1个文件都与校验值一致" in report
    assert len(report.splitlines()) < 24, "one screen"


async def test_an_altered_row_is_named(config: Path, talk: Talk) -> None:
    async with talk.database.turn() as conn:
        await conn.execute(text("UPDATE bodies SET body = replace(body, '5', '6')"))
    well, report = await doctor(config)
    assert not well
    assert "第一支部 #1 第1版 内容被改动" in line(report, "记录")
    assert "处理：" in line(report, "记录")


async def test_an_altered_file_is_named_with_its_record(config: Path, talk: Talk) -> None:
    (digest,) = talk.names()
    talk.store.path(digest).write_bytes(b"something else")
    well, report = await doctor(config)
    assert not well
    assert f"{digest[2:]} 内容被改动或损坏（#1）" in line(report, "附件")


async def test_a_lost_file_is_named_with_its_record(config: Path, talk: Talk) -> None:
    (digest,) = talk.names()
    talk.store.remove(digest)
    well, report = await doctor(config)
    assert not well
    assert f"附件 {digest[:12]}… 不见了（#1）" in line(report, "附件")


async def test_a_file_of_no_record_is_no_fault(config: Path, talk: Talk) -> None:
    talk.store.put(b"idle")
    well, report = await doctor(config)
    assert well
    assert "其中1个没有记录用到" in report


@pytest.mark.sqlite("its file is one of the secrets")
async def test_secrets_that_others_can_read(config: Path, talk: Talk) -> None:
    (config.parent / "pw").chmod(0o644)
    well, report = await doctor(config)
    assert not well
    assert "pw" in line(report, "权限")
    assert "chmod" in line(report, "权限")
    (config.parent / "pw").chmod(0o600)
    talk.settings.data.chmod(0o755)
    (talk.settings.data / "zhibu.db").chmod(0o644)
    assert "zhibu.db" in line((await doctor(config))[1], "权限")


async def test_what_waits_too_long(config: Path, talk: Talk) -> None:
    old = datetime.now(UTC) - timedelta(hours=2)
    async with talk.database.turn() as conn:
        await inbox.take_in(conn, BOT, [InboxRow("$old", "!x", LI, old, "text", {})])
    well, report = await doctor(config)
    assert not well
    assert "待答1条" in line(report, "收发")
    assert "120分钟" in line(report, "收发")


@pytest.mark.parametrize(
    ("change", "name", "said"),
    [
        ("homeserver: http://127.0.0.1:9\n", "服务器", "没有应答"),
        ("datta: x\n", "设置", "不认识这个键"),
        ("attachments: {types: [image/heic]}\n", "设置", "定位信息去不掉"),
        ("attachments: {max_mb: 0}\n", "设置", "max_mb"),
    ],
)
async def test_settings_that_lead_nowhere(config: Path, change: str, name: str, said: str) -> None:
    await _leads_nowhere(config, change, name, said)


@pytest.mark.sqlite("its file lies in that folder")
async def test_a_folder_that_is_not_there(config: Path) -> None:
    await _leads_nowhere(config, "data: elsewhere\n", "数据库", "没有目录")


async def _leads_nowhere(config: Path, change: str, name: str, said: str) -> None:
    key = change.partition(":")[0]
    kept = [row for row in config.read_text(encoding="utf-8").splitlines(True) if not row.startswith(key + ":")]
    config.write_text("".join(kept) + change, encoding="utf-8")
    well, report = await doctor(config)
    assert not well
    assert line(report, name).startswith("不好")
    assert said in line(report, name)


async def test_a_missing_settings_file_and_an_older_schema(config: Path, talk: Talk) -> None:
    well, report = await doctor(config.with_name("none.yaml"))
    assert not well
    assert "没有这个文件" in report
    async with talk.database.turn() as conn:
        await conn.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert "结构是 0000" in line((await doctor(config))[1], "数据库")
    async with talk.database.look() as conn:
        assert await conn.scalar(text("SELECT version_num FROM alembic_version")) == "0000", "it only looks"


@pytest.mark.parametrize(("day", "well"), [("2026-11-22", True), ("2026-12-01", False), ("2028-03-01", False)])
def test_next_years_holidays_are_missed_from_december(day: str, well: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "provisional", lambda asked: asked.year > 2026)
    assert checks._holidays(datetime.fromisoformat(day).date()).well is well
