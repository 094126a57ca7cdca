"""When one activity took place: which of the days in its words is its own, and what is doubtful about it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.understanding.dates import Found
from bot.understanding.draft import Draft
from bot.understanding.reading import Value
from bot.understanding.topics import Topic

_CELEBRATED = re.compile(r"(?:庆祝?|迎|喜迎|纪念|欢度)$")
OLD_PLAN = re.compile(r"(?:(?:原定|原计划|本来|原本|原来)(?:是|在|于|定在|定于|定的|定)*|最迟|不晚于)$")
_FELL_OUT = re.compile(
    r"[^,。;!?\n\d]{0,6}(?:没开成|没能开|没开|取消|开不成)|(?:补报|补录|补记|才报|才想|来报|汇报|登记|[报记说发]的(?=[^,。;!?\n]{0,3}(?:那|支委|党|主题|组织|活动|会|记录)))|"
    r"(?:发|下发|印发)?通知(?=,|$)|报名|再(?:收|交|补|报|去)"
)
# Days of something else, when another day is told: 经8月20日党委会研究, 11月3日印发的通知, 12月15日前完成, 11月8日届满
_BY = re.compile(r"截[至止]到?$|(?:经|据|根据|按照|依据)[^,。;!?\n\d于在]{0,8}$")
_UNTIL = re.compile(
    r"(?:下班|[上下]午)?(?:之|以)?前(?![后夕])|[^,。;!?\n\d]{0,4}(?:届满|到期)|[^,。;!?\n\d]{0,6}(?:印发|下发|发布)的|"
    r"(?:的)?(?:重要)?(?:讲话|指示|批示|回信)|前夕的?(?=\d)"
)
_WHEN = re.compile(r"时间(?:[为是:]|定在)+$")
_JUST = re.compile(
    r"刚(?:刚|才)?(?:开|结束|上|收|交|搞|散|把|完成|组织|报(?!错))|(?:刚才|刚刚)(?!那|的|[少漏多错]?[报说发写记填]|这条|弄错)"
)
_STOP = re.compile(r"[。!?\n]")
_VAGUE = re.compile(
    r"前几天|前两天|前一阵|头两天|这阵子|前些天|近日|日前(?!后)|最近|近期|前段时间|这几天|这两天|那天|上次|"
    r"前不久|不久前|几天前|某天|前阵子|过几天"
)


def put_date(draft: Draft, topics: Sequence[Topic], planned: bool) -> None:
    """The day or days of an activity, or the doubt about them. planned: a day ahead is no mistake."""
    facts = draft.facts
    found = _narrowed(draft, _candidates(draft, topics), planned)
    if not found:
        _without_day(draft, planned)
        return
    first = _inside(draft, found)
    words = facts.text.words(first.start, first.end)
    days = tuple(dict.fromkeys(d.first for d in found if d.first and d.grain == "day"))
    if len(days) > 1 and not _told_first(draft, found):
        draft.doubt("date", "ambiguous_date", words, days)
    elif first.vague:
        draft.doubt("date", "ambiguous_date", words, (first.first,) if first.first else ())
    elif first.first is None or first.why in ("weekday_mismatch", "ambiguous_date", "impossible_date"):
        draft.doubt("date", first.why or "impossible_date", words, first.options)
    elif first.first > facts.now.date() and not planned and (just := _just(draft)):
        draft.put("date", facts.now.date(), *just.span())  # 支委会刚开完，说的是明天主题党日的事
    elif first.first > facts.now.date() and not planned:
        draft.doubt("date", "future_date", words, _year_before(first))
    else:
        draft.put("date", first.first, first.start, first.end)
        if first.last and first.last > first.first:
            draft.put("date_end", first.last, first.start, first.end)
        if first.why == "crosses_year":
            draft.doubt("date", "crosses_year", words, first.options)


def _without_day(draft: Draft, planned: bool) -> None:
    """No day is told: 刚开完 is today, 前几天 and a week are asked about."""
    facts, part = draft.facts, draft.part
    vague = _VAGUE.search(facts.masked, part.start, part.end)
    just = _just(draft)
    loose = [d for d in facts.dates if part.start <= d.start < part.end and (d.vague or d.scope == "week")]
    if just:
        draft.put("date", facts.now.date(), *just.span())
    elif vague:
        draft.doubt("date", "vague_date", vague[0])
    elif loose and not planned:
        draft.doubt("date", "vague_date", facts.text.words(loose[0].start, loose[0].end))


def _just(draft: Draft) -> re.Match[str] | None:
    return _JUST.search(draft.facts.masked, draft.part.start, draft.part.end)


def _narrowed(draft: Draft, found: list[Found], planned: bool) -> list[Found]:
    """Of several days those that something else is told by fall out, unless there are no others."""
    flat, today = draft.facts.masked, draft.facts.now.date()
    told = [one for one in found if _WHEN.search(flat[max(0, one.start - 5) : one.start])]
    if told:
        return told[:1]
    own = [
        one for one in found
        if not _UNTIL.match(flat, one.end) and not _BY.search(flat[max(0, one.start - 10) : one.start])
    ] or found  # fmt: skip
    own = [one for one in own if one.scope != "next"] or own  # 5日参观，次日返回
    done = [one for one in own if planned or not (one.coming and one.first and one.first > today)] or own
    first = done[0] if done else None
    if first and first.grain == "range" and first.first and first.last and len(done) > 2:
        within = [d for d in done[1:] if d.first and d.grain == "day" and first.first <= d.first <= first.last]
        return [first] if len(within) == len(done) - 1 else done  # 23日至24日培训，23日上午开班，24日下午结业
    return done


def _inside(draft: Draft, found: Sequence[Found]) -> Found:
    """The first date, or the day within it: 11月1号到7号是志愿服务周，我们7号去的."""
    first, days = found[0], [d for d in found if d.grain == "day" and d.first]
    if first.grain != "range" or not first.first or not first.last or len({d.first for d in days}) != 1:
        return first
    day = days[0]
    within = day.first is not None and first.first <= day.first <= first.last
    weekend = draft.facts.masked[first.start : first.end].endswith("末")  # 周末去捡垃圾，25号上午
    return day if within and (weekend or "是" in draft.facts.masked[first.end : day.start]) else first


def _told_first(draft: Draft, found: Sequence[Found]) -> bool:
    """Whether the first day is the activity's: told in the sentence that names it, the others only later on."""
    head, flat = draft.part.head, draft.facts.masked
    others = [d for d in found if d.first != found[0].first and d.grain == "day"]
    if head is None or not others or found[0].grain != "day":
        return False
    place = max(found[0].start, head.start)
    here = not _STOP.search(flat, min(found[0].start, head.start), place)
    return here and all(d.start > place and _STOP.search(flat, place, d.start) for d in others)


def _year_before(found: Found) -> tuple[Value, ...]:
    day = found.first
    if day is None or day.year == 1 or (day.month, day.day) == (2, 29):
        return ()
    return (day.replace(year=day.year - 1),)


def _candidates(draft: Draft, topics: Sequence[Topic]) -> list[Found]:
    """The days of the part that can be the activity's: not those its topic speaks of, or what it celebrates."""
    flat = draft.facts.masked
    inner = [t for t in topics if t.strength > 1]
    result = []
    for one in draft.facts.dates:
        if not draft.holds(one.start) or one.grain not in ("day", "range", "days"):
            continue
        if any(t.start <= one.start < t.end for t in inner):
            continue
        if _CELEBRATED.search(flat[max(0, one.start - 2) : one.start]):
            continue
        if OLD_PLAN.search(flat[max(0, one.start - 6) : one.start]) or _FELL_OUT.match(flat, one.end):
            continue
        result.append(one)
    plain = [one for one in result if one.scope != "festival"]
    return plain or result
