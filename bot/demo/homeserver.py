"""A real Synapse on loopback, in a folder of its own: the demo, the tests and the benchmark talk to it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import os
import secrets
import socket
import subprocess
import tempfile
from pathlib import Path
from string import Template
from types import TracebackType
from typing import IO, Any, Self

import aiohttp
import yaml

from bot.matrix.errors import LinkError

_PROJECT = Path(__file__).resolve().parents[2]
_TEMPLATES = _PROJECT / "deploy" / "synapse" / "demo"
_START_SECONDS = 90
_STOP_SECONDS = 20

# Run inside Synapse's own interpreter: it ends when whoever started it ends, however that happens.
_LAUNCH = """
import ctypes, os, runpy, signal, sys
try:
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)
except (AttributeError, OSError):
    pass
if os.getppid() != int(sys.argv.pop(1)):
    sys.exit(1)
runpy.run_module("synapse.app.homeserver", run_name="__main__", alter_sys=True)
"""


class HomeserverError(LinkError):
    """The homeserver can't run; the words are for a person."""


def synapse_python() -> Path:
    """The interpreter Synapse is installed for: $ZHIBU_SYNAPSE_PYTHON, else .synapse-venv beside the project.

    Raises HomeserverError when there is none.
    """
    told = os.environ.get("ZHIBU_SYNAPSE_PYTHON")
    python = Path(told) if told else _PROJECT / ".synapse-venv" / "bin" / "python"
    if not python.exists():
        raise HomeserverError(f"找不到 Synapse（{python}）：请先在项目目录运行 make synapse")
    return python


class Homeserver:
    """Synapse with SQLite. Start, stop and start again on the same folder: accounts, rooms and port stay.

    real_limits: keep Synapse's own rate limits instead of limits that never bite.
    """

    def __init__(self, folder: Path, *, server_name: str = "zhibu.localhost", real_limits: bool = False) -> None:
        self.folder = folder.resolve()
        self.server_name = server_name
        self.real_limits = real_limits
        self._process: subprocess.Popen[bytes] | None = None
        self._secret = ""
        self.port = 0

    @property
    def url(self) -> str:
        """Where clients reach it, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        """Synapse's SQLite file, for tests that look at what the server holds."""
        return self.folder / "homeserver.db"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start and wait until it answers. Raises HomeserverError with the log's tail when it doesn't."""
        python = synapse_python()
        self._configure()
        with (
            tempfile.TemporaryDirectory() as short,
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready,
            (self.folder / "stderr.log").open("ab") as stderr,
        ):
            # The notice that systemd would get: nothing has to be polled. A path, since abstract sockets are Linux's.
            address = str(Path(short) / "ready")
            ready.bind(address)
            ready.settimeout(0.2)
            self._process = self._launch(python, address, stderr)
            await asyncio.to_thread(self._await_ready, ready)

    def _launch(self, python: Path, ready: str, stderr: IO[bytes]) -> subprocess.Popen[bytes]:
        # In the caller's own thread: the system ends the child when the thread that made it ends.
        return subprocess.Popen(  # noqa: S603  (nobody else's words are in it)
            [python, "-c", _LAUNCH, str(os.getpid()), "-c", str(self.folder / "homeserver.yaml")],
            env={**os.environ, "NOTIFY_SOCKET": ready},
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            start_new_session=True,
        )

    def _await_ready(self, ready: socket.socket) -> None:
        process = self._process
        assert process is not None
        for _ in range(int(_START_SECONDS / 0.2)):
            try:
                if ready.recv(256).startswith(b"READY=1"):
                    return
            except TimeoutError:
                if process.poll() is not None:
                    break
        process.kill()
        process.wait()
        self._process = None
        raise HomeserverError(f"Synapse 没能启动，原因见 {self.folder / 'homeserver.log'}：{self._tail()}")

    def _tail(self) -> str:
        logs = [self.folder / "stderr.log", self.folder / "homeserver.log"]
        lines = [line for log in logs if log.exists() for line in log.read_text("utf-8").splitlines() if line.strip()]
        return lines[-1] if lines else "（没有日志）"

    async def stop(self, *, kill: bool = False) -> None:
        """Stop and wait for the end. kill: with SIGKILL, as a crash would."""
        process, self._process = self._process, None
        if process is None:
            return
        if kill:
            process.kill()
        else:
            process.terminate()
        try:
            await asyncio.to_thread(process.wait, _STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            await asyncio.to_thread(process.wait)

    def _configure(self) -> None:
        config = self.folder / "homeserver.yaml"
        if not config.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            self.port = _free_port()
            words = {
                "folder": str(self.folder),
                "port": str(self.port),
                "url": self.url,
                "server_name": self.server_name,
                "registration_secret": secrets.token_hex(32),
                "macaroon_secret": secrets.token_hex(32),
                "form_secret": secrets.token_hex(32),
                "limits": "" if self.real_limits else (_TEMPLATES / "limits.yaml").read_text("utf-8"),
            }
            seed = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
            _write(self.folder / "signing.key", f"ed25519 a_{secrets.token_hex(2)} {seed}\n")
            for name in ("log.yaml", "homeserver.yaml"):
                _write(self.folder / name, Template((_TEMPLATES / name).read_text("utf-8")).substitute(words))
        kept = yaml.safe_load(config.read_text("utf-8"))
        self.port = kept["listeners"][0]["port"]
        self.server_name = kept["server_name"]
        self._secret = kept["registration_shared_secret"]

    def user_id(self, localpart: str) -> str:
        """The full Matrix id of a local account."""
        return f"@{localpart}:{self.server_name}"

    async def register(self, localpart: str, password: str, displayname: str = "", *, admin: bool = False) -> str:
        """Make an account through the shared secret, or leave the one that is there. Returns its Matrix id."""
        address = f"{self.url}/_synapse/admin/v1/register"
        async with aiohttp.ClientSession() as web:
            async with web.get(address) as answer:
                nonce = (await answer.json())["nonce"]
            parts = (nonce, localpart, password, "admin" if admin else "notadmin")
            mac = hmac.new(self._secret.encode(), "\0".join(parts).encode(), hashlib.sha1).hexdigest()
            body: dict[str, Any] = {"nonce": nonce, "username": localpart, "password": password, "admin": admin}
            body["inhibit_login"] = True  # else the account begins with a device that nobody uses
            if displayname:
                body["displayname"] = displayname
            async with web.post(address, json={**body, "mac": mac}) as answer:
                told = await answer.json()
        if answer.status != 200 and told.get("errcode") != "M_USER_IN_USE":
            raise HomeserverError(f"Synapse 没有接受账号 {localpart}：{told.get('error', answer.status)}")
        return self.user_id(localpart)


def _write(target: Path, text: str) -> None:
    target.touch(mode=0o600)
    target.write_text(text, "utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
