"""The folder of files: named by their bytes, whole or not there, readable by nobody else."""

from __future__ import annotations

import fcntl
import stat
from concurrent.futures import ThreadPoolExecutor, wait
from hashlib import sha256
from pathlib import Path

import pytest

from storage.filestore import FileStore


def test_a_file_lies_under_its_hash_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")
    digest = store.put(b"hello")
    assert digest == sha256(b"hello").hexdigest()
    path = tmp_path / "files" / digest[:2] / digest[2:]
    assert path.read_bytes() == store.get(digest) == b"hello"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == stat.S_IMODE(store.folder.stat().st_mode) == 0o700


def test_the_same_bytes_twice_are_one_file(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")
    assert store.put(b"hello") == store.put(b"hello")
    assert len(list(store.all())) == 1
    assert len([p for p in store.folder.rglob("*") if p.is_file()]) == 1


def test_a_damaged_file_is_seen_and_healed_by_the_same_bytes(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")
    digest = store.put(b"hello")
    store.path(digest).write_bytes(b"hullo")
    assert not store.whole(digest)
    store.put(b"hello")
    assert store.whole(digest)


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FileStore(tmp_path / "files")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.put(b"hello")
    assert [p for p in store.folder.rglob("*") if p.is_file()] == []


def test_what_a_killed_process_left_is_cleared(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")
    digest = store.put(b"hello")
    half = store.path(digest).with_name(".new-abc")
    half.write_bytes(b"hel")
    assert list(store.all()) == [digest]
    store.clear_temporary()
    assert not half.exists()
    assert store.whole(digest)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "a" * 63, "a" * 64 + "/x"])
def test_only_a_hash_is_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a sha256"):
        FileStore(tmp_path).path(name)


def test_a_file_that_somebody_holds_is_not_taken_away(tmp_path: Path) -> None:
    """Whichever process they are in: the lock is the file's."""
    store, another = FileStore(tmp_path / "files"), FileStore(tmp_path / "files")
    held = store.keep(b"hello")
    with another.alone([held.digest]) as free:
        assert free == set()
    with store.alone([held.digest], held) as free:
        assert free == {held.digest}
    held.release()
    again = another.keep(b"hello")
    with store.alone([held.digest]) as free:
        assert free == set()
    again.release()
    with store.alone([held.digest]) as free:
        assert free == {held.digest}


def test_bytes_that_come_while_their_file_is_taken_away_are_kept(tmp_path: Path) -> None:
    store, another = FileStore(tmp_path / "files"), FileStore(tmp_path / "files")
    digest = store.put(b"hello")
    with ThreadPoolExecutor(1) as pool:
        with store.alone([digest]) as free:
            assert free == {digest}
            coming = pool.submit(another.keep, b"hello")
            wait([coming], timeout=0.3)  # until it waits for the lock, or is wrong not to
            assert not coming.done()
            store.remove(digest)
        coming.result(20).release()
    assert store.whole(digest)


def test_what_is_half_written_is_cleared_unless_somebody_is_writing(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files")
    digest = store.put(b"hello")
    left, busy = (store.path(digest).with_name(f".new-{name}") for name in ("left", "busy"))
    left.write_bytes(b"ha")
    with busy.open("wb") as writing:
        fcntl.flock(writing, fcntl.LOCK_EX)
        store.clear_temporary()
        assert (left.exists(), busy.exists()) == (False, True)
    store.clear_temporary()
    assert not busy.exists()
