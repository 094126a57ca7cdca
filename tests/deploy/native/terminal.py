"""A person at a terminal: types a line, answers what is asked, waits for the prompt."""

from __future__ import annotations

import os
import re
import select
import subprocess
import time
from collections.abc import Sequence

PROMPT = "◆$?◆ "  # as PS1 has it
_DONE = re.compile(r"◆(\d+)◆ $")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\r")
_PATIENCE = 120.0


class Terminal:
    """A shell with a terminal of its own. seen: all that stood on the screen."""

    def __init__(self, command: Sequence[str]) -> None:
        self._master, slave = os.openpty()
        self._shell = subprocess.Popen(["setsid", "--ctty", *command], stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        self.seen = ""
        self._wait(())

    def type(self, line: str, answers: Sequence[tuple[str, str]] = ()) -> str:
        """Type a command, and answer its questions in their order; what it said. It must succeed."""
        begin = len(self.seen)
        self._write(line)
        status = self._wait(answers)
        said = self.seen[begin:]
        assert status == 0, f"{line}: status {status}\n{said}"
        return said

    def close(self) -> None:
        """Go away, whatever runs."""
        self._shell.kill()
        self._shell.wait()
        os.close(self._master)

    def _write(self, line: str) -> None:
        os.write(self._master, line.encode() + b"\r")

    def _wait(self, answers: Sequence[tuple[str, str]]) -> int:
        """Until the prompt is there. Returns the last command's status."""
        left, unread, raw = list(answers), len(self.seen), b""
        end = time.monotonic() + _PATIENCE
        while True:
            ready, _, _ = select.select([self._master], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"nothing more was said after:\n{self.seen[-2000:]}"
            raw += os.read(self._master, 65536)
            try:
                text, raw = raw.decode(), b""
            except UnicodeDecodeError:
                continue  # the rest of a character comes
            self.seen += _CONTROL.sub("", text)
            if left and left[0][0] in self.seen[unread:]:
                unread = len(self.seen)
                self._write(left.pop(0)[1])
            elif done := _DONE.search(self.seen[unread:]):
                assert not left, f"was not asked {left}:\n{self.seen[-2000:]}"
                return int(done[1])
