"""Dates in a text, looking back from a moment: found by patterns, resolved from left to right."""

from __future__ import annotations

import re
from datetime import datetime

from bot.understanding.date_beside import about, joined, soon, told_nearer, without_named, without_ratios
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
from bot.understanding.festivals import FESTIVAL, SEASON
from bot.understanding.reading import DateSpan
from bot.understanding.text import Text, clean
from bot.understanding.workdays import Overrides

__all__ = ["Found", "find", "find_dates", "spans"]

_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十")  # 拾贰月贰拾日
_FESTIVALS = 1 + [name for name, _ in PATTERNS].index("day")  # the festivals are looked for after the days
_JUST = re.compile("刚(?:刚|才)?(?:开完|结束|散会|散场|学完|上完|搞完|收完)")  # today, when no day is told
_STOP = re.compile(r"[,。;!?\n]")


def find(text: Text, now: datetime, overrides: Overrides | None = None, coming: bool = False) -> list[Found]:
    """All dates of a text, in order. coming: dates without a year lie ahead (the text speaks of a plan)."""
    flat = text.flat.translate(_FORMAL)
    if not HINT.search(flat) and not FESTIVAL.search(flat):
        return []
    taken = bytearray(len(flat))
    raw: list[tuple[int, int, str, Match]] = []
    for name, pattern in (("season", SEASON), *PATTERNS[:_FESTIVALS], ("festival", FESTIVAL), *PATTERNS[_FESTIVALS:]):
        for match in pattern.finditer(flat):
            start, end = match.span()
            if end > start and not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                raw.append((start, end, name, match))
    raw.sort(key=lambda r: r[0])
    result = _resolved(flat, raw, Frame(now.date(), overrides), coming)
    kept = without_ratios(flat, result)
    if len(kept) < len(result):  # what is said after 27日支委会5/7 is not of May
        ratios = {one.start for one in result} - {one.start for one in kept}
        kept = _resolved(flat, [r for r in raw if r[0] not in ratios], Frame(now.date(), overrides), coming)
    return without_named(flat, joined(flat, kept))


def _resolved(flat: str, raw: list[tuple[int, int, str, Match]], frame: Frame, coming: bool) -> list[Found]:
    result = []
    for _start, _end, name, match in raw:
        frame.coming = coming or _is_coming(flat, match)
        one = resolve(name, match, frame)
        if one is not None:
            result.append(about(flat, one if coming else soon(flat, one, frame.today)))
    return result


def find_dates(text: str, now: datetime, overrides: Overrides | None = None) -> tuple[DateSpan, ...]:
    """The possible dates of any text, in order, with their words; 11月5日、12日 are two."""
    cleaned = clean(text)
    found = spans(cleaned, find(cleaned, now, overrides))
    just = _JUST.search(cleaned.flat) if not found else None
    return (DateSpan(now.date(), now.date(), cleaned.words(*just.span())),) if just else found


def spans(text: Text, found: list[Found]) -> tuple[DateSpan, ...]:
    """What was found, as dates with words; a day said twice in a row (11月5日，周四) is one."""
    result: list[DateSpan] = []
    for i, one in enumerate(found):
        if _names_only(text.flat, one, found) or told_nearer(text.flat, i, found):
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
