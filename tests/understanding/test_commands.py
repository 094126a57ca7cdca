"""Wishes in plain words, and reports that only begin like one."""

from __future__ import annotations

import pytest

from bot.understanding.commands import Command, find_command
from bot.understanding.sheet_wishes import year_meant
from bot.understanding.year_wishes import aimed, verdict


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("帮助", Command("help")), ("/帮助", Command("help")), ("//帮助", Command("help")), ("！帮助", Command("help")),
        ("幫助", Command("help")), ("请问怎么用", Command("help")),
        (
            "月报"
        , Command("month")), ("上个月的月报", Command("month", month=-1)), ("11月月报", Command("month", month=11)),
        ("积分", Command("points")), ("现在多少分了？", Command("points")), ("查一下积分", Command("points")),
        ("積分", Command("points")), ("积分 明细", Command("detail")), ("等次", Command("grade")),
        ("现在能评什么等次", Command("grade")), ("还差什么", Command("lacking")),
        ("这个月还差什么", Command("lacking", month=0)), ("记录", Command("records")),
        ("上个月记录", Command("records", month=-1)), ("上一步", Command("back")), ("跳过", Command("skip")),
        ("算了", Command("drop")), ("不记了", Command("drop")), ("算了不记了", Command("drop")),
        ("好", Command("yes")), ("好的，谢谢", Command("yes")), ("1", Command("yes")), ("👍", Command("yes")),
        ("没问题", Command("yes")), ("嗯", Command("yes")), ("收到", Command("acknowledge")), ("不是", Command("no")),
        ("和上个月一样", Command("same_as_last", month=-1)), ("提醒", Command("remind")),
        ("提醒发到这里", Command("remind_here")), ("明天再说", Command("tomorrow")), ("复制稿", Command("copy")),
        ("复制稿 #128", Command("copy", number=128)), ("已录平台", Command("entered")),
        ("撤回 #128", Command("withdraw", number=128)), ("撤回128", Command("withdraw", number=128)),
        ("改日期", Command("change", "日期")), ("改第2项", Command("change", item=2)),
        ("改第3项为22人", Command("change", "22人", item=3)),
        ("改 #128 实到4人", Command("change", "实到4人", number=128)),
        ("把11月5日的支委会人数改成6人", Command("change", "11月5日的支委会人数改成6人")),
        ("8人→7人", Command("change", "8人→7人")), ("改 #128 8人→7人", Command("change", "8人→7人", number=128)),
        ("都没有", Command("skip_all")), ("这个月什么都没搞", Command("skip_all", month=0)),
        ("其他的都还没开呢", Command("skip_all")),
        ("重新考评 机关第一支部 三月的分算错了", Command("reopen", "机关第一支部 三月的分算错了")),
        ("更正结果 机关第一支部 验收漏看了", Command("correct", "机关第一支部 验收漏看了")),
        ("答复 机关第一支部 异议1 采纳 确实漏了", Command("answer", "机关第一支部 异议1 采纳 确实漏了")),
        ("改成21个人", Command("change", "21个人")),
        ("#128 错了 人数应该是20", Command("change", "人数应该是20", number=128)),
        ("对的 记吧", Command("yes")), ("好的，没问题", Command("yes")), ("现在几分啦", Command("points")),
        ("清除 #128 误发身份证号", Command("purge", "误发身份证号", number=128)),
        ("为什么 三会一课", Command("why", "三会一课")), ("为什么三会一课只有3分", Command("why", "三会一课")),
        ("三会一课为什么只有3分", Command("why", "三会一课")),
        ("为什么 支委会", Command("why", "支委会")), ("为什么党小组会才2分", Command("why", "党小组会")),
        ("为什么支委会会扣分", Command("why", "支委会")), ("为什么 组织生活会没有分", Command("why", "组织生活会")),
        ("年度图", Command("year_picture")), ("看看去年的年度图", Command("year_picture", "去年")),
        ("台账", Command("ledger")), ("导出2025年台账", Command("ledger", "2025年")),
        ("11月台账", Command("records", month=11)), ("11月有哪些记录", Command("records", month=11)),
        ("导出事实", Command("facts_file")), ("导出", Command("export")),
        ("导出全部材料", Command("export")), ("导出去年全部", Command("export", "去年")),
    ],
)  # fmt: skip
def test_a_wish(text: str, command: Command):
    assert find_command(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "好的昨天开了支委会", "记录一下昨天开了支委会", "提醒大家学习了条例，应到5人", "月报里的支委会是11月5日开的",
        "对了昨天开了党课", "行政支部开了支委会", "学习改革精神", "实到4人", "11月5日", "", "   ", "1月8日",
        "可以说这次主题党日很成功，应到24人", "改革开放史专题党课11月5日，22人参加", "你好",
        "整理了台账", "导出了会议记录", "台账检查，应到5人", "事实求是专题学习",
        "都没有请假", "8人", "好像不对", "对公账户", "好人好事", "#5 不对",
    ],
)  # fmt: skip
def test_no_wish(text: str):
    assert find_command(text) is None


def test_a_long_text_is_no_wish_and_costs_nothing():
    assert find_command("好" * 60000) is None


@pytest.mark.parametrize(
    ("words", "year"),
    [("", 2026), ("去年", 2025), ("上一年", 2025), ("上年度", 2025), ("今年", 2026), ("2025年", 2025),
     ("2024年度", 2024), ("二〇二五年", 2025), ("二零二四年", 2024), ("全年", 2026)],
)  # fmt: skip
def test_the_year_that_a_file_is_asked_for(words: str, year: int):
    assert year_meant(words, 2026) == year


@pytest.mark.parametrize(
    ("words", "reason"),
    [("机关第一支部 三月的分算错了", "三月的分算错了"), ("机关第一支部了", ""), ("机关第一支部吧", ""),
     ("机关第一支部，理由：打错了", "打错了")],
)  # fmt: skip
def test_a_reason_is_kept_to_its_last_character(words: str, reason: str):
    assert aimed(words, ["机关第一支部"], []).rest == reason


@pytest.mark.parametrize(
    ("words", "reason"),
    [("异议1 不采纳 材料过期了", "材料过期了"), ("异议1 采纳，确实漏了", "确实漏了"), ("异议1不采纳了", "")],
)  # fmt: skip
def test_the_reason_of_an_answer_too(words: str, reason: str):
    assert verdict(words)[2] == reason
