"""Files through the worker: downloaded or not, stripped, on disk once, tied once, and gone when nothing needs them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot import filing
from bot.demo.samples import photo
from bot.dialogue.accepting import Limits
from bot.events import Batch, Kind, RoomView
from bot.filing import Filing
from bot.loading import load_context
from bot.matrix.errors import Unreachable
from storage import activities, faults, papers
from tests.files.conftest import LI, NOW, REPORT, WANG, ZHAO, Talk, enter


async def recorded(talk: Talk) -> list[str]:
    """The names of the files with record #1."""
    async with talk.database.look() as conn:
        row = await activities.one(conn, 1, ["first"])
    assert row is not None
    return [file["name"] for file in row.files]


@pytest.mark.parametrize(
    ("argument", "body"),
    [("大.jpg 21MB", ""), ("资料.zip", ""), ("a.heic", ""), ("机密文件.pdf", ""), ("a.jpg", "李明的手机13912345678")],
)
async def test_what_is_refused_is_never_downloaded(talk: Talk, argument: str, body: str) -> None:
    assert await talk.send(LI, argument, body)
    assert talk.asked == []
    assert talk.names() == set()


async def test_strangers_files_are_not_downloaded(talk: Talk) -> None:
    assert (await talk.send("@nobody:local", "a.jpg")).startswith("您还没有登记")
    assert talk.asked == []


async def test_in_a_group_room_only_files_meant_for_the_bot_are_downloaded(talk: Talk) -> None:
    await talk.worker.receive(Batch("g", rooms=(RoomView("!group", False, True, (LI, ZHAO)),)))
    event = replace(talk.photo(LI, "a.jpg"), room_id="!group")
    assert await talk.take(event) == ""
    assert talk.asked == []
    event = replace(talk.photo(LI, "a.jpg", mentions_me=True), room_id="!group")
    assert "收到 a.jpg" in await talk.take(event)


async def test_a_photo_is_stored_without_its_place(talk: Talk) -> None:
    assert b"Kamera" in photo("现场.jpg")
    await talk.send(LI, "现场.jpg", REPORT)
    await talk.say(LI, "好")
    (digest,) = talk.names()
    data = talk.store.get(digest)
    assert b"Kamera" not in data
    assert b"Exif" not in data
    assert talk.store.whole(digest)
    assert await recorded(talk) == ["现场.jpg"]


async def test_a_lie_about_the_size_is_found_while_reading(talk: Talk) -> None:
    event = talk.photo(LI, "a.pdf")
    assert event.attachment is not None
    talk.files[event.attachment.url] = b"%PDF-" + b"x" * 20_000_001
    assert "超过20 MB" in await talk.take(event)
    assert talk.names() == set()


async def test_the_settings_say_how_large_and_of_what_type(tmp_path: Path) -> None:
    talk = await enter(tmp_path, attachments={"max_mb": 1, "types": ["application/pdf"]})
    assert "超过1 MB" in await talk.send(LI, "a.pdf 2MB")
    assert await talk.send(LI, "a.jpg") == "“a.jpg”是JPG，这种文件不能保存。可以发：PDF。"
    assert "收到 a.pdf" in await talk.send(LI, "a.pdf")
    await talk.database.close()


async def test_the_same_photo_at_two_records_is_one_file_until_neither_needs_it(talk: Talk) -> None:
    await talk.send(LI, "现场.jpg", REPORT)
    await talk.say(LI, "好")
    first = f"$e{talk.count - 1}"
    await talk.send(LI, "现场.jpg", "11月6日支委会，应到5人，实到5人，研究换届")
    await talk.say(LI, "好")
    assert len(talk.names()) == 1
    await talk.take(talk.event(LI, Kind.REDACTION, target=first))
    assert len(talk.names()) == 1
    await talk.take(talk.event(LI, Kind.REDACTION, target="$e3"))
    assert talk.names() == set()


