"""Runs a command in the test's own process."""

from __future__ import annotations

from typer.testing import CliRunner

from bot.cli import cli


def run(*words: object) -> str:
    """What zhibu prints for these words; a mistake is raised."""
    done = CliRunner().invoke(cli, [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output
