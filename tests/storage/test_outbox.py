"""The outbox: each thing said once, in order, and known again by its event."""

from __future__ import annotations

from dataclasses import replace

from storage import outbox
from storage.database import Database
from storage.outbox import OutboxRow
from tests.storage.conftest import ME, NOON, ROOM, later


def say(name: str, room_id: str = ROOM, **rest: object) -> OutboxRow:
    return OutboxRow(name, room_id, "m.room.message", {"body": name}, **rest)  # type: ignore[arg-type]


async def names(db: Database, **rest: object) -> list[str]:
    async with db.look() as conn:
        return [row.transaction_id for row in await outbox.unsent(conn, ME, **rest)]  # type: ignore[arg-type]


async def test_rooms_go_side_by_side_and_each_in_order(db: Database) -> None:
    async with db.turn() as conn:
        await outbox.put(conn, ME, [say("a1"), say("a2"), say("b1", "!b"), say("c1", "!c")], NOON)
        await outbox.put(conn, ME, [replace(say("a1"), content={"body": "said twice"})], NOON)
        await outbox.put(conn, ME, [], NOON)
        assert await outbox.backlog(conn, ME) == (4, NOON)
    assert await names(db) == ["a1", "b1", "c1"]
    assert await names(db, limit=2) == ["a1", "b1"]
    assert await names(db, busy=[ROOM, "!c"]) == ["b1"]
    async with db.turn() as conn:
        await outbox.sent(conn, ME, "a1", "$1", NOON)
    assert await names(db) == ["a2", "b1", "c1"]
    async with db.turn() as conn:
        await outbox.set_aside(conn, ME, "a2", "M_FORBIDDEN", NOON)
        assert (await outbox.by_transaction(conn, ME, "a2")) == replace(say("a2"), state="set_aside", why="M_FORBIDDEN")
    assert await names(db) == ["b1", "c1"]


async def test_the_answer_and_the_echo_may_both_say_it_was_sent(db: Database) -> None:
    async with db.turn() as conn:
        await outbox.put(conn, ME, [say("a", about={"number": 128})], NOON)
        await outbox.sent(conn, ME, "a", "$1", NOON)
        await outbox.sent(conn, ME, "a", "$2", later(5))
        await outbox.sent(conn, ME, "nobody's", "$3", later(5))
        row = await outbox.by_event(conn, ME, "$1")
        assert row is not None and row.about == {"number": 128}  # noqa: PT018
        assert await outbox.by_event(conn, ME, "$2") is None
        assert await outbox.backlog(conn, ME) == (0, None)


async def test_a_refused_row_that_returns_through_sync_was_sent(db: Database) -> None:
    async with db.turn() as conn:
        await outbox.put(conn, ME, [say("a")], NOON)
        await outbox.set_aside(conn, ME, "a", "M_UNKNOWN", NOON)
        await outbox.sent(conn, ME, "a", "$1", NOON)
        await outbox.set_aside(conn, ME, "a", "too late", NOON)
        row = await outbox.by_event(conn, ME, "$1")
        assert row is not None and row.state == "sent"  # noqa: PT018


async def test_an_upload_is_known_before_its_event_goes(db: Database) -> None:
    async with db.turn() as conn:
        await outbox.put(conn, ME, [say("a", file="sheet.xlsx")], NOON)
        await outbox.uploaded(conn, ME, "a", {"url": "mxc://x/y"})
        assert await outbox.unsent(conn, ME) == [replace(say("a"), content={"url": "mxc://x/y"})]


async def test_what_answered_a_redacted_message_goes_with_it(db: Database) -> None:
    async with db.turn() as conn:
        await outbox.put(conn, ME, [say("a", cause="$said"), say("b", cause="$said"), say("c", cause="$other")], NOON)
        for name in ("a", "c"):
            await outbox.sent(conn, ME, name, f"${name}", NOON)
        await outbox.forget_body(conn, "$said")
        rows = [await outbox.by_transaction(conn, ME, name) for name in "abc"]
        assert [bool(row.content) for row in rows if row] == [False, True, True]
        assert await outbox.erase_old(conn, later(1)) == 1
        assert await outbox.erase_old(conn, later(1)) == 0
        assert [row.transaction_id for row in await outbox.unsent(conn, ME) if row.content] == ["b"]
