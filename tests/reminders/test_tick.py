"""The tick over a real record: once, as one message, and silent about what was done meanwhile."""

from __future__ import annotations

from datetime import date

from bot.demo.local import BOT
from bot.events import Batch, Inbound, Kind
from bot.worker import Worker
from tests.reminders.branch import DAY, NOVEMBER, START, Branch, at


async def test_a_due_reminder_is_said_once(branch: Branch) -> None:
    assert await branch.tick(START) == []
    (said,) = await branch.tick(at("2026-11-23"))
    assert said.splitlines()[:2] == ["机关第一支部", f"11月30日（周一）前，还有7天：{NOVEMBER}"]
    assert await branch.tick(at("2026-11-23", 9, 1)) == []
    assert await branch.tick(at("2026-11-24")) == []


async def test_the_four_stages_of_a_month(branch: Branch) -> None:
    said = {}
    for n in range(14):
        for text in await branch.tick(at("2026-11-20") + DAY * n):
            said[(START + DAY * n).date().isoformat()] = text.splitlines()[1]
    assert said == {
        "2026-11-23": f"11月30日（周一）前，还有7天：{NOVEMBER}",
        "2026-11-27": f"11月30日（周一）前，还有3天：{NOVEMBER}",
        "2026-11-30": f"今天到期：{NOVEMBER}",
        "2026-12-01": f"已过11月30日还没有记到（补开、补记都请照实说明日期）：{NOVEMBER}",
    }


async def test_what_was_done_in_the_meantime_is_not_mentioned(branch: Branch) -> None:
    await branch.tick(START)
    await branch.say("11月6日主题党日，义务植树，应到24人实到22人", "好", now=START)
    (said,) = await branch.tick(at("2026-11-23"))
    assert "主题党日" not in said


async def test_everything_done_nothing_said(branch: Branch) -> None:
    await branch.tick(START)
    for line in (
        "11月6日主题党日，义务植树，应到24人实到22人", "11月5日支委会，应到5人，实到5人，研究发展对象",
        "11月10日收了11月党费，24人，合计1200元", "11月18日报送党建信息2条：《支部开展植树》《青年党员讲党课》",
    ):  # fmt: skip
        await branch.say(line, "好", now=START)
    assert [await branch.tick(at(f"2026-11-{day}")) for day in (23, 27, 30)] == [[], [], []]


async def test_what_does_not_apply_is_not_mentioned(branch: Branch) -> None:
    await branch.tick(START)
    await branch.say("支委会本月不适用，委员都在外地培训", "好", now=START)
    (said,) = await branch.tick(at("2026-11-23"))
    assert "支委会" not in said
    await branch.say("撤回 #126", now=at("2026-11-24"))
    (said,) = await branch.tick(at("2026-11-27"))
    assert "支委会" in said


async def test_put_off_until_tomorrow_by_words_and_by_reaction(branch: Branch) -> None:
    await branch.tick(START)
    await branch.tick(at("2026-11-23"))
    assert await branch.say("明天再说", now=at("2026-11-23", 10)) == ["好，11月24日再提醒；到时还没做的才说。"]
    await branch.say("11月6日主题党日，义务植树，应到24人实到22人", "好", now=at("2026-11-23", 11))
    (row,) = await branch.rows(at("2026-11-24"))
    assert "主题党日" not in row.content["body"]
    assert "支委会" in row.content["body"]
    event_id = f"$r{row.transaction_id}"
    reaction = Inbound("$late", "!local", "@li:local", at("2026-11-24", 12), Kind.REACTION, key="⏰", target=event_id)
    worker = Worker(branch.database, BOT, branch.house, clock=lambda: START)
    await worker.receive(Batch("r", (reaction,)))
    await worker.drain()
    (answer,) = await branch.rows(at("2026-11-24", 12))
    assert answer.content["body"] == "好，11月25日再提醒；到时还没做的才说。"
    assert len(await branch.tick(at("2026-11-25"))) == 1
    assert await branch.tick(at("2026-11-26")) == []


