"""zhibu doctor: all well, and what it says of each thing that isn't."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from Crypto.PublicKey import ECC
from sqlalchemy import text

from bot.checks import machine
from bot.clock import utc_now
from bot.commands import doctor as command
from bot.matrix import signing
from bot.matrix.keeping import lock
from bot.matrix.login import Login
from rubrics.rulebooks import _editions, load_catalog
from storage import audit, inbox, outbox, timers, withheld
from storage.inbox import InboxRow
from storage.outbox import OutboxRow
from storage.timers import Timer
from storage.withheld import WithheldRow
from tests.files.conftest import BOT, LI, REPORT, Talk
from tests.records import POSTGRES


@dataclass
class Server:
    """What a homeserver answers to the doctor's questions; a test changes what it likes. url: where it is."""

    keys: dict[str, Any]
    url: str = ""
    revoked: bool = False
    one_time_keys: int = 50
    date: str = ""

    def answer(self, request: web.Request) -> web.Response:
        """One answer."""
        headers = {"Date": self.date} if self.date else {}
        if request.path.endswith("/versions"):
            return web.json_response({"versions": ["v1.12"]}, headers=headers)
        assert request.headers["Authorization"] == "Bearer token"
        if self.revoked:
            return web.json_response({"errcode": "M_UNKNOWN_TOKEN", "error": "gone"}, status=401)
        if request.path.endswith("/whoami"):
            return web.json_response({"user_id": BOT, "device_id": "ZHIBU1"})
        if request.path.endswith("/keys/query"):
            return web.json_response(self.keys)
        assert request.path.endswith("/keys/upload")
        return web.json_response({"one_time_key_counts": {"signed_curve25519": self.one_time_keys}})


@pytest_asyncio.fixture
async def homeserver(tmp_path: Path) -> AsyncIterator[Server]:
    """A homeserver that knows the bot's device, and the folder of that device."""
    folder = tmp_path / "data" / "matrix"
    folder.mkdir(parents=True, mode=0o700)
    seeds = {use: ECC.generate(curve="Ed25519") for use in signing._USES}
    signing._save(folder, seeds)
    master, ours = (signing._public(seeds[use]) for use in ("master", "self_signing"))
    server = Server({
        "master_keys": {BOT: {"keys": {f"ed25519:{master}": master}}},
        "device_keys": {BOT: {"ZHIBU1": {"signatures": {BOT: {f"ed25519:{ours}": "sig"}}}}},
    })  # fmt: skip

    async def serve(request: web.Request) -> web.Response:
        return server.answer(request)

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    Login(server.url, BOT, "ZHIBU1", "token", signed=True, synced=True).keep(folder)
    yield server
    await runner.cleanup()


@pytest_asyncio.fixture
async def config(talk: Talk, tmp_path: Path, homeserver: Server, record: str) -> Path:
    """Settings of a bot with one record and its photo."""
    await talk.send(LI, "现场.jpg", REPORT)
    await talk.say(LI, "好")
    async with talk.database.turn() as conn:
        await audit.note(conn, "cli", audit.BACKUP, None, {"to": "/backup/x"}, utc_now())
    path = tmp_path / "zhibu.yaml"
    said = f'homeserver: {homeserver.url}\nuser_id: "{BOT}"\ndata: data\npassword_file: pw\n'
    said += f"database: {talk.settings.database_url}\n" if record == POSTGRES else ""
    path.write_text(said, encoding="utf-8")
    (tmp_path / "pw").touch(mode=0o600)
    return path


NAMES = (
    "设置", "权限", "磁盘", "机器人", "服务器", "时钟", "登录", "设备", "密钥", "节假日", "数据库", "记录", "附件",
    "收发", "未发", "解密", "提醒", "备份",
)  # fmt: skip


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
    for name in NAMES:
        assert line(report, name).startswith("好"), report
    assert "1个文件都与校验值一致" in report
    assert len(report.splitlines()) < 24, "one screen"


@pytest.mark.parametrize(
    ("change", "name", "said"),
    [
        ({"revoked": True}, "登录", "的登录已失效（401 M_UNKNOWN_TOKEN"),
        ({"one_time_keys": 0}, "密钥", "还有0把"),
        ({"date": "Sun, 22 Nov 2026 10:00:00 GMT"}, "时钟", "比服务器"),
        ({"keys": {}}, "设备", "还没有交叉签名身份"),
        ({"keys": {"master_keys": {BOT: {"keys": {"ed25519:x": "x"}}}}}, "设备", "被重置过"),
    ],
)
async def test_what_is_wrong_with_the_login_the_device_or_the_clock(
    config: Path, homeserver: Server, change: dict[str, Any], name: str, said: str
) -> None:
    for field, value in change.items():
        setattr(homeserver, field, value)
    well, report = await doctor(config)
    assert not well
    assert said in line(report, name)
    assert "处理：" in line(report, name)


