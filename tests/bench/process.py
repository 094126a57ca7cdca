"""A bot as a process of its own, and the processor time and memory it has used."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path


class BotProcess:
    """Starts, measures and stops one process. cpu(): Linux only, as its /proc is."""

    def __init__(self, command: Sequence[str], log: Path) -> None:
        self._command = command
        self._log = log
        self._process: asyncio.subprocess.Process

    async def start(self) -> None:
        """Start it; what it prints goes to the log."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(*self._command, stdout=log, stderr=log)

    def cpu(self) -> float:
        """Seconds of processor time so far, of all its threads."""
        return cpu_of(self._process.pid)

    def memory(self) -> float:
        """Megabytes it holds."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    async def stop(self) -> None:
        """Stop it, and wait."""
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.wait()


def cpu_of(pid: int) -> float:
    """Seconds of processor time of a process's threads so far."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9
