"""What dates standing side by side say of each other: a day said twice, put right, or only naming an event."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from bot.understanding import date_rules as rules
from bot.understanding.date_found import Found

_TO = re.compile(
    r" ?(?:这天|那天)?(?:[上下中]午|早上|晚上)?(?:起|开始)?,? ?(?:一直|直)?(?:忙|干|搞|开|持续)?(?:到|至|-{1,2}|~) ?"
)
_MENDED = re.compile(r",?(?:不对|说错了?|记错了?|错了|哦,?不)[,啊哦]*(?:应该|我[记查看]错?了?)?(?:是|在)?,?")
_AGAIN = re.compile(r" ?[(,]? ?(?:就?是|也就是)?")
_NEAR = timedelta(days=15)  # an event named after a festival is held within a fortnight of it
_EVENT = (
    r"慰问|活动|表彰|值班|值守|走访|座谈|大会|晚会|演出|汇演|升旗|扫墓|祭扫|茶话|联欢|联谊|党课|党日|团日|文艺|志愿|"
    r"宣传|庆祝|朗诵|歌咏|运动会|安全检查|检查|聚餐|包饺子|包粽子|灯会|庙会"
)
_EVENT_BEFORE_DAY = re.compile(
    rf"节?[^,。;!?\n了过和、及\d]{{0,6}}(?:{_EVENT})[^,。;!?\n了过和、及\d]{{0,4}}?(?:是|在|放在|提前到|于|我们)?"
)
_EVENT_AFTER = re.compile(rf"节?.{{0,4}}?(?:{_EVENT})")
_THAT_IS = re.compile("节?的?,?(?:就?是|也就是|即)?")
_DAY_BEFORE_EVENT = re.compile(r"[^,。;!?\n]{0,8}")
_ONLY_LISTED = re.compile(r"[、和跟与及到至~-]|还有|以及")
# 支委会12月10号开: with nothing to say that it is over, the words are of a day to come
_BARE_VERB = re.compile(
    r"(?:[上下]午|晚上?)?(?:\d{1,2}点半?)?(?:再|才)?(?:召?开|举行|搞|上(?!午|级)|办)(?=$|[,。;!?\n])"
)
_ABOUT = re.compile("(?:那天)?(?:左右|前后|上下|附近|那几天|那阵)")
_NUMBER_ONLY = re.compile("[^月./-]{1,4}[日号]?")
_FIGURES = re.compile(r"\d|[月日号]")
_SOON = timedelta(days=60)


def soon(flat: str, one: Found, today: date) -> Found:
    """What a bare verb says of a day: 12月10号开, said in November, is the coming one and not one of a year ago;
    25号开, said on the 22nd, or 周五开 may be either, which is asked."""
    day = one.first
    if one.grain != "day" or one.vague or day is None or day >= today or not _BARE_VERB.match(flat, one.end):
        return one
    if one.scope == "dayname":
        return replace(one, why="ambiguous_date", options=(day, day + timedelta(weeks=1)))
    if one.why is None and _NUMBER_ONLY.fullmatch(flat, one.start, one.end) and day.month != today.month:
        ahead = rules.day(today.year, today.month, day.day)
        return replace(one, why="ambiguous_date", options=(day, ahead)) if ahead and ahead > today else one
    if one.why not in (None, "crosses_year") or (today - day).days < 300:
        return one
    ahead = rules.day(day.year + 1, day.month, day.day)
    if ahead is None or not today < ahead <= today + _SOON:
        return one
    return replace(one, first=ahead, last=ahead, why=None, options=(), coming=True)


def about(flat: str, one: Found) -> Found:
    """15号左右, 二十号前后: asked about."""
    return replace(one, vague=True) if one.grain == "day" and _ABOUT.match(flat, one.end) else one


def joined(flat: str, found: list[Found]) -> list[Found]:
    """9月1日起至9月15日, 前天到昨天: two days that mark off a range are one date; so is a day put right."""
    result: list[Found] = []
    for one in found:
        last = result[-1] if result else None
        both = _of_two(flat, last, one) if last and one.grain == last.grain == "day" else None
        if both is not None:
            result[-1] = both
        else:
            result.append(one)
    return result


def _of_two(flat: str, last: Found, one: Found) -> Found | None:
    if _MENDED.fullmatch(flat, last.end, one.start):
        return one
    if last.first is None or one.first is None:
        return None
    between = flat[last.end : one.start]
    if last.first < one.first and not last.why and not one.why and _TO.fullmatch(between):
        return replace(last, end=one.end, last=one.first, grain="range")
    if between == "不是":  # 二十六不是二十五号: with 是 before it the first stands, else the second puts it right
        stands = last if flat[: last.start].endswith("是") else one
        other = one if stands is last else last
        days = tuple(day for day in (stands.first, other.first) if day)
        return replace(stands, start=last.start, end=one.end, why="ambiguous_date", options=days)
    if one.scope == "weekday" and _AGAIN.fullmatch(between):
        return _with_its_week(flat, last, one, paren="(" in between)
    if last.scope == "dayname" and one.scope == "" and between in ("", " ", ",") and not one.vague:
        return _with_its_name(flat, last, one)
    return None


def _with_its_name(flat: str, name: Found, one: Found) -> Found | None:
    """星期五11月13号: the day in figures is meant; 星期四11月13号 is a doubt."""
    if not name.first or not one.first or not _FIGURES.search(flat, one.start, one.end):
        return None
    if one.first.weekday() == name.first.weekday():
        return replace(one, start=name.start)
    if one.why not in (None, "crosses_year"):
        return None
    apart = (name.first.weekday() - one.first.weekday() + 3) % 7 - 3
    days = (one.first, one.first + timedelta(days=apart))
    return replace(one, start=name.start, why="weekday_mismatch", options=days)


def _with_its_week(flat: str, last: Found, one: Found, *, paren: bool) -> Found | None:
    """11月24号（下周二）: the week tells the year; 11月18号（上周三）, which is not that day, is a doubt."""
    if last.first is None or one.first is None or last.why not in (None, "crosses_year") or last.scope == "weekday":
        return None
    same = last.first.day == one.first.day
    if same and (last.first.month == one.first.month or _NUMBER_ONLY.fullmatch(flat, last.start, last.end)):
        return replace(one, start=last.start)
    if paren and last.scope == "":
        return replace(last, end=one.end, why="weekday_mismatch", options=(*(last.options or (last.first,)), one.first))
    return None


def without_named(flat: str, found: list[Found]) -> list[Found]:
    """Without the festivals that only name an event whose own day is told: 七一表彰大会6月28号开的, 6月20日端午值守."""
    return [one for i, one in enumerate(found) if not any(_names_event(flat, one, day) for day in _days_near(i, found))]


def told_nearer(flat: str, place: int, found: list[Found]) -> bool:
    """Whether about when is told and then the day itself: 国庆过后10月9号, 清明前夕的4月3日."""
    feast = found[place]
    after = [day for day in _days_near(place, found) if feast.vague and day.start >= feast.end]
    return any(_THAT_IS.fullmatch(flat, feast.end, day.start) for day in after)


def _days_near(place: int, found: list[Found]) -> list[Found]:
    """The days told otherwise, a little before or behind it, that lie about a festival; none of what is no festival."""
    feast = found[place]
    if feast.scope != "festival" or feast.first is None or feast.grain != "day":
        return []
    return [
        one for one in found[max(0, place - 3) : place + 4]
        if one.scope != "festival" and one.grain in ("day", "range", "days") and one.first and one.last
        and one.first - _NEAR <= feast.first <= one.last + _NEAR
    ]  # fmt: skip


def _names_event(flat: str, feast: Found, day: Found) -> bool:
    if feast.vague:
        return False
    if day.start >= feast.end:
        return _EVENT_BEFORE_DAY.fullmatch(flat, feast.end, day.start) is not None
    between = flat[day.end : feast.start]
    if not _DAY_BEFORE_EVENT.fullmatch(between) or _ONLY_LISTED.fullmatch(between.strip()):
        return False
    return _EVENT_AFTER.match(flat, feast.end) is not None


_NAMED = re.compile(r"(?:会|课|日|委|组|学习|服务)[:, ]?$")


def without_ratios(flat: str, found: list[Found]) -> list[Found]:
    """支委会 11.5 5/5, 小组会0410 7-6: beside another day, a 5/5 is who came."""
    days = [f for f in found if f.grain == "day"]
    if len(days) < 2:
        return found
    ratios = []
    for one in days:
        pair = re.fullmatch(r"(\d+) ?[/-] ?(\d+)", flat[one.start : one.end])
        before = any(d.start < one.start for d in days)
        apart = int(pair[1]) - int(pair[2]) if pair else 9
        close = 0 <= apart <= 3 or (-3 <= apart < 0 and before and _NAMED.search(flat, 0, one.start) is not None)
        after = flat[one.end : one.end + 1]
        if pair and close and (before or pair[1] == pair[2]) and not (after and after in "开支党主小上下"):
            ratios.append(one)
    return [f for f in found if f not in ratios] if len(ratios) < len(days) else found
