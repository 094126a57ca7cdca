"""compose.yaml, natively: the images' own steps, every service as it says, and a secretary who reports through it."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
from pathlib import Path

import aiohttp
from aiohttp import connector

from bot.matrix.person import Person
from tests.deploy.native.network import HOST
from tests.deploy.native.page import commands
from tests.deploy.native.services import Services

UNITS = """
units:
  - id: first
    name: 机关第一支部
    rulebooks: [{id: qianjiang-2017, points: example-points}]
    headcounts: [{since: 2025-01-01, 正式: 22, 预备: 2, 委员: 5}]
    people: [{id: "@li:example.org", name: 李明, roles: [secretary]}]
"""
ADDRESS = f"https://{HOST}:8443"
PASSWORD = "long-enough-for-li"
ZHIBU = ("/opt/zhibu/.venv/bin/zhibu",)
CONFIG = ("--config", "/etc/zhibu/zhibu.yaml")


async def test_a_secretary_reports_through_all_of_it(compose: Services, tmp_path: Path) -> None:
    site = compose.deploy / "site"
    assert list(compose.in_order()) == ["postgres", "synapse", "bot", "web"]
    compose.up("postgres")
    compose.up("synapse")
    for account, password in (("zhibu", (site / "secrets/zhibu_password").read_text()), ("li", PASSWORD)):
        compose.call(
            "synapse", "/opt/zhibu/.venv/bin/register_new_matrix_user", "-c", "/etc/synapse/containers.yaml",
            "-u", account, "-p", password, "--no-admin", "http://127.0.0.1:8008",
        )  # fmt: skip
    (compose.volume("bot") / "units.yaml").write_text(UNITS, "utf-8")
    compose.call("bot", *ZHIBU, "units", "import", "units.yaml", *CONFIG)
    compose.up("bot")
    compose.up("web")

    await _the_door(site)
    # aiohttp reads the trusted certificates once, at its import; a phone would have been given this one.
    connector._SSL_CONTEXT_VERIFIED.load_verify_locations(str(site / "tls" / "fullchain.pem"))
    secretary = await Person.sign_in(ADDRESS, "@li:example.org", PASSWORD, tmp_path / "li")
    try:
        room = await secretary.open_dm("@zhibu:example.org", timeout=60)
        await _report(secretary, room, "11月5日支委会，应到5人，实到5人，研究发展对象", "已记下 #1：支委会")
        assert _ask(compose, "zhibu", "SELECT count(*) FROM entries").strip() == "1"
        assert "permission denied" in _ask(compose, "synapse", "SELECT 1")

        kept = tmp_path / "backups"
        (line,) = commands("containers.md", "备份")
        for how in (line, f"{line} 1"):
            assert "已备份到" in _typed(compose, tmp_path, how.replace("/var/backups/zhibu", str(kept)))
        compose.started["bot"].terminate()
        assert compose.started["bot"].wait(30) == 0, compose.log("bot")
        compose.down()
        shutil.rmtree(site)
        (whole,) = kept.iterdir()
        moved = compose.anew(tmp_path / "moved")
        try:
            _restored(moved, tmp_path, whole)
            await _insist(secretary, room, "记录", "#1 支委会")
            await _report(secretary, room, "11月9日支委会，应到5人，实到4人，研究党员教育", "已记下 #1002：支委会")
            assert _ask(moved, "zhibu", "SELECT count(*) FROM entries").strip() == "2"
        finally:
            moved.down()
    finally:
        await secretary.close()


async def _report(secretary: Person, room: str, text: str, answer: str) -> None:
    await secretary.say(room, text)
    await secretary.wait_for(lambda said: text[-5:] in said.body and "没问题回" in said.body, timeout=60)
    await secretary.say(room, "好")
    await secretary.wait_for(lambda said: answer in said.body, timeout=60)


async def _insist(secretary: Person, room: str, text: str, answer: str) -> None:
    """Say something, again where the bot asks for that: the client may not know yet of the bot's new device."""
    for _ in range(4):
        await secretary.say(room, text)
        said = await secretary.wait_for(lambda said: answer in said.body or "着急就再发一遍" in said.body, timeout=60)
        if answer in said.body:
            return
    raise AssertionError(f"{text}: was never read")


def _typed(services: Services, folder: Path, line: str) -> str:
    """What a line says that root types in the project's folder; it must succeed."""
    services.enter_by(folder / "docker")
    given = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
    done = subprocess.run(["sh", "-c", line], cwd=services.deploy.parent, env=given, capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
    return done.stdout


def _restored(services: Services, folder: Path, whole: Path) -> None:
    """What the page says of a new machine, line by line. whole: the backup."""
    (folder / "moved").mkdir()
    for line in commands("containers.md", "恢复到一台新机器"):
        words = line.replace("/srv/backup", str(whole)).split()
        if "up" in words:
            wanted = words[words.index("--build") + 1 :] or [*services.in_order()]
            for name in (name for name in wanted if name not in services.started):
                services.up(name)
        elif words[0] == "docker":
            _typed(services, folder, " ".join(words))
        else:
            subprocess.run(words, cwd=services.deploy.parent, check=True)


async def _the_door(site: Path) -> None:
    """What is served outside, and what is not."""
    context = ssl.create_default_context(cafile=str(site / "tls" / "fullchain.pem"))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as web:
        async with web.get(f"http://{HOST}:8080/x", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/x")
        async with web.get(f"{ADDRESS}/") as answer:
            assert "支部记事" in await answer.text()
            assert "connect-src 'self'" in answer.headers["Content-Security-Policy"]
        async with web.get(f"{ADDRESS}/config.json") as answer:
            assert await answer.json() == {"defaultHomeServer": f"https://{HOST}", "bot": "@zhibu:example.org"}
        async with web.get(f"{ADDRESS}/assets/olm.wasm") as answer:
            assert answer.content_type == "application/wasm"
        async with web.get(f"{ADDRESS}/.well-known/matrix/client") as answer:
            assert (await answer.json())["m.homeserver"]["base_url"] == f"https://{HOST}"
        for closed in ("/_synapse/admin/v1/register", "/_matrix/federation/v1/version", "/_matrix/key/v2/server"):
            async with web.get(ADDRESS + closed) as answer:
                assert answer.status == 404, closed


def _ask(compose: Services, role: str, question: str) -> str:
    """What the bot's database answers to a role that shows its own password."""
    done = compose.call(
        "postgres", "sh", "-ec",
        f'PGPASSWORD=$(cat /run/secrets/postgres_{role}_password) psql -h 127.0.0.1 -U {role} -d zhibu -Atc "$0"',
        question, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr
