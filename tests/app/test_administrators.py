"""What administrators do in chat: confirmed, in the audit, in their own units only, and looked at again when done."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.commands.chat import open_local
from bot.demo.local import BOT, CODE, LocalTalk
from bot.demo.transcript import Said
from bot.events import Batch, Inbound, Kind, RoomView
from storage import outbox, people, units
from storage.database import Database

NOW = datetime.fromisoformat("2026-11-20T10:00:00+08:00")
TOWNS = Path(__file__).parents[1] / "transcripts/units/towns.yaml"
CHEN, LI, WU, LM = "@chen:local", "@li:local", "@wu:local", "@lm:local"
Place = tuple[Database, LocalTalk]


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """Two committees; Chen administers the eastern one."""
    database, talk = await open_local(tmp_path, NOW, tree=TOWNS)
    await talk.open()
    for name in ("wu", "lm", "chen"):
        await talk.speak_as(name)
    yield database, talk
    await database.close()


async def say(place: Place, *texts: str) -> list[str]:
    """The answers to the last of some messages."""
    answers: list[str] = []
    for line in texts:
        answers = await place[1].say(Said(0, line))
    return answers


async def audited(place: Place, person: str = CHEN) -> list[tuple[str, str | None]]:
    async with place[0].look() as conn:
        found = await conn.execute(text("SELECT action, unit_id FROM audit WHERE by = :by ORDER BY id"), {"by": person})
        return [(row.action, row.unit_id) for row in found]


CHANGES = [
    ("发登记码 第三支部 报送人", [("code", "plant-2")]),
    ("移交 第三支部", [("code", "plant-2")]),
    ("移交 第三支部 给 @zhou:local 周强", [("handover", "plant-2")]),
    ("停用 李明华", [("dismiss", "plant-2")]),
    ("设置 第三支部 党日 每月第一个周五", [("setting", "plant-2")]),
    ("人数 第三支部 正式8", [("headcount", "plant-2")]),
]


@pytest.mark.parametrize(("wish", "noted"), CHANGES)
async def test_nothing_is_done_before_the_yes_and_each_thing_done_is_in_the_audit(
    place: Place, wish: str, noted: list[tuple[str, str]]
) -> None:
    (asked,) = await say(place, wish)
    assert asked.endswith("回“好”就办，不办回“算了”。")
    assert await audited(place) == []
    await say(place, "算了")
    await say(place, "好")
    assert await audited(place) == []
    await say(place, wish, "好")
    assert await audited(place) == noted
    await say(place, "好")
    assert await audited(place) == noted


async def test_only_the_very_next_message_says_yes(place: Place) -> None:
    await say(place, "停用 李明华", "名册", "好")
    assert await audited(place) == []


async def test_what_changed_meanwhile_is_not_done(place: Place) -> None:
    await say(place, "移交 第三支部 给 @zhou:local 周强")
    async with place[0].turn() as conn:
        await people.dismiss(conn, "plant-2", LM, "secretary", NOW.date())
    (answer,) = await say(place, "好")
    assert answer.startswith("情况刚刚变了，没有动")
    await say(place, "设置 第三支部 党日 每月10日")
    async with place[0].turn() as conn:
        await conn.execute(text("UPDATE units SET parent = 'west' WHERE id = 'plant-2'"))
    (answer,) = await say(place, "好")
    assert answer.startswith("情况刚刚变了，没有动")
    assert await audited(place) == []


async def test_who_is_no_longer_administrator_does_nothing(place: Place) -> None:
    await say(place, "停用 李明华")
    async with place[0].turn() as conn:
        await people.dismiss(conn, "east", CHEN, "administrator", NOW.date())
    (answer,) = await say(place, "好")
    assert answer.startswith("您还没有登记")
    async with place[0].look() as conn:
        assert [p.person for p in await people.people_of(conn, "plant-2", NOW.date())] == [LM]


async def test_in_company_nothing_is_shown_or_done(place: Place) -> None:
    _, talk = place
    await talk.speak_as("li")
    room = RoomView("!group", direct=False, encrypted=True, others=(LI, LM))
    for n, words in enumerate(("名册", "登记码", "发登记码 第一支部 报送人", "停用 李明")):
        event = Inbound(f"$group{n}", "!group", LI, NOW, Kind.TEXT, words, mentions_me=True)
        await talk._worker.receive(Batch(f"group{n}", (event,), rooms=(room,)))
        await talk._worker.drain()
        (answer,) = await talk._answers()
        assert answer == "管理上的事请和我单独聊，这里还有别人。"
    assert await audited(place, LI) == []


async def test_a_code_is_kept_nowhere_once_it_is_said(place: Place) -> None:
    database, talk = place
    first, second = await say(place, "发登记码 第三支部 报送人", "好")
    code = CODE.search(second)
    assert code is not None
    assert code[0] not in first
    async with database.look() as conn:
        for table in ("outbox", "inbox", "sessions", "audit", "codes"):
            rows = (await conn.execute(text(f"SELECT * FROM {table}"))).all()
            assert not any(code[0] in str(row) or code[0].replace("-", "") in str(row) for row in rows), table
        said = await outbox.to_event(conn, BOT, f"${talk._count}-{talk._room}")
    assert [row.content for row in said] == [{}, {}]


async def test_the_codes_days_are_counted(place: Place) -> None:
    _, talk = place
    await say(place, "发登记码 第三支部 报送人 三天", "好")
    (answer,) = await say(place, "登记码")
    assert "11月23日前有效" in answer
    assert "1到90天" in (await say(place, "发登记码 第三支部 报送人 100天"))[0]
    await talk.set_now(datetime.fromisoformat("2026-11-23T23:59:30+08:00"))
    assert "11月23日前有效" in (await say(place, "登记码"))[0]
    await talk.set_now(datetime.fromisoformat("2026-11-24T00:00:30+08:00"))
    assert await say(place, "登记码") == ["没有还有效的登记码。"]


async def test_settings_and_headcounts_stand_on_record(place: Place) -> None:
    await say(place, "设置 第三支部 期限 信息报送不设、党费收缴5日", "好")
    await say(place, "人数 第三支部 正式8 预备1 党小组4、5 自 2026年9月1日", "好")
    async with place[0].look() as conn:
        row = await units.unit(conn, "plant-2")
        held = (await units.inherited(conn, ["plant-2"]))["plant-2"]
    assert row is not None
    assert row.settings["deadlines"] == {"information_submitted": None, "dues_collected": 5}
    assert held["deadlines"] == {"dues_collected": 5}
    assert [(h.since, h.full, h.groups) for h in row.headcounts] == [
        (date(2025, 1, 1), 6, ()), (date(2026, 9, 1), 8, (4, 5)),
    ]  # fmt: skip


async def test_a_stranger_to_the_units_who_only_administers_is_welcomed_as_such(tmp_path: Path) -> None:
    database, talk = await open_local(tmp_path, NOW, tree=TOWNS)
    talk._person = CHEN
    (welcome,) = await talk.open()
    await database.close()
    assert "您是管理员" in welcome


async def test_hundreds_of_units_are_listed_page_by_page(tmp_path: Path) -> None:
    rows = "\n".join(f"      - {{id: b{n}, name: 第{n}支部}}" for n in range(1, 46))
    tree = tmp_path / "many.yaml"
    people_ = '[{id: "@chen:SERVER", name: 陈静, roles: [管理员]}]'
    tree.write_text(f"units:\n  - id: top\n    name: 党委\n    people: {people_}\n    children:\n{rows}\n", "utf-8")
    (tmp_path / "home").mkdir()
    database, talk = await open_local(tmp_path / "home", NOW, tree=tree, empty=True)
    await talk.speak_as("chen")
    seen: list[str] = []
    for page in ("名册", "名册 第2页", "名册 3"):
        (answer,) = await talk.say(Said(0, page))
        seen += re.findall("　(第[0-9]+支部)", answer)
    await database.close()
    assert seen == [f"第{n}支部" for n in range(1, 46)]
