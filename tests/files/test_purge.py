"""清除: by an administrator of the unit or above, with a reason and a yes; for others the number isn't there."""

from __future__ import annotations

import pytest

from storage import activities, faults, inbox
from storage.activities import RecordError
from storage.outbox import to_event
from tests.files.conftest import CHEN, LI, NOW, REPORT, WANG, WU, ZHAO, Talk

REASON = "误写了会议细节"
UNKNOWN = "没有找到 #{}。说“记录”看本月的编号。"


@pytest.fixture(autouse=True)
async def one_record(talk: Talk) -> None:
    """#1 of the first branch, with a photo, told in one message, changed in a second, confirmed in a third."""
    await talk.send(LI, "现场.jpg", REPORT)
    await talk.say(LI, "议题是研究张三的事情")
    assert "已记下 #1" in await talk.say(LI, "好")


async def bodies(talk: Talk) -> str:
    """Every word that inbox, outbox and record still hold."""
    words = []
    async with talk.database.look() as conn:
        for n in range(1, talk.count + 1):
            row = await inbox.row(conn, talk.worker.account, f"$e{n}")
            words.append(str(row and row.content))
            words += [str(said.content) for said in await to_event(conn, talk.worker.account, f"$e{n}")]
        words += [str(step) for step in await activities.history(conn, 1, ["first"])]
    return "\n".join(words)


async def test_an_administrator_above_purges_and_a_tombstone_stays(talk: Talk) -> None:
    assert "张三" in await bodies(talk)
    assert await talk.say(CHEN, f"清除 #1 {REASON}") == (
        f"要清除 #1 支委会（11月5日）（第一支部）吗？内容和1个附件永久删除，不能恢复；"
        f"只留编号、时间、经手人和原因“{REASON}”。确定就回“好”，不清除回“算了”。"
    )
    assert "张三" in await bodies(talk)
    assert await talk.say(CHEN, "好") == f"已清除 #1，原因：{REASON}。聊天里的原消息请发送人自己撤回。"
    left = await bodies(talk)
    assert "张三" not in left
    assert "研究发展对象" not in left
    assert "mxc://" not in left
    assert talk.names() == set()
    async with talk.database.look() as conn:
        steps = await activities.history(conn, 1, ["first"])
        assert await faults.verify(conn, "first") == []
        assert await activities.current(conn, ["first"]) == []
    assert (steps[-1].action, steps[-1].reason, steps[-1].by) == ("purge", REASON, CHEN)
    assert [step.slots for step in steps] == [None] * len(steps)


async def test_afterwards_the_number_is_unknown_to_everybody(talk: Talk) -> None:
    await talk.say(CHEN, f"清除 #1 {REASON}")
    await talk.say(CHEN, "好")
    for person, text in ((LI, "改 #1 实到4人"), (LI, "撤回 #1"), (LI, "复制稿 #1"), (CHEN, f"清除 #1 {REASON}")):
        assert await talk.say(person, text) == UNKNOWN.format(1)
    async with talk.database.turn() as conn:
        with pytest.raises(RecordError, match="purged"):
            await activities.purge(conn, 1, by=CHEN, at=NOW, reason="again")


@pytest.mark.parametrize("person", [LI, ZHAO, WU])
@pytest.mark.parametrize("number", [1, 99])
async def test_for_others_the_number_is_unknown_whether_it_is_there_or_not(
    talk: Talk, person: str, number: int
) -> None:
    assert await talk.say(person, f"清除 #{number} {REASON}") == UNKNOWN.format(number)
    await talk.say(person, "好")
    assert "张三" in await bodies(talk)
    assert len(talk.names()) == 1


async def test_it_needs_a_reason_that_tells_no_secret(talk: Talk) -> None:
    assert "要写原因" in await talk.say(CHEN, "清除 #1")
    assert "要写原因" in await talk.say(CHEN, "清除 #1 原因：")
    assert "换个说法" in await talk.say(CHEN, "清除 #1 写了张三的手机13912345678")
    assert "原因“误传机密文件”" in await talk.say(CHEN, "清除 #1 原因：误传机密文件")


@pytest.mark.parametrize("answer", ["算了", "不", "你好", "清除 #99 写错了"])
async def test_only_the_very_next_yes_counts(talk: Talk, answer: str) -> None:
    await talk.say(CHEN, f"清除 #1 {REASON}")
    await talk.say(CHEN, answer)
    await talk.say(CHEN, "好")
    assert "张三" in await bodies(talk)
    assert len(talk.names()) == 1


async def test_an_administrator_without_a_branch_is_told_what_can_be_said_here(talk: Talk) -> None:
    assert (await talk.say(CHEN, "你好")).startswith("管理员可以说")
    assert (await talk.send(CHEN, "a.jpg")).startswith("您还没有登记")


async def test_an_administrator_who_assesses_too_is_bound_by_the_same(talk: Talk) -> None:
    await talk.say(WANG, f"清除 #1 {REASON}")
    await talk.say(WANG, "单位")
    await talk.say(WANG, "好")
    assert "张三" in await bodies(talk)
    await talk.say(WANG, f"清除 #1 {REASON}")
    assert (await talk.say(WANG, "好")).startswith("已清除 #1")
    assert "张三" not in await bodies(talk)


async def test_a_photo_that_another_record_has_too_stays(talk: Talk) -> None:
    await talk.send(LI, "现场.jpg", "11月6日支委会，应到5人，实到5人，研究换届")
    await talk.say(LI, "好")
    await talk.say(CHEN, f"清除 #1 {REASON}")
    await talk.say(CHEN, "好")
    (digest,) = talk.names()
    assert talk.store.whole(digest)


async def test_a_withdrawn_record_can_be_purged_with_the_files_it_once_had(talk: Talk) -> None:
    await talk.say(LI, "撤回 #1")
    await talk.say(LI, "好")
    await talk.say(CHEN, f"清除 #1 {REASON}")
    assert "已清除" in await talk.say(CHEN, "好")
    assert "张三" not in await bodies(talk)
    assert talk.names() == set()


async def test_of_two_administrators_the_second_finds_it_done(talk: Talk) -> None:
    await talk.say(CHEN, f"清除 #1 {REASON}")
    async with talk.database.turn() as conn:
        await activities.purge(conn, 1, by="@other:local", at=NOW, reason=REASON)
    assert await talk.say(CHEN, "好") == UNKNOWN.format(1)
