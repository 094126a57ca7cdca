"""Files on their way out: kept on disk from the turn that made them until the homeserver has them."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

_WHOLE, _HALF = ".parcel", ".part"


class Parcels:
    """A folder, a file for each outbox row that carries one. A name is the row's transaction id, which is the same at
    every try: what a turn made before it was undone is written over or swept away, never sent. Whatever else lies in
    the folder is not ours: it is neither named nor touched."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, name: str, data: bytes) -> None:
        """Keep a file; it is on disk when this returns. Raises OSError."""
        await asyncio.to_thread(self._write, name, data)

    async def get(self, name: str) -> bytes | None:
        """A file's bytes; None when it is not there."""
        try:
            return await asyncio.to_thread(self._path(name).read_bytes)
        except FileNotFoundError:
            return None

    async def forget(self, name: str) -> None:
        """The homeserver has it."""
        for path in (self._path(name), self._half(name)):
            await asyncio.to_thread(path.unlink, missing_ok=True)

    def names(self) -> list[str]:
        """All that is kept, whole or half-written."""
        kept = (path for suffix in (_WHOLE, _HALF) for path in self._folder.glob(f"*{suffix}"))
        return sorted({path.stem for path in kept})

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{_WHOLE}"

    def _half(self, name: str) -> Path:
        return self._folder / f"{name}{_HALF}"

    def _write(self, name: str, data: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._half(name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        path.rename(self._path(name))
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
