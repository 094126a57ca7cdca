"""Stands for systemctl on a machine without systemd: services run as their unit files say, under their accounts."""

from __future__ import annotations

import os
import pwd
import select
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

UNITS, RUNNING = Path("/etc/systemd/system"), Path("/run/stand-in")
_PATIENCE = 60


def _read(name: str) -> dict[str, str]:
    """A unit's settings; of those that are given more than once, the last."""
    text = (UNITS / name).read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if "=" in line and not line.startswith(("#", ";"))]
    return dict(line.split("=", 1) for line in lines)


def start(name: str) -> None:
    """Start a unit and wait until it says that it is ready; of a timer, see that what it starts is there."""
    unit = _read(name)
    if name.endswith(".timer"):
        _read(name.removesuffix(".timer") + ".service")
        return
    if "%" in unit["ExecStart"]:
        raise SystemExit(f"{name}: the stand-in knows no specifiers")
    account = pwd.getpwnam(unit.get("User", "root"))
    for key, above, mode in (("RuntimeDirectory", "/run", 0o755), ("StateDirectory", "/var/lib", 0o700)):
        for folder in (Path(above, word) for word in unit.get(key, "").split()):
            folder.mkdir(exist_ok=True)
            folder.chmod(mode)
            os.chown(folder, account.pw_uid, account.pw_gid)
    drop = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--init-groups", "--no-new-privs"]
    begin = [*drop, "--bounding-set=-all", "--inh-caps=-all"] if account.pw_uid else []
    RUNNING.mkdir(exist_ok=True)
    RUNNING.chmod(0o711)
    told = RUNNING / f"{name}.notify"
    told.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready, Path(f"/var/log/{name}.log").open("ab") as log:
        ready.bind(str(told))
        told.chmod(0o666)
        ready.settimeout(_PATIENCE)
        process = subprocess.Popen(
            [*begin, *shlex.split(unit["ExecStart"])], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            cwd=unit.get("WorkingDirectory", "/"), start_new_session=True, umask=int(unit.get("UMask", "0022"), 8),
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": account.pw_dir, "NOTIFY_SOCKET": str(told)},
        )  # fmt: skip
        if unit.get("Type") == "oneshot":
            if process.wait() != 0:
                raise SystemExit(f"{name} failed, see /var/log/{name}.log")
            return
        (RUNNING / name).write_text(str(process.pid))
        if unit.get("Type") == "notify":
            while not ready.recv(256).startswith(b"READY=1"):
                pass


def stop(name: str) -> None:
    """Stop a unit, and wait for its end."""
    try:
        handle = os.pidfd_open(int((RUNNING / name).read_text()))
    except (FileNotFoundError, ProcessLookupError):
        return
    signal.pidfd_send_signal(handle, getattr(signal, _read(name).get("KillSignal", "SIGTERM")))
    if not select.select([handle], [], [], _PATIENCE)[0]:
        raise SystemExit(f"{name} does not end")
    (RUNNING / name).unlink()


def main(words: list[str]) -> None:
    """Do what systemctl is asked for."""
    verb, *names = [word for word in words if word != "--now"]
    for name in (name if "." in name else f"{name}.service" for name in names):
        if verb in ("stop", "restart"):
            stop(name)
        if verb in ("start", "restart", "enable"):
            start(name)
        if verb == "reload":
            os.kill(int((RUNNING / name).read_text()), signal.SIGHUP)
        if verb == "stop-all":
            break
    if verb not in ("start", "stop", "restart", "enable", "reload", "daemon-reload"):
        raise SystemExit(f"the stand-in knows no {verb}")


if __name__ == "__main__":
    main(sys.argv[1:])
