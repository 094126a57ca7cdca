"""Evidence shown: the very bytes that were kept, to the unit's assessor and its own people, and to nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from bot.demo.local import BOT
from bot.events import Batch, Kind, RoomView
from bot.parcels import Parcels
from bot.pictures import size
from storage import outbox
from storage.outbox import OutboxRow
from storage.people import Person
from storage.unit_import import UnitEntry, import_units
from tests.files.conftest import CHEN, LI, NOW, REPORT, WANG, WU, ZHAO, Talk, enter

NOBODY = "没有找到 #1。"


@pytest.fixture
async def shown(tmp_path: Path) -> AsyncIterator[Talk]:
    """The first branch has a record with a photo and a PDF."""
    talk = await enter(tmp_path)
    await talk.send(LI, "签到表.jpg", REPORT)
    await talk.send(LI, "记录.pdf")
    assert "#1" in await talk.say(LI, "好")
    yield talk
    await talk.database.close()


async def sent(talk: Talk, sender: str, text: str) -> tuple[str, list[tuple[dict[str, object], bytes | None]]]:
    """What is said to a text, and the files that go out, each with its event and bytes, all in that person's room."""
    await talk.worker.receive(Batch("s", (talk.event(sender, Kind.TEXT, text),)))
    await talk.worker.drain()
    rows: list[OutboxRow] = []
    while True:  # the oldest of a room at a time
        async with talk.database.turn() as conn:
            now = await outbox.unsent(conn, BOT)
            for row in now:
                await outbox.sent(conn, BOT, row.transaction_id, f"$bot-{row.transaction_id}", NOW)
        if not now:
            break
        rows += now
    assert {row.room_id for row in rows} == {f"!{sender}"}
    parcels = Parcels(talk.settings.parcels)
    files = [(dict(row.content), await parcels.get(row.file)) for row in rows if row.file is not None]
    return "\n".join(str(row.content["body"]) for row in rows if row.file is None), files


@pytest.mark.parametrize("person", [WANG, LI])
async def test_the_files_come_as_they_were_kept(shown: Talk, person: str) -> None:
    text, files = await sent(shown, person, "看附件 #1")
    assert "支委会" in text
    assert [event["body"] for event, _ in files] == ["1-签到表.jpg", "1-记录.pdf"]
    assert {data for _, data in files} == {shown.store.get(digest) for digest in shown.names()}
    photo, picture = files[0]
    assert photo["msgtype"] == "m.image"
    assert picture is not None
    info = photo["info"]
    assert isinstance(info, dict)
    assert (info["w"], info["h"]) == size(picture) != ()
    assert files[1][0]["msgtype"] == "m.file"


@pytest.mark.parametrize("person", [ZHAO, WU, CHEN, "@nobody:local"])
async def test_nobody_else_learns_that_there_is_anything(shown: Talk, person: str) -> None:
    for wish in ("看附件 #1", "抽查 #1", "#1的附件", "看附件 第一支部", "抽查 第一支部 （三）1"):
        text, files = await sent(shown, person, wish)
        await forget_what_was_said(shown)
        nothing, none = await sent(shown, person, wish.replace("#1", "#77").replace("第一支部", "第九支部"))
        await forget_what_was_said(shown)
        assert files == none == []
        assert text.replace("#1", "N").replace("第一支部", "U") == nothing.replace("#77", "N").replace("第九支部", "U")
        assert not any(word in text for word in ("签到表", "记录.pdf", "支委会 ·", "发展对象"))


async def forget_what_was_said(talk: Talk) -> None:
    """The next message is the first again."""
    async with talk.database.turn() as conn:
        await conn.execute(sql("DELETE FROM sessions"))


async def test_who_belongs_to_a_branch_is_not_shown_it_as_its_assessor(shown: Talk) -> None:
    """The assessor of the committee becomes a reporter of the second branch: that one's files are no assessor's."""
    await shown.send(ZHAO, "绝密.jpg".replace("绝密", "另一张"), REPORT)
    await shown.say(ZHAO, "好")
    _, files = await sent(shown, WANG, "看附件 #2")
    assert len(files) == 1
    people = ((Person(ZHAO, "赵敏"), ("secretary",)), (Person("@zhou:local", "周杰"), ("reporter", "assessor")))
    async with shown.database.turn() as conn:
        await import_units(conn, [UnitEntry("second", "第二支部", "committee", people=people)], at=NOW, by="test")
        above = ((Person("@zhou:local", "周杰"), ("assessor",)),)
        await import_units(conn, [UnitEntry("elsewhere", "别的党委", people=above)], at=NOW, by="test")
    await shown.worker.receive(Batch("z", rooms=(RoomView("!@zhou:local", True, True, ("@zhou:local",)),)))
    await shown.answers()
    text, files = await sent(shown, "@zhou:local", "看附件 #1")
    assert (NOBODY in text, files) == (True, [])


async def test_not_in_company(shown: Talk) -> None:
    await shown.worker.receive(Batch("g", rooms=(RoomView("!group", False, True, (LI, ZHAO)),)))
    asked = replace(shown.event(LI, Kind.TEXT, "看附件 #1", mentions_me=True), room_id="!group")
    assert await shown.take(asked) == "表格、图和文件请在和我单独的聊天里要。"


