"""Takes the sync on standard input and is killed when nio saves the room key, after it saved the ratchet."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from tests.matrix.conftest import lone_client


async def main(folder: Path) -> None:
    """Never returns."""
    client = lone_client(folder)
    client.store.save_inbound_group_session = lambda _: os._exit(9)
    client.take(json.load(sys.stdin))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