@pytest.mark.parametrize("last", ["不要", "算了", "删掉照片"])
async def test_a_file_nobody_wants_does_not_stay(talk: Talk, last: str) -> None:
    await talk.send(LI, "现场.jpg")
    assert len(talk.names()) == 1
    await talk.say(LI, last)
    assert talk.names() == set()


async def test_a_dropped_card_takes_its_files_along_but_not_those_of_another(talk: Talk) -> None:
    await talk.send(LI, "现场.jpg", REPORT)
    await talk.send(ZHAO, "现场.jpg")
    await talk.send(LI, "会场.jpg")
    assert len(talk.names()) == 2
    await talk.say(LI, "算了")
    assert len(talk.names()) == 1
    await talk.say(ZHAO, "不要")
    assert talk.names() == set()


async def test_a_deleted_message_that_was_not_answered_yet_is_not_downloaded(talk: Talk) -> None:
    event = talk.photo(LI, "现场.jpg")
    await talk.worker.receive(Batch("a", (event, talk.event(LI, Kind.REDACTION, target=event.event_id))))
    await talk.worker.drain()
    assert await talk.answers() == ""
    assert talk.asked == []


async def test_files_count_as_evidence_by_what_their_words_say(talk: Talk) -> None:
    await talk.send(LI, "签到表.jpg", "11月5日支委会")
    await talk.say(LI, "应到5人，实到5人，研究发展对象")
    await talk.say(LI, "好")
    await talk.say(LI, "已录平台 #1")
    async with talk.database.look() as conn:
        context = await load_context(conn, talk.worker.account, LI, talk.worker.house, NOW)
    (activity,) = context.facts["first"].activities
    assert activity.evidence == ("attendance", "platform")


async def test_every_change_of_files_is_a_version_in_a_whole_chain(talk: Talk) -> None:
    await talk.send(LI, "一.jpg", REPORT)
    await talk.say(LI, "好")
    await talk.send(LI, "二.jpg", "附到 #1")
    await talk.say(LI, "改 #1 实到4人")
    await talk.say(LI, "好")
    await talk.say(LI, "已录平台 #1")
    await talk.take(talk.event(LI, Kind.REDACTION, target="$e3"))
    await talk.say(LI, "撤回 #1")
    await talk.say(LI, "好")
    async with talk.database.look() as conn:
        steps = [(step.version, step.action, step.by) for step in await activities.history(conn, 1, ["first"])]
        (row,) = await activities.current(conn, ["first"])
        assert await faults.verify(conn, "first") == []
    actions = ["record", "amend", "amend", "amend", "amend", "withdraw"]
    assert steps == [(n, action, LI) for n, action in enumerate(actions, 1)]
    assert [file["name"] for file in row.files] == ["一.jpg"]
    assert row.evidence == ("platform",)
    assert (row.slots["present"], row.occurred_on) == (4, date(2026, 11, 5))


async def test_what_lies_beside_a_returned_record_corrects_nothing(talk: Talk) -> None:
    """An assessor's return stands until the record itself is corrected."""
    await talk.say(LI, REPORT)
    await talk.say(LI, "好")
    async with talk.database.turn() as conn:
        await activities.send_back(conn, 1, by=WANG, source_event="$w", at=NOW, reason="缺签到表")
    said = await talk.send(LI, "签到表.jpg", "附到 #1")
    assert "共1个附件" in said
    assert "是被退回的" in said
    await talk.say(LI, "已录平台 #1")
    await talk.take(talk.event(LI, Kind.REDACTION, target="$e3"))
    async with talk.database.look() as conn:
        row = await activities.one(conn, 1, ["first"])
    assert row is not None
    assert (row.version, row.returned_at, row.reason, row.files) == (5, NOW, "缺签到表", ())
    await talk.say(LI, "改 #1")
    await talk.say(LI, "好")
    async with talk.database.look() as conn:
        row = await activities.one(conn, 1, ["first"])
    assert row is not None
    assert (row.returned_at, row.reason, row.evidence) == (None, None, ("platform",))


