"""Answers what waits in the inbox, and kills itself (SIGKILL) where it is told to."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from bot.events import Attachment
from bot.filing import Filing
from bot.worker import Worker
from storage import inbox
from storage.filestore import FileStore
from tests.files import conftest


def die(*_: Any, **__: Any) -> Any:
    """The end."""
    os.kill(os.getpid(), signal.SIGKILL)


async def main(folder: Path, database: str, where: str) -> None:
    """Never returns, unless the place is never reached."""
    talk = await conftest.enter(folder, database=database)

    async def fetch(attachment: Attachment, limit: int) -> bytes:
        if where == "while downloading":
            die()
        return (folder / "media").read_bytes()

    talk.worker._filing = Filing(talk.settings.files, fetch, talk.settings.attachments.limits)
    put, forget, done = FileStore.put, Filing.forget, inbox.done

    def put_then_die(self: FileStore, data: bytes) -> str:
        if where == "half-written":
            os.fsync = die
        put(self, data)
        return die()  # type: ignore[no-any-return]

    async def forget_then_die(*arguments: Any, **named: Any) -> None:
        await forget(*arguments, **named)
        die()

    async def die_before_commit(*arguments: Any) -> None:
        await done(*arguments)
        die()

    match where:
        case "half-written" | "stored":
            FileStore.put = put_then_die  # type: ignore[method-assign]
        case "forgotten":
            Filing.forget = forget_then_die  # type: ignore[method-assign, assignment]
        case "before the commit":
            inbox.done = die_before_commit
        case "answered":
            Worker._wake_sender = property(lambda self: die, lambda self, value: None)  # type: ignore[assignment]
    await talk.worker.drain()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))
