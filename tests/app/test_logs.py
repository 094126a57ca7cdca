"""The log: an exception is told by its class and place, never by its words, which quote what people wrote."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import structlog

from bot import worker
from bot.logs import configure
from storage import activities
from tests.files.conftest import LI, REPORT, enter

WORD = "发展对象"


@pytest.fixture(autouse=True)
def as_a_process() -> Iterator[None]:
    """Logging as zhibu run sets it up, and back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure(debug=True)
    yield
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level


async def test_a_turn_that_fails_on_a_message_does_not_quote_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(session: object, message: object, context: object) -> object:
        raise ValueError(f"can't digest {message}") from KeyError(REPORT)

    monkeypatch.setattr(worker, "step", fails)
    talk = await enter(tmp_path)
    assert "王芳" in await talk.say(LI, REPORT)
    await talk.database.close()
    said = capsys.readouterr().err
    assert WORD not in said
    (line,) = [json.loads(line) for line in said.splitlines() if "turn_failed" in line]
    assert (line["exception"], line["cause"]) == ("ValueError", "KeyError")
    assert any("worker.py" in place for place in line["at"])


async def test_a_database_that_refuses_a_value_does_not_quote_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fails(conn: object, *_: object, **__: object) -> int:
        await conn.exec_driver_sql(f"INSERT INTO nowhere VALUES ('{WORD}')")  # type: ignore[attr-defined]
        return 0

    monkeypatch.setattr(activities, "record", fails)
    talk = await enter(tmp_path)
    await talk.say(LI, REPORT)
    await talk.say(LI, "好")
    await talk.database.close()
    said = capsys.readouterr().err
    assert "turn_failed" in said
    assert WORD not in said


def test_other_libraries_exceptions_are_told_by_their_place(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise RuntimeError(WORD)
    except RuntimeError:
        logging.getLogger("asyncio").exception("Task exception was never retrieved")
    said = capsys.readouterr().err
    assert "RuntimeError" in said
    assert "test_logs.py" in said
    assert WORD not in said


def test_a_log_that_can_not_be_written_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with suppress(OSError), Path("/dev/full").open("w") as full:
        monkeypatch.setattr("sys.stderr", full)
        structlog.get_logger().error("x")
        logging.getLogger("asyncio").error("y")
        monkeypatch.undo()
