"""Dates in a text, looking back from a moment: found by patterns, resolved from left to right."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from bot.understanding.date_found import Found, Frame, Match
from bot.understanding.date_resolve import resolve
from bot.understanding.date_words import (
    COMING_AFTER,
    COMING_BEFORE,
    HAPPENED,
    HINT,
    NEVER_HAPPENED,
    PATTERNS,
)
from bot.understanding.festivals import FESTIVAL
from bot.understanding.reading import DateSpan
from bot.understanding.text import Text, clean
from bot.understanding.workdays import Overrides

__all__ = ["Found", "find", "find_dates", "spans"]

_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十")  # 拾贰月贰拾日
_STOP = re.compile(r"[,。;!?\n]")


def find(text: Text, now: datetime, overrides: Overrides | None = None, coming: bool = False) -> list[Found]:
    """All dates of a text, in order. coming: dates without a year lie ahead (the text speaks of a plan)."""
    flat = text.flat.translate(_FORMAL)
    if not HINT.search(flat) and not FESTIVAL.search(flat):
        return []
    taken = bytearray(len(flat))
    raw: list[tuple[int, int, str, Match]] = []
    for name, pattern in (*PATTERNS[:7], ("festival", FESTIVAL), *PATTERNS[7:]):
        for match in pattern.finditer(flat):
            start, end = match.span()
            if end > start and not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                raw.append((start, end, name, match))
    raw.sort(key=lambda r: r[0])
    result = _resolved(flat, raw, Frame(now.date(), overrides), coming)
    kept = _without_ratios(flat, result)
    if len(kept) < len(result):  # what is said after 27日支委会5/7 is not of May
        ratios = {one.start for one in result} - {one.start for one in kept}
        kept = _resolved(flat, [r for r in raw if r[0] not in ratios], Frame(now.date(), overrides), coming)
    return _spanned(flat, kept)


def _resolved(flat: str, raw: list[tuple[int, int, str, Match]], frame: Frame, coming: bool) -> list[Found]:
    result = []
    for _start, _end, name, match in raw:
        frame.coming = coming or _is_coming(flat, match)
        one = resolve(name, match, frame)
        if one is not None:
            result.append(one)
    return result


_TO = re.compile(
    r" ?(?:这天|那天)?(?:[上下中]午|早上|晚上)?(?:起|开始)?,? ?(?:一直|直)?(?:忙|干|搞|开|持续)?(?:到|至|-{1,2}|~) ?"
)


_MENDED = re.compile(r",?(?:不对|说错了?|记错了?|错了|哦,?不)[,啊哦]*(?:应该|我[记查看]错?了?)?(?:是|在)?,?")


def _spanned(flat: str, found: list[Found]) -> list[Found]:
    """9月1日起至9月15日, 前天到昨天: two days that mark off a range are one date."""
    result: list[Found] = []
    for one in found:
        last = result[-1] if result else None
        if (
            last and last.first and one.first and last.first < one.first
            and last.grain == one.grain == "day" and not last.why and not one.why
            and _TO.fullmatch(flat, last.end, one.start)
        ):  # fmt: skip
            result[-1] = replace(last, end=one.end, last=one.first, grain="range")
        elif last and one.grain == last.grain == "day" and _MENDED.fullmatch(flat, last.end, one.start):
            result[-1] = one
        elif last and one.grain == last.grain == "day" and flat[last.end : one.start] == "不是" and one.first:
            both = tuple(d for d in (last.first, one.first) if d)
            result[-1] = replace(last, end=one.end, why="ambiguous_date", options=both)  # 二十六不是二十五号
        else:
            result.append(one)
    return result


_NAMED = re.compile(r"(?:会|课|日|委|组|学习|服务)[:, ]?$")


def _without_ratios(flat: str, found: list[Found]) -> list[Found]:
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


def find_dates(text: str, now: datetime, overrides: Overrides | None = None) -> tuple[DateSpan, ...]:
    """The possible dates of any text, in order, with their words; 11月5日、12日 are two."""
    cleaned = clean(text)
    return spans(cleaned, find(cleaned, now, overrides))


def spans(text: Text, found: list[Found]) -> tuple[DateSpan, ...]:
    """What was found, as dates with words; a day said twice in a row (11月5日，周四) is one."""
    result: list[DateSpan] = []
    for one in found:
        if _names_only(text.flat, one, found):
            continue
        words = text.words(one.start, one.end)
        if one.grain == "days":
            result.extend(DateSpan(day, day, words) for day in one.options)
        elif one.first is not None and one.last is not None and _counts(text.flat, one):
            result.append(DateSpan(one.first, one.last, words))
    return tuple(
        one
        for i, one in enumerate(result)
        if i == 0 or (one.first, one.last) != (result[i - 1].first, result[i - 1].last)
    )


def _names_only(flat: str, one: Found, found: list[Found]) -> bool:
    """Whether a month or longer says only what a day told after it belongs to: 9月的支委会是9月24号开的,
    一季度 3.30完成, 2026年度组织生活会定于今天下午召开."""
    if one.scope not in ("month", "quarter", "year") or one.vague or not one.first or not one.last:
        return False
    nxt = next((d for d in found if d.start >= one.end and d.grain == "day" and d.first), None)
    if nxt is None or nxt.first is None or _STOP.search(flat, one.end, nxt.start):
        return False
    of_it = flat[one.end : nxt.start].strip() == "" or flat[one.end : one.end + 1] == "的" or flat[one.end - 1] == "度"
    again = "月" in flat[nxt.start : nxt.end] and nxt.first <= one.last  # 12月份收缴12月31日收完
    return (of_it or again) and one.first <= nxt.first


def _counts(flat: str, one: Found) -> bool:
    """Whether a span is a date of something, not just what something belongs to (11月党费)."""
    if one.scope not in ("month", "quarter", "year") or one.vague:
        return True
    if _PAID_FOR.search(flat, max(0, one.start - 4), one.start):
        return False  # 补交四月的, 二十号收的第一季度的
    return not NEVER_HAPPENED.match(flat, one.end) and bool(HAPPENED.match(flat, one.end))


_PAID_FOR = re.compile(r"(?:[收交缴][的了]?|属|算)$")


def _is_coming(flat: str, match: Match) -> bool:
    before = _STOP.split(flat[max(0, match.start() - 8) : match.start()])[-1]
    after = _STOP.split(flat[match.end() : match.end() + 8])[0]
    return bool(COMING_BEFORE.search(before) or COMING_AFTER.search(after))
