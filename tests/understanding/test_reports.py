"""Reports as people write them: each value, and the words it came from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bot.understanding.reading import Expecting, Intent
from tests.understanding.reading import doubts, heard, slots

DAY = date(2026, 11, 5)


def test_the_first_message_of_the_chat_guide():
    text = "11月5号下午在三楼会议室开了支委会 应到5人实到5人 研究11月主题党日方案"
    reading = heard(text)
    assert reading.intent is Intent.REPORT
    (activity,) = reading.activities
    assert activity.kind == "committee_meeting"
    assert slots(text) == {
        "date": DAY, "period": "afternoon", "place": "三楼会议室", "expected": 5, "present": 5,
        "topic": "研究11月主题党日方案",
    }  # fmt: skip
    assert activity.slots["date"].words == "11月5号"
    assert activity.slots["place"].words == "在三楼会议室"
    assert activity.doubts == ()


@pytest.mark.parametrize(
    ("text", "expected", "present"),
    [
        ("应到24人，实到22人", 24, 22),
        ("应到24人，到了22个", 24, 22),
        ("24人应到实到22", 24, 22),
        ("24人应到22人实到", 24, 22),
        ("22/24", 24, 22),
        ("24到22", 24, 22),
        ("应到二十四人实到二十二人", 24, 22),
        ("应到24人，全员到齐", 24, 24),
        ("应到24人，除2人请假外全部到齐", 24, 22),
        ("24人全到", 24, 24),
        ("全体党员24人参加", 24, 24),
        ("24名党员到了22名", 24, 22),
        ("24名党员中22名参加", 24, 22),
        ("到会22人", None, 22),
        ("22名党员参加", None, 22),
        ("来了二十二个人", None, 22),
    ],
)
def test_attendance_in_many_words(text: str, expected: int | None, present: int):
    found = slots(f"11月5日党员大会，{text}，讨论转正")
    assert (found.get("expected"), found["present"]) == (expected, present)


def test_everyone_came_but_nobody_said_how_many_that_is():
    assert slots("11月5日党员大会，全员到齐，讨论转正")["present"] == "all"


def test_leave_is_not_taken_off_the_expected():
    found = slots("11月5日党员大会，应到24人，实到22人，请假2人，缺席0人，列席3人")
    assert (found["expected"], found["leave"], found["absent"], found["guests"]) == (24, 2, 0, 3)


def test_people_named_as_on_leave_are_counted():
    assert slots("11月5日支委会，应到5人实到3人，老周、李敏请假")["leave"] == 2


def test_dues_are_counted_in_fen_and_the_month_is_not_the_day_of_payment():
    found = slots("补缴9月、10月党费，24人，2,345.50元，11月3日收的")
    assert found == {
        "months": ("2026-09", "2026-10"), "count": 24, "amount": 234550, "date": date(2026, 11, 3)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "fen"),
    [("1230元", 123000), ("一千二百三十元", 123000), ("1.2万元", 1200000), ("¥1,230.5", 123050),
     ("1230元5角", 123050), ("一千二百三十元五角", 123050), ("1230块", 123000)],
)  # fmt: skip
def test_sums_of_money(words: str, fen: int):
    assert slots(f"收11月党费24人{words}")["amount"] == fen


def test_what_each_one_pays_is_not_the_sum():
    assert slots("收11月党费，24人，人均50元，共1200元")["amount"] == 120000


def test_a_quarter_of_dues_passed_on():
    reading = heard("第三季度党费3560元已于10月12日上缴机关党委")
    (activity,) = reading.activities
    assert activity.kind == "dues_remitted"
    assert activity.slots["months"].value == ("2026-07", "2026-08", "2026-09")


def test_titles_of_information():
    assert slots("报送信息2条：《支部召开党员大会》《党员进社区》")["titles"] == ("支部召开党员大会", "党员进社区")
    found = slots("昨天报了一条信息，标题是支部召开党员大会讨论转正")
    assert found["titles"] == ("支部召开党员大会讨论转正",)


@pytest.mark.parametrize(
    ("text", "speaker", "topic"),
    [
        ("11月5日由张伟主讲党课，题目《不忘初心》", "张伟", "不忘初心"),
        ("11月5日党课，主讲人：老周，题目是党的纪律", "老周", "党的纪律"),
        ("11月5日支部书记李国强以“做合格党员”为题讲党课", "李国强", "做合格党员"),
        ("上周三书记讲了党课，讲的是党的纪律", "书记", "党的纪律"),
    ],
)
def test_who_spoke_and_on_what(text: str, speaker: str, topic: str):
    found = slots(text)
    assert (found["speaker"], found["topic"]) == (speaker, topic)


def test_times_of_day_and_hours():
    assert slots("昨晚7点半党小组会")["time"] == "19:30"
    assert slots("11月5日下午两点开支委会")["time"] == "14:00"
    assert slots("11月5日党课，两个半小时")["hours"] == Decimal("2.5")
    assert "time" not in slots("11月5日支委会，书记提出三点要求")


def test_several_activities_in_one_message():
    text = "11月5日开了支委会，应到5实到5，研究发展党员。11月8日开展主题党日，主题是学雷锋，应到24人，实到22人"
    first, second = heard(text).activities
    assert (first.kind, first.slots["date"].value, first.slots["present"].value) == ("committee_meeting", DAY, 5)
    assert (second.kind, second.slots["present"].value) == ("themed_party_day", 22)
    assert second.slots["topic"].value == "学雷锋"
    assert second.same_as is None


def test_an_activity_with_a_day_of_its_own_is_one_beside_any_other():
    reading = heard("2号主题党日升旗17人3号志愿服务给敬老院洗被子11人")
    assert [a.kind for a in reading.activities] == ["themed_party_day", "volunteer_service"]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("党费收了24个人192块昨天收齐的今天交镇里了", ["dues_collected", "dues_remitted"]),
        ("11月三会一课：支委会3号5人，小组会4号8人", ["committee_meeting", "group_meeting"]),
        ("昨天第一党小组和第二党小组分别开了会，一组8人，二组10人", ["group_meeting", "group_meeting"]),
        ("我们学院研究生党支部在106集中学习了全会公报，23个人", ["collective_study"]),
        ("支委会3号，小组会4号，大会5号", ["committee_meeting", "group_meeting", "member_assembly"]),
        ("11-3 支委会 5/5 议题:评优；11-5 志愿 10人", ["committee_meeting", "volunteer_service"]),
        (
            "主题党日是2号开的20人题目叫缅怀先烈还有党员大会是3号开的到了30个",
            ["themed_party_day", "member_assembly"],
        ),
    ],
)
def test_several_told_one_after_the_other_are_several(text: str, kinds: list[str]):
    assert [a.kind for a in heard(text).activities] == kinds


def test_what_a_paper_is_about_was_not_held():
    reading = heard("11月3日，镇党委印发督办单，就我支部主题党日开展不规范问题进行督办")
    assert [a.kind for a in reading.activities] == ["supervision_notice"]


def test_one_gathering_of_several_kinds():
    text = "11月8日下午主题党日和党员大会一起开的，应到24人实到22人，主题党日主题是缅怀先烈，党员大会讨论了转正"
    day, assembly = heard(text).activities
    assert (day.kind, assembly.kind, assembly.same_as) == ("themed_party_day", "member_assembly", 0)
    assert (day.slots["topic"].value, assembly.slots["topic"].value) == ("缅怀先烈", "讨论了转正")
    assert assembly.slots["present"].value == 22
    assert assembly.slots["date"].value == date(2026, 11, 8)


def test_a_kind_that_is_only_spoken_of_is_no_activity():
    (only,) = heard("11月5日支委会研究主题党日方案和党费收缴工作，5人参加").activities
    assert only.kind == "committee_meeting"
    assert only.slots["topic"].value == "研究主题党日方案和党费收缴工作"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("昨天的主题当日", "themed_party_day"),
        ("昨天开了之委会", "committee_meeting"),
        ("zhiweihui昨天开的", "committee_meeting"),
        ("昨天zhu ti dang ri", "themed_party_day"),
        ("昨天开展主题日活动", "themed_party_day"),
        ("昨天支部黨員大會", "member_assembly"),
        ("昨天开了党小会", "group_meeting"),
    ],
)
def test_kinds_by_sound_letters_and_one_edit(text: str, kind: str):
    assert [activity.kind for activity in heard(text).activities] == [kind]


@pytest.mark.parametrize("text", ["昨天开了动员大会，30人参加", "昨天党委会学习文件", "昨天团员大会30人"])
def test_other_meetings_are_not_bent_into_ours(text: str):
    assert all(activity.kind is None for activity in heard(text).activities)


def test_two_kinds_are_not_guessed_between():
    (activity,) = heard("11月5日开了支部会，应到5人实到5人").activities
    assert activity.kind is None
    assert activity.doubts[0].why == "ambiguous_kind"
    assert set(activity.doubts[0].options) == {"committee_meeting", "member_assembly"}


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("2月30日开了支委会", ("date", "impossible_date")),
        ("12月5日开了支委会", ("date", "crosses_year")),
        ("11月5日（周三）开了支委会", ("date", "weekday_mismatch")),
        ("明天开了支委会，应到5人实到5人", ("date", "future_date")),
        ("前几天开了支委会", ("date", "vague_date")),
        ("11月5日和12日各开了一次支委会", ("date", "ambiguous_date")),
        ("11月5日党员大会，应到22人，实到24人", ("present", "too_many_present")),
        ("11月5日党员大会，应到24人，实到22人，请假5人", ("present", "numbers_disagree")),
        ("11月5日党员大会，来了三十多人", ("present", "approximate_number")),
        ("11月5日收11月党费24人-1230元", ("amount", "negative_amount")),
        ("11月5日党员大会，实到99999人", ("present", "absurd_number")),
        ("11月5日党员大会，实到2,200人", ("present", "absurd_number")),
        ("11月5日党员大会，实到1万人", ("present", "absurd_number")),
        ("11月5日收11月党费24人9999999999999元", ("amount", "absurd_number")),
        ("11月5日7点开了支委会", ("time", "ambiguous_time")),
    ],
)
def test_doubt_is_asked_about_not_guessed(text: str, doubt: tuple[str, str]):
    assert doubt in doubts(text)
    slot, why = doubt
    if why not in ("crosses_year", "too_many_present", "numbers_disagree"):
        assert slot not in slots(text)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("11月5日党员大会，实到2500人", (2500,)),
        ("11月5日党员大会，实到99999人", ()),
        ("11月5日收11月党费24人2000000元", (200000000,)),
        ("11月5日收11月党费24人9999999999999元", ()),
        ("11月5日收11月党费24人1200.555元", ()),
    ],
)
def test_a_yes_takes_no_number_beyond_all_sense(text: str, options: tuple[int, ...]):
    (activity,) = heard(text).activities
    assert [doubt.options for doubt in activity.doubts if doubt.why == "absurd_number"] == [options]


def test_digits_after_an_e_are_no_sum():
    assert "amount" not in slots("11月5日收党费1e5元24人")


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("5", "present", 5),
        ("五个", "present", 5),
        ("三楼", "place", "三楼"),
        ("周五", "date", date(2026, 11, 20)),
        ("学雷锋志愿服务", "topic", "学雷锋志愿服务"),
        ("张三", "speaker", "张三"),
        ("是老王讲的", "speaker", "老王"),
        ("1230", "amount", 123000),
        ("10月", "months", ("2026-10",)),
    ],
)
def test_a_bare_answer_fills_what_was_asked(text: str, slot: str, value: object):
    kind = {"amount": "dues_collected", "months": "dues_collected", "speaker": "party_lecture"}.get(
        slot, "themed_party_day"
    )
    assert slots(text, Expecting(kind, slot)) == {slot: value}


def test_asked_for_a_month_the_theme_needs_no_name():
    found = slots("周五，学雷锋志愿服务，应到24人，到了22个", Expecting("themed_party_day", None))
    assert found == {"date": date(2026, 11, 20), "topic": "学雷锋志愿服务", "expected": 24, "present": 22}


def test_an_answer_that_is_an_edge_of_sense_stays_a_doubt():
    (activity,) = heard("-5", Expecting("themed_party_day", "present")).activities
    assert not activity.slots
    assert activity.doubts[0].why == "negative_amount"


def test_invisible_characters_leave_no_trace():
    text = "11月5日\u202e\u200b支委会\x00，应到5人\u200f实到5人，研究<b>经费</b>"
    found = slots(text)
    assert found["present"] == 5
    assert found["topic"] == "研究<b>经费</b>"


def test_a_message_too_long_to_be_meant_is_said_to_be_so():
    reading = heard("11月5日支委会，应到5人实到5人。" + "很好。" * 20000)
    assert reading.doubts[0].why == "too_long"
    assert reading.activities[0].slots["present"].value == 5
