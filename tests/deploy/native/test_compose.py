"""compose.yaml, natively: the images' own steps, every service as it says, and a secretary who reports through it."""

from __future__ import annotations

import ssl
from pathlib import Path

import aiohttp
from aiohttp import connector

from bot.matrix.person import Person
from tests.deploy.native.network import HOST
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
        await secretary.say(room, "11月5日支委会，应到5人，实到5人，研究发展对象")
        await secretary.wait_for(lambda said: "议题：研究发展对象" in said.body, timeout=60)
        await secretary.say(room, "好")
        await secretary.wait_for(lambda said: "已记下 #1：支委会" in said.body, timeout=60)
    finally:
        await secretary.close()

    assert _ask(compose, "zhibu", "SELECT count(*) FROM entries").strip() == "1"
    made = compose.call("bot", *ZHIBU, "backup", "--to", "/var/lib/zhibu/backups", *CONFIG)
    assert "已备份到 /var/lib/zhibu/backups" in made.stdout
    assert "permission denied" in _ask(compose, "synapse", "SELECT 1")
    compose.started["bot"].terminate()
    assert compose.started["bot"].wait(30) == 0, compose.log("bot")


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