async def test_what_a_submitted_sheet_counted_keeps_its_files(talk: Talk) -> None:
    """Files may come; one whose message is deleted stays until an assessor sends the sheet back."""
    await talk.send(LI, "现场.jpg", REPORT)
    await talk.say(LI, "好")
    body = {"rubric": "qianjiang-2017", "key": "qianjiang-2017", "side": "self", "year": 2026, "period": "2026-12",
            "judgements": [], "activities": [[1, 1]], "total": None}  # fmt: skip
    async with talk.database.turn() as conn:
        await papers.record(conn, "first", "sheet", NOW.date(), body, by=LI, source_event="$s", at=NOW)
    assert "共2个附件" in await talk.send(LI, "合影.jpg", "附到 #1")
    said = await talk.take(talk.event(LI, Kind.REDACTION, target="$e3"))
    assert said.startswith("您删除了文件，但它还留在记录里")
    assert await recorded(talk) == ["现场.jpg", "合影.jpg"]
    assert len(talk.names()) == 2


async def test_an_assessor_has_no_records_to_attach_to(talk: Talk) -> None:
    assert "没有保存" in await talk.send(WANG, "a.jpg")
    assert talk.asked == []


async def test_a_server_that_is_away_is_tried_again_then_told(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filing, "FIRST_REST", 0.001)
    tries = 0

    async def away(attachment: object, limit: int) -> bytes:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise Unreachable("busy")
        return photo("a")

    talk.worker._filing = Filing(talk.settings.files, away, Limits(), patience=5)
    assert "收到 a.jpg" in await talk.send(LI, "a.jpg")
    assert tries == 3

    async def hanging(attachment: object, limit: int) -> bytes:
        await asyncio.Event().wait()
        return b""

    talk.worker._filing = Filing(talk.settings.files, hanging, Limits(), patience=0.01)
    assert await talk.send(LI, "b.jpg") == "服务器暂时取不到“b.jpg”，没有保存。请过一会儿重发。"


async def test_a_full_disk_is_told_and_blocks_nothing(talk: Talk) -> None:
    talk.settings.files.write_text("a file where the folder should be")
    assert "没能存下来" in await talk.send(LI, "a.jpg")
    assert "支委会" in await talk.say(LI, REPORT)


async def test_other_rooms_dont_wait_for_a_download(talk: Talk) -> None:
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slow(attachment: object, limit: int) -> bytes:
        arrived.set()
        await go_on.wait()
        return photo("a")

    talk.worker._filing = Filing(talk.settings.files, slow, Limits())
    running = asyncio.create_task(talk.worker.run())
    await talk.worker.receive(Batch("a", (talk.photo(LI, "a.jpg"), talk.event(LI, Kind.TEXT, "帮助"))))
    await arrived.wait()
    await talk.worker.receive(Batch("b", (talk.event(ZHAO, Kind.TEXT, "帮助"),)))
    assert (await heard(talk, 1))[0].startswith("直接说做了什么")
    go_on.set()
    first, second = await heard(talk, 2)
    assert first.startswith("收到 a.jpg"), "in its own room a photo is answered before what follows"
    assert second.startswith("直接说做了什么")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_while_a_download_takes_long_the_room_is_told_that_an_answer_comes(talk: Talk) -> None:
    told: list[str] = []
    noticed = asyncio.Event()

    async def tell(room_id: str, on: bool) -> None:
        told.append(room_id)
        noticed.set()

    async def slow(attachment: object, limit: int) -> bytes:
        await noticed.wait()
        return photo("a")

    async with asyncio.timeout(60):
        talk.worker._filing = Filing(talk.settings.files, slow, Limits(), typing=tell)
        assert "收到 a.jpg" in await talk.send(LI, "a.jpg")
    assert told == [f"!{LI}"]


async def heard(talk: Talk, count: int) -> list[str]:
    """The next answers, as a running worker makes them."""
    said: list[str] = []
    async with asyncio.timeout(20):
        while len(said) < count:
            said += [text for text in (await talk.answers()).split("\n---\n") if text]
            await asyncio.sleep(0)  # the worker is another task
    return said