async def test_what_does_not_apply_is_said_in_answer_to_a_reminder(branch: Branch) -> None:
    await branch.say("11月6日主题党日，义务植树，应到24人实到22人", "好", now=START)
    await branch.say("11月10日收了11月党费，24人，合计1200元", "好", now=START)
    await branch.say("11月18日报送党建信息2条：《支部开展植树》《青年党员讲党课》", "好", now=START)
    await branch.tick(START)
    (said,) = await branch.tick(at("2026-11-23"))
    assert said.splitlines()[1].endswith("：支委会")
    (asked,) = await branch.say("本月不适用，委员全部外出", now=at("2026-11-23", 10))
    assert asked.startswith("11月支委会记为不适用，原因：委员全部外出。")
    await branch.say("好", now=at("2026-11-23", 11))
    assert await branch.tick(at("2026-11-27")) == []


async def test_a_stage_turned_off_is_left_out(branch: Branch) -> None:
    await branch.tick(START)
    await branch.say("关闭提前一周的提醒", now=START)
    assert await branch.tick(at("2026-11-23")) == []
    assert len(await branch.tick(at("2026-11-27"))) == 1


async def test_overdue_reaches_the_assessor_alone_and_once(branch: Branch) -> None:
    await branch.join("!wang", "@wang:local")
    await branch.join("!zhao", "@zhao:local")
    await branch.join("!group", "@li:local", "@wang:local", "@zhao:local", direct=False)
    await branch.say("支委会本月不适用，委员都在外地培训", "好", now=START)
    await branch.tick(START)
    heard = []
    for n in range(16):
        heard += [(n, row) for row in await branch.rows(at("2026-11-20") + DAY * n) if row.room_id == "!wang"]
    ((n, row),) = heard
    assert (START + DAY * n).date() == date(2026, 12, 1)
    lines = row.content["body"].splitlines()
    assert lines[0].startswith("过期未记：2个单位")
    assert (
        "机关第一支部：党建信息2条、主题党日、党费收缴（11月30日）；不适用：#126 11月支委会（委员都在外地培训）"
        in lines
    )
    assert any(line.startswith("机关第二支部：") for line in lines)


async def test_the_assessors_digest_after_a_week_of_silence_comes_once(branch: Branch) -> None:
    await branch.join("!wang", "@wang:local")
    await branch.tick(START)
    said = [row for row in await branch.rows(at("2026-12-05", 11)) if row.room_id == "!wang"]
    assert len(said) == 1
    assert [row for row in await branch.rows(at("2026-12-06")) if row.room_id == "!wang"] == []


async def test_a_reminder_whose_reason_has_gone_is_dropped(branch: Branch) -> None:
    await branch.tick(START)
    await branch.set(rulebooks=[])
    assert [await branch.tick(at(f"2026-11-{day}")) for day in (23, 27, 30)] == [[], [], []]


async def test_own_days_are_followed(branch: Branch) -> None:
    await branch.set(party_day={"week": -1, "weekday": 5}, deadlines={"information_submitted": 25}, holidays="earlier")
    await branch.tick(START)
    said = {}
    for n in range(14):
        for text in await branch.tick(at("2026-11-20") + DAY * n):
            said[(START + DAY * n).date().isoformat()[5:]] = text.splitlines()[1:-1]
    assert said["11-22"] == ["11月25日（周三）前，还有3天：党建信息2条"]
    assert said["11-24"] == ["11月27日（周五）前，还有3天：主题党日"]
    assert said["11-25"] == ["今天到期：党建信息2条"]
    assert said["11-26"] == ["原定11月25日，最迟11月30日：党建信息2条"]
    assert said["11-30"][-1] == "今天到期：支委会、党费收缴"
    assert "原定11月27日，最迟11月30日：主题党日" in said["11-30"]
