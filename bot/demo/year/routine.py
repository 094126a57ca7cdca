"""What the three branches report each month, as their secretaries would say it: diligent, with the usual gaps."""

from __future__ import annotations

from calendar import FRIDAY, MONDAY, monthcalendar
from collections.abc import Iterator
from datetime import date

from bot.demo.records import THEMES
from bot.demo.transcript import Said
from bot.understanding.workdays import is_workday

Report = tuple[str, str]  # what is said, and the beginning of the answer once it is confirmed
YES = "好"
LEFT_OUT = {("zhao", 4, "themed"), ("zhao", 8, "news"), ("sun", 3, "committee"), ("sun", 9, "reception")}


def month(name: str, number: int, year: int = 2026) -> list[Said]:
    """A branch's month: each report and its confirmation, with the answers there must be. number: 1 to 12."""
    lines: list[Said] = []
    for said, kind in _reports(name, number, year):
        day = said.partition("日")[0] + "日"
        lines.append(Said(0, said, answers=[f"{kind}…\n…"]))
        lines.append(Said(0, YES, answers=[f"已记下 …：{kind}（{day}）…\n…"]))
    return lines


def _reports(name: str, number: int, year: int) -> Iterator[Report]:
    makers = {"li": _first, "zhao": _second, "sun": _third}
    for key, report in makers[name](number, year):
        if (name, number, key) not in LEFT_OUT:
            yield report


def _first(m: int, year: int) -> Iterator[tuple[str, Report]]:
    """Twenty-four members with a committee of five, under both rulebooks."""
    yield "committee", _committee(m, year, "三楼会议室", 5)
    came = 24 if m % 3 else 22
    theme = f"主题是{THEMES[m - 1]}，应到24人，实到{came}人"
    yield "themed", (f"{m}月{_day(year, m, FRIDAY)}日主题党日，{theme}", "主题党日")
    yield "dues", (f"{m}月10日收了{m}月党费，24人，合计1200元", "党费收缴")
    yield "news", (f"{m}月18日报送党建信息2条：《支部开展{THEMES[m - 1]}》《支部{m}月学习简讯》", "信息报送")
    yield "reception", (f"{m}月15日领导接待群众日，一楼接待室", "领导接待群众日")
    if m % 3 == 0:
        lecture = f"应到24人实到23人，大会议题是通报{m // 3}季度工作，党课由李明书记讲《坚定理想信念》"
        yield "assembly", (f"{m}月20日在二楼会议室开党员大会并上党课，{lecture}", "支部党员大会＋党课")
        yield "remitted", (f"{m}月22日上缴第{'一二三四'[m // 3 - 1]}季度党费3600元", "党费上缴")
    if m in (5, 10):
        yield "talks", (f"{m}月12日开展谈心谈话，12人", "谈心谈话")
        yield "life", (f"{m}月13日召开组织生活会，应到24人实到24人，查摆问题", "组织生活会")


def _second(m: int, year: int) -> Iterator[tuple[str, Report]]:
    """Six members and no committee, under one rulebook."""
    yield "themed", (f"{m}月{_day(year, m, FRIDAY)}日主题党日，主题是{THEMES[m - 1]}，应到6人，实到6人", "主题党日")
    yield "dues", (f"{m}月9日收了{m}月党费，6人，合计300元", "党费收缴")
    yield "news", (f"{m}月19日报送党建信息2条：《二支部开展{THEMES[m - 1]}》《二支部{m}月动态》", "信息报送")
    if m % 3 == 0:
        yield "assembly", (f"{m}月17日开党员大会，应到6人实到6人，通报工作", "支部党员大会")
        yield "lecture", (f"{m}月17日上党课，应到6人实到6人，赵敏讲《支部工作条例》", "党课")
        yield "remitted", (f"{m}月22日上缴第{'一二三四'[m // 3 - 1]}季度党费900元", "党费上缴")
    if m == 11:
        yield "talks", (f"{m}月6日开展谈心谈话，3人", "谈心谈话")


def _third(m: int, year: int) -> Iterator[tuple[str, Report]]:
    """Nine members with a committee of three, under the other rulebook."""
    yield "committee", _committee(m, year, "活动室", 3)
    yield "dues", (f"{m}月8日收了{m}月党费，9人，合计270元", "党费收缴")
    yield "reception", (f"{m}月15日领导接待群众日，活动室", "领导接待群众日")
    if m % 3 == 0:
        yield "assembly", (f"{m}月16日开党员大会，应到9人实到8人，议题是学习讨论", "支部党员大会")
        yield "lecture", (f"{m}月16日上党课，应到9人实到8人，孙玉讲《不忘初心》", "党课")


def _committee(m: int, year: int, place: str, members: int) -> Report:
    day = _day(year, m, MONDAY)
    return f"{m}月{day}日下午在{place}开了支委会，应到{members}人实到{members}人，研究{m}月工作安排", "支委会"


def _day(year: int, m: int, weekday: int) -> int:
    """The first such weekday of a month that is worked."""
    days = (week[weekday] for week in monthcalendar(year, m) if week[weekday])
    return next(day for day in days if is_workday(date(year, m, day)))
