"""A backup on disk: a folder, or the same in one tar file. It has its name only when all of it has reached the disk."""

from __future__ import annotations

import os
import re
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO

from bot.backup.manifest import NAME, Manifest
from rubrics.strict_yaml import FileError

_PARTIAL = ".zhibu-partial-"  # how the names of backups under way begin
_NAMED = re.compile(r"zhibu-\d{8}-\d{6}")
_CHUNK = 1 << 20


class Draft:
    """A backup under way, beside its place and under another name. earlier: a backup whose files may be shared."""

    def __init__(self, place: Path, earlier: Path | None = None) -> None:
        self.place = place
        self.parts: dict[str, str] = {}
        self._earlier = earlier
        self._folder = place.with_name(_PARTIAL + place.name)
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(mode=0o700)

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Write one part."""
        path = self._path(name)
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        self.parts[name] = digest(path)

    def share(self, name: str, sha: str) -> bool:
        """Take a part over from the earlier backup without copying it, if it is there and whole."""
        found = self._earlier / name if self._earlier is not None else None
        if found is None or not found.is_file() or digest(found) != sha:
            return False
        path = self._path(name)
        try:
            os.link(found, path)
        except OSError:  # another file system, or one without links
            return False
        self.parts[name] = sha
        return True

    def finish(self, manifest: Manifest) -> None:
        """All parts are there: give it its name. A power cut leaves it whole or under its other name."""
        with self.open(NAME) as file:
            file.write(manifest.text().encode())
        if self.place.suffix == ".tar":
            beside = self._packed()
            with open(os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
                with tarfile.open(fileobj=file, mode="w") as tar:
                    for name in (NAME, *sorted(self.parts.keys() - {NAME})):
                        tar.add(self._folder / name, name)
                file.flush()
                os.fsync(file.fileno())
            shutil.rmtree(self._folder)
            beside.rename(self.place)
        else:
            for folder in {path.parent for path in self._folder.rglob("*")}:
                _sync(folder)
            self._folder.rename(self.place)
        _sync(self.place.parent)

    def abandon(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._packed().unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        """Where a part goes; its folders are ours alone."""
        for above in reversed(Path(name).parents):
            (self._folder / above).mkdir(mode=0o700, exist_ok=True)
        return self._folder / name

    def _packed(self) -> Path:
        return self._folder.with_name(self._folder.name + ".packed")


class Whole:
    """A backup that is there. Raises FileError for a place without one; check() says whether it is whole."""

    def __init__(self, place: Path) -> None:
        self.place = _newest(place)
        self._tar = tarfile.open(self.place) if self.place.is_file() else None  # noqa: SIM115 - closed in close()
        with self.open(NAME) as file:
            self.manifest = Manifest.read(file.read().decode("utf-8", "replace"), str(self.place))

    def close(self) -> None:
        """Let go of it."""
        if self._tar is not None:
            self._tar.close()

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Read one part. Raises FileError when it isn't there."""
        try:
            file = (self.place / name).open("rb") if self._tar is None else self._tar.extractfile(name)
        except (OSError, KeyError, tarfile.TarError):
            file = None
        if file is None:
            raise FileError([f"{self.place}：缺少 {name}，这份备份不完整。请换一份。"])
        with file:
            yield file

    def check(self) -> None:
        """Raises FileError unless every part is there and is what it was."""
        for name, sha in self.manifest.parts.items():
            with self.open(name) as file:
                if _digest(file) != sha:
                    raise FileError([f"{self.place}：{name} 与清单不符，这份备份已损坏。请换一份。"])

    def names(self, under: str) -> list[str]:
        """The parts in a folder."""
        return sorted(name for name in self.manifest.parts if name.startswith(under + "/"))


def backups(folder: Path) -> list[Path]:
    """The backups in a folder that were finished, oldest first."""
    return sorted(path for path in folder.glob("zhibu-*") if _NAMED.fullmatch(path.name) and (path / NAME).is_file())


def clear(folder: Path, keep: int | None) -> list[Path]:
    """Delete what was never finished, and all but the newest few; which backups went. Only while none is being made."""
    for path in folder.glob(f"{_PARTIAL}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    gone = backups(folder)[:-keep] if keep else []
    for path in gone:
        (path / NAME).unlink()  # first, so that a kill in between leaves nothing that looks whole
        shutil.rmtree(path)
    return gone


def digest(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as file:
        return _digest(file)


def _digest(file: IO[bytes]) -> str:
    found = sha256()
    while chunk := file.read(_CHUNK):
        found.update(chunk)
    return found.hexdigest()


def _newest(place: Path) -> Path:
    """A backup's own place, or the newest in a folder of them."""
    if not place.exists():
        raise FileError([f"{place}：没有这份备份。请检查路径。"])
    if place.is_dir() and not (place / NAME).exists():
        found = backups(place)
        if not found:
            raise FileError([f"{place}：里面没有完整的备份。"])
        return found[-1]
    if place.is_file() and not tarfile.is_tarfile(place):
        raise FileError([f"{place}：不是备份文件，或已损坏。"])
    return place


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
