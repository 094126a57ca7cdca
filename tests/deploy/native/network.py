"""A network in which nothing else is, so that services get the ports that deploy/ names."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deploy.native.root import run

HOST = "matrix.example.org"  # found on this machine inside
_NEW_NETWORK = 0x40000000  # CLONE_NEWNET


def alone() -> bool:
    """Whether mounts made here are seen by nobody else."""
    try:
        return os.geteuid() == 0 and os.readlink("/proc/self/ns/mnt") != os.readlink(f"/proc/{os.getppid()}/ns/mnt")
    except OSError:
        return False


@contextmanager
def own_network(folder: Path) -> Iterator[None]:
    """This thread and what it starts in a network of their own, until the end. folder: for a file of hosts."""
    libc = ctypes.CDLL(None, use_errno=True)
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    if libc.unshare(_NEW_NETWORK) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    run("ip", "link", "set", "lo", "up")
    (folder / "hosts").write_text(f"127.0.0.1 localhost {HOST}\n")
    run("mount", "--bind", folder / "hosts", "/etc/hosts")
    try:
        yield
    finally:
        run("umount", "/etc/hosts")
        libc.setns(before, _NEW_NETWORK)
        os.close(before)
