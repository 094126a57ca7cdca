"""The folder of one device: secrets written so that only we can read them, and a lock against a second process."""

from __future__ import annotations

import fcntl
import os
import secrets
import struct
from contextlib import suppress
from pathlib import Path
from typing import IO

from bot.matrix.errors import Locked, SignInFailed

_FLOCK = "hhqqi"  # struct flock of fcntl(2): type, whence, start, length, process
_WHOLE = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)


def write_secret(target: Path, text: str) -> None:
    """Write a file 0600, whole or not at all: a kill leaves the old one."""
    beside = target.with_name(target.name + ".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(target)


def lock(folder: Path) -> IO[str]:
    """Hold the folder until the returned file is closed or the process ends. Raises Locked when somebody else does."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = (folder / "lock").open("a+", encoding="utf-8")
    try:
        fcntl.fcntl(held, fcntl.F_OFD_SETLK, _WHOLE)
    except OSError as error:
        held.close()
        raise Locked(f"已有另一个 zhibu 进程在使用 {folder}：两个进程共用一个设备会损坏密钥，请先停掉那一个") from error
    with suppress(OSError):  # only for holder(), and a full disk must not look like another process
        held.truncate(0)
        held.write(f"{os.getpid()}\n")
        held.flush()
    return held


def holder(folder: Path) -> int | None:
    """The id of the process that holds the folder, 0 where it could not write it down; None where none does.

    The lock itself is asked, which ends with its process: the id in the file outlives a power cut, and may be another
    process's by then. Asks without taking it: to try it would keep a bot from starting in that very moment.
    """
    try:
        with (folder / "lock").open(encoding="utf-8") as file:
            kind = struct.unpack(_FLOCK, fcntl.fcntl(file, fcntl.F_OFD_GETLK, _WHOLE))[0]
            if kind == fcntl.F_UNLCK:
                return None
            return int(file.read())
    except ValueError:
        return 0
    except OSError:
        return None


def pickle_key(folder: Path) -> str:
    """The long random key that the device's keys are encrypted with on disk; made when there are no keys yet.

    Raises SignInFailed when there are keys but the file is gone.
    """
    file = folder / "store.key"
    if not file.exists():
        if any(folder.glob("*.db")):
            raise SignInFailed(f"缺少 {file}：没有它打不开已有的加密密钥，请从备份取回")
        write_secret(file, secrets.token_urlsafe(48))
    return file.read_text("utf-8").strip()
