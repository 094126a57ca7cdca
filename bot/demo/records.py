"""The demo branch's records: the months before the present one as a diligent branch kept them, with a few gaps."""

from __future__ import annotations

from calendar import FRIDAY, MONDAY, monthcalendar, monthrange
from collections.abc import Iterator
from datetime import date, datetime

from storage import activities
from storage.database import Connection

THEMES = (
    "重温入党誓词", "学习党章", "学雷锋志愿服务", "义务植树", "青年理论学习分享", "走访困难群众",
    "庆七一主题活动", "安全生产宣传", "教师节慰问", "国庆环境整治", "消防知识进社区", "年终总结交流",
)  # fmt: skip
THIS_MONTH = ("group_meeting", "reception_day")


async def add_records(conn: Connection, unit: str, by: str, now: datetime) -> int:
    """Record what the branch did this year: all of the months before now's, and of this month what its groups and its
    reception day left behind, so that the secretary has a month to report; each month at its end. Returns how many
    records were made."""
    count = 0
    for month in range(1, now.month + 1):
        end = datetime(now.year, month, monthrange(now.year, month)[1], 18, tzinfo=now.tzinfo)
        for kind, day, slots in _month(now.year, month):
            if month == now.month and (kind not in THIS_MONTH or day >= now.date()):
                continue
            await activities.record(
                conn, unit, kind=kind, occurred_on=day, slots=slots, by=by,
                source_event=f"$demo-{day:%m%d}-{kind}", at=min(end, now),
            )  # fmt: skip
            count += 1
    return count


def _month(year: int, month: int) -> Iterator[tuple[str, date, dict[str, object]]]:
    fridays = [week[FRIDAY] for week in monthcalendar(year, month) if week[FRIDAY]]
    mondays = [week[MONDAY] for week in monthcalendar(year, month) if week[MONDAY]]
    theme = THEMES[month - 1]
    came = 24 if month % 3 else 22
    yield "committee_meeting", date(year, month, mondays[0]), _meeting(5, 5, f"研究{month}月工作安排")
    yield "themed_party_day", date(year, month, fridays[0]), _meeting(24, came, theme)
    for group in (1, 2, 3):
        for day in (fridays[0], fridays[1]):
            if (month, group, day) != (3, 2, fridays[1]):  # one group missed one meeting in March
                yield "group_meeting", date(year, month, day), {**_meeting(8, 8, "学习讨论"), "group": group}
    if month % 3 == 0:
        yield "member_assembly", date(year, month, fridays[-1]), _meeting(24, 23, f"{month}月党员大会：通报工作")
        yield "party_lecture", date(year, month, fridays[-1]), {**_meeting(24, 23, "党课：守初心"), "speaker": "李明"}
        yield (
            "dues_remitted",
            date(year, month, 28),
            {"amount": 3 * 120_000, "months": [f"{year}-{m:02d}" for m in range(month - 2, month + 1)]},
        )
    yield "reception_day", date(year, month, 15), {"place": "一楼接待室", "topic": "接待来访群众"}
    yield "dues_collected", date(year, month, 10), {"count": 24, "amount": 120_000, "months": [f"{year}-{month:02d}"]}
    titles = [f"支部开展{theme}", f"支部{month}月学习简讯"]
    reported = titles if month != 5 else titles[:1]  # May: one piece of information too few
    yield "information_submitted", date(year, month, 25), {"count": len(reported), "titles": reported}


def _meeting(expected: int, present: int, topic: str) -> dict[str, object]:
    return {"expected": expected, "present": present, "topic": topic, "place": "三楼会议室"}
