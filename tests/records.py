"""Where tests keep their record: every test that may open one runs twice, on SQLite and on a real PostgreSQL.

Nothing is asked of a test for it: the folder that its settings name has its record on the one or the other. A test
about SQLite's own file is marked so (pytest.mark.sqlite, with the reason); one that opens SQLite's file without saying
so fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from storage import database
from tests.postgres import Postgres

SQLITE, POSTGRES = "sqlite", "postgres"
TESTS = Path(__file__).parent
# Pure, or with bots as processes of their own: those say themselves on which database they run.
ONCE = (
    "accuracy/", "app/test_commands.py", "app/test_init.py", "bench/", "browser/", "deploy/", "dialogue/", "e2e/",
    "faults/", "files/test_pictures.py", "files/test_types.py", "matrix/", "rubrics/",
    "storage/test_carrying.py", "test_readme.py", "understanding/",
)  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """The markers of tests that run on one of the two only."""
    config.addinivalue_line("markers", "sqlite(why): about SQLite's own file, so it does not run on PostgreSQL")
    config.addinivalue_line("markers", "postgres(why): about what only PostgreSQL does")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Twice, unless it is said otherwise."""
    test = metafunc.definition
    if test.get_closest_marker("postgres") is not None:
        metafunc.parametrize("record", [POSTGRES], indirect=True)
    elif not test.path.relative_to(TESTS).as_posix().startswith(ONCE) and test.get_closest_marker("sqlite") is None:
        metafunc.parametrize("record", [SQLITE, POSTGRES], indirect=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server for the whole session, or for this worker's part of it."""
    with Postgres() as server:
        yield server


@pytest.fixture(autouse=True)
def record(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """On which database this test has its record."""
    kind = getattr(request, "param", SQLITE)
    if kind == SQLITE:
        yield kind
        return
    server: Postgres = request.getfixturevalue("postgres")
    made: dict[Path, str] = {}

    def here(settings: Settings) -> str:
        """The database that stands for the file in a data folder."""
        if settings.database is not None:
            return settings.database
        folder = settings.data.absolute()
        if folder not in made:
            made[folder] = server.new()
        return server.address(made[folder])

    monkeypatch.setattr(Settings, "database_url", property(here))
    monkeypatch.setattr(database, "_sqlite", _refuse)
    yield kind
    server.drop(*made.values())


@pytest.fixture
def new_url(record: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a record of the test's own will lie; nothing is there yet."""
    if record == SQLITE:
        yield f"sqlite+aiosqlite:///{tmp_path / 'zhibu.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.new_empty()
    yield server.address(name)
    server.drop(name)


@pytest.fixture
def url(record: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a record of the test's own lies, or will: on PostgreSQL its tables are there already."""
    if record == SQLITE:
        yield f"sqlite+aiosqlite:///{tmp_path / 'zhibu.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.new()
    yield server.address(name)
    server.drop(name)


def _refuse(*_: Any, **__: Any) -> Any:
    pytest.fail("this test runs on PostgreSQL too: take the record's address from Settings or the fixture url")
