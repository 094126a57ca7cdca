"""Login, device and identity on a real Synapse: kept, signed, restored, revoked, killed half-way."""

from __future__ import annotations

import asyncio
import shutil
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.events import Kind
from bot.matrix.errors import Locked, Revoked, SignInFailed
from bot.matrix.link import Link
from bot.matrix.person import Person
from bot.matrix.wire import Wire
from tests.homeserver import Account, Town
from tests.matrix.town import RunningBot, keys_on_server, settings


async def test_a_revoked_login(bot: RunningBot) -> None:
    await bot.link.client.call("POST", "/_matrix/client/v3/logout", {})
    with pytest.raises(Revoked, match="已注销"):
        await bot.ended()


async def test_a_deactivated_account(bot: RunningBot, town: Town, tmp_path: Path) -> None:
    admin = await town.account("admin", admin=True)
    root = await Person.sign_in(admin.homeserver, admin.user_id, admin.password, tmp_path / "admin")
    await root.client.call("POST", f"/_synapse/admin/v1/deactivate/{bot.settings.user_id}", {})
    with pytest.raises(Revoked):
        await bot.ended()
    await root.close()


async def test_two_processes_on_one_device(bot: RunningBot) -> None:
    with pytest.raises(Locked, match="另一个 zhibu 进程"):
        await Link.connect(bot.settings)


async def test_the_device_is_signed_by_its_owner(bot: RunningBot, li: Person) -> None:
    user_id = bot.settings.user_id
    told = await keys_on_server(bot)
    (signing,) = told["self_signing_keys"][user_id]["keys"]
    device = told["device_keys"][user_id][bot.link.client.device_id]
    assert signing in device["signatures"][user_id]
    master = told["master_keys"][user_id]["keys"]
    await bot.stop()
    await bot.start()
    assert (await keys_on_server(bot))["master_keys"][user_id]["keys"] == master
    for name in ("login.json", "signing.json", "store.key"):
        assert stat.S_IMODE((bot.settings.folder / name).stat().st_mode) == 0o600, name
    assert stat.S_IMODE(bot.settings.folder.stat().st_mode) == 0o700
    assert len((bot.settings.folder / "store.key").read_text()) >= 43


async def test_after_a_restore_a_new_device_of_the_same_identity(bot: RunningBot, li: Person) -> None:
    room = await li.open_dm(bot.settings.user_id)
    await li.say(room, "一")
    await bot.next(Kind.TEXT, "一")
    user_id, old = bot.settings.user_id, bot.link.client.device_id
    master = (await keys_on_server(bot))["master_keys"][user_id]
    await bot.stop()
    for kept in bot.settings.folder.iterdir():
        if kept.name != "signing.json":
            kept.unlink()
    await bot.start()
    right, bot.link.settings = bot.link.settings, replace(bot.settings, password="wrong")
    (before,) = await bot.link.others()
    assert (before.id, before.seen_at is not None) == (old, True)
    assert before.seen_at is not None
    assert abs(datetime.now(UTC) - before.seen_at) < timedelta(minutes=5)
    with pytest.raises(SignInFailed, match="请检查密码"):
        await bot.link.log_out([before])
    bot.link.settings = right
    await bot.link.log_out([before])
    await bot.link.log_out(await bot.link.others())
    told = await keys_on_server(bot)
    assert told["master_keys"][user_id] == master
    (only,) = told["device_keys"][user_id]
    assert only != old
    (signing,) = told["self_signing_keys"][user_id]["keys"]
    assert signing in told["device_keys"][user_id][only]["signatures"][user_id]
    await li.say(room, "二")
    await bot.next(Kind.TEXT, "二")
    await bot.say(room, "答二", "t2")
    await li.wait_for("答二")
    await bot.stop()
    await bot.start()
    assert bot.link.client.device_id == only


async def test_killed_between_login_and_signing(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever moment the first start dies at, the next one goes on with the same device."""
    call, seen = Wire.call, []

    class Killed(BaseException):
        pass

    async def counted(self: Wire, method: str, path: str, *more: Any, **named: Any) -> dict[str, Any]:
        told = await call(self, method, path, *more, **named)
        seen.append(path)
        if len(seen) == limit:
            raise Killed
        return told

    known = settings(account, tmp_path / "bot")
    monkeypatch.setattr(Wire, "call", counted)
    for limit in range(1, 7):  # noqa: B007  (read by counted)
        seen.clear()
        try:
            await (await Link.connect(known)).close()
        except Killed:
            continue
    limit = 0
    async with RunningBot(known) as bot:
        told = await keys_on_server(bot)
        (device,) = told["device_keys"][account.user_id].values()
        (listed,) = (await bot.link.client.call("GET", "/_matrix/client/v3/devices"))["devices"]
        assert listed["device_id"] == device["device_id"]
        assert len(device["signatures"][account.user_id]) == 2


async def test_wrong_and_missing_passwords(account: Account, tmp_path: Path) -> None:
    with pytest.raises(SignInFailed, match="password"):
        await Link.connect(settings(account, tmp_path / "a", password=None))
    with pytest.raises(SignInFailed, match="检查账号和密码"):
        await Link.connect(settings(account, tmp_path / "b", password="wrong"))
    with pytest.raises(SignInFailed, match="检查地址和网络"):
        await Link.connect(settings(account, tmp_path / "c", homeserver="http://127.0.0.1:1"))
    await (await Link.connect(settings(account, tmp_path / "d"))).close()
    with pytest.raises(SignInFailed, match="属于"):
        await Link.connect(settings(account, tmp_path / "d", user_id="@other:x"))


async def test_a_second_phone_reads_what_comes_next(bot: RunningBot, li: Person, town: Town, tmp_path: Path) -> None:
    account = await town.account("zhou")
    phone = await Person.sign_in(account.homeserver, account.user_id, account.password, tmp_path / "phone")
    room = await phone.open_dm(bot.settings.user_id)
    await bot.say(room, "一", "t1")
    await phone.wait_for("一")
    (tmp_path / "tablet").mkdir()
    shutil.copy(tmp_path / "phone" / "signing.json", tmp_path / "tablet")
    tablet = await Person.sign_in(account.homeserver, account.user_id, account.password, tmp_path / "tablet")
    await bot.say(room, "二", "t2")
    await asyncio.gather(phone.wait_for("二"), tablet.wait_for("二"))
    await phone.close()
    await tablet.close()
