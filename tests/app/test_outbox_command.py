"""zhibu outbox: what was refused or is uncertain, sent after all or let go."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from bot.clock import utc_now
from storage import outbox
from storage.outbox import OutboxRow
from tests.files.conftest import BOT, enter

RUN = CliRunner()


@pytest.fixture
async def config(tmp_path: Path) -> Path:
    """Two rows that nobody sends, one of them without its words, and one that will be sent."""
    talk = await enter(tmp_path)
    async with talk.database.turn() as conn:
        rows = [OutboxRow(f"t{n}", "!r", "m.room.message", {"body": "x"}) for n in range(3)]
        await outbox.put(conn, BOT, rows[:2], utc_now())
        await outbox.set_aside(conn, BOT, "t0", "403 M_FORBIDDEN", utc_now())
        await outbox.doubt(conn, "", utc_now())
        await outbox.put(conn, BOT, rows[2:], utc_now())
        await conn.exec_driver_sql("UPDATE outbox SET content = NULL WHERE transaction_id = 't0'")
    await talk.database.close()
    path = tmp_path / "zhibu.yaml"
    path.write_text(f'homeserver: http://127.0.0.1:9\nuser_id: "{BOT}"\ndata: data\n', encoding="utf-8")
    return path


def zhibu(config: Path, *arguments: str) -> tuple[int, str]:
    """Its status and what it says."""
    done = RUN.invoke(cli, ["outbox", *arguments, "--config", str(config)])
    return done.exit_code, done.output


def test_they_are_listed(config: Path) -> None:
    status, said = zhibu(config)
    assert status == 0
    assert [line.split()[0] for line in said.splitlines()[:-1]] == ["t0", "t1"]
    assert "被拒收  消息  !r  403 M_FORBIDDEN" in said
    assert "不知发没发过" in said


def test_one_is_sent_after_all_unless_its_words_are_gone(config: Path) -> None:
    assert zhibu(config, "again", "t0", "t1") == (1, "1条等着再发。\n其余的不在其中，或内容已过期清除，不能再发。\n")
    assert zhibu(config, "drop", "t0") == (0, "1条已放下。\n")
    assert zhibu(config) == (0, "没有。\n")


def test_all_are_let_go_and_what_is_to_be_sent_is_not(config: Path) -> None:
    assert zhibu(config, "drop", "--all") == (0, "2条已放下。\n")
    assert zhibu(config, "drop", "t2")[0] == 1


def test_which_ones_must_be_said(config: Path) -> None:
    assert zhibu(config, "again")[0] == 2
    assert zhibu(config, "again", "--all", "t1")[0] == 2
