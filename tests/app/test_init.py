"""zhibu init: a home for the bot from a few answers, over a real homeserver; nothing is ever written over."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Invitations, read_settings
from tests.homeserver import Account, Town

NOBODY = "http://127.0.0.1:9"
ALL = ("--homeserver", NOBODY, "--user-id", "@a:b", "--contact", "x", "--invite", "y")


async def zhibu(folder: Path, *arguments: str, said: str = "", **environment: str) -> tuple[int, str]:
    """The command in a folder; its status and all it printed."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "bot", *arguments],
        input=said, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
async def account(town: Town) -> Account:
    """The bot's account."""
    return await town.account("zhibu")


def modes(folder: Path) -> set[int]:
    """The permissions of every file and folder in it."""
    return {stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")] if path.name != "lock"}


async def test_answers_from_a_pipe_make_a_home_that_the_doctor_finds_well(account: Account, tmp_path: Path) -> None:
    said = (account.homeserver, account.user_id, "党办 8888", "zhibu.localhost @li:zhibu.localhost", account.password)
    answers = "\n".join([*said, ""])
    status, told = await zhibu(tmp_path, "init", said=answers)
    assert status == 0, told
    assert "登录成功" in told
    settings = read_settings(tmp_path / "zhibu.yaml")
    assert (settings.homeserver, settings.user_id) == (account.homeserver, account.user_id)
    assert settings.contact == "党办 8888"
    assert settings.invitations == Invitations(users=("@li:zhibu.localhost",), servers=("zhibu.localhost",))
    for name in ("zhibu.yaml", "password"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert modes(tmp_path / "data") == {0o600, 0o700}
    assert {path.name for path in (tmp_path / "data" / "matrix").iterdir()} >= {
        "login.json",
        "signing.json",
        "store.key",
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "password", "zhibu.yaml"]
    status, told = await zhibu(tmp_path, "doctor")
    assert status == 0, told
    for line in ("登录：", "已交叉签名", "把一次性密钥", "时钟：与服务器一致", "0个单位的记录链都完整"):
        assert line in told

    before = (tmp_path / "zhibu.yaml").read_bytes()
    status, told = await zhibu(tmp_path, "init", said=answers)
    assert (status, (tmp_path / "zhibu.yaml").read_bytes()) == (2, before)
    assert "已经有了，不会改动它" in told
    status, told = await zhibu(tmp_path, "init", "--config", "other.yaml", said=answers)
    assert status == 0, told
    assert "已有登录，沿用" in told


async def test_a_wrong_password_leaves_nothing_behind(account: Account, tmp_path: Path) -> None:
    options = ("--homeserver", account.homeserver, "--user-id", account.user_id, "--contact", "x", "--invite", "y.org")
    status, said = await zhibu(tmp_path, "init", *options, ZHIBU_PASSWORD="wrong")
    assert status == 2
    assert "请检查账号和密码" in said
    assert [path.name for path in tmp_path.rglob("*") if path.name != "data"] == []
    status, said = await zhibu(tmp_path, "init", *options, ZHIBU_PASSWORD=account.password)
    assert status == 0, said


async def test_a_homeserver_that_is_away_is_no_reason_not_to_begin(tmp_path: Path) -> None:
    (tmp_path / "password").touch(mode=0o600)
    (tmp_path / "password").write_text("secret\n")
    status, said = await zhibu(tmp_path, "init", "--user-id", "@a:b.org", said=f"{NOBODY}\n\n\n")
    assert status == 0, said
    assert "启动 zhibu run 时再登录" in said
    settings = read_settings(tmp_path / "zhibu.yaml")
    assert (settings.contact, settings.invitations.servers) == ("管理员", ("b.org",))
    assert (tmp_path / "password").read_text() == "secret\n"
    assert (tmp_path / "data" / "zhibu.db").exists()


@pytest.mark.parametrize(
    ("arguments", "said", "words"),
    [
        ((), "", "没有回答“Matrix 服务器的网址"),
        ((), "example.org\n", "应为网址"),
        (("--homeserver", NOBODY), "zhibu\n", "应为完整的 Matrix 账号"),
        ((*ALL, "--user-id", "zhibu"), "", "应为完整的 Matrix 账号"),
        ((*ALL, "--database", "mysql://x"), "secret\n", "数据库地址写法有误"),
        ((*ALL, "--config", "no/such/zhibu.yaml"), "", "没有目录"),
    ],
)
async def test_a_wrong_answer_is_told_and_leaves_no_settings(
    tmp_path: Path, arguments: tuple[str, ...], said: str, words: str
) -> None:
    status, told = await zhibu(tmp_path, "init", *arguments, said=said)
    assert status == 2
    assert words in told
    assert not list(tmp_path.glob("*.yaml*")) + list(tmp_path.glob(".*"))
