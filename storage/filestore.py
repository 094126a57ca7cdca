"""The folder of files: each lies under the hash of its bytes, so the same file twice is one and a change shows.

Several bots on one record share it. A file that no turn has tied to anything yet is held by a lock, so that no other
process takes it for one that nothing needs.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

_TEMPORARY = ".new-"
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Held:
    """A file held open, and with it its lock, which ends with the process at the latest."""

    digest: str
    handle: int

    def alone(self) -> bool:
        """Whether nobody else holds the file; if so, nobody can until the release."""
        try:
            fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def there(self, path: Path) -> bool:
        """Whether the file still lies at its path."""
        try:
            return os.path.samestat(os.fstat(self.handle), path.stat())
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Hold it no longer."""
        os.close(self.handle)


class FileStore:
    """Files by their sha256, as data/files/ab/cdef…; the folder is made when the first one comes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: str) -> Path:
        """Where the file of that hash lies. Raises ValueError for what is no sha256 in hexadecimal."""
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"not a sha256: {digest}")
        return self.folder / digest[:2] / digest[2:]

    def put(self, data: bytes) -> str:
        """Keep bytes, whole or not at all, readable by the owner only; their sha256. Raises OSError.

        A power cut leaves the file or none: the name appears only after the bytes have reached the disk.
        """
        digest = sha256(data).hexdigest()
        target = self.path(digest)
        if self.whole(digest):
            return digest
        for folder in (self.folder, target.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = target.with_name(_TEMPORARY + secrets.token_hex(8))
        try:
            with open(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.rename(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        for folder in (target.parent, self.folder):
            _sync(folder)
        return digest

    def keep(self, data: bytes) -> Held:
        """Put bytes, and hold their file until it is released: nobody takes it away meanwhile. Raises OSError."""
        while True:
            digest = self.put(data)
            held = self._open(digest)
            if held is not None:
                fcntl.flock(held.handle, fcntl.LOCK_SH)
                if held.there(self.path(digest)):
                    return held
                held.release()  # taken away just before it was held

    @contextmanager
    def alone(self, digests: Collection[str], mine: Held | None = None) -> Iterator[set[str]]:
        """Those of the files that nobody else holds; nobody can while the block lasts. mine: what the caller holds."""
        found = {mine.digest: mine} if mine is not None and mine.digest in digests else {}
        found |= {digest: held for digest in {*digests} - {*found} if (held := self._open(digest)) is not None}
        try:
            yield {digest for digest, held in found.items() if held.alone()}
        finally:
            for held in found.values():
                if held is not mine:
                    held.release()

    def _open(self, digest: str) -> Held | None:
        try:
            return Held(digest, os.open(self.path(digest), os.O_RDONLY))
        except FileNotFoundError:
            return None

    def get(self, digest: str) -> bytes:
        """A file's bytes. Raises FileNotFoundError, OSError."""
        return self.path(digest).read_bytes()

    def intact(self, digest: str) -> bytes | None:
        """A file's bytes; None when it is not there, or is not what its name says."""
        try:
            data = self.get(digest)
        except OSError:
            return None
        return data if sha256(data).hexdigest() == digest else None

    def whole(self, digest: str) -> bool:
        """Whether the file is there and is what its name says."""
        try:
            with self.path(digest).open("rb") as file:
                found = sha256()
                while chunk := file.read(1 << 20):
                    found.update(chunk)
        except OSError:
            return False
        return found.hexdigest() == digest

    def remove(self, digest: str) -> None:
        """Delete a file for good; one that isn't there is no matter."""
        self.path(digest).unlink(missing_ok=True)

    def all(self) -> Iterator[str]:
        """The hash of every file, by its name."""
        for path in sorted(self.folder.glob("??/*")):
            digest = path.parent.name + path.name
            if _DIGEST.fullmatch(digest):
                yield digest

    def clear_temporary(self) -> None:
        """Delete what a killed process left half-written."""
        for path in self.folder.glob(f"??/{_TEMPORARY}*"):
            with suppress(OSError), path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # who is still writing has it
                path.unlink()


def _sync(folder: Path) -> None:
    """A rename is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