@pytest.mark.parametrize("damage", ["gone", "changed"])
async def test_a_file_that_is_gone_or_changed_is_said_not_sent(shown: Talk, damage: str) -> None:
    digest = next(d for d in shown.names() if shown.store.get(d).startswith(b"%PDF"))
    if damage == "gone":
        shown.store.remove(digest)
    else:
        shown.store.path(digest).write_bytes(b"%PDF-1.4\nanother")
    text, files = await sent(shown, WANG, "看附件 #1")
    assert [event["body"] for event, _ in files] == ["1-签到表.jpg"]
    assert "#1 的附件“记录.pdf”在机器人的存储里找不到或已损坏，请告诉王芳" in text


async def test_many_come_in_lots_and_none_twice(shown: Talk) -> None:
    for n in range(11):
        await shown.send(LI, f"照片{n}.jpg", "附到 #1")
    first, files = await sent(shown, WANG, "看附件 #1")
    assert "还有3个，同样的话后面加“第2批”" in first
    _, rest = await sent(shown, WANG, "看附件 #1 第2批")
    names = [str(event["body"]) for event, _ in (*files, *rest)]
    assert (len(files), len(rest), len(set(names))) == (10, 3, 13)
    text, none = await sent(shown, WANG, "看附件 #1 第3批")
    assert (none, "附件一共2批" in text) == ([], True)


async def test_what_was_purged_is_shown_to_nobody(shown: Talk) -> None:
    await shown.say(CHEN, "清除 #1 不该发的")
    await shown.say(CHEN, "好")
    for person in (WANG, LI):
        text, files = await sent(shown, person, "看附件 #1")
        assert files == []
        assert "签到表" not in text


async def in_december(tmp_path: Path) -> Talk:
    """A talk in the month of the self-rating, which is begun."""
    talk = await enter(tmp_path)
    at = NOW.replace(month=12, day=5)
    talk.worker._clock = lambda: at
    talk.worker._offset = lambda: at - NOW
    await talk.say(LI, "自评")
    await talk.say(LI, "全部认可")
    return talk


async def test_what_a_reporter_sent_goes_with_what_the_secretary_submits(tmp_path: Path) -> None:
    talk = await in_december(tmp_path)
    zhou = "@zhou:local"
    people = ((Person(LI, "李明"), ("secretary",)), (Person(zhou, "周杰"), ("reporter",)))
    async with talk.database.turn() as conn:
        await import_units(conn, [UnitEntry("first", "第一支部", "committee", people=people)], at=NOW, by="test")
    await talk.worker.receive(Batch("z", rooms=(RoomView(f"!{zhou}", True, True, (zhou,)),)))
    await talk.say(zhou, "自评")
    await talk.send(zhou, "名单.pdf", "（一）1 3分")
    await talk.say(LI, "11月5日支委会，应到5人，实到5人，研究发展对象")  # another report takes no evidence along
    assert "附件" not in await talk.say(LI, "好")
    await talk.say(LI, "全部认可")  # the record has changed
    assert "附件：名单.pdf" in await talk.say(LI, "其余满分")
    assert "附件：名单.pdf" in await talk.say(LI, "好")
    _, files = await sent(talk, WANG, "看附件 第一支部 （一）1")
    assert [event["body"] for event, _ in files] == ["2-名单.pdf"]
    await talk.database.close()


@pytest.mark.parametrize("how", ["不要附件", "deleted"])
async def test_evidence_let_go_before_the_submission_does_not_stay(tmp_path: Path, how: str) -> None:
    talk = await in_december(tmp_path)
    await talk.send(LI, "名单.pdf")
    sent_in = f"$e{talk.count}"
    await talk.send(ZHAO, "现场.jpg")
    await talk.say(ZHAO, "不要附件")  # asks what is still needed
    assert len(talk.names()) == 1
    if how == "deleted":
        assert await talk.take(talk.event(LI, Kind.REDACTION, target=sent_in))
    else:
        assert await talk.say(LI, how) == "好，1个附件没有保存。"
    assert talk.names() == set()
    await talk.database.close()


async def test_evidence_may_go_to_a_record_instead(tmp_path: Path) -> None:
    talk = await in_december(tmp_path)
    await talk.say(LI, REPORT)
    await talk.say(LI, "好")
    await talk.send(LI, "名单.pdf", "（一）1 3分")
    await talk.send(LI, "签到表.jpg")
    assert "已附到 #1 支委会" in await talk.say(LI, "附到 #1")
    await talk.say(LI, "其余满分")
    assert "附件：名单.pdf" in await talk.say(LI, "好")
    _, files = await sent(talk, WANG, "看附件 #1")
    assert [event["body"] for event, _ in files] == ["1-签到表.jpg"]
    await talk.database.close()


async def test_what_came_for_a_clause_is_found_under_it_also_after_the_sheet_was_sent_back(tmp_path: Path) -> None:
    talk = await in_december(tmp_path)
    await talk.send(LI, "名单.pdf", "（一）1 3分")
    await talk.say(LI, "其余满分")
    await talk.say(LI, "好")
    await talk.say(WANG, "考评 第一支部")
    text, files = await sent(talk, WANG, "看附件 （一）1")
    assert ("自评的佐证：名单.pdf" in text, [event["body"] for event, _ in files]) == (True, ["1-名单.pdf"])
    await talk.say(WANG, "退回自评 （一）1 名单要盖章")
    await talk.say(WANG, "好")
    await talk.say(LI, "自评")
    await talk.send(LI, "盖章名单.pdf", "（一）1 2分")
    assert "已提交" in await talk.say(LI, "提交自评")
    _, files = await sent(talk, WANG, "看附件 （一）1")
    assert [event["body"] for event, _ in files] == ["1-名单.pdf", "2-盖章名单.pdf"]
    _, none = await sent(talk, WANG, "看附件 （一）2")
    assert none == []
    await talk.database.close()
