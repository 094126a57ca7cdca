"""nio's database of keys, with a table of our own, and without the questions it asks at every message for nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from nio.store import SqliteStore
from peewee import DatabaseError as StoreError

from bot.matrix.errors import KeysUnsaved

__all__ = ["KeyStore", "StoreError", "kept"]

_ARRIVED = """CREATE TABLE IF NOT EXISTS arrived
    (room_id TEXT NOT NULL, session_id TEXT NOT NULL, PRIMARY KEY (room_id, session_id))"""


@contextmanager
def kept() -> Iterator[None]:
    """Raises KeysUnsaved for what the keys' database fails with."""
    try:
        yield
    except StoreError as error:
        raise KeysUnsaved(
            f"机器人的密钥存不下来（{error}），先停下，免得丢消息。请清出磁盘空间、检查磁盘；服务会自己再启动，从断处接着来。",
            temporary=True,
        ) from error


class KeyStore(SqliteStore):  # type: ignore[misc]  # nio is untyped
    """arrived: the (room id, Megolm session id) of room keys that came and that nobody else has noted yet.

    They are told again until they are noted, also after a kill: the server tells of a key once, and a replayed sync
    can't open it a second time.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        self.database.execute_sql(_ARRIVED)
        self.arrived = set(self.database.execute_sql("SELECT room_id, session_id FROM arrived").fetchall())

    def note_arrived(self, keys: Iterable[tuple[str, str]]) -> None:
        """Remember keys, in the transaction that is open."""
        fresh = set(keys) - self.arrived
        for key in fresh:
            self.database.execute_sql("INSERT INTO arrived VALUES (?, ?)", key)
        self.arrived |= fresh

    def forget_arrived(self) -> None:
        """What has arrived is noted elsewhere now."""
        if self.arrived:
            self.database.execute_sql("DELETE FROM arrived")
            self.arrived.clear()

    def save_encrypted_rooms(self, rooms: set[str]) -> None:
        """nio calls this at every sync, mostly with nothing to save."""
        if rooms:
            super().save_encrypted_rooms(rooms)

    def is_device_verified(self, device: Any) -> bool:
        """From the device itself: nio reads it from disk for every message."""
        return bool(device.verified)
