"""The inbox: each event once, each room in order, and bodies that go when they should."""

from __future__ import annotations

from dataclasses import replace

from storage import inbox
from storage.database import Database
from storage.inbox import UNREADABLE, InboxRow
from tests.storage.conftest import LI, ME, NOON, ROOM, later


def text(event_id: str, room_id: str = ROOM, body: str = "月报") -> InboxRow:
    return InboxRow(event_id, room_id, LI, NOON, "text", {"body": body})


LOCKED = InboxRow("$locked", ROOM, LI, NOON, "unreadable", {"raw": 1}, session="s1", state=UNREADABLE)


async def test_an_event_comes_in_once_and_in_order(db: Database) -> None:
    async with db.turn() as conn:
        await inbox.take_in(conn, ME, [text("$b"), text("$a"), text("$other", "!other")])
        await inbox.save_token(conn, ME, "t1")
    async with db.turn() as conn:
        await inbox.take_in(conn, ME, [text("$a", body="again"), text("$c")])
        await inbox.save_token(conn, ME, "t2")
        assert await inbox.load_token(conn, ME) == "t2"
        assert await inbox.load_token(conn, "@other:example.org") is None
        assert await inbox.rooms_waiting(conn, ME) == [ROOM, "!other"]
        assert await inbox.waiting(conn, ME) == 4
        seen = []
        while rows := await inbox.oldest(conn, ME, ROOM, 1):
            row = rows[0]
            seen.append((row.event_id, row.content["body"]))
            await inbox.done(conn, ME, row.event_id, "answered", NOON)
        assert seen == [("$b", "月报"), ("$a", "月报"), ("$c", "月报")]
        assert await inbox.rooms_waiting(conn, ME) == ["!other"]
        assert await inbox.known(conn, ME, ["$a", "$never"]) == {"$a"}
        assert await inbox.rooms_of(conn, ME, ["$a", "$other", None, "$never"]) == {"$a": ROOM, "$other": "!other"}


async def test_a_row_comes_back_as_it_went_in(db: Database) -> None:
    odd = text("$odd", body="a\0b\ud800 ‮ 😀 <b>")
    async with db.turn() as conn:
        await inbox.take_in(conn, ME, [odd])
        assert await inbox.row(conn, ME, "$odd") == odd
        assert await inbox.row(conn, ME, "$none") is None


async def test_each_account_works_only_its_own_rows(db: Database) -> None:
    other = "@second:example.org"
    async with db.turn() as conn:
        await inbox.take_in(conn, ME, [text("$a")])
        await inbox.take_in(conn, other, [text("$a")])
        await inbox.done(conn, ME, "$a", "answered", NOON)
        assert await inbox.oldest(conn, ME, ROOM, 1) == []
        assert await inbox.oldest(conn, other, ROOM, 2) == [text("$a")]


async def test_an_unreadable_row_blocks_nobody_and_is_answered_when_its_key_comes(db: Database) -> None:
    async with db.turn() as conn:
        await inbox.take_in(conn, ME, [LOCKED, text("$after")])
        assert [row.event_id for row in await inbox.oldest(conn, ME, ROOM, 2)] == ["$after"]
        assert await inbox.untold(conn, ME, NOON) == []
        assert await inbox.untold(conn, ME, later(1)) == [LOCKED]
        await inbox.told(conn, ME, "$locked")
        assert await inbox.untold(conn, ME, later(1)) == []
        assert await inbox.unreadable_for(conn, ME, ROOM, "s2") == []
        assert await inbox.unreadable_for(conn, ME, ROOM, "s1") == [LOCKED]
        await inbox.become_readable(conn, ME, "$locked", "text", {"body": "好"})
        await inbox.become_readable(conn, ME, "$after", "text", {"body": "not a locked one"})
        opened = replace(LOCKED, kind="text", content={"body": "好"}, state="waiting")
        assert await inbox.oldest(conn, ME, ROOM, 1) == [opened]
        after = await inbox.row(conn, ME, "$after")
        assert after is not None and after.content == {"body": "月报"}  # noqa: PT018


async def test_a_redacted_event_leaves_only_its_id(db: Database) -> None:
    async with db.turn() as conn:
        await inbox.take_in(conn, ME, [text("$done"), text("$waits"), LOCKED])
        await inbox.done(conn, ME, "$done", "answered", NOON)
        for event_id in ("$done", "$waits", "$locked"):
            await inbox.forget_body(conn, event_id, NOON)
        rows = [await inbox.row(conn, ME, event_id) for event_id in ("$done", "$waits", "$locked")]
        assert [(row.content, row.outcome) for row in rows if row] == [
            ({}, "answered"),
            ({}, "redacted"),
            ({}, "redacted"),
        ]
        assert await inbox.oldest(conn, ME, ROOM, 1) == []
        await inbox.take_in(conn, ME, [text("$waits")])
        assert await inbox.oldest(conn, ME, ROOM, 1) == []


async def test_bodies_are_erased_when_they_are_old_and_only_then(db: Database) -> None:
    async with db.turn() as conn:
        await inbox.take_in(conn, ME, [text("$old"), text("$new"), text("$open")])
        await inbox.done(conn, ME, "$old", "answered", NOON)
        await inbox.done(conn, ME, "$new", "answered", later(60))
        assert await inbox.erase_old(conn, later(1)) == 1
        assert await inbox.erase_old(conn, later(1)) == 0
        rows = [await inbox.row(conn, ME, event_id) for event_id in ("$old", "$new", "$open")]
        assert [bool(row.content) for row in rows if row] == [False, True, True]
