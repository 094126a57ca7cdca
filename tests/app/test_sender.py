"""The sender: a typing notice for a slow answer only, never awaited; a refusal set aside; a delay kept to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path

from bot.events import Delivery, Outgoing, Verdict
from bot.parcels import Parcels
from bot.sender import AT_ONCE, IN_LINE, Sender
from bot.typing_notice import TYPING_AFTER
from storage import outbox
from storage.database import Database
from storage.outbox import OutboxRow

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
BOT, ROOM = "@bot:x", "!room:x"
SENT = Delivery(Verdict.SENT, "$1")


class Out:
    """A sender over a real outbox with one message in it. ended: set once the row is no longer unsent."""

    def __init__(self, database: Database, folder: Path, deliver: Callable[[Outgoing], Awaitable[Delivery]]) -> None:
        self.database = database
        self.noticed = asyncio.Event()
        self.released = asyncio.Event()

        async def typing(room_id: str, on: bool) -> None:
            self.noticed.set()
            await self.released.wait()  # a homeserver that never answers the notice

        async def upload(*_: object) -> None:
            raise AssertionError("nothing to upload")

        self.sender = Sender(database, BOT, deliver, typing, lambda: NOW, upload, Parcels(folder / "outgoing"))  # type: ignore[arg-type]

    async def state(self) -> str:
        """What became of the message."""
        async with self.database.look() as conn:
            row = await outbox.by_transaction(conn, BOT, "t1")
        assert row is not None
        return row.state

    async def until(self, state: str) -> None:
        """Run the sender until the message is in this state."""
        ready = asyncio.Event()
        ready.set()
        running = asyncio.create_task(self.sender.run(ready))
        try:
            async with asyncio.timeout(20):
                while await self.state() != state:
                    await asyncio.sleep(0.01)  # the row is what tells
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def out(
    url: str, folder: Path, deliver: Callable[[Outgoing], Awaitable[Delivery]], before: Sequence[str] = ()
) -> Out:
    database = await Database.open(url)
    async with database.turn() as conn:
        rows = [OutboxRow(f"b{room}", room, "m.room.message", {}) for room in before]
        await outbox.put(conn, BOT, rows, NOW)
        await outbox.put(conn, BOT, [OutboxRow("t1", ROOM, "m.room.message", {"body": "好"})], NOW)
    return Out(database, folder, deliver)


async def test_a_quick_answer_brings_no_typing_notice(url: str, tmp_path: Path) -> None:
    async def at_once(_: Outgoing) -> Delivery:
        return SENT

    here = await out(url, tmp_path, at_once)
    await here.until("sent")
    assert not here.noticed.is_set()
    await here.database.close()


async def test_a_slow_answer_brings_one_and_does_not_wait_for_it(url: str, tmp_path: Path) -> None:
    begun = asyncio.get_running_loop().time()

    async def once_noticed(_: Outgoing) -> Delivery:
        await here.noticed.wait()
        return SENT

    here = await out(url, tmp_path, once_noticed)
    await here.until("sent")
    assert asyncio.get_running_loop().time() - begun >= TYPING_AFTER
    await here.database.close()


async def test_rooms_that_have_to_wait_keep_nobody_else_from_being_sent_to(url: str, tmp_path: Path) -> None:
    """Eight at once are sent to; a dozen that wait for minutes are not among them."""

    async def all_but_one_later(out_going: Outgoing) -> Delivery:
        return SENT if out_going.room_id == ROOM else Delivery(Verdict.LATER, retry_after=600.0, why="broken")

    here = await out(url, tmp_path, all_but_one_later, before=[f"!broken{n}" for n in range(AT_ONCE + 4)])
    await here.until("sent")
    await here.database.close()


async def test_a_refused_message_is_set_aside_and_a_delayed_one_tried_again(url: str, tmp_path: Path) -> None:
    answers = [Delivery(Verdict.LATER, retry_after=0.01, why="limited"), Delivery(Verdict.REFUSED, why="too large")]

    async def as_told(_: Outgoing) -> Delivery:
        return answers.pop(0)

    here = await out(url, tmp_path, as_told)
    await here.until("set_aside")
    assert not answers
    await here.database.close()


async def test_an_answer_goes_before_a_storm_of_reminders(url: str, tmp_path: Path) -> None:
    """What somebody waits for is sent next, whatever else is in line."""
    went: list[str] = []
    count = IN_LINE * 2
    there = asyncio.Event()

    async def deliver(out_going: Outgoing) -> Delivery:
        went.append(out_going.transaction_id)
        if len(went) > AT_ONCE:
            await there.wait()
        if len(went) == AT_ONCE:
            async with here.database.turn() as conn:
                await outbox.put(conn, BOT, [OutboxRow("answer", "!asks", "m.room.message", {}, cause="$asked")], NOW)
            here.sender.wake()
            there.set()
        return Delivery(Verdict.SENT, f"$sent{out_going.transaction_id}")

    here = await out(url, tmp_path, deliver, before=[f"!r{n}" for n in range(count)])
    await here.until("sent")
    assert went.index("answer") < AT_ONCE * 3
    assert sorted(went) == sorted({*(f"b!r{n}" for n in range(count)), "t1", "answer"}), "each of them once"
    await here.database.close()


async def test_what_was_sent_is_marked_together(url: str, tmp_path: Path) -> None:
    """While one turn is written the others wait, and are then written in one."""
    here = await out(url, tmp_path, _sent, before=[f"!r{n}" for n in range(AT_ONCE * 5)])
    turns, turn = 0, here.database.turn

    def counted(*args: object, **more: object) -> object:
        nonlocal turns
        turns += 1
        return turn(*args, **more)  # type: ignore[arg-type]

    here.database.turn = counted  # type: ignore[method-assign, assignment]
    await here.until("sent")
    assert turns < AT_ONCE * 5 / 2
    await here.database.close()


async def _sent(out_going: Outgoing) -> Delivery:
    await asyncio.sleep(0)
    return Delivery(Verdict.SENT, f"$sent{out_going.transaction_id}")
