"""Starts the services of deploy/compose.yaml as it says: order, users, secrets, volumes, read-only roots, health."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.native.engine import Entry, install
from tests.deploy.native.images import Images
from tests.deploy.native.root import POSTGRES, Root, run

# What the image postgres does by itself, by its documentation: a new cluster, then the scripts laid beside it.
_POSTGRES = """
cd /var/lib/postgresql/data && mkdir -p pg && chmod 700 pg
initdb --pgdata=pg --username=postgres --pwfile="$POSTGRES_PASSWORD_FILE" $POSTGRES_INITDB_ARGS >/dev/null
echo "host all all all scram-sha-256" >> pg/pg_hba.conf
pg_ctl --pgdata=pg --wait --silent --options="-c listen_addresses=''" --log=/tmp/log start
for script in /docker-entrypoint-initdb.d/*; do sh "$script"; done
pg_ctl --pgdata=pg --wait --silent --mode=fast stop
exec postgres -D pg -c listen_addresses='*'
"""
PATIENCE = 60.0


class Services:
    """The services by name. started: their processes, in the order they were started."""

    def __init__(self, project: Path, folder: Path, images: Images, postgres: Path) -> None:
        self.deploy = project / "deploy"
        self._folder = folder
        self._images = images
        self._postgres = postgres
        self.said: dict[str, Any] = yaml.safe_load((self.deploy / "compose.yaml").read_text("utf-8"))
        self.started: dict[str, subprocess.Popen[bytes]] = {}
        self._roots: dict[str, Root] = {}

    def in_order(self) -> Iterator[str]:
        """Each service after those it depends on."""
        told: set[str] = set()
        services = self.said["services"]
        while len(told) < len(services):
            name = next(n for n, s in services.items() if n not in told and set(s.get("depends_on", {})) <= told)
            told.add(name)
            yield name

    def up(self, name: str) -> None:
        """Start a service and wait for its health."""
        words = [*self._stage(name, "ENTRYPOINT"), *self._stage(name, "CMD")] or ["sh", "-ec", _POSTGRES]
        log = (self._folder / f"{name}.log").open("ab")
        self.started[name] = subprocess.Popen(
            [*self._begin(name), *words], stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
        if health := self.said["services"][name].get("healthcheck"):
            self._wait(name, health["test"][1:])

    def call(self, name: str, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command beside a service, as docker compose exec or run would."""
        done = subprocess.run([*self._begin(name), *words], capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def anew(self, folder: Path) -> Services:
        """The same on an empty machine. folder: for its roots and volumes."""
        return Services(self.deploy.parent, folder, self._images, self._postgres)

    def enter_by(self, program: Path) -> None:
        """Write a program that stands for docker and enters these services."""
        install(program, {name: Entry(str(self._root(name).place), self._begin(name), self._stage(name, "ENTRYPOINT"))
                          for name in self.said["services"]})  # fmt: skip

    def volume(self, name: str) -> Path:
        """The folder behind a service's own volume."""
        source = next(volume.split(":")[0] for volume in self.said["services"][name]["volumes"] if volume[0] != ".")
        return self._volume(source, self._user(name))

    def log(self, name: str) -> str:
        """What a service has written."""
        return (self._folder / f"{name}.log").read_text("utf-8", "replace")

    def down(self) -> None:
        """Stop all, the last first."""
        for process in reversed(self.started.values()):
            process.terminate()
            process.wait(30)
        self.started.clear()

    def _wait(self, name: str, words: list[str]) -> None:
        end = time.monotonic() + PATIENCE
        while self.call(name, *words, check=False).returncode != 0:
            assert self.started[name].poll() is None, self.log(name)
            assert time.monotonic() < end, self.log(name)
            time.sleep(0.2)  # as the engine does: health is asked for, it does not tell

    def _stage(self, name: str, keyword: str) -> tuple[str, ...]:
        build = self.said["services"][name].get("build")
        return self._images.stages[build["target"]].last(keyword) if build else ()

    def _user(self, name: str) -> str:
        return str(self.said["services"][name].get("user") or self._stage(name, "USER")[0])

    def _workdir(self, name: str) -> str:
        return next(iter(self._stage(name, "WORKDIR")), "/")

    def _begin(self, name: str) -> list[str]:
        """The words that run a command in a service's root, as its account."""
        return self._root(name).command(self._user(name), self._environment(name), self._workdir(name), ())

    def _environment(self, name: str) -> dict[str, str]:
        service = self.said["services"][name]
        stage = self._images.stages[service["build"]["target"]].environment() if "build" in service else {}
        return {**stage, **service.get("environment", {})}

    def _root(self, name: str) -> Root:
        if name not in self._roots:
            self._roots[name] = self._mounted(name)
        return self._roots[name]

    def _mounted(self, name: str) -> Root:
        service = self.said["services"][name]
        below = self._images.build(service["build"]["target"]).layers if "build" in service else ()
        root = Root(self._folder / f"service-{name}", below)
        uid, _, gid = self._user(name).partition(":")
        root.inside("/etc/hosts").write_text("127.0.0.1 localhost postgres synapse\n")
        if name == "postgres":  # whose image has an account for it; the others' numbers have no name
            with root.inside("/etc/passwd").open("a") as passwd:
                passwd.write(f"postgres:x:{uid}:{gid}::/:/bin/sh\n")
            root.bind(self._postgres, POSTGRES)  # with the libraries beside it
        root.scratch("/run", "mode=0755")
        for secret in service.get("secrets", []):
            root.bind(self.deploy / self.said["secrets"][secret]["file"], f"/run/secrets/{secret}")
        for entry in service.get("tmpfs", []):
            target, _, options = entry.partition(":")
            root.scratch(target, options or "mode=1777")
        for volume in service.get("volumes", []):
            source, target = volume.split(":")[:2]
            place = self.deploy / source if source.startswith(".") else self._volume(source, self._user(name))
            root.bind(place, target)
        assert service["read_only"]
        root.seal()
        return root

    def _volume(self, source: str, user: str) -> Path:
        place = self._folder / f"volume-{source}"
        place.mkdir(mode=0o700, exist_ok=True)
        uid, _, gid = user.partition(":")
        shutil.chown(place, int(uid), int(gid))
        return place


def certificate(folder: Path, name: str) -> None:
    """A certificate for a name, signed by itself."""
    run(
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext",
        f"subjectAltName=DNS:{name}", "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem",
    )  # fmt: skip