@pytest.mark.parametrize(("device", "said"), [({}, "没有交叉签名"), (None, "没有它的密钥")])
async def test_a_device_that_is_not_signed_or_not_there(
    config: Path, homeserver: Server, device: dict[str, Any] | None, said: str
) -> None:
    homeserver.keys["device_keys"][BOT] = {} if device is None else {"ZHIBU1": device}
    assert said in line((await doctor(config))[1], "设备")


async def test_no_login_yet_and_a_damaged_one(config: Path) -> None:
    login = config.parent / "data" / "matrix" / "login.json"
    login.write_text("{", encoding="utf-8")
    assert "已损坏" in line((await doctor(config))[1], "登录")
    login.unlink()
    assert "还没有登录过" in line((await doctor(config))[1], "登录")


async def test_a_running_bot_is_seen(config: Path) -> None:
    held = lock(config.parent / "data" / "matrix")
    assert f"进程 {os.getpid()}" in line((await doctor(config))[1], "机器人")
    held.close()
    (config.parent / "data" / "matrix" / "lock").write_text("4194303999\n", encoding="utf-8")
    assert "没有在运行" in line((await doctor(config))[1], "机器人")


async def test_what_is_refused_uncertain_unreadable_or_late(config: Path, talk: Talk) -> None:
    now = utc_now()
    async with talk.database.turn() as conn:
        await outbox.put(conn, BOT, [OutboxRow(f"t{n}", "!gone", "m.room.message", {}) for n in range(2)], now)
        await outbox.set_aside(conn, BOT, "t0", "M_FORBIDDEN", now)
        await outbox.doubt(conn, "restored", now)
        await inbox.take_in(conn, BOT, [InboxRow("$x", "!x", LI, now, "unreadable", {}, "s", "unreadable")])
        await withheld.note(conn, BOT, [WithheldRow("!x", "s", LI, "m.unverified")], now)
        await timers.plan(conn, [Timer("k", "day", now - timedelta(days=1), BOT, "first")])
    well, report = await doctor(config)
    assert not well
    assert "拒收1条，恢复后不知发没发过1条；最近的在 !gone" in line(report, "未发")
    assert f"解不开的消息1条，被扣留的密钥1把（{LI}）" in line(report, "解密")
    assert "1条到期半天以上" in line(report, "提醒")


async def test_the_next_reminders_and_the_last_backup(config: Path, talk: Talk) -> None:
    now = utc_now()
    async with talk.database.turn() as conn:
        await timers.plan(conn, [Timer("k", "day", now + timedelta(days=1), BOT, "first")])
    well, report = await doctor(config)
    assert well, report
    assert "第一支部" in line(report, "提醒")
    assert "/backup/x" in line(report, "备份")
    async with talk.database.turn() as conn:
        await conn.execute(text("UPDATE audit SET at = '2026-01-01 00:00:00.000000' WHERE action = 'backup'"))
    assert "已过去" in line((await doctor(config))[1], "备份")
    assert "systemctl start zhibu-backup" in line((await doctor(config))[1], "备份")
    async with talk.database.turn() as conn:
        await conn.execute(text("DELETE FROM audit WHERE action = 'backup'"))
        await audit.note(conn, "cli", "unit", None, {}, now - timedelta(days=3))
    assert line((await doctor(config))[1], "备份").startswith("不好  备份：还没有备份过")


async def test_a_full_disk_is_foreseen(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "LEAST_FREE", 10**18)
    assert line((await doctor(config))[1], "磁盘").startswith("不好")


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
    monkeypatch.setattr(machine, "provisional", lambda asked: asked.year > 2026)
    assert machine.holidays(datetime.fromisoformat(day).date()).well is well


async def test_rulebooks_of_ones_own_that_do_not_pass(config: Path) -> None:
    own = Path(__file__).parents[1] / "rubrics/own/rulebooks/village-branches.yaml"
    books = config.parent / "books"
    books.mkdir()
    config.write_text(f"{config.read_text(encoding='utf-8')}rulebooks: {books}\n", encoding="utf-8")
    (books / own.name).write_text(own.read_text(encoding="utf-8"), encoding="utf-8")
    assert "自己的规则1份，都通过检查" in line((await doctor(config))[1], "规则")
    (books / "street-branches.yaml").write_text(
        own.with_name("street-branches.yaml").read_text(encoding="utf-8").replace("points: 30", "points: 31"),
        encoding="utf-8",
    )
    load_catalog.cache_clear()
    _editions.cache_clear()
    well, report = await doctor(config)
    assert not well
    assert "条款 一：各项合计30，写的是31" in line(report, "规则")
