"""The zhibu command: its subcommands, and the promise that a mistake is answered with a sentence."""

from __future__ import annotations

import sys

import typer

from bot.commands import (
    backup,
    chat,
    demo,
    doctor,
    enrol,
    export,
    init,
    move,
    outbox,
    restore,
    rubric,
    run,
    score,
    understand,
    units,
    units_change,
    units_show,
)
from bot.commands.usage import UsageError, usage_words
from bot.matrix.errors import LinkError
from rubrics.strict_yaml import FileError
from storage.errors import DatabaseError
from storage.os_words import os_words

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="支部：自建的 Matrix 机器人，记支部的活动，算考核的分，说清每一分的来处。")  # fmt: skip
cli.command()(init.init)
cli.command()(run.run)
cli.command()(chat.chat)
cli.command()(demo.demo)
cli.command()(export.export)
cli.command()(doctor.doctor)
cli.command()(backup.backup)
cli.command()(restore.restore)
cli.command()(enrol.enrol)
cli.command()(move.move)
cli.command()(understand.understand)
cli.command()(score.score)
cli.command()(score.rank)
cli.add_typer(rubric.app, name="rubric")
for command in (units_show.show, units_change.handover, units_change.close, units_change.move):
    units.app.command()(command)
cli.add_typer(units.app, name="units")
cli.add_typer(outbox.app, name="outbox")


def main() -> None:
    """Run the command line. Exit status: 0 well, 1 something failed that another try may mend, 2 wrong input."""
    try:
        status = cli(prog_name="zhibu", standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
    except UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            error.show()
        else:
            print(usage_words(error), file=sys.stderr)
        sys.exit(2)
    except typer.Abort:
        sys.exit(1)
    except (FileError, DatabaseError, LinkError) as error:
        print(error, file=sys.stderr)
        sys.exit(1 if getattr(error, "temporary", False) else 2)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        print(_unforeseen(error), file=sys.stderr)
        sys.exit(1)


def _unforeseen(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}：{os_words(error)}。请检查路径、权限和磁盘。"
    return f"程序出错：{type(error).__name__}：{error}\n这不是您的错；请把这一行和所用的命令告诉维护者。"
